"""Run Temporal's development server as a child of this process."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.service import ConnectConfig, RPCError, ServiceClient

from runtime.ports import LOOPBACK, STANDARD, Ports, standard_or_free
from runtime.program import EmbeddedError, server_command

ATTEMPTS = 5
"""How often another pair of ports is tried when someone takes one in between."""

START_SECONDS = 60.0
STOP_SECONDS = 15.0
_BANNER = "Temporal Server:"


class StartError(EmbeddedError):
    """The server ended, or did not answer, instead of starting."""

    def __init__(self, why: str, log: Path) -> None:
        super().__init__(f"the embedded server did not start: {why} (see {log})")


class PortsTakenError(EmbeddedError):
    """Someone else listened each time where the server was to listen."""

    def __init__(self) -> None:
        super().__init__(f"the embedded server found its ports taken {ATTEMPTS} times in a row")


@dataclass(frozen=True)
class EmbeddedServer:
    """A running server and where to find it."""

    ports: Ports
    pid: int
    headless: bool

    @property
    def address(self) -> str:
        """Return `host:port` for a client."""
        return f"{LOOPBACK}:{self.ports.grpc}"

    @property
    def ui_url(self) -> str | None:
        """Return the address of the UI; None when it has none."""
        return None if self.headless else f"http://{LOOPBACK}:{self.ports.ui}"

    @property
    def moved(self) -> bool:
        """Return whether a standard port was taken, so that it listens elsewhere."""
        ui_moved = not self.headless and self.ports.ui != STANDARD.ui
        return self.ports.grpc != STANDARD.grpc or ui_moved


@asynccontextmanager
async def embedded_server(
    folder: Path,
    *,
    headless: bool = False,
    in_memory: bool = False,
    choose_ports: Callable[[], Ports] = standard_or_free,
    options: tuple[str, ...] = (),
) -> AsyncIterator[EmbeddedServer]:
    """Run the server while the context lasts, with the search attributes registered.

    Args:
        folder: Holds `temporal.db`, which keeps histories between runs, and `temporal.log`.
        headless: Without the UI.
        in_memory: Without the database: everything is gone when the server stops.
        choose_ports: Asked again, up to `ATTEMPTS` times, when its answer proves stale.
        options: Further options of `temporal server start-dev`.

    Raises:
        EmbeddedError: If it does not start; the message is one sentence.
    """
    log, database = folder / "temporal.log", None if in_memory else folder / "temporal.db"
    for _ in range(ATTEMPTS):
        ports = choose_ports()
        command = server_command(ports, headless=headless, database=database, options=options)
        # Without an await: a cancellation in between would leave a server that nobody stops.
        process = _spawn(command, log)
        try:
            if await _is_ready(process, ports, log):
                yield EmbeddedServer(ports=ports, pid=process.pid, headless=headless)
                return
        finally:
            await asyncio.to_thread(_stop, process)
    raise PortsTakenError


def _spawn(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("wb") as out:
        # A session of its own: Ctrl-C in the terminal must reach us first, or the worker
        # would drain against a server that is gone.
        return subprocess.Popen(  # noqa: S603 - our own program and options, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


async def _is_ready(process: subprocess.Popen[bytes], ports: Ports, log: Path) -> bool:
    """Wait until the server answers; return False when one of its ports was taken."""
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        said = log.read_text(encoding="utf-8", errors="replace")  # noqa: ASYNC240 - a few lines
        if process.poll() is not None:
            if "address already in use" in said:
                return False
            raise StartError((said.strip() or "it said nothing").splitlines()[-1], log)
        # Until its banner is printed, whoever answers on the port is not ours.
        if _BANNER in said and await _serves(f"{LOOPBACK}:{ports.grpc}"):
            return True
        await asyncio.sleep(0.05)
    raise StartError(f"no answer within {START_SECONDS} s", log)  # noqa: TRY003 - one of two whys


async def _serves(address: str) -> bool:
    try:
        service = await ServiceClient.connect(ConnectConfig(target_host=address))
        return await service.check_health()
    except (RPCError, RuntimeError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
