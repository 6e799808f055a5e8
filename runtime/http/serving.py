"""HTTP server of a web application, run in the process's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import uvicorn
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from settings import Address

LOOPBACK_ONLY: Final = Middleware(
    TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", "[::1]"]
)
"""Middleware of a server on loopback. It stops DNS rebinding: a request for another host name comes
from a page elsewhere whose name was made to point here."""

_POLL_SECONDS: Final = 0.02


class ServingError(Exception):
    """The application cannot be served as it is configured; the message is one sentence.

    Attributes:
        reason: The operating system's error text.
    """

    def __init__(self, bind: Address, reason: str | None) -> None:
        super().__init__(f"cannot serve at {bind.host}:{bind.port}: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class TlsFiles:
    """PEM files of a server's certificate and private key."""

    certificate: Path
    key: Path


@asynccontextmanager
async def serve(app: ASGIApp, bind: Address, tls: TlsFiles | None = None) -> AsyncIterator[str]:
    """Serve `app` while the context lasts; yield its URL. Port 0 selects a free port.

    Raises:
        ServingError: If the address cannot be bound, or the certificate cannot be read.
    """
    server = _server(app, bind, tls)
    try:
        family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
        listener = socket.create_server((bind.host, bind.port), family=family)
    except OSError as error:
        raise ServingError(bind, error.strerror) from error
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(_POLL_SECONDS)
        host = f"[{bind.host}]" if ":" in bind.host else bind.host
        scheme = "http" if tls is None else "https"
        yield f"{scheme}://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _server(app: ASGIApp, bind: Address, tls: TlsFiles | None) -> uvicorn.Server:
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
        # Load here: uvicorn would exit the process if the certificate cannot be read.
        config.load()
    except OSError as error:
        raise ServingError(bind, f"certificate or key: {error.strerror}") from None
    server = uvicorn.Server(config)
    # Its signal handlers would take Ctrl-C away from the surrounding program.
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    return server
