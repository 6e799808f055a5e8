"""Run the door as the settings say, or refuse to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from temporalio.client import Client

from activities.sealing.integrators import read_integrators
from activities.sealing.watched import Watched
from runtime.codec_server.pace import Pace
from runtime.codec_server.rights import Tokens
from runtime.door.desk import Desk
from runtime.door.passing import Temporal
from runtime.door.senders import Anybody, Guard, Known
from runtime.door.terms import DOOR_PREFIX, DoorTerms
from runtime.serving import Tls, is_loopback, served
from settings import PREFIX, Settings, address

INSECURE_HOST: Final = "127.0.0.1"

NOT_LOOPBACK: Final = (
    f"--insecure-loopback asks nobody who they are, so {DOOR_PREFIX}BIND must be {INSECURE_HOST}"
)
NO_FILE: Final = (
    f"set {PREFIX}INTEGRATORS_FILE to say who may send; on this machine alone "
    "--insecure-loopback does without"
)
OPEN_ISSUER: Final = (
    f"{DOOR_PREFIX}ISSUER must be https, for whoever is in between could admit anyone"
)
HALF_TLS: Final = f"{DOOR_PREFIX}TLS_CERTIFICATE and {DOOR_PREFIX}TLS_KEY go together"


class DoorError(Exception):
    """The door does not open as it is set; the message is one sentence."""


@asynccontextmanager
async def door(
    client: Client, settings: Settings, terms: DoorTerms, *, insecure_loopback: bool = False
) -> AsyncIterator[str]:
    """Serve the door while the context lasts; give its address.

    Args:
        client: Of the server where the sentences are; it seals, if its process has keys.
        settings: Who may send, and where sentences are started.
        terms: How the door is kept.
        insecure_loopback: Ask nobody who they are, on this machine alone.

    Raises:
        DoorError: If it would take events from anybody.
        SealingFileError: If the integrators' file cannot be read.
        ServingError: If the address cannot be listened on.
    """
    # Here, because it is slow to load, and every other command does without it.
    from runtime.door.app import make_app  # noqa: PLC0415

    where = address(terms.bind)
    guard = _guard(settings, terms, where.host, insecure_loopback=insecure_loopback)
    sentences = Temporal(client, settings.task_queue, terms.answer_seconds)
    desk = Desk(guard, Pace(terms.requests_a_minute), sentences)
    app = make_app(desk, loopback=is_loopback(where.host))
    async with served(app, where, _tls(terms)) as url:
        yield url


def _guard(settings: Settings, terms: DoorTerms, host: str, *, insecure_loopback: bool) -> Guard:
    if insecure_loopback:
        if host != INSECURE_HOST:
            raise DoorError(NOT_LOOPBACK)
        return Anybody()
    if settings.integrators_file is None:
        raise DoorError(NO_FILE)
    return Known(
        Watched(settings.integrators_file, read_integrators).value,
        _tokens(terms),
        terms.subject_claim,
    )


def _tokens(terms: DoorTerms) -> Tokens | None:
    if terms.issuer is None:
        return None
    issuer = urlsplit(terms.issuer)
    if issuer.scheme != "https" and not is_loopback(issuer.hostname or ""):
        raise DoorError(OPEN_ISSUER)
    return Tokens(terms.issuer, terms.audience)


def _tls(terms: DoorTerms) -> Tls | None:
    if (terms.tls_certificate is None) != (terms.tls_key is None):
        raise DoorError(HALF_TLS)
    if terms.tls_certificate is None or terms.tls_key is None:
        return None
    return Tls(Path(terms.tls_certificate), Path(terms.tls_key))
