"""The embedded server starts from its wheel, evades taken ports, keeps its data, and stops."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from runtime.client import connect
from runtime.dev_server import (
    LOOPBACK,
    STANDARD,
    DevServerStartError,
    Ports,
    free_ports,
    is_free,
    run_dev_server,
    server_binary,
    server_command,
    standard_or_free,
)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which someone else listens."""
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        yield other.getsockname()[1]


def gone(pid: int) -> bool:
    """Return whether no process has the id any more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_the_program_is_the_wheels_own() -> None:
    """Nothing is searched on the path, where another version may lie."""
    program = server_binary()

    assert program.is_file()
    assert os.access(program, os.X_OK)


async def test_what_ran_is_there_after_a_restart_and_the_process_is_gone(tmp_path: Path) -> None:
    """The database keeps workflows between runs; stopping leaves no process behind."""
    name = f"sentence-{uuid4().hex}"
    async with run_dev_server(tmp_path, headless=True, choose_ports=free_ports) as first:
        client = await connect(address=first.address)
        await client.start_workflow("SentenceWorkflow", id=name, task_queue="q")
    assert gone(first.pid)

    async with run_dev_server(tmp_path, headless=True, choose_ports=free_ports) as second:
        client = await connect(address=second.address)
        description = await client.get_workflow_handle(name).describe()
        assert "SentenceWorkflow" == description.workflow_type
    assert gone(second.pid)


async def test_a_port_taken_in_between_is_evaded(tmp_path: Path, taken: int) -> None:
    """A choice that proves stale is made again, and the answer says that the server moved."""
    free = free_ports()
    choices = iter([Ports(taken, free.ui), Ports(free.grpc, taken), free])
    async with run_dev_server(
        tmp_path, in_memory=True, choose_ports=lambda: next(choices)
    ) as server:
        assert free == server.ports
        assert server.moved
        assert f"http://{LOOPBACK}:{free.ui}" == server.ui_url
        assert f"{LOOPBACK}:{free.grpc}" == server.address


async def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The last thing it said is in the error, with the file that has the rest."""
    with pytest.raises(
        DevServerStartError, match=r"start: .*unknown flag: --no-such.*temporal\.log"
    ):
        async with run_dev_server(
            tmp_path, in_memory=True, choose_ports=free_ports, options=("--no-such",)
        ):
            pass


def test_the_standard_ports_come_first(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    """Each standard port is used where it is free, and another one where it is not."""
    assert not is_free(taken)
    monkeypatch.setattr("runtime.dev_server.is_free", lambda port: port == STANDARD.ui)
    chosen = standard_or_free()

    assert STANDARD.ui == chosen.ui
    assert STANDARD.grpc != chosen.grpc


def test_the_command_listens_on_the_loopback_alone(tmp_path: Path) -> None:
    """A development server checks no one's identity: it is not for other machines."""
    command = server_command(Ports(1, 2), headless=False, database=tmp_path / "temporal.db")

    assert LOOPBACK == command[command.index("--ip") + 1]
    assert "--search-attribute SentenceState=Keyword" in " ".join(command)
    assert "--search-attribute RunningTimescales=KeywordList" in " ".join(command)
