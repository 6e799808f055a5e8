"""Client of Temporal, connected by Temporal's own environment configuration.

`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, profiles, keys and certificates work as they do for
Temporal's CLI. Where they name no address, it is that of the installation of `make run`.
"""

import os
from pathlib import Path
from typing import Final

from temporalio.client import Client
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import Runtime

from activities.crypto.keys import KeyProvider
from runtime.keys import keys_of
from runtime.plugin import SentencesPlugin
from runtime.running_stack import RunningStack, find_running
from settings import Settings, load_settings

_UNTRUSTED: Final = (
    "presents a certificate of an untrusted authority; "
    "TEMPORAL_TLS_SERVER_CA_CERT_PATH sets the trusted one"
)
_OTHER_NAME: Final = (
    "presents a certificate for another name; TEMPORAL_TLS_SERVER_NAME sets the expected one"
)
_NO_TLS: Final = "answers without TLS, which TEMPORAL_TLS, a certificate or an API key requires"
_CLIENT_CERTIFICATE: Final = (
    "ends the connection after TLS; it may require a trusted certificate in "
    "TEMPORAL_TLS_CLIENT_CERT_PATH and its key in TEMPORAL_TLS_CLIENT_KEY_PATH"
)
_PERHAPS_TLS: Final = "ends the connection; it may require TLS, which TEMPORAL_TLS turns on"
_FORBIDDEN: Final = "rejects the API key or the certificate"
_BAD_PAIR: Final = "cannot be reached: the client's certificate or key is not valid PEM"
_SILENT: Final = "does not answer"

_KNOWN: Final = (
    ("NotValidForName", _OTHER_NAME),
    ("InvalidCertificate(Expired", "presents a certificate that has expired"),
    ("InvalidCertificate", _UNTRUSTED),
    ("InvalidContentType", _NO_TLS),
    ("PrivateKeyParseError", _BAD_PAIR),
    ("CertificateParseError", _BAD_PAIR),
    ("code: PermissionDenied", _FORBIDDEN),
    ("code: Unauthenticated", _FORBIDDEN),
)
"""Text in the SDK's error, and its meaning: the error itself is a dump of inner structures."""


class NoConnectionError(RuntimeError):
    """There is no connection to Temporal; the message is one sentence without a secret.

    Attributes:
        is_silent: True if nothing answers, for example because no server runs yet.
    """

    def __init__(self, address: str, why: str = _SILENT) -> None:
        super().__init__(f"Temporal at {address} {why}")
        self.is_silent = why == _SILENT


class ConnectionFileError(RuntimeError):
    """A file that Temporal's configuration names cannot be read, such as a certificate."""

    def __init__(self, error: OSError) -> None:
        name = Path(str(error.filename)).name
        super().__init__(f"{name}, which Temporal's configuration names: {error.strerror}")


def explain_connection_error(error: Exception, address: str, *, tls: bool) -> NoConnectionError:
    """Return the error to show for an error of the SDK.

    Args:
        error: Error of the SDK.
        address: `host:port` that was tried.
        tls: Whether TLS was used.
    """
    text = str(error)
    for words, why in _KNOWN:
        if words in text:
            return NoConnectionError(address, why)
    if "after connection" in text:
        # With TLS 1.3 a server ends the connection if it misses a client certificate.
        return NoConnectionError(address, _CLIENT_CERTIFICATE if tls else _PERHAPS_TLS)
    return NoConnectionError(address)


DEFAULT_ADDRESS: Final = "localhost:7233"
DEFAULT_NAMESPACE: Final = "default"


async def connect(
    *,
    address: str | None = None,
    namespace: str | None = None,
    runtime: Runtime | None = None,
    keys: KeyProvider | None = None,
) -> Client:
    """Return a client with the sentences' plugin.

    Args:
        address: `host:port` in place of the configured one.
        namespace: Namespace in place of the configured one.
        runtime: Destination of metrics and core logs; the default runtime has none.
        keys: Keys in place of those of the settings.

    Raises:
        NoConnectionError: If the server cannot be reached, or denies access.
        ConnectionFileError: If a file that the configuration names cannot be read.
        ValueError: If the configuration contradicts itself.
        FileError: If the key file cannot be read.
        SettingsError: If a setting is invalid.
        TwoServersError: If no address is given, and two servers answer.
    """
    config = _configured()
    if address is None:
        _add_running(config)
    else:
        config["target_host"] = address
    if namespace is not None:
        config["namespace"] = namespace
    config.setdefault("target_host", DEFAULT_ADDRESS)
    plugin = SentencesPlugin(keys or _keys_for(load_settings(), config["target_host"]))
    try:
        return await Client.connect(**config, plugins=[plugin], runtime=runtime)
    except RuntimeError as error:
        tls = bool(config.get("tls"))
        raise explain_connection_error(error, config["target_host"], tls=tls) from error


def _configured() -> ClientConnectConfig:
    # An empty variable is unset, as in our own settings; the SDK takes it for a value.
    given = {name: value for name, value in os.environ.items() if value}
    try:
        return ClientConfig.load_client_connect_config(override_env_vars=given)
    except OSError as error:
        raise ConnectionFileError(error) from None


def _add_running(config: ClientConnectConfig) -> None:
    """Add where the installation of `make run` is, if the configuration names no server."""
    if "target_host" not in config and (stack := find_running(load_settings().data_dir)):
        config["target_host"] = stack.address
        config.setdefault("namespace", stack.namespace)


def _keys_for(settings: Settings, address: str) -> KeyProvider | None:
    stack = RunningStack.read(settings.data_dir)
    is_ours = stack is not None and not stack.sealed and stack.is_at(address)
    if is_ours and "plain_payloads" not in settings.model_fields_set:
        # It is for trying things: whoever reads along with curl has no key.
        settings = settings.model_copy(update={"plain_payloads": True})
    return keys_of(settings)


def configured_address() -> str:
    """Return the `host:port` that `connect` uses, for messages."""
    return configured_target().partition("@")[2]


def configured_target() -> str:
    """Return the namespace and the server that `connect` uses, as `NAMESPACE@HOST:PORT`."""
    config = _configured()
    _add_running(config)
    address = config.get("target_host", DEFAULT_ADDRESS)
    return f"{config.get('namespace', DEFAULT_NAMESPACE)}@{address}"
