"""Codec server for Temporal's UI and CLI.

Both post the JSON of Temporal's `Payloads` to `/decode` and `/encode`, and receive the same form.
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
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from activities.crypto.envelope import Signer
from activities.crypto.keys import KeyProvider, new_key
from runtime.codec_server.auth import Principal, Right, RoleAuth
from runtime.codec_server.handlers import (
    KIND_HEADER,
    NAMESPACE_HEADER,
    SENTENCE_HEADER,
    CodecHandlers,
)
from runtime.http.auth import AllowAll, Authenticator
from runtime.http.rate_limit import RateLimiter
from runtime.http.serving import LOOPBACK_ONLY, ServingError, is_loopback, serve
from runtime.http.settings import (
    CODEC_PREFIX,
    INSECURE_HOST,
    CodecServerSettings,
    load_codec_server_settings,
)
from runtime.keys import keys_of, local_keys
from runtime.ports import Ports, free_ports, is_free
from settings import PREFIX, Settings, address

NO_KEYS: Final = f"no key to decrypt with: set {PREFIX}KEYS_FILE or {PREFIX}KEYS"
NO_ISSUER: Final = (
    f"set {CODEC_PREFIX}ISSUER to the OpenID issuer of the tokens, or use --insecure-loopback on "
    "this machine only"
)

_ALLOWED_HEADERS: Final = (
    "authorization",
    # Temporal's UI sends it beside the token, if it has an OpenID issuer.
    "authorization-extras",
    "content-type",
    NAMESPACE_HEADER,
    SENTENCE_HEADER,
    KIND_HEADER,
)
_LOCAL_PRINCIPAL: Final = Principal("loopback", frozenset(Right))


def make_app(handlers: CodecHandlers, *, loopback: bool) -> Starlette:
    """Return the application.

    Args:
        handlers: Handlers of its requests.
        loopback: Whether to accept only requests for this machine's own names.
    """
    cors = Middleware(
        CORSMiddleware,
        allow_origins=handlers.origins,
        allow_methods=["POST"],
        allow_headers=list(_ALLOWED_HEADERS),
        # The UI may be configured to send its cookies; none of them is read.
        allow_credentials=True,
    )
    return Starlette(
        routes=[
            Route("/decode", handlers.decode, methods=["POST"]),
            Route("/encode", handlers.encode, methods=["POST"]),
            Route("/healthz", _health),
        ],
        middleware=[LOOPBACK_ONLY, cors] if loopback else [cors],
    )


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


@asynccontextmanager
async def codec_server(
    keys: KeyProvider | None,
    settings: CodecServerSettings,
    *,
    signer: Signer | None = None,
    insecure_loopback: bool = False,
    origins: list[str] | None = None,
    accepts_plain: bool = False,
) -> AsyncIterator[str]:
    """Serve while the context lasts; yield the URL, for the UI's setting.

    Args:
        keys: Keys to encrypt and decrypt with.
        settings: Who may call.
        signer: Signs the messages that are encrypted here.
        insecure_loopback: Turn authentication off, on this machine only.
        origins: Origins that may call, in place of those of the settings; read at each request.
        accepts_plain: Leave payloads readable for which no sentence is named.

    Raises:
        ServingError: If it has no keys, would decrypt for callers that are not authenticated, or
            cannot bind the address.
    """
    if keys is None:
        raise ServingError(NO_KEYS)
    bind = address(settings.bind)
    configured = [origin for origin in settings.origins.split(",") if origin]
    handlers = CodecHandlers(
        keys=keys,
        authenticator=_authenticator(settings, insecure_loopback=insecure_loopback),
        rate_limiter=RateLimiter(settings.requests_a_minute),
        origins=configured if origins is None else origins,
        signer=signer,
        accepts_plain=accepts_plain,
    )
    app = make_app(handlers, loopback=is_loopback(bind.host))
    async with serve(app, bind, settings.tls) as url:
        yield url


def _authenticator(
    settings: CodecServerSettings, *, insecure_loopback: bool
) -> Authenticator[Principal]:
    if fault := settings.find_fault(insecure_loopback=insecure_loopback):
        raise ServingError(fault)
    if insecure_loopback:
        return AllowAll(_LOCAL_PRINCIPAL)
    if settings.issuer is None:
        raise ServingError(NO_ISSUER)
    return RoleAuth(settings, settings.issuer)


def generated_keys(folder: Path) -> Path:
    """Return the key file in `folder`; create it, readable by its owner only, if it is missing."""
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
    """Origins of the development server's UI, known once its ports are chosen."""

    def __init__(self, choose: Callable[[], Ports]) -> None:
        self._choose = choose
        self.origins: list[str] = []

    def choose_ports(self) -> Ports:
        """Choose the ports; from now on only the UI on those ports may call the codec server."""
        ports = self._choose()
        self.origins[:] = [f"http://{host}:{ports.ui}" for host in (INSECURE_HOST, "localhost")]
        return ports


@asynccontextmanager
async def development_codec_server(
    settings: Settings, origins: list[str]
) -> AsyncIterator[str | None]:
    """Serve on loopback without authentication; yield the URL, or None if there is no key.

    Args:
        settings: Where the keys are.
        origins: Origins that may call, read at each request.
    """
    keys = keys_of(settings)
    if keys is None:
        yield None
        return
    port = address(load_codec_server_settings().bind).port
    chosen = port if port and is_free(port) else free_ports().grpc
    insecure = CodecServerSettings(bind=f"{INSECURE_HOST}:{chosen}")
    server = codec_server(
        keys,
        insecure,
        insecure_loopback=True,
        origins=origins,
        accepts_plain=settings.plain_payloads,
    )
    async with server as url:
        yield url
