"""A worker process gets ready in order, says what it waits for, drains, leaves with a status."""

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen
from uuid import uuid4

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from activities.standards import STANDARDS
from runtime.client import connect
from runtime.dev_server import DevServer
from runtime.ports import free_ports
from runtime.search_attribute_registration import register_search_attributes
from tests.isolation import eventually
from tests.postgres import PASSWORD, Postgres, running_postgres

ROOT = Path(__file__).parents[2]


class Running:
    """A worker process and its probes."""

    def __init__(self, process: Process, port: int) -> None:
        self.process, self._port = process, port

    async def faults(self) -> list[str] | None:
        """Faults of the readiness probe; None while nothing answers at all."""
        return await asyncio.to_thread(self._faults)

    async def is_ready(self) -> bool:
        """Return whether the process is ready."""
        return [] == await self.faults()

    async def end(self, number: signal.Signals | None = None) -> tuple[int | None, str]:
        """Send a signal, if any, and wait: the exit status, and all it wrote."""
        if number is not None:
            self.process.send_signal(number)
        _, wrote = await asyncio.wait_for(self.process.communicate(), 30)
        return self.process.returncode, wrote.decode()

    def _faults(self) -> list[str] | None:
        try:
            with urlopen(f"http://127.0.0.1:{self._port}/readyz", timeout=5) as answer:
                found: list[str] = json.load(answer)["faults"]
        except HTTPError as unready:
            with unready:
                found = json.load(unready)["faults"]
        except (URLError, OSError):
            return None
        return found


@asynccontextmanager
async def worker(folder: Path, **environment: str) -> AsyncIterator[Running]:
    """A worker process of its own, killed at the end where a test left it running."""
    port = free_ports().grpc
    settings = {
        "SENTENCES_DATA_DIR": str(folder),
        "SENTENCES_HTTP_BIND": f"127.0.0.1:{port}",
        "SENTENCES_METRICS_BIND": "none",
        "SENTENCES_TASK_QUEUE": f"sentences-{uuid4().hex}",
        "PYTHONPATH": str(ROOT),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.runtime.toy_worker",
        cwd=ROOT,
        env={**os.environ, **settings, **environment},
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield Running(process, port)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def events(wrote: str) -> list[str]:
    """Log events of the process itself, in order; each line is JSON."""
    lines = [json.loads(line) for line in wrote.splitlines()]
    return [line["event"] for line in lines if line["logger"] == "sentences.worker"]


async def test_a_signal_drains_a_ready_worker_which_then_leaves_with_0(
    server: DevServer, client: Client, tmp_path: Path
) -> None:
    """It works, then stops in order, and what it wrote is JSON from the first line to the last."""
    queues = {"SENTENCES_TASK_QUEUE": uuid4().hex, "SENTENCES_IO_QUEUE": uuid4().hex}
    async with worker(tmp_path, TEMPORAL_ADDRESS=server.address, **queues) as running:
        await eventually(running.is_ready)
        name = f"sentence-{uuid4().hex}"
        handle = await client.start_workflow(
            "SentenceWorkflow", id=name, task_queue=queues["SENTENCES_TASK_QUEUE"]
        )
        await handle.signal("finish")
        assert "note/X/1" == await handle.result()

        status, wrote = await running.end(signal.SIGTERM)
    assert 0 == status
    expected = ["probes_served", "worker_ready", "worker_draining", "worker_stopped"]
    assert expected == events(wrote)


async def test_a_worker_waits_for_its_search_attributes(
    server: DevServer, client: Client, tmp_path: Path
) -> None:
    """It is alive and unready, says which are missing, and is ready once they are there."""
    namespace = f"bare-{uuid4().hex}"
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace=namespace, workflow_execution_retention_period=Duration(seconds=86_400)
        )
    )
    connection = {"TEMPORAL_ADDRESS": server.address, "TEMPORAL_NAMESPACE": namespace}
    async with worker(tmp_path, **connection) as running:

        async def says_what_is_missing() -> bool:
            return "Officer is not registered" in " ".join(await running.faults() or [])

        await eventually(says_what_is_missing)
        bare = await connect(address=server.address, namespace=namespace)
        await register_search_attributes(bare)
        await eventually(running.is_ready)

        status, wrote = await running.end(signal.SIGTERM)
    assert 0 == status
    assert "worker_waits" in events(wrote)


async def test_a_worker_waits_for_its_server_and_can_be_stopped_meanwhile(tmp_path: Path) -> None:
    """Without a server it says where it looks, does not spin, and ends with 0 when stopped."""
    nowhere = f"127.0.0.1:{free_ports().grpc}"
    async with worker(tmp_path, TEMPORAL_ADDRESS=nowhere) as running:

        async def says_where_it_looks() -> bool:
            return [f"Temporal at {nowhere} does not answer"] == await running.faults()

        await eventually(says_where_it_looks)
        # As by Ctrl-C; the signal of an orchestrator is in the other tests.
        status, wrote = await running.end(signal.SIGINT)
    assert 0 == status
    assert ["probes_served", "worker_waits", "worker_stopped"] == events(wrote)


@pytest.mark.usefixtures("postgres")
async def test_a_worker_waits_for_its_database_and_says_when_it_is_gone(
    server: DevServer, tmp_path: Path
) -> None:
    """Unready until it answers, and again when it is gone; which one is said, no password is."""
    with running_postgres() as database:
        main, victims = database.pair()
        database.stop()
        urls = {"SENTENCES_DATABASE_URL": main, "SENTENCES_VICTIMS_DATABASE_URL": victims}
        async with worker(tmp_path, TEMPORAL_ADDRESS=server.address, **urls) as running:

            async def misses_it() -> bool:
                gone = "the database of the records does not answer"
                return any(fault.startswith(gone) for fault in await running.faults() or [])

            await eventually(misses_it)
            await asyncio.to_thread(database.start)
            await eventually(running.is_ready)
            await asyncio.to_thread(database.stop)
            await eventually(misses_it)
            await asyncio.to_thread(database.start)
            await eventually(running.is_ready)
            status, wrote = await running.end(signal.SIGTERM)
    assert 0 == status
    assert ["probes_served", "worker_waits", "worker_ready"] == events(wrote)[:3]
    assert PASSWORD not in wrote


async def test_a_database_that_turns_the_worker_away_keeps_it_from_starting(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Waiting cannot mend a password: one sentence, the exit status 1, and no word of the URL."""
    main, victims = (url.replace(PASSWORD, "wr0ng") for url in postgres.pair())
    urls = {"SENTENCES_DATABASE_URL": main, "SENTENCES_VICTIMS_DATABASE_URL": victims}
    async with worker(tmp_path, **urls) as running:
        status, wrote = await running.end()

    assert 1 == status
    last = json.loads(wrote.splitlines()[-1])
    assert "the database of the records rejects these credentials" == last["problem"]
    assert "wr0ng" not in wrote


async def test_standards_that_differ_from_their_lock_keep_the_worker_from_starting(
    tmp_path: Path,
) -> None:
    """One sentence names the file; the exit status is 1."""
    standards = tmp_path / "standards"
    shutil.copytree(STANDARDS, standards)
    changed = next((standards / "editions").rglob("edition.yaml"))
    changed.write_text(changed.read_text("utf-8") + "# changed\n", "utf-8")
    async with worker(tmp_path / "var", SENTENCES_STANDARDS_DIR=str(standards)) as running:
        status, wrote = await running.end()

    assert 1 == status
    (line,) = [json.loads(line) for line in wrote.splitlines()]
    assert "worker_refused_to_start" == line["event"]
    assert "edition.yaml" in line["problem"]


async def test_a_taken_probe_address_keeps_the_worker_from_starting(tmp_path: Path) -> None:
    """Two workers on one machine need two addresses: the second one says so and leaves with 1."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        taken = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with worker(tmp_path, SENTENCES_HTTP_BIND=taken) as running:
            status, wrote = await running.end()

    assert 1 == status
    assert f"cannot serve at {taken}" in wrote


@pytest.mark.prove
async def test_many_exits_leave_the_status_they_mean(server: DevServer, tmp_path: Path) -> None:
    """Threads of Temporal's core do not turn an orderly exit into an abort."""
    statuses = []
    for _ in range(10):
        async with worker(tmp_path, TEMPORAL_ADDRESS=server.address) as running:
            await eventually(running.is_ready)
            statuses.append((await running.end(signal.SIGTERM))[0])

    assert [0] * 10 == statuses
