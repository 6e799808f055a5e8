"""Run the codec server as the settings say, or refuse to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from activities.sealing.envelope import Signer
from activities.sealing.keys import Keys
from runtime.codec_server.app import make_app
from runtime.codec_server.desk import Desk
from runtime.codec_server.pace import Pace
from runtime.codec_server.rights import Everybody, Guard, TokenGuard
from runtime.codec_server.terms import CODEC_PREFIX, CodecTerms
from runtime.serving import is_loopback, served
from settings import PREFIX, address

NO_KEYS: Final = f"there is nothing to open with: set {PREFIX}KEYS_FILE or {PREFIX}KEYS"
NO_ISSUER: Final = (
    f"set {CODEC_PREFIX}ISSUER to the OpenID issuer whose tokens are taken; on this machine alone "
    "--insecure-loopback does without"
)


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
    guard = _guard(terms, insecure_loopback=insecure_loopback)
    listed = [origin for origin in terms.origins.split(",") if origin]
    pages = listed if origins is None else origins
    desk = Desk(keys, guard, Pace(terms.requests_a_minute), pages, signer)
    app = make_app(desk, loopback=is_loopback(where.host))
    async with served(app, where, terms.tls) as url:
        yield url


def _guard(terms: CodecTerms, *, insecure_loopback: bool) -> Guard:
    if fault := terms.fault(insecure_loopback=insecure_loopback):
        raise CodecError(fault)
    if insecure_loopback:
        return Everybody()
    if terms.issuer is None:
        raise CodecError(NO_ISSUER)
    return TokenGuard(terms, terms.issuer)
