"""A worker may be killed at any moment: what was sent is accounted for, what goes out goes once."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from runtime.client import connect
from runtime.embedded import embedded_server
from runtime.ports import free_ports
from settings import Settings
from tests.isolation import eventually, isolated
from tests.states.orders import Act
from tests.workflows.scene import (
    Handle,
    act,
    begin,
    day,
    delivered,
    failed,
    runs,
    serving,
    tell,
    view_of,
    warned,
)

ROOT = Path(__file__).parents[2]
SENTENCES = 6
STREAM: list[Act] = [
    *serving(-60),
    *failed("F1", -30),
    warned("W1", "F1", -30),
    *failed("F2", -9),
    *(act("officer_assigned", f"{day(-8)} 10:{m}", officer_id=f"N07A0{m}") for m in range(10, 30)),
    *failed("F3", -3),
]


async def _worker(address: str, settings: Settings) -> Process:
    environment = {
        "TEMPORAL_ADDRESS": address,
        "SENTENCES_TASK_QUEUE": settings.task_queue,
        "SENTENCES_IO_QUEUE": settings.io_queue,
        "SENTENCES_DATA_DIR": str(settings.data_dir),
        "SENTENCES_QUIET_MINUTES": "0",
        "SENTENCES_CONTINUE_AFTER_EVENTS": "60",
        "SENTENCES_HTTP_BIND": f"127.0.0.1:{free_ports().grpc}",
        "SENTENCES_METRICS_BIND": "",
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "worker.py"),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=DEVNULL,
        stderr=DEVNULL,
    )


async def _sent_keys(client: Client, handle: Handle) -> set[str]:
    """The keys under which the sentence had notices delivered, by its histories."""
    return {
        json.loads(event.activity_task_scheduled_event_attributes.input.payloads[0].data)["key"]
        for events in await runs(client, handle)
        for event in events
        if event.activity_task_scheduled_event_attributes.activity_type.name == "deliver_notice"
    }


async def _is_settled(handle: Handle) -> bool:
    view = await view_of(handle)
    counts = view["arrival"]["notices"]["counts"]
    return view["events_total"] == len(STREAM) and not {"queued", "in_flight"} & set(counts)


@pytest.mark.timeout(400)
async def test_a_killed_worker_loses_no_event_and_doubles_no_notice(tmp_path: Path) -> None:
    """Killed while events stream in and notices go out; another takes up where it fell.

    Each event is applied; each notice lies in the outbox once, under the key of the ledger.
    """
    settings = isolated(tmp_path / uuid4().hex)
    async with embedded_server(
        tmp_path / "server", headless=True, choose_ports=free_ports
    ) as server:
        client = await connect(address=server.address, namespace="default")
        first = await _worker(server.address, settings)
        second: Process | None = None
        try:
            handles = [await begin(client, settings, STREAM[0]) for _ in range(SENTENCES)]
            streaming = asyncio.gather(*(tell(handle, STREAM[1:]) for handle in handles))

            async def notices_go_out() -> bool:
                return sum(len(delivered(settings, handle)) for handle in handles) >= SENTENCES

            await eventually(notices_go_out)
            first.send_signal(signal.SIGKILL)
            assert -signal.SIGKILL == await first.wait()
            second = await _worker(server.address, settings)
            await streaming
            for handle in handles:

                async def is_settled(handle: Handle = handle) -> bool:
                    return await _is_settled(handle)

                await eventually(is_settled, 240)
                receipts = [await handle.query("receipt", data["event_id"]) for _, data in STREAM]
                assert ["applied"] * len(STREAM) == [r["disposition"] for (r,) in receipts]
                keys = [notice["key"] for notice in delivered(settings, handle)]
                counts = (await view_of(handle))["arrival"]["notices"]["counts"]
                assert sorted(await _sent_keys(client, handle)) == sorted(keys)
                assert len(keys) == counts["sent"] + counts.get("countered", 0)
        finally:
            for process in (first, second):
                if process is not None and process.returncode is None:
                    process.kill()
                    await process.wait()
