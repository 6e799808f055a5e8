"""Run sentences in virtual time: a server that skips idle time, and the real worker beside it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.standards import load_catalogue
from runtime.dev_server import test_server_binary
from runtime.plugin import SentencesPlugin
from runtime.process import make_runtime
from runtime.worker import build_activities, io_worker, sentence_worker
from settings import Settings
from workflows.search_attributes import SEARCH_ATTRIBUTES


class VirtualWorld:
    """A server with a clock of its own, which starts at the present and can only go forward."""

    def __init__(self, environment: WorkflowEnvironment) -> None:
        self._environment = environment

    @property
    def client(self) -> Client:
        """Return the client, with the sentences' plugin."""
        return self._environment.client

    async def now(self) -> datetime:
        """Return the server's time."""
        return await self._environment.get_current_time()

    async def sleep_until(self, moment: datetime) -> None:
        """Skip to `moment`, with every timer on the way; return at once when it is past."""
        left = moment - await self.now()
        if left > timedelta(0):
            await self._environment.sleep(left)


@asynccontextmanager
async def virtual_world(
    folder: Path, settings: Settings, workflows: Sequence[type]
) -> AsyncIterator[VirtualWorld]:
    """Run a server and both workers while the context lasts.

    Args:
        folder: Takes outbox and records in place of the settings' own.
        settings: All else.
        workflows: Workflow classes of the worker.

    Raises:
        EmbeddedError: If the server's program is missing.
        RuntimeError: If the server does not start.
    """
    # Nobody is told, and nothing is put on record, of what only might be.
    nowhere = dict.fromkeys(("directory_file", "database_url", "victims_database_url"))
    readable = {"plain_payloads": True, "unsigned_senders": True, "keys_file": None, "keys": None}
    here = settings.model_copy(update={"data_dir": folder, **nowhere, **readable})
    hands = build_activities(here, load_catalogue(here.standards_dir))
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(test_server_binary()),
        plugins=[SentencesPlugin()],
        runtime=make_runtime(),
    )
    async with environment:
        await _declare_attributes(environment.client)
        sentences = sentence_worker(environment.client, here, hands, workflows)
        async with io_worker(environment.client, here, hands), sentences:
            yield VirtualWorld(environment)


async def _declare_attributes(client: Client) -> None:
    # This server cannot list what it knows, and a sentence would hang on an attribute unknown.
    request = AddSearchAttributesRequest(namespace=client.namespace)
    for key in SEARCH_ATTRIBUTES:
        value = IndexedValueType.ValueType(key.indexed_value_type)
        request.search_attributes[key.name] = value
    await client.operator_service.add_search_attributes(request)
