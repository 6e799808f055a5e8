"""Fixtures of many tests: one real server for the session, a client, and workers for each test."""

import gc
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from temporalio.client import Client
from temporalio.worker._workflow import _WorkflowWorker

import tests.development  # noqa: F401 - before any settings are read
from activities.standards import load_catalogue
from runtime.client import connect
from runtime.dev_server import DevServer, run_dev_server
from runtime.ports import free_ports
from runtime.worker import build_activities, io_worker, sentence_worker
from settings import Settings
from states.standards.law import StandardsCatalogue
from tests.isolation import Working, isolated
from tests.postgres import Postgres, running_postgres
from tests.postgres_programs import NoPostgresError
from tests.sharing import Sharing, is_shared, workers

# Only the timeout of a test depends on the speed of the machine, which may have other work.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


STUCK_SECONDS = 30
"""Seconds that a workflow may keep its thread; Temporal's two are too few on a busy machine."""

TEMPORALS_SECONDS = 2
"""The limit of production, for tests that ask for `temporals_limit`."""


@pytest.fixture(scope="session", autouse=True)
def _patient_workers() -> Iterator[None]:
    made = _WorkflowWorker.__init__

    def patient(self: Any, *args: Any, **options: Any) -> None:
        made(self, *args, **options)
        self._deadlock_timeout_seconds = STUCK_SECONDS

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_WorkflowWorker, "__init__", patient)
        yield


@pytest.fixture
def temporals_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give workflows the two seconds that they have in production, however busy this machine is."""
    monkeypatch.setattr(sys.modules[__name__], "STUCK_SECONDS", TEMPORALS_SECONDS)


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DevServer]:
    """A development server in memory, on free ports, with our search attributes."""
    folder = tmp_path_factory.mktemp("temporal")
    async with run_dev_server(
        folder,
        headless=True,
        in_memory=True,
        choose_ports=free_ports,
        # Otherwise each continue-as-new waits a second.
        options=("--dynamic-config-value", 'history.workflowIdReuseMinimalInterval="0s"'),
    ) as running:
        yield running


@pytest.fixture(scope="session")
async def client(server: DevServer) -> Client:
    """A client of the session's server, with the sentences' plugin."""
    return await connect(address=server.address, namespace="default")


@pytest.fixture(scope="session")
def catalogue() -> StandardsCatalogue:
    """The released standards of this checkout."""
    return load_catalogue()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL; where it cannot run, tests that need it are skipped with the reason."""
    try:
        with running_postgres() as running:
            yield running
    except NoPostgresError as error:
        pytest.skip(f"PostgreSQL does not run here: {error}")


@pytest.fixture
def working(client: Client, catalogue: StandardsCatalogue, tmp_path: Path) -> Working:
    """Both workers of a process, on random queues and in a folder of the test.

    Give workflow classes and, by name, the settings that differ. The context gives the settings:
    start workflows on their `task_queue`; their `data_dir` has outbox and records.
    """

    @asynccontextmanager
    async def work(workflows: Sequence[type], **changes: object) -> AsyncIterator[Settings]:
        settings = isolated(tmp_path, **changes)
        activities = build_activities(settings, catalogue)
        sentences = sentence_worker(client, settings, activities, workflows)
        async with io_worker(client, settings, activities), sentences:
            yield settings

    return work


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the groups that take longest."""
    items.sort(key=lambda item: not is_shared(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return the number of workers, for tests that wait for servers."""
    return workers()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    """Return our own scheduler."""
    return Sharing(config, log)


def pytest_unconfigure() -> None:
    """Free clients and workers before the interpreter exits: some exits otherwise abort."""
    gc.collect()
