"""Run the codec server as the settings say, or refuse to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from activities.sealing.envelope import Signer
from activities.sealing.keys import Keys
from runtime.codec_server.app import make_app
from runtime.codec_server.desk import Desk
from runtime.codec_server.pace import Pace
from runtime.codec_server.rights import Everybody, Guard, TokenGuard
from runtime.codec_server.terms import CODEC_PREFIX, CodecTerms
from runtime.serving import Tls, is_loopback, served
from settings import PREFIX, address

INSECURE_HOST: Final = "127.0.0.1"

NO_KEYS: Final = f"there is nothing to open with: set {PREFIX}KEYS_FILE or {PREFIX}KEYS"
NOT_LOOPBACK: Final = (
    f"--insecure-loopback asks nobody who they are, so {CODEC_PREFIX}BIND must be {INSECURE_HOST}"
)
NO_ISSUER: Final = (
    f"set {CODEC_PREFIX}ISSUER to the OpenID issuer whose tokens are taken; on this machine alone "
    "--insecure-loopback does without"
)
OPEN_ISSUER: Final = (
    f"{CODEC_PREFIX}ISSUER must be https, for whoever is in between could admit anyone"
)
HALF_TLS: Final = f"{CODEC_PREFIX}TLS_CERTIFICATE and {CODEC_PREFIX}TLS_KEY go together"


class CodecError(Exception):
    """The codec server does not start as it is set; the message is one sentence."""


@asynccontextmanager
async def codec_server(
    keys: Keys | None,
    terms: CodecTerms,
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
        raise CodecError(NO_KEYS)
    where = address(terms.bind)
    guard = _guard(terms, where.host, insecure_loopback=insecure_loopback)
    listed = [origin for origin in terms.origins.split(",") if origin]
    pages = listed if origins is None else origins
    desk = Desk(keys, guard, Pace(terms.requests_a_minute), pages, signer)
    app = make_app(desk, loopback=is_loopback(where.host))
    async with served(app, where, _tls(terms)) as url:
        yield url


def _guard(terms: CodecTerms, host: str, *, insecure_loopback: bool) -> Guard:
    if insecure_loopback:
        if host != INSECURE_HOST:
            raise CodecError(NOT_LOOPBACK)
        return Everybody()
    if terms.issuer is None:
        raise CodecError(NO_ISSUER)
    issuer = urlsplit(terms.issuer)
    if issuer.scheme != "https" and not is_loopback(issuer.hostname or ""):
        raise CodecError(OPEN_ISSUER)
    return TokenGuard(terms, terms.issuer)


def _tls(terms: CodecTerms) -> Tls | None:
    if (terms.tls_certificate is None) != (terms.tls_key is None):
        raise CodecError(HALF_TLS)
    if terms.tls_certificate is None or terms.tls_key is None:
        return None
    return Tls(Path(terms.tls_certificate), Path(terms.tls_key))
