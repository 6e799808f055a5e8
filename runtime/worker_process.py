"""Worker as a child process: start `worker.py`, wait until it is ready, stop it."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from activities.errors import UserFacingError
from runtime.ports import LOOPBACK, free_ports, is_free
from settings import NO_METRICS, PREFIX, PROJECT, Settings, address

START_SECONDS: Final = 60.0
DRAIN_SECONDS: Final = 10.0
"""Time beyond the worker's own grace period before it is killed."""

LOG: Final = "worker.log"
_POLL_SECONDS: Final = 0.1
_PROBE_SECONDS: Final = 5.0


class WorkerEndedError(UserFacingError):
    """The worker ended by itself, or never became ready.

    Attributes:
        status: Its exit status; None if it still runs.
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
        """Check that the worker still runs.

        Raises:
            WorkerEndedError: If it ended by itself.
        """
        if (status := self.process.poll()) is not None:
            raise WorkerEndedError(status, self.log)


@asynccontextmanager
async def run_worker_process(settings: Settings) -> AsyncIterator[WorkerProcess]:
    """Run a worker while the context lasts; at the end it drains.

    It inherits this process's environment. Ports of the settings that are taken are replaced.

    Raises:
        WorkerEndedError: If it does not become ready.
    """
    log = settings.data_dir / LOG
    spare = free_ports()
    probes = _free_bind(settings.http_bind, spare.grpc)
    metrics = settings.metrics_bind
    if metrics != NO_METRICS:
        metrics = _free_bind(metrics, spare.ui)
    process = _spawn(log, {"HTTP_BIND": probes, "METRICS_BIND": metrics})
    try:
        await _wait_until_ready(process, address(probes).port, log)
        yield WorkerProcess(process, log)
    finally:
        await asyncio.to_thread(_stop, process, settings.graceful_shutdown_seconds + DRAIN_SECONDS)


def _free_bind(bind: str, spare: int) -> str:
    # On loopback, whatever the settings say: a demonstration is for this machine only.
    port = address(bind).port
    return f"{LOOPBACK}:{port if port and is_free(port) else spare}"


def _spawn(log: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **{f"{PREFIX}{name}": value for name, value in settings.items()}}
    with log.open("wb") as output:
        # In a session of its own: Ctrl-C reaches only us, and we stop things in order.
        return subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, str(PROJECT / "worker.py")],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


async def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await asyncio.to_thread(_is_ready, port):
                if (status := process.poll()) is not None:
                    raise WorkerEndedError(status, log)
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError:
        raise WorkerEndedError(None, log) from None


def _is_ready(port: int) -> bool:
    url = f"http://{LOOPBACK}:{port}/readyz"
    try:
        with urlopen(url, timeout=_PROBE_SECONDS) as answer:
            return bool(answer.status == HTTPStatus.OK)
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
    """Return the last problem in the worker's log."""
    for line in reversed(log.read_text("utf-8", "replace").splitlines()):
        try:
            problem = json.loads(line).get("problem")
        except (ValueError, AttributeError):
            problem = line
        if problem:
            return str(problem)
    return "it logged no problem"
