"""HTTP server of a web application, run in the process's own event loop.

A connection on which no whole request arrives is closed, so that half-open ones do not add up.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Self

import h11
import uvicorn
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from activities.errors import UserFacingError
from settings import Address

LOOPBACK_ONLY: Final = Middleware(
    TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", "[::1]"]
)
"""Middleware of a server on loopback. It stops DNS rebinding: a request for another host name comes
from a page elsewhere whose name was made to point here."""

RECEIVE_SECONDS: Final = 10.0
"""Time in which a request, or a TLS handshake, must arrive whole; else the connection is closed.

It counts from the first byte that is awaited, so that a client that sends a byte a second gains no
time. Without it each half-open connection would keep a file descriptor for good."""

_POLL_SECONDS: Final = 0.02


class ServingError(UserFacingError):
    """A server cannot start as it is configured; the message is one sentence."""

    @classmethod
    def at(cls, bind: Address, reason: str | None) -> Self:
        """Return the error for an address, with the reason of the operating system."""
        return cls(f"cannot serve at {bind.host}:{bind.port}: {reason}")


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
        raise ServingError.at(bind, error.strerror) from error
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


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 connection that is closed if a request does not arrive in `RECEIVE_SECONDS`."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Wait for the next request; the keep-alive timeout closes an idle connection."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_watching()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if not self._awaits_client() or self.transport.is_closing():
            self._stop_watching()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(RECEIVE_SECONDS, self._give_up)

    def _awaits_client(self) -> bool:
        if self.conn.their_state is h11.IDLE:
            has_begun = bool(self.conn.trailing_data[0])
            return self.cycle is None or has_begun
        return self.conn.their_state is h11.SEND_BODY

    def _stop_watching(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        # Not close(): that waits until a client that reads nothing has taken what it was sent.
        self.transport.abort()


class BoundedServer(uvicorn.Server):
    """Server on one socket that also bounds the TLS handshake; uvicorn leaves it a minute."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen on the given socket."""
        config = self.config
        self.servers = [
            await asyncio.get_running_loop().create_server(
                lambda: BoundedProtocol(config, self.server_state, self.lifespan.state),
                sock=listener,
                ssl=config.ssl,
                backlog=config.backlog,
                ssl_handshake_timeout=None if config.ssl is None else RECEIVE_SECONDS,
            )
            for listener in sockets or ()
        ]
        self.started = True


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
        raise ServingError.at(bind, f"certificate or key: {error.strerror}") from None
    server = BoundedServer(config)
    # Its signal handlers would take Ctrl-C away from the surrounding program.
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    return server
