"""Put together what taking in needs: mappings, look-ups, the records, and a way to sentences."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx
from temporalio.client import Client

from activities.records.migrating import prepare
from activities.records.taking import TakenMessages
from runtime import sending
from runtime.ingest.deriving import Derived
from runtime.ingest.intake import Intake
from runtime.ingest.loading import load_mappings
from runtime.ingest.lookups import HttpLookUps
from runtime.sealing import signer_of
from runtime.stores import store_of
from settings import Settings


@contextmanager
def opened_messages(settings: Settings) -> Iterator[TakenMessages]:
    """Give the messages that were taken in, while the context lasts.

    Raises:
        StoreError: If the database of the records does not let itself be opened.
    """
    store = store_of(settings)
    try:
        prepare(store)
        yield TakenMessages(store.main)
    finally:
        store.close()


@asynccontextmanager
async def opened_intake(client: Client, settings: Settings) -> AsyncIterator[Intake]:
    """Give an intake that sends to the sentences of `client`, while the context lasts.

    Raises:
        StandardsError: If the mappings differ from their lock, or are not valid.
        StoreError: If the database of the records does not let itself be opened.
        SealingFileError: If the file of the signing key holds none.
    """
    mappings, signer = load_mappings(settings.standards_dir), signer_of(settings)

    async def send(event: Derived) -> None:
        await sending.send(
            client,
            event.crn,
            event.event_number,
            event.kind,
            [event.data],
            task_queue=settings.task_queue,
            signer=signer,
        )

    # An answer that points elsewhere is not followed: the settings alone say who is asked.
    asking = httpx.AsyncClient(timeout=settings.look_up_seconds, follow_redirects=False)
    with opened_messages(settings) as messages:
        async with asking:
            look_ups = HttpLookUps(asking, services_of(settings), settings.look_up_token_file)
            yield Intake(mappings, look_ups, messages, send)


def services_of(settings: Settings) -> dict[str, str]:
    """Return the address of each look-up service by its name."""
    pairs = (item.partition("=") for item in settings.look_up_services.split())
    return {name: address for name, _, address in pairs}
