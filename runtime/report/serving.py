"""Serve the pages of the report from the process's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from ipaddress import ip_address

import uvicorn

from runtime.report.app import make_app
from runtime.report.pages import Pages
from settings import Address

_POLL = 0.02


class ReportError(Exception):
    """The report cannot be served where the settings say; the message is one sentence."""

    def __init__(self, where: Address, why: str | None) -> None:
        super().__init__(f"the report cannot be served at {where.host}:{where.port}: {why}")


@asynccontextmanager
async def report_server(where: Address, pages: Pages) -> AsyncIterator[str]:
    """Serve `pages` while the context lasts; give the address, whose port was chosen when it is 0.

    Raises:
        ReportError: If the address cannot be listened on.
    """
    try:
        listening = socket.create_server((where.host, where.port), family=_family(where.host))
    except OSError as error:
        raise ReportError(where, error.strerror) from error
    app = make_app(pages, loopback=is_loopback(where.host))
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", server_header=False
    )
    server = uvicorn.Server(config)
    # Its own handlers would take Ctrl-C from the program that it serves in.
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(_POLL)
        host = f"[{where.host}]" if ":" in where.host else where.host
        yield f"http://{host}:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        await task


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
