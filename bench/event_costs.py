"""Benchmark of an event and of a sentence, beside two baselines: `make bench`.

Every subject has its worker in a process of its own; they run one after the other on a development
server each. Figures depend on the machine: compare columns within one run.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from activities.crypto.keys import new_key, parse_keys
from bench.baselines import TimerWorkflow
from bench.processes import WorkerProcess, cpu_seconds, running_worker
from bench.replay import cold_replay
from bench.sample_events import contact, failure
from bench.subjects import Subject, gather
from runtime.client import connect
from runtime.dev_server import DevServer, run_dev_server
from runtime.ports import free_ports
from settings import PREFIX, PROJECT
from tests.postgres import running_postgres

SUBJECTS = {
    "floor": "the commands alone",
    "naive": "an activity and ten timers an event",
    "ours": "the product's defaults, plain payloads",
    "ours-encrypted": "the same with encrypted payloads",
    "ours-sandbox": "plain payloads, in the SDK's sandbox",
    "ours-passed": "in the sandbox, all modules passed through",
    "ours-postgres": "plain payloads, records in PostgreSQL",
}
DEFAULT = ("floor", "naive", "ours", "ours-encrypted")
NOT_CONTINUED = "10000"
"""History events before a run continues as new: the counts are of one run."""

PROBES = 12
"""Events sent one by one to an idle worker, each followed until it is applied."""

FIRES = 500
FIRES_PER_SECOND = 100
JSON = PROJECT / "var" / "bench.json"
MS = 1_000

Row = dict[str, float]


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def slope(points: list[tuple[int, int]]) -> float:
    """Return the slope of the line through the points, by least squares."""
    found = statistics.linear_regression([x for x, _ in points], [y for _, y in points])
    return found.slope


async def timed(call: Awaitable[Any]) -> float:
    """Await the call and return the milliseconds that it took."""
    begun = time.perf_counter()
    await call
    return (time.perf_counter() - begun) * MS


class Bench:
    """Measurements of one subject."""

    def __init__(
        self,
        subject: Subject,
        worker: WorkerProcess,
        server: DevServer,
        options: argparse.Namespace,
    ) -> None:
        self.subject = subject
        self._worker = worker
        self._server = server
        self._options = options
        self.row: Row = {}

    async def run(self) -> None:
        """Measure everything about the subject."""
        await self._openings()
        for name, measure in (("one by one", self._one_by_one), ("batch", self._batch)):
            await self._events(name, measure)
        await self._latency()
        await self._failure()
        if not self.subject.is_baseline:
            histories = [await self.subject.exported(n) for n in range(self._options.replays)]
            self.row |= await asyncio.to_thread(cold_replay, histories)

    async def _openings(self) -> None:
        """Open workflows in steps, and read the memory of the worker at each."""
        subject = self.subject
        # The first ones pay for what a process sets up once.
        await subject.open(0)
        await subject.settle(range(1))
        points = []
        done = 1
        starts: list[float] = []
        begun = self._worker.cpu_seconds()
        for size in self._options.cached:
            new = range(done, size)
            starts += await gather(timed(subject.open(number)) for number in new)
            await subject.settle(new)
            done = size
            points.append((size, await self._worker.memory_kb()))
        opened = self._options.cached[-1] - 1
        self.row["CPU to open one, ms"] = (self._worker.cpu_seconds() - begun) / opened * MS
        self.row["memory of a cached one, kB"] = slope(points)
        history = await subject.history(0)
        self.row["history events of an opening"] = history.events
        self.row["actions of an opening"] = history.actions

    async def _events(self, name: str, measure: Callable[[], Awaitable[None]]) -> None:
        options = self._options
        samples = range(min(5, options.sentences))
        before = [await self.subject.history(number) for number in samples]
        cpu = self._worker.cpu_seconds()
        server = cpu_seconds(self._server.pid)
        wall = time.perf_counter()
        await measure()
        await self.subject.settle(range(options.sentences))
        events = options.sentences * options.events
        self.row[f"{name}: worker CPU an event, ms"] = (
            (self._worker.cpu_seconds() - cpu) / events * MS
        )
        self.row[f"{name}: server CPU an event, ms"] = (
            (cpu_seconds(self._server.pid) - server) / events * MS
        )
        self.row[f"{name}: wall an event, ms"] = (time.perf_counter() - wall) / events * MS
        after = [await self.subject.history(number) for number in samples]
        each = len(samples) * options.events
        for what in ("events", "size_bytes", "actions", "workflow_tasks"):
            grown = sum(getattr(x, what) for x in after) - sum(getattr(x, what) for x in before)
            self.row[f"{name}: history {what.replace('_', ' ')} an event"] = grown / each

    async def _one_by_one(self) -> None:
        options = self._options
        for number in range(options.events):
            await gather(
                self.subject.send(sentence, *contact(number))
                for sentence in range(options.sentences)
            )
            await self.subject.settle(range(options.sentences))

    async def _batch(self) -> None:
        options = self._options
        await gather(
            self.subject.send(sentence, *contact(options.events + number))
            for number in range(options.events)
            for sentence in range(options.sentences)
        )

    async def _latency(self) -> None:
        """Send to an idle worker, and ask until the event is applied."""
        signals, applied = [], []
        number = self._options.sentences
        for probe in range(PROBES):
            kind, data = contact(probe)
            begun = time.perf_counter()
            signals.append(await timed(self.subject.send(number, kind, data)))
            while not await self.subject.has_applied(number, data["event_id"], 3 + probe):  # noqa: ASYNC110 - only the workflow knows
                await asyncio.sleep(0.005)
            applied.append((time.perf_counter() - begun) * MS)
            await asyncio.sleep(0.2)
        starts = [
            await timed(self.subject.send(self._options.cached[-1] + extra, *contact(0)))
            for extra in range(PROBES)
        ]
        for name, values in (
            ("start", starts),
            ("signal", signals),
            ("signal to applied", applied),
        ):
            self.row[f"{name}: p50, ms"] = percentile(values, 0.5)
            self.row[f"{name}: p99, ms"] = percentile(values, 0.99)

    async def _failure(self) -> None:
        """Report one failure, and count what it causes."""
        if self.subject.is_baseline:
            return
        number = self._options.sentences + 1
        before = await self.subject.history(number)
        await self.subject.send(number, *failure(3))
        await self.subject.settle(range(number, number + 1))
        after = await self.subject.history(number)
        self.row["a failure: workflow tasks"] = after.workflow_tasks - before.workflow_tasks
        self.row["a failure: history events"] = after.events - before.events


def environment_of(name: str, urls: tuple[str, str] | None) -> dict[str, str]:
    """Return the variables of a subject's worker."""
    found = {
        f"{PREFIX}CONTINUE_AFTER_EVENTS": NOT_CONTINUED,
        f"{PREFIX}UNSIGNED_SENDERS": "true",
        f"{PREFIX}LOG_LEVEL": "ERROR",
    }
    if name == "ours-encrypted":
        found[f"{PREFIX}KEYS"] = new_key("bench")
    else:
        found[f"{PREFIX}PLAIN_PAYLOADS"] = "true"
    if name in ("ours-sandbox", "ours-passed"):
        found[f"{PREFIX}WORKFLOW_SANDBOX"] = "true"
    if name == "ours-postgres" and urls is not None:
        found |= dict(
            zip((f"{PREFIX}DATABASE_URL", f"{PREFIX}VICTIMS_DATABASE_URL"), urls, strict=True)
        )
    return found


async def measure_subject(name: str, folder: Path, options: argparse.Namespace) -> Row:
    """Measure one subject on a server of its own database, so that ids do not meet."""
    with running_postgres() if name == "ours-postgres" else nullcontext() as postgres:
        urls = None if postgres is None else postgres.pair()
        environment = environment_of(name, urls)
        async with bench_server(folder, options) as server:
            environment["TEMPORAL_ADDRESS"] = server.address
            keys = environment.get(f"{PREFIX}KEYS")
            client = await (
                Client.connect(server.address)
                if name in ("floor", "naive")
                else connect(address=server.address, keys=parse_keys(keys) if keys else None)
            )
            async with running_worker(name, name, folder / "worker", environment) as worker:
                bench = Bench(Subject(name, client, name), worker, server, options)
                await bench.run()
                return bench.row


@asynccontextmanager
async def bench_server(folder: Path, options: argparse.Namespace) -> AsyncIterator[DevServer]:
    """Run the development server of a measurement."""
    async with run_dev_server(
        folder, headless=True, in_memory=options.in_memory, choose_ports=free_ports
    ) as server:
        yield server


async def timer_lateness(folder: Path, options: argparse.Namespace) -> Row:
    """Measure how late the server fires timers at a steady rate, by the times in histories."""
    workflows = 50
    each = FIRES // workflows
    gap = workflows * MS // FIRES_PER_SECOND
    async with bench_server(folder, options) as server:
        client = await Client.connect(server.address)
        environment = environment_of("timers", None) | {"TEMPORAL_ADDRESS": server.address}
        async with running_worker("timers", "timers", folder / "worker", environment):
            handles = [
                await client.start_workflow(
                    TimerWorkflow.run, args=[each, gap], id=f"timers-{number}", task_queue="timers"
                )
                for number in range(workflows)
            ]
            for handle in handles:
                await handle.result()
            late = [x for handle in handles for x in await lateness(handle)]
    return {
        "timer lateness: p50, ms": percentile(late, 0.5),
        "timer lateness: p99, ms": percentile(late, 0.99),
    }


async def lateness(handle: Any) -> list[float]:
    """Return by how many milliseconds each timer of a history fired after its time."""
    due: dict[int, float] = {}
    found = []
    async for event in handle.fetch_history_events():
        at = event.event_time.ToDatetime().timestamp()
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            timer = event.timer_started_event_attributes
            due[event.event_id] = at + timer.start_to_fire_timeout.ToTimedelta().total_seconds()
        elif event.event_type == EventType.EVENT_TYPE_TIMER_FIRED:
            found.append((at - due[event.timer_fired_event_attributes.started_event_id]) * MS)
    return found


def show(rows: dict[str, Row]) -> None:
    """Print all figures as a table: a line for each measurement, a column for each subject."""
    table = Table("", *rows)
    for line in dict.fromkeys(name for row in rows.values() for name in row):
        cells = [f"{row[line]:,.1f}" if line in row else "" for row in rows.values()]
        table.add_row(line, *cells)
    Console(width=max(120, 40 + 16 * len(rows))).print(table)


def parsed_options() -> argparse.Namespace:
    """Return the options of the command line."""
    names = "; ".join(f"{name}: {what}" for name, what in SUBJECTS.items())
    parser = argparse.ArgumentParser(description=__doc__, epilog=names)
    add = parser.add_argument
    add("--subjects", nargs="+", choices=SUBJECTS, default=DEFAULT)
    add("--cached", nargs="+", type=int, default=(50, 100, 200), help="cached workflows")
    add("--sentences", type=int, default=40, help="workflows that take events")
    add("--events", type=int, default=8, help="events for each, one by one and again in a batch")
    add("--replays", type=int, default=5, help="histories that are replayed")
    add("--in-memory", action="store_true", help="run the server without a database")
    add("--json", type=Path, default=JSON)
    return parser.parse_args()


def write_json(options: argparse.Namespace, rows: dict[str, Row], timers: Row) -> None:
    """Write what was measured so far, so that a run that is stopped leaves its figures."""
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processors": os.cpu_count(), "load": os.getloadavg()[0]},
        "python": platform.python_version(),
        "options": {name: str(value) for name, value in vars(options).items()},
        "subjects": rows,
        "timers": timers,
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


async def main() -> None:
    """Measure each subject, print the table and write the JSON."""
    options = parsed_options()
    os.environ.setdefault(f"{PREFIX}PLAIN_PAYLOADS", "true")
    rows: dict[str, Row] = {}
    for name in options.subjects:
        print(f"{name}: {SUBJECTS[name]} ...", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="sentences-bench-") as folder:
            rows[name] = await measure_subject(name, Path(folder), options)
        write_json(options, rows, {})
    with tempfile.TemporaryDirectory(prefix="sentences-bench-") as folder:
        timers = await timer_lateness(Path(folder), options)
    write_json(options, rows, timers)
    show(rows)
    print(", ".join(f"{name} {value:.1f}" for name, value in timers.items()))


if __name__ == "__main__":
    asyncio.run(main())
