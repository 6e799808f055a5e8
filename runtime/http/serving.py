"""Serve a web application from the process's own event loop, until the context ends."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from settings import Address

_POLL = 0.02


class ServingError(Exception):
    """The application cannot be served as the settings say; the message is one sentence.

    Attributes:
        why: What stands in the way, as the system says it.
    """

    def __init__(self, where: Address, why: str | None) -> None:
        super().__init__(f"nothing can be served at {where.host}:{where.port}: {why}")
        self.why = why


@dataclass(frozen=True)
class TlsFiles:
    """PEM files of a server's certificate and its key."""

    certificate: Path
    key: Path


@asynccontextmanager
async def serve(app: ASGIApp, where: Address, tls: TlsFiles | None = None) -> AsyncIterator[str]:
    """Serve `app`; give its address, whose port was chosen when it is 0.

    Raises:
        ServingError: If the address cannot be listened on, or the certificate cannot be read.
    """
    server = _server(app, where, tls)
    try:
        family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
        listening = socket.create_server((where.host, where.port), family=family)
    except OSError as error:
        raise ServingError(where, error.strerror) from error
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(_POLL)
        host = f"[{where.host}]" if ":" in where.host else where.host
        scheme = "http" if tls is None else "https"
        yield f"{scheme}://{host}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _server(app: ASGIApp, where: Address, tls: TlsFiles | None) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        ssl_certfile=None if tls is None else str(tls.certificate),
        ssl_keyfile=None if tls is None else str(tls.key),
    )
    try:
        # Read here: inside, a certificate that cannot be read would end the process.
        config.load()
    except OSError as error:
        raise ServingError(where, f"its certificate or key: {error.strerror}") from None
    server = uvicorn.Server(config)
    # Its own handlers would take Ctrl-C from the program that it serves in.
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    return server


LOOPBACK_HOSTS: Final = ["localhost", "127.0.0.1", "[::1]"]
