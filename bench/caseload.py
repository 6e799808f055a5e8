"""Benchmark of many sentences open at once, in steps, on one server: `make bench-caseload`.

Each step opens sentences (imposition, allocation) until so many are open, waits until the last ones
rest, and measures. The server's database and the progress stay in the folder, so a run that was
stopped goes on with the next step. The last step is the caseload of England and Wales at the end of
March 2017.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table
from temporalio.client import Client

from bench.event_costs import MS, environment_of, percentile, slope, timed
from bench.processes import WorkerProcess, cpu_seconds, own_memory_kb, running_worker
from bench.sample_events import contact
from bench.subjects import Subject, gather
from runtime.client import connect
from runtime.dev_server import DATABASE, run_dev_server
from runtime.ports import free_ports
from settings import PREFIX, PROJECT

NATIONAL = 268_062
STEPS = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, NATIONAL)
CACHED = 1_000
"""Sentences in the worker's cache, as in production: the others are replayed."""

CHUNK = 100
PROBES = 50
FOLDER = PROJECT / "var" / "bench-caseload"
MB = 1_000_000


@dataclass(frozen=True)
class Step:
    """Measurements at one number of open sentences."""

    sentences: int
    opened: int
    """Sentences that this step opened in this run."""
    seconds: float
    worker_cpu: float
    server_cpu: float
    signal_p50: float
    signal_p99: float
    worker_mb: float
    server_mb: float
    temporal_mb: float
    records_mb: float


def size_mb(folder: Path, prefix: str) -> float:
    """Return the size of the files whose name has this prefix."""
    return sum(file.stat().st_size for file in folder.glob(f"{prefix}*")) / MB


@dataclass
class Caseload:
    """A growing caseload of one subject."""

    subject: Subject
    worker: WorkerProcess
    server: int
    """Process id of the server."""
    folder: Path

    @property
    def _progress(self) -> Path:
        return self.folder / f"{self.subject.name}.json"

    def steps(self) -> list[Step]:
        """Return the steps that were measured before."""
        if not self._progress.exists():
            return []
        return [Step(**step) for step in json.loads(self._progress.read_text("utf-8"))]

    async def grow(self, size: int, ends_at: float) -> Step | None:
        """Open sentences until `size` are open; return None if the time is over before."""
        before = self.steps()
        first = before[-1].sentences if before else 0
        begun = time.perf_counter()
        worker = self.worker.cpu_seconds()
        server = cpu_seconds(self.server)
        columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns) as bar:
            task = bar.add_task(f"{self.subject.name} to {size:,}", total=size, completed=first)
            for start in range(first, size, CHUNK):
                if time.monotonic() > ends_at:
                    return None
                new = range(start, min(start + CHUNK, size))
                # Opening one that exists already sends the same events again, which are repeats.
                await gather(self.subject.open(number) for number in new)
                bar.advance(task, len(new))
        await self.subject.settle(range(max(first, size - CHUNK), size))
        seconds = time.perf_counter() - begun
        spent = (self.worker.cpu_seconds() - worker, cpu_seconds(self.server) - server)
        probes = range(0, size, max(1, size // PROBES))
        signals = [
            await timed(self.subject.send(number, *contact(len(before)))) for number in probes
        ]
        await self.subject.settle(probes)
        step = Step(
            sentences=size,
            opened=size - first,
            seconds=seconds,
            worker_cpu=spent[0],
            server_cpu=spent[1],
            signal_p50=percentile(signals, 0.5),
            signal_p99=percentile(signals, 0.99),
            worker_mb=await self.worker.memory_kb() / 1_000,
            server_mb=own_memory_kb(self.server) / 1_000,
            temporal_mb=size_mb(self.folder / self.subject.name, DATABASE),
            records_mb=size_mb(self.folder / self.subject.name / "worker", "r"),
        )
        self._progress.write_text(json.dumps([asdict(each) for each in [*before, step]], indent=2))
        return step


def show(steps: list[Step]) -> None:
    """Print the steps, and how memory and disk grow."""
    titles = ("open", "rate/s", "worker CPU ms", "server CPU ms", "signal p50 ms", "p99 ms")
    table = Table(*titles, "worker MB", "server MB", "temporal MB", "records MB")
    for step in steps:
        each = (step.worker_cpu * MS / step.opened, step.server_cpu * MS / step.opened)
        latency = (step.signal_p50, step.signal_p99)
        sizes = (step.worker_mb, step.server_mb, step.temporal_mb, step.records_mb)
        values = (step.opened / step.seconds, *each, *latency, *sizes)
        table.add_row(f"{step.sentences:,}", *(f"{value:,.1f}" for value in values))
    Console(width=130).print(table)
    if len(steps) > 1:
        for name in ("worker_mb", "server_mb", "temporal_mb", "records_mb"):
            points = [(step.sentences, int(getattr(step, name) * 1_000)) for step in steps]
            print(f"{name.removesuffix('_mb')}: {slope(points):.1f} kB a sentence")


async def run(options: argparse.Namespace) -> None:
    """Take the caseload through the steps that fit the time."""
    name = options.subject
    folder = options.folder / name
    environment = environment_of(name, None) | {"BENCH_CACHED": str(CACHED)}
    ends_at = time.monotonic() + options.minutes * 60
    async with run_dev_server(folder, headless=True, choose_ports=free_ports) as server:
        environment["TEMPORAL_ADDRESS"] = server.address
        client = await (
            Client.connect(server.address) if name == "floor" else connect(address=server.address)
        )
        async with running_worker(name, name, folder / "worker", environment) as worker:
            subject = Subject(name, client, name)
            caseload = Caseload(subject, worker, server.pid, options.folder)
            done = caseload.steps()
            first = done[-1].sentences if done else 0
            for size in STEPS:
                if first < size <= options.to and await caseload.grow(size, ends_at) is None:
                    print(f"the time was over on the way to {size:,} sentences", file=sys.stderr)
                    break
            show(caseload.steps())


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subject", choices=("floor", "ours"), default="ours")
    parser.add_argument("--to", type=int, default=NATIONAL, help="last step, in sentences")
    parser.add_argument("--minutes", type=float, default=60, help="no step starts work after it")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    os.environ.setdefault(f"{PREFIX}PLAIN_PAYLOADS", "true")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
