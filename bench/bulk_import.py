"""Benchmark of the import of a caseload, interrupted once: `python bench/bulk_import.py`.

A server in memory receives it, without a worker: the figure is that of the import and the server.
Afterwards the benchmark counts that every sentence exists and has its one event once.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from temporalio.client import Client

from activities.crypto.keys import new_key
from runtime.client import connect
from runtime.dev_server import run_dev_server
from runtime.ports import free_ports
from settings import PROJECT
from states.sentence_ref import SentenceRef

SENTENCES = 10_000
CUT_OFF_AFTER = 3_000
LOOKED_AT = 300

BY = {"id": "C01", "role": "court_officer", "organisation": "NPS"}
IMPOSED = {
    "event_id": "e-1",
    "occurred_at": "@-10wd 10:00",
    "by": BY,
    "type": "community_order",
    "sentenced_on": "@-10wd",
    "ends_on": "@+350d",
    "live_from": "@+0d",
    "offence": {"committed_on": "2015-02-01", "violent_or_sexual": False},
    "requirements": [{"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20}],
    "victims": {"statutory_contact": False},
}


def crn_of(number: int) -> str:
    """Return the CRN of a sentence."""
    return f"B{number:06}"


def write(file: Path) -> None:
    """Write the caseload: one imposition for each sentence."""
    with file.open("w", encoding="utf-8") as lines:
        for number in range(SENTENCES):
            whose = {"crn": crn_of(number), "event_number": "1"}
            lines.write(json.dumps({**whose, "kind": "sentence_imposed", "data": IMPOSED}) + "\n")


def cut_off(command: list[str], memory: Path) -> None:
    """Start the import, and kill it before it ends."""
    with subprocess.Popen(command, cwd=PROJECT) as process:  # noqa: S603 - our own program
        while not memory.exists() or json.loads(memory.read_text())["through"] < CUT_OFF_AFTER:
            if process.poll() is not None:
                sys.exit(f"the import ended by itself with status {process.returncode}")
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)


async def signals(client: Client, number: int) -> int:
    """Return the number of signals of a sentence."""
    handle = client.get_workflow_handle(SentenceRef(crn_of(number), "1").workflow_id)
    return sum(
        [
            event.HasField("workflow_execution_signaled_event_attributes")
            async for event in handle.fetch_history_events()
        ]
    )


async def main() -> None:
    """Import, interrupt, resume, count."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "caseload.jsonl"
        memory = folder / "caseload.jsonl.progress"
        write(file)
        async with run_dev_server(
            folder, headless=True, in_memory=True, choose_ports=free_ports
        ) as server:
            os.environ.update(TEMPORAL_ADDRESS=server.address, SENTENCES_KEYS=new_key("bench"))
            command = [sys.executable, "starter.py", "import", str(file), "--per-second", "100000"]
            began = time.perf_counter()
            await asyncio.to_thread(cut_off, command, memory)
            first = time.perf_counter() - began
            done = await asyncio.to_thread(
                subprocess.run, command, cwd=PROJECT, capture_output=True, text=True, check=True
            )
            took = time.perf_counter() - began
            client = await connect()
            # The list of workflows is updated a moment later.
            await asyncio.sleep(3)
            there = (await client.count_workflows("")).count
            step = SENTENCES // LOOKED_AT
            held = [await signals(client, number) for number in range(0, SENTENCES, step)]
    print(f"{done.stdout.strip()}")
    print(
        f"{took:.1f} s in all, of it {first:.1f} s until it was killed: {SENTENCES / took:,.0f}/s"
    )
    once = held.count(1)
    print(f"{there:,} sentences there; of {len(held)} looked at, {once} have their event once")


if __name__ == "__main__":
    asyncio.run(main())
