"""Temporal's own command-line tool can start a sentence: callers need none of our code."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from runtime.client import connect
from runtime.dev_server import DevServer, run_dev_server, server_binary
from runtime.ports import free_ports
from runtime.worker import build_activities, io_worker, sentence_worker
from states.standards.law import StandardsCatalogue
from tests.isolation import eventually, isolated
from workflows.sentence import SentenceWorkflow

BY = {"id": "C01", "role": "court_officer", "organisation": "NPS"}
IMPOSED = {
    "event_id": "e-1",
    "occurred_at": "2026-11-02T10:30:00+00:00",
    "by": BY,
    "type": "community_order",
    "sentenced_on": "2026-11-02",
    "ends_on": "2027-11-01",
    "offence": {"committed_on": "2026-06-01", "violent_or_sexual": False},
    "requirements": [
        {"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20},
        {"requirement_id": "R2", "kind": "unpaid_work", "hours": 80},
    ],
    "victims": {"statutory_contact": False},
}
ALLOCATED = {
    "event_id": "e-2",
    "occurred_at": "2026-11-02T11:00:00+00:00",
    "by": BY,
    "provider": "CRC",
    "provider_code": "N07",
    "risk_screening_completed": True,
}


@pytest.fixture
async def fresh(
    catalogue: StandardsCatalogue, tmp_path: Path
) -> AsyncIterator[tuple[DevServer, Client]]:
    """A server of the test's own, and workers on the queues that integrators know."""
    async with run_dev_server(
        tmp_path, headless=True, in_memory=True, choose_ports=free_ports
    ) as server:
        client = await connect(address=server.address, namespace="default")
        settings = isolated(tmp_path, task_queue="sentences", io_queue="sentences-io")
        activities = build_activities(settings, catalogue)
        sentences = sentence_worker(client, settings, activities, workflows=[SentenceWorkflow])
        async with io_worker(client, settings, activities), sentences:
            yield server, client


async def bare(server: DevServer, signal: str, event: dict[str, Any]) -> None:
    """Run the command line of the wire contract, exactly as documented."""
    command = [
        str(server_binary()),
        "workflow",
        "signal-with-start",
        "--workflow-id=sentence-X320741-1",
        "--type=SentenceWorkflow",
        "--task-queue=sentences",
        '--input={"crn": "X320741", "event_number": "1"}',
        f"--signal-name={signal}",
        f"--signal-input={json.dumps(event)}",
        f"--address={server.address}",
    ]
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr


async def test_a_plain_signal_with_start_starts_the_clock_of_the_first_appointment(
    fresh: tuple[DevServer, Client],
) -> None:
    """Allocated on Monday 2 November 2026, the first appointment is due 5 working days later."""
    server, client = fresh
    await bare(server, "sentence_imposed", IMPOSED)
    await bare(server, "case_allocated", ALLOCATED)
    handle = client.get_workflow_handle("sentence-X320741-1")

    async def is_allocated() -> bool:
        return bool("allocated" == (await handle.query("sentence"))["state"])

    await eventually(is_allocated)
    view = await handle.query("sentence")
    (clock,) = [item for item in view["clocks"] if "first-appt-community" == item["timescale"]]
    assert ("2026-11-09", "2026-11-10T00:00:00Z") == (clock["due_on"], clock["due_at"])
    assert ["2026-11-07 Saturday", "2026-11-08 Sunday"] == clock["why"]["skipped"]
    assert "NS 2015 5(a)" == clock["why"]["source"]


async def test_an_event_that_arrives_before_the_imposition_is_held(
    fresh: tuple[DevServer, Client],
) -> None:
    """The allocation starts the workflow; it is held until the imposition arrives."""
    server, client = fresh
    await bare(server, "case_allocated", ALLOCATED)
    handle = client.get_workflow_handle("sentence-X320741-1")

    async def is_held() -> bool:
        view = await handle.query("sentence")
        return ["held"] == [item["disposition"] for item in view.get("unapplied", [])]

    await eventually(is_held)
    assert "awaiting_allocation" == (await handle.query("sentence"))["state"]
    await bare(server, "sentence_imposed", IMPOSED)

    async def is_allocated() -> bool:
        return bool("allocated" == (await handle.query("sentence"))["state"])

    await eventually(is_allocated)
