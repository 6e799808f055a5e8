"""Run `worker.py` as a child of this process, with probes that are asked until it is ready."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from runtime.dev_server import LOOPBACK, LocalProcessError, free_ports, is_free
from settings import PREFIX, PROJECT, Settings, address

START_SECONDS: Final = 60.0
DRAIN_SECONDS: Final = 10.0
"""What a worker may take beyond its own grace before it is killed."""

LOG: Final = "worker.log"
_PAUSE: Final = 0.1


class WorkerEndedError(LocalProcessError):
    """The worker ended by itself, or never became ready.

    Attributes:
        status: Its exit status; None where it is still there.
    """

    def __init__(self, status: int | None, log: Path) -> None:
        self.status = status
        what = "did not become ready" if status is None else f"ended with status {status}"
        super().__init__(f"the worker {what}: {_last_problem(log)} (see {log})")


@dataclass(frozen=True)
class WorkerProcess:
    """A worker that is ready."""

    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Return when the worker is still there.

        Raises:
            WorkerEndedError: If it ended by itself.
        """
        if (status := self.process.poll()) is not None:
            raise WorkerEndedError(status, self.log)


@asynccontextmanager
async def run_worker_process(settings: Settings) -> AsyncIterator[WorkerProcess]:
    """Run a worker while the context lasts; it is told to drain at the end.

    It gets this process's environment, with other ports where those of the settings are taken.

    Raises:
        WorkerEndedError: If it does not become ready.
    """
    log = settings.data_dir / LOG
    spare = free_ports()
    probes = _free(settings.http_bind, spare.grpc)
    metrics = _free(settings.metrics_bind, spare.ui) if settings.metrics_bind else ""
    process = _spawn(log, {"HTTP_BIND": probes, "METRICS_BIND": metrics})
    try:
        await _ready(process, address(probes).port, log)
        yield WorkerProcess(process, log)
    finally:
        await asyncio.to_thread(_stop, process, settings.graceful_shutdown_seconds + DRAIN_SECONDS)


def _free(bind: str, spare: int) -> str:
    # On loopback, whatever the settings say: a demonstration is for this machine alone.
    port = address(bind).port
    return f"{LOOPBACK}:{port if port and is_free(port) else spare}"


def _spawn(log: Path, ours: dict[str, str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **{f"{PREFIX}{name}": value for name, value in ours.items()}}
    with log.open("wb") as out:
        # A session of its own: Ctrl-C in the terminal reaches us, and we decide the order.
        return subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, str(PROJECT / "worker.py")],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


async def _ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await asyncio.to_thread(_answers, port):
                if (status := process.poll()) is not None:
                    raise WorkerEndedError(status, log)
                await asyncio.sleep(_PAUSE)
    except TimeoutError:
        raise WorkerEndedError(None, log) from None


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://{LOOPBACK}:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 - OK
    except (OSError, HTTPException):
        return False


def _stop(process: subprocess.Popen[bytes], seconds: float) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _last_problem(log: Path) -> str:
    """Return the last problem that the worker wrote down."""
    for line in reversed(log.read_text("utf-8", "replace").splitlines()):
        try:
            problem = json.loads(line).get("problem")
        except (ValueError, AttributeError):
            problem = line
        if problem:
            return str(problem)
    return "it said nothing"
