"""Processes of a benchmark: what they used of processor and memory, by the kernel's counters."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from settings import PREFIX, PROJECT

TICKS = os.sysconf("SC_CLK_TCK")
STOP_SECONDS = 60
SETTLE_SECONDS = 0.5


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, of user and system, in steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def own_memory_kb(pid: int) -> int:
    """Return the resident memory that belongs to the process alone, without files, in kB."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))


def _new_log(log: Path) -> BinaryIO:
    log.parent.mkdir(parents=True, exist_ok=True)
    return log.open("wb")


@dataclass(frozen=True)
class WorkerProcess:
    """A running worker of one subject."""

    pid: int
    queue: str

    def cpu_seconds(self) -> float:
        """Return the processor time so far."""
        return cpu_seconds(self.pid)

    async def memory_kb(self) -> int:
        """Return the memory after a collection of garbage."""
        os.kill(self.pid, signal.SIGUSR1)
        await asyncio.sleep(SETTLE_SECONDS)
        return own_memory_kb(self.pid)


@asynccontextmanager
async def running_worker(
    subject: str, queue: str, folder: Path, environment: dict[str, str]
) -> AsyncIterator[WorkerProcess]:
    """Run the worker of a subject while the context lasts."""
    log = folder / "worker.log"
    with _new_log(log) as errors:
        process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own program, started once
            [sys.executable, "-m", "bench.worker", subject, queue],
            cwd=PROJECT,
            env={**os.environ, f"{PREFIX}DATA_DIR": str(folder), **environment},
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        if await asyncio.to_thread(process.stdout.readline) != b"ready\n":
            sys.exit(f"the worker of {subject} did not start:\n{log.read_text()}")
        yield WorkerProcess(process.pid, queue)
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
