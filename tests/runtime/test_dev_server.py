"""Development server: its binary, its ports, its data between runs, and its end."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest

from runtime.client import connect
from runtime.dev_server import DevServerStartError, run_dev_server, server_binary
from runtime.ports import LOOPBACK, STANDARD, free_ports, is_free, standard_or_free
from workflows.search_attributes import SEARCH_ATTRIBUTES


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another server listens."""
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


def test_the_binary_comes_from_the_wheel() -> None:
    """PATH is not searched: another version may be there."""
    program = server_binary()

    assert program.is_file()
    assert os.access(program, os.X_OK)


async def test_workflows_are_kept_over_a_restart_and_no_process_is_left(tmp_path: Path) -> None:
    """The database keeps workflows between runs; a stopped server leaves no process."""
    name = f"sentence-{uuid4().hex}"
    async with run_dev_server(tmp_path, headless=True, choose_ports=free_ports) as first:
        client = await connect(address=first.address)
        await client.start_workflow("SentenceWorkflow", id=name, task_queue="q")
    assert gone(first.pid)

    async with run_dev_server(tmp_path, headless=True, choose_ports=free_ports) as second:
        client = await connect(address=second.address)
        description = await client.get_workflow_handle(name).describe()
        assert "SentenceWorkflow" == description.workflow_type
        assert not second.has_ended()
    assert gone(second.pid)


async def test_it_has_its_own_session_our_attributes_and_listens_on_loopback_only(
    tmp_path: Path,
) -> None:
    """Ctrl-C does not reach it, and no other machine does: it authenticates nobody."""
    async with run_dev_server(tmp_path, headless=True, choose_ports=free_ports) as server:
        assert server.pid == os.getsid(server.pid) != os.getsid(0)
        client = await connect(address=server.address, namespace="default")
        answer = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace="default")
        )
        assert {key.name for key in SEARCH_ATTRIBUTES} <= set(answer.custom_attributes)
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", server.ports.grpc), timeout=5)


async def test_a_port_taken_meanwhile_is_replaced(tmp_path: Path, taken: int) -> None:
    """The ports are chosen again, and the server says that it moved."""
    free = free_ports()
    choices = iter([free._replace(grpc=taken), free._replace(ui=taken), free])
    async with run_dev_server(
        tmp_path, in_memory=True, choose_ports=lambda: next(choices)
    ) as server:
        assert free == server.ports
        assert server.moved
        assert f"http://{LOOPBACK}:{free.ui}" == server.ui_url
        assert f"{LOOPBACK}:{free.grpc}" == server.address


async def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The error holds the last line of output, and names the file with all of it."""
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
    monkeypatch.setattr("runtime.ports.is_free", lambda port: port == STANDARD.ui)
    chosen = standard_or_free()

    assert STANDARD.ui == chosen.ui
    assert STANDARD.grpc != chosen.grpc


def test_a_later_start_uses_the_ports_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bookmarks stay right; a port that is taken now gives way to the standard one."""
    earlier = free_ports()
    monkeypatch.setattr("runtime.ports.is_free", lambda port: port != earlier.http)
    chosen = standard_or_free(earlier)

    assert earlier._replace(http=STANDARD.http) == chosen
