"""Settings of the API and of the codec server from the environment; an empty variable is unset."""

from pathlib import Path
from typing import Annotated, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.http.serving import TlsFiles, is_loopback
from settings import PREFIX, Bind, SettingsError, address

INSECURE_HOST: Final = "127.0.0.1"
"""The only address allowed when authentication is off."""

CODEC_PREFIX: Final = f"{PREFIX}CODEC_"
"""`SENTENCES_CODEC_ISSUER=https://...` sets `issuer` of the codec server."""

API_PREFIX: Final = f"{PREFIX}API_"
"""`SENTENCES_API_ISSUER=https://...` sets `issuer` of the API."""

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s,]{1,300}$")]
Word = Annotated[str, StringConstraints(pattern=r"^\S{1,200}$")]
Origins = Annotated[str, StringConstraints(pattern=r"^$|^https?://[^\s/,]+(,https?://[^\s/,]+)*$")]


class HttpSettings(BaseSettings):
    """Settings of any of our HTTP servers; a subclass has its own prefix and defaults."""

    bind: Bind = f"{INSECURE_HOST}:0"
    """Address to listen on."""
    issuer: Url | None = None
    """OpenID issuer of the tokens; its configuration and keys are fetched from there."""
    audience: Word = "sentences"
    """Audience that a token must have been issued for."""
    tls_certificate: str | None = None
    tls_key: str | None = None
    """PEM files. Without them, put a TLS proxy in front."""

    @property
    def tls(self) -> TlsFiles | None:
        """Return the certificate files; None unless both are set."""
        if self.tls_certificate is None or self.tls_key is None:
            return None
        return TlsFiles(Path(self.tls_certificate), Path(self.tls_key))

    def find_fault(self, *, insecure_loopback: bool) -> str:
        """Return why no server may start with these settings, as one sentence; empty if it may.

        Args:
            insecure_loopback: Whether authentication is off, on this machine only.
        """
        prefix = self.model_config.get("env_prefix", "")
        if insecure_loopback:
            if address(self.bind).host != INSECURE_HOST:
                return (
                    "--insecure-loopback turns authentication off, so "
                    f"{prefix}BIND must be {INSECURE_HOST}"
                )
        elif self.issuer is not None and not _is_safe(self.issuer):
            return f"{prefix}ISSUER must be https: over http anyone on the way could forge keys"
        if (self.tls_certificate is None) != (self.tls_key is None):
            return f"{prefix}TLS_CERTIFICATE and {prefix}TLS_KEY must be set together"
        return ""


class CodecServerSettings(HttpSettings):
    """Settings of the codec server: who may decrypt payloads, and how often."""

    model_config = SettingsConfigDict(
        env_prefix=CODEC_PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    bind: Bind = "127.0.0.1:8088"
    origins: Origins = "http://127.0.0.1:8233,http://localhost:8233"
    """Origins of web pages that may call it, comma-separated: the addresses of Temporal's UI."""
    audience: Word = "sentences-codec"
    roles_claim: Word = "roles"
    """Claim that lists a person's roles; dots lead into objects, as in `realm_access.roles`."""
    decode_role: Word = "sentences-decode"
    encode_role: Word = "sentences-encode"
    """Role that may encrypt. It is separate, because it allows its holder to send events."""
    requests_a_minute: int = Field(default=600, ge=1, le=100_000)
    """Rate limit of one person; a page of history is one request."""


class ApiSettings(HttpSettings):
    """Settings of the API: whose tokens it accepts, and how much one sender may ask."""

    model_config = SettingsConfigDict(
        env_prefix=API_PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    bind: Bind = "127.0.0.1:8089"
    issuer: Url | None = None
    """OpenID issuer of senders' tokens. Without one, only keys of the integrators' file are
    accepted."""
    audience: Word = "sentences-api"
    subject_claim: Word = "sub"
    """Claim that holds what the file lists in `api_subjects`; `client_id` for some issuers."""
    requests_a_minute: int = Field(default=1_200, ge=1, le=1_000_000)
    """Rate limit of one sender."""
    answer_seconds: float = Field(default=20.0, gt=0, le=300)
    """Longest time that a sender waits for the outcome of an event."""


_SettingsT = TypeVar("_SettingsT", bound=HttpSettings)


def load_codec_server_settings() -> CodecServerSettings:
    """Return the codec server's settings from the environment of this process.

    Raises:
        SettingsError: If a value is invalid; the value itself is not repeated.
    """
    return _load(CodecServerSettings)


def load_api_settings() -> ApiSettings:
    """Return the API's settings from the environment of this process.

    Raises:
        SettingsError: If a value is invalid; the value itself is not repeated.
    """
    return _load(ApiSettings)


def _load(kind: type[_SettingsT]) -> _SettingsT:
    try:
        return kind()
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        faults = "; ".join(
            f"{prefix}{str(fault['loc'][0]).upper()} is refused: {fault['msg']}"
            for fault in error.errors()
        )
        raise SettingsError(faults) from None


def _is_safe(issuer: str) -> bool:
    parts = urlsplit(issuer)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")
