"""The connection is Temporal's own environment configuration; the plugin comes along."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.client import configured_address, configured_target, connect
from runtime.codec import SentencePayloadConverter
from runtime.dev_server import DevServer
from runtime.plugin import PASSTHROUGH_MODULES
from runtime.ports import free_ports
from runtime.process import MetricsError, make_runtime
from runtime.running_stack import RunningStack
from settings import PROJECT
from tests.runtime.cli.terminal import run_command_async


async def test_the_environment_says_where_temporal_is(
    monkeypatch: pytest.MonkeyPatch, server: DevServer
) -> None:
    """`TEMPORAL_ADDRESS` and `TEMPORAL_NAMESPACE` work as for the `temporal` program."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "elsewhere")
    client = await connect()

    assert (server.address, "elsewhere") == (configured_address(), client.namespace)
    assert client.data_converter.payload_converter_class is SentencePayloadConverter


def test_without_configuration_it_is_the_local_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default is where a development server listens."""
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", "no-such-file.toml")
    # The checkout's own installation may be running.
    monkeypatch.setenv("SENTENCES_DATA_DIR", "no-such-folder")

    assert "localhost:7233" == configured_address()


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing says where Temporal is, and the data folder is the test's own."""
    for name in ("TEMPORAL_ADDRESS", "SENTENCES_PLAIN_PAYLOADS", "SENTENCES_KEYS_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", "no-such-file.toml")
    monkeypatch.setenv("SENTENCES_DATA_DIR", str(tmp_path))


@pytest.mark.usefixtures("unset")
async def test_without_configuration_the_running_installation_is_found(
    monkeypatch: pytest.MonkeyPatch, server: DevServer, tmp_path: Path
) -> None:
    """Its record names the server; no key is needed where it is not sealed."""
    nowhere = f"127.0.0.1:{free_ports().grpc}"
    monkeypatch.setattr("runtime.running_stack._STANDARD_ADDRESS", nowhere)
    stack = RunningStack(server.address, "elsewhere", sealed=False, http=server.http_url)
    stack.save(tmp_path)
    client = await connect()

    assert f"elsewhere@{server.address}" == configured_target()
    assert "elsewhere" == client.namespace
    assert stack == RunningStack.read(tmp_path)

    # The record of an installation that has stopped.
    replace(stack, address=nowhere).save(tmp_path)
    assert "default@localhost:7233" == configured_target()


@pytest.mark.usefixtures("unset")
async def test_of_two_servers_none_is_guessed(
    monkeypatch: pytest.MonkeyPatch, server: DevServer, tmp_path: Path
) -> None:
    """One at the usual port and one of `make run`: the message names both and what to set."""
    usual = f"127.0.0.1:{server.ports.http}"
    monkeypatch.setattr("runtime.running_stack._STANDARD_ADDRESS", usual)
    RunningStack(server.address, "default", sealed=False, http=server.http_url).save(tmp_path)

    said = await run_command_async("list")
    assert said.refuses(f"two servers answer: {server.address}, which `make run` started, and")
    assert said.refuses("set TEMPORAL_ADDRESS to one of them")


@pytest.mark.usefixtures("unset")
async def test_a_sealed_installation_needs_its_key(
    monkeypatch: pytest.MonkeyPatch, server: DevServer, tmp_path: Path
) -> None:
    """Nothing readable goes to it by mistake; a command says which server it talks to."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    stack = RunningStack(server.address, "default", sealed=True, http=server.http_url)
    stack.save(tmp_path)
    assert "payloads must be encrypted" in (await run_command_async("list")).err

    replace(stack, sealed=False).save(tmp_path)
    done = await asyncio.create_subprocess_exec(
        sys.executable, "starter.py", "list", cwd=PROJECT, stdout=DEVNULL, stderr=PIPE
    )
    _, said = await done.communicate()
    assert (0, f"server {server.address}, namespace default\n") == (done.returncode, said.decode())


async def test_an_empty_variable_of_temporal_is_unset(
    monkeypatch: pytest.MonkeyPatch, server: DevServer
) -> None:
    """Compose passes on what nobody filled in; the SDK would take it for a value."""
    for name in ("NAMESPACE", "API_KEY", "TLS", "TLS_SERVER_NAME", "PROFILE"):
        monkeypatch.setenv(f"TEMPORAL_{name}", "")
    client = await connect(address=server.address)

    assert "default" == client.namespace


async def test_metrics_are_served_and_a_taken_address_is_one_sentence(
    server: DevServer,
) -> None:
    """Two processes of one machine need two addresses: the second one says so."""
    bind = f"127.0.0.1:{free_ports().grpc}"
    runtime = make_runtime(bind)
    await connect(address=server.address, runtime=runtime)

    with pytest.raises(MetricsError, match=f"cannot serve metrics at {bind}: .*in use"):
        make_runtime(bind)
    with pytest.raises(MetricsError, match="cannot serve metrics at nowhere:9464"):
        make_runtime("nowhere:9464")


def test_the_sandbox_shares_what_must_be_shared() -> None:
    """The rooms without side effects are passed through; the sentence itself is not."""
    assert {"states", "workflows.law", "activities.contracts"} <= set(PASSTHROUGH_MODULES)
    assert not {"workflows", "activities", "runtime"} & set(PASSTHROUGH_MODULES)
