"""Connect to Temporal as its own environment configuration says.

`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, profiles, keys and certificates all work as they do
for the `temporal` program.
"""

from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.runtime import Runtime

from runtime.plugin import SentencesPlugin

DEFAULT_ADDRESS = "localhost:7233"


async def connect(
    *, address: str | None = None, namespace: str | None = None, runtime: Runtime | None = None
) -> Client:
    """Return a client that carries the sentences' plugin.

    Args:
        address: `host:port` in place of the configured one.
        namespace: Namespace in place of the configured one.
        runtime: Where metrics and core logs go; the default runtime keeps none.

    Raises:
        RuntimeError: If the server cannot be reached, or the configuration cannot be read.
    """
    config = ClientConfig.load_client_connect_config()
    if address is not None:
        config["target_host"] = address
    if namespace is not None:
        config["namespace"] = namespace
    config.setdefault("target_host", DEFAULT_ADDRESS)
    return await Client.connect(**config, plugins=[SentencesPlugin()], runtime=runtime)


def configured_address() -> str:
    """Return the `host:port` that `connect` would use, to name it in a message."""
    return ClientConfig.load_client_connect_config().get("target_host", DEFAULT_ADDRESS)
