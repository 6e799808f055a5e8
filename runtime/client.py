"""Connect to Temporal as its own environment configuration says.

`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, profiles, keys and certificates all work as they do
for the `temporal` program.
"""

from pathlib import Path
from typing import Final

from temporalio.client import Client
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import Runtime

from activities.crypto.keys import KeyProvider
from runtime.keys import keys_of
from runtime.plugin import SentencesPlugin
from settings import load_settings

_UNTRUSTED: Final = (
    "shows a certificate of an authority that is not trusted here; "
    "TEMPORAL_TLS_SERVER_CA_CERT_PATH names the right one"
)
_OTHER_NAME: Final = (
    "shows a certificate for another name; TEMPORAL_TLS_SERVER_NAME says which is meant"
)
_NO_TLS: Final = "answers without TLS, which TEMPORAL_TLS, a certificate or an API key asks for"
_NOT_LET_IN: Final = (
    "turns us away after TLS; it may want a certificate that it trusts in "
    "TEMPORAL_TLS_CLIENT_CERT_PATH and its key in TEMPORAL_TLS_CLIENT_KEY_PATH"
)
_PERHAPS_TLS: Final = "hangs up; it may want TLS, which TEMPORAL_TLS turns on"
_FORBIDDEN: Final = "does not take the API key or the certificate that it was shown"
_BAD_PAIR: Final = "cannot be asked: the client's certificate or key is no PEM that can be read"
_SILENT: Final = "does not answer"

_KNOWN: Final = (
    ("NotValidForName", _OTHER_NAME),
    ("InvalidCertificate(Expired", "shows a certificate that has expired"),
    ("InvalidCertificate", _UNTRUSTED),
    ("InvalidContentType", _NO_TLS),
    ("PrivateKeyParseError", _BAD_PAIR),
    ("CertificateParseError", _BAD_PAIR),
    ("code: PermissionDenied", _FORBIDDEN),
    ("code: Unauthenticated", _FORBIDDEN),
)
"""Words of the SDK's error, and what they come to. Its own text is a dump of inner structures."""


class NoConnectionError(RuntimeError):
    """There is no connection to Temporal; the message is one sentence without a secret.

    Attributes:
        is_silent: Whether simply nobody answers, as where no server runs yet.
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
    """Return what a person makes of the SDK's error.

    Args:
        error: What connecting came to.
        address: `host:port` that was tried.
        tls: Whether TLS was asked for.
    """
    text = str(error)
    for words, why in _KNOWN:
        if words in text:
            return NoConnectionError(address, why)
    if "after connection" in text:
        # The server ended a connection that stood: with TLS 1.3 that is how it says that a
        # certificate was wanted.
        return NoConnectionError(address, _NOT_LET_IN if tls else _PERHAPS_TLS)
    return NoConnectionError(address)


DEFAULT_ADDRESS = "localhost:7233"


async def connect(
    *,
    address: str | None = None,
    namespace: str | None = None,
    runtime: Runtime | None = None,
    keys: KeyProvider | None = None,
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
        FileError: If the file of keys cannot be read.
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
        raise explain_connection_error(error, config["target_host"], tls=tls) from error


def _configured() -> ClientConnectConfig:
    try:
        return ClientConfig.load_client_connect_config()
    except OSError as error:
        raise ConnectionFileError(error) from None


def configured_address() -> str:
    """Return the `host:port` that `connect` would use, to name it in a message."""
    return _configured().get("target_host", DEFAULT_ADDRESS)
