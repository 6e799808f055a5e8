"""The connection is Temporal's own environment configuration; the plugin comes along."""

import pytest

from runtime.client import configured_address, connect
from runtime.codec import SentencePayloadConverter
from runtime.dev_server import DevServer
from runtime.plugin import PASSTHROUGH_MODULES
from runtime.ports import free_ports
from runtime.process import MetricsError, make_runtime


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

    assert "localhost:7233" == configured_address()


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
