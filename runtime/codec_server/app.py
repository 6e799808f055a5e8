"""Put opening and sealing on a web server, as Temporal's UI and the `temporal` program ask for it.

Both post the JSON of Temporal's `Payloads` to `/decode` and `/encode`, and get the same back.
"""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from activities.crypto.envelope import Signer
from activities.crypto.keys import KeyProvider, new_key
from runtime.codec_server.handlers import (
    KIND_HEADER,
    NAMESPACE_HEADER,
    SENTENCE_HEADER,
    CodecHandlers,
)
from runtime.dev_server import Ports, free_ports, is_free
from runtime.http.auth import AllowAll, Authenticator, TokenAuth
from runtime.http.rate_limit import RateLimiter
from runtime.http.serving import LOOPBACK_HOSTS, is_loopback, serve
from runtime.http.settings import (
    CODEC_PREFIX,
    INSECURE_HOST,
    CodecServerSettings,
    load_codec_server_settings,
)
from runtime.keys import keys_of, local_keys
from settings import PREFIX, Settings, address


def make_app(desk: CodecHandlers, *, loopback: bool) -> Starlette:
    """Return the application.

    Args:
        desk: What answers.
        loopback: Whether only this machine is answered: a request that names another host comes
            from a page elsewhere that had its name point here, and is turned away.
    """
    guards = [
        Middleware(
            CORSMiddleware,
            allow_origins=desk.origins,
            allow_methods=["POST"],
            allow_headers=[
                "authorization",
                "content-type",
                NAMESPACE_HEADER,
                SENTENCE_HEADER,
                KIND_HEADER,
            ],
            # The UI may be told to send its cookies along; none of them is read.
            allow_credentials=True,
        ),
    ]
    if loopback:
        guards.insert(0, Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_HOSTS))
    return Starlette(
        routes=[
            Route("/decode", desk.decode, methods=["POST"]),
            Route("/encode", desk.encode, methods=["POST"]),
            Route("/healthz", _alive),
        ],
        middleware=guards,
    )


async def _alive(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


NO_KEYS: Final = f"there is nothing to open with: set {PREFIX}KEYS_FILE or {PREFIX}KEYS"
NO_ISSUER: Final = (
    f"set {CODEC_PREFIX}ISSUER to the OpenID issuer whose tokens are taken; on this machine alone "
    "--insecure-loopback does without"
)


class CodecServerError(Exception):
    """The codec server does not start as it is set; the message is one sentence."""


@asynccontextmanager
async def codec_server(
    keys: KeyProvider | None,
    terms: CodecServerSettings,
    *,
    signer: Signer | None = None,
    insecure_loopback: bool = False,
    origins: list[str] | None = None,
) -> AsyncIterator[str]:
    """Serve while the context lasts; give the address, for the UI's setting.

    Args:
        keys: What opens.
        terms: Who may ask.
        signer: What signs letters that are sealed here.
        insecure_loopback: Ask nobody who they are, on this machine alone.
        origins: Pages that may ask, in place of the settings' own; read at each request.

    Raises:
        CodecError: If it would open payloads for people whom nobody knows, or has no keys.
        ServingError: If the address cannot be listened on.
    """
    if keys is None:
        raise CodecServerError(NO_KEYS)
    where = address(terms.bind)
    guard = _authenticator(terms, insecure_loopback=insecure_loopback)
    listed = [origin for origin in terms.origins.split(",") if origin]
    pages = listed if origins is None else origins
    desk = CodecHandlers(keys, guard, RateLimiter(terms.requests_a_minute), pages, signer)
    app = make_app(desk, loopback=is_loopback(where.host))
    async with serve(app, where, terms.tls) as url:
        yield url


def _authenticator(terms: CodecServerSettings, *, insecure_loopback: bool) -> Authenticator:
    if fault := terms.fault(insecure_loopback=insecure_loopback):
        raise CodecServerError(fault)
    if insecure_loopback:
        return AllowAll()
    if terms.issuer is None:
        raise CodecServerError(NO_ISSUER)
    return TokenAuth(terms, terms.issuer)


def generated_keys(folder: Path) -> Path:
    """Return the file of keys in `folder`; where there is none it is made, for its owner alone."""
    path = local_keys(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{new_key(f'local-{token_hex(4)}')}\n")
    return path


class UiOrigins:
    """Chooses the ports of a server, and lets the pages of its UI ask the codec server."""

    def __init__(self, choose: Callable[[], Ports]) -> None:
        self._choose = choose
        self.origins: list[str] = []

    def choose_ports(self) -> Ports:
        """Return what was chosen; only the UI on those ports may ask from now on."""
        ports = self._choose()
        self.origins[:] = [f"http://{host}:{ports.ui}" for host in (INSECURE_HOST, "localhost")]
        return ports


@asynccontextmanager
async def development_codec_server(
    settings: Settings, origins: list[str]
) -> AsyncIterator[str | None]:
    """Serve the insecure form while the context lasts; give its address, None without any key.

    Args:
        settings: Where the keys are.
        origins: Pages that may ask, read at each request.
    """
    keys = keys_of(settings)
    if keys is None:
        yield None
        return
    port = address(load_codec_server_settings().bind).port
    bind = f"{INSECURE_HOST}:{port if port and is_free(port) else free_ports().grpc}"
    server = codec_server(
        keys, CodecServerSettings(bind=bind), insecure_loopback=True, origins=origins
    )
    async with server as url:
        yield url
