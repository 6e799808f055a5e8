"""Connect to Temporal as its own environment configuration says.

`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, profiles, keys and certificates all work as they do
for the `temporal` program.
"""

from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.runtime import Runtime

from activities.sealing.keys import Keys
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
        RuntimeError: If the server cannot be reached, or the configuration cannot be read.
        SealingFileError: If the file of keys cannot be read.
        SettingsError: If a setting is refused.
    """
    config = ClientConfig.load_client_connect_config()
    if address is not None:
        config["target_host"] = address
    if namespace is not None:
        config["namespace"] = namespace
    config.setdefault("target_host", DEFAULT_ADDRESS)
    plugin = SentencesPlugin(keys or keys_of(load_settings()))
    return await Client.connect(**config, plugins=[plugin], runtime=runtime)


def configured_address() -> str:
    """Return the `host:port` that `connect` would use, to name it in a message."""
    return ClientConfig.load_client_connect_config().get("target_host", DEFAULT_ADDRESS)
