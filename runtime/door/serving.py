"""Run the door as the settings say, or refuse to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from temporalio.client import Client

from activities.sealing.integrators import read_integrators
from activities.sealing.watched import Watched
from runtime.codec_server.pace import Pace
from runtime.codec_server.rights import Tokens
from runtime.door.app import make_app
from runtime.door.desk import Desk
from runtime.door.passing import Temporal
from runtime.door.senders import Anybody, Guard, Known
from runtime.door.terms import DoorTerms
from runtime.serving import is_loopback, served
from settings import PREFIX, Settings, address

NO_FILE: Final = (
    f"set {PREFIX}INTEGRATORS_FILE to say who may send; on this machine alone "
    "--insecure-loopback does without"
)


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
    where = address(terms.bind)
    guard = _guard(settings, terms, insecure_loopback=insecure_loopback)
    sentences = Temporal(client, settings.task_queue, terms.answer_seconds)
    desk = Desk(guard, Pace(terms.requests_a_minute), sentences)
    app = make_app(desk, loopback=is_loopback(where.host))
    async with served(app, where, terms.tls) as url:
        yield url


def _guard(settings: Settings, terms: DoorTerms, *, insecure_loopback: bool) -> Guard:
    if fault := terms.fault(insecure_loopback=insecure_loopback):
        raise DoorError(fault)
    if insecure_loopback:
        return Anybody()
    if settings.integrators_file is None:
        raise DoorError(NO_FILE)
    tokens = None if terms.issuer is None else Tokens(terms.issuer, terms.audience)
    integrators = Watched(settings.integrators_file, read_integrators)
    return Known(integrators.current, tokens, terms.subject_claim)
