"""Open the door that `up` has, which asks nobody who they are, on this machine alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client

from runtime.door.serving import door
from runtime.door.terms import DoorTerms, load_terms
from runtime.ports import is_free
from runtime.terms import INSECURE_HOST
from settings import Settings, address


@asynccontextmanager
async def development_door(
    client: Client, settings: Settings, *, any_port: bool = False
) -> AsyncIterator[str]:
    """Serve it while the context lasts; give its address, of a free port where its own is taken."""
    port = address(load_terms().bind).port
    chosen = 0 if any_port or not is_free(port) else port
    terms = DoorTerms(bind=f"{INSECURE_HOST}:{chosen}")
    async with door(client, settings, terms, insecure_loopback=True) as url:
        yield url
