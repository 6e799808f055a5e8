"""Connect to Temporal as its own environment configuration says.

`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, profiles, keys and certificates all work as they do
for the `temporal` program.
"""

from temporalio.client import Client
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import Runtime

from activities.sealing.keys import Keys
from runtime.connection import ConnectionFileError, explained
from runtime.plugin import SentencesPlugin
from runtime.sealing import keys_of
from settings import load_settings

DEFAULT_ADDRESS = "localhost:7233"


async def connect(
    *,
    address: str | None = None,
    namespace: str | None = None,
    runtime: Runtime | None = None,
    keys: Keys | None = None,
) -> Client:
    """Return a client that carries the sentences' plugin.

    Args:
        address: `host:port` in place of the configured one.
        namespace: Namespace in place of the configured one.
        runtime: Where metrics and core logs go; the default runtime keeps none.
        keys: What seals payloads, in place of the keys of the settings.

    Raises:
        NoConnectionError: If the server cannot be reached, or does not let us in.
        ConnectionFileError: If a file that the configuration names cannot be read.
        ValueError: If the configuration contradicts itself.
        SealingFileError: If the file of keys cannot be read.
        SettingsError: If a setting is refused.
    """
    config = _configured()
    if address is not None:
        config["target_host"] = address
    if namespace is not None:
        config["namespace"] = namespace
    config.setdefault("target_host", DEFAULT_ADDRESS)
    plugin = SentencesPlugin(keys or keys_of(load_settings()))
    try:
        return await Client.connect(**config, plugins=[plugin], runtime=runtime)
    except RuntimeError as error:
        tls = bool(config.get("tls"))
        raise explained(error, config["target_host"], tls=tls) from error


def _configured() -> ClientConnectConfig:
    try:
        return ClientConfig.load_client_connect_config()
    except OSError as error:
        raise ConnectionFileError(error) from None


def configured_address() -> str:
    """Return the `host:port` that `connect` would use, to name it in a message."""
    return _configured().get("target_host", DEFAULT_ADDRESS)
