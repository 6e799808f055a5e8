"""A sentence measures itself beside the SDK: what became of events, folds, records and notices."""

import asyncio
import re
from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4

import pytest

from activities.contracts import FleetWatchInput
from runtime.client import connect
from runtime.dev_server import DevServer
from runtime.event_sender import send_event
from runtime.ports import free_ports
from runtime.process import make_runtime
from runtime.worker import build_activities, io_worker, sentence_worker
from states.standards.law import StandardsCatalogue
from tests.deploy.test_monitoring import named_metrics
from tests.isolation import eventually, isolated
from tests.runtime.cli.command_lines import three_weeks_ago
from tests.runtime.cli.terminal import new_crn
from tests.states.stream import wire
from workflows.fleet_watch import FleetWatch
from workflows.sentence import SentenceWorkflow

NOT_YET = {"temporal_workflow_task_execution_failed_total"}
"""Metrics of the SDK that a worker shows from the first failure on."""


async def test_a_scrape_tells_what_became_of_each_event_and_how_long_a_fold_takes(
    server: DevServer, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """One event is applied, one held, one repeated, one is no event; a notice is delivered."""
    address = f"127.0.0.1:{free_ports().grpc}"
    runtime = make_runtime(address)
    client = await connect(address=server.address, namespace="default", runtime=runtime)
    settings = isolated(tmp_path, quiet_minutes=0)
    activities = build_activities(settings, catalogue)
    crn = new_crn()
    day = three_weeks_ago(10).date().isoformat()
    imposed = wire("sentence_imposed", day)
    allocated = wire("case_allocated", day)
    held = wire("failure_judged", day, event_id="J1", failure_id="F9", acceptable=True)

    async def send(kind: str, data: object) -> None:
        # Under the same request id the server would drop the repeat.
        await send_event(
            client,
            crn,
            "1",
            kind,
            [data],
            task_queue=settings.task_queue,
            request_id=uuid4().hex,
        )

    def scrape() -> str:
        with urlopen(f"http://{address}/metrics", timeout=10) as answer:
            return str(answer.read().decode())

    def count(text: str, name: str, **labels: str) -> float:
        wanted = [f'{label}="{value}' for label, value in labels.items()]
        return sum(
            float(line.rpartition(" ")[2])
            for line in text.splitlines()
            if line.startswith(f"{name}{{") and all(item in line for item in wanted)
        )

    async with (
        io_worker(client, settings, activities),
        sentence_worker(client, settings, activities, [SentenceWorkflow]),
    ):
        await send("sentence_imposed", imposed)
        await send("case_allocated", allocated)
        await send("failure_judged", held)
        await send("sentence_imposed", imposed)
        await send("no_such_kind", {"event_id": "N1"})

        watch = FleetWatchInput(watch_id=uuid4().hex, io_queue=settings.io_queue)

        async def look() -> None:
            await client.execute_workflow(
                FleetWatch.run, watch, id=uuid4().hex, task_queue=settings.io_queue
            )

        async def is_complete() -> bool:
            await look()
            text = await asyncio.to_thread(scrape)
            events = "sentences_events_total"
            return (
                1 == count(text, events, kind="sentence_imposed", disposition="applied")
                and 1 == count(text, events, kind="failure_judged", disposition="held")
                and 1 == count(text, events, kind="sentence_imposed", disposition="repeat")
                and 1 == count(text, "sentences_quarantined_messages_total")
                and 1 <= count(text, "sentences_notices_total", result="delivered")
                and 1 <= count(text, "sentences_record_lag_seconds_count")
                and 1 <= count(text, "sentences_fold_seconds_count")
                and 1 <= count(text, "sentences_fold_seconds_bucket", le="0.25")
                and 1 == count(text, "sentences_fleet_sentences")
                and 1 <= count(text, "sentences_fleet_overdue_clocks", timescale="first-appt-")
            )

        try:
            await eventually(is_complete, 30)
        except TimeoutError:
            pytest.fail(
                "\n".join(line for line in scrape().splitlines() if line.startswith("sentences_"))
            )
        text = await asyncio.to_thread(scrape)
    activities.store.close()
    scraped = {re.split("[{ ]", line)[0] for line in text.splitlines()}
    assert set() == named_metrics() - scraped - NOT_YET
