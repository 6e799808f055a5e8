"""Settings that codec server and door both have: address, issuer of tokens, certificate."""

from pathlib import Path
from typing import Annotated, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.http.serving import TlsFiles, is_loopback
from settings import PREFIX, Bind, SettingsError, address

INSECURE_HOST: Final = "127.0.0.1"
"""The one address of a server that asks nobody who they are."""

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s,]{1,300}$")]
Word = Annotated[str, StringConstraints(pattern=r"^\S{1,200}$")]


class HttpSettings(BaseSettings):
    """How a web server is kept. Each that extends them has a prefix and defaults of its own."""

    bind: Bind = f"{INSECURE_HOST}:0"
    """Address on which it listens."""
    issuer: Url | None = None
    """OpenID issuer of the tokens; its configuration and keys are fetched from there."""
    audience: Word = "sentences"
    """What a token must have been issued for."""
    tls_certificate: str | None = None
    tls_key: str | None = None
    """PEM files; without them put a proxy with TLS in front."""

    @property
    def tls(self) -> TlsFiles | None:
        """Return the files of the certificate; None where they are not both set."""
        if self.tls_certificate is None or self.tls_key is None:
            return None
        return TlsFiles(Path(self.tls_certificate), Path(self.tls_key))

    def fault(self, *, insecure_loopback: bool) -> str:
        """Return why no server may run on these terms, as one sentence; empty where it may.

        Args:
            insecure_loopback: Whether nobody is asked who they are, on this machine alone.
        """
        prefix = self.model_config.get("env_prefix", "")
        if insecure_loopback:
            if address(self.bind).host != INSECURE_HOST:
                return (
                    "--insecure-loopback asks nobody who they are, so "
                    f"{prefix}BIND must be {INSECURE_HOST}"
                )
        elif self.issuer is not None and not _is_safe(self.issuer):
            return f"{prefix}ISSUER must be https, for whoever is in between could admit anyone"
        if (self.tls_certificate is None) != (self.tls_key is None):
            return f"{prefix}TLS_CERTIFICATE and {prefix}TLS_KEY go together"
        return ""


_SettingsT = TypeVar("_SettingsT", bound=HttpSettings)


def load_http_settings(kind: type[_SettingsT]) -> _SettingsT:
    """Return the settings of this kind in this process's environment.

    Raises:
        SettingsError: If a value is refused; the value itself is not repeated.
    """
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


CODEC_PREFIX: Final = f"{PREFIX}CODEC_"

Origins = Annotated[str, StringConstraints(pattern=r"^$|^https?://[^\s/,]+(,https?://[^\s/,]+)*$")]


class CodecServerSettings(HttpSettings):
    """Who may have payloads opened, and how often."""

    model_config = SettingsConfigDict(
        env_prefix=CODEC_PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    bind: Bind = "127.0.0.1:8088"
    origins: Origins = "http://127.0.0.1:8233,http://localhost:8233"
    """Pages that may ask, with commas between them: the addresses of Temporal's UI."""
    audience: Word = "sentences-codec"
    roles_claim: Word = "roles"
    """Claim that lists a person's roles; dots lead into it, as in `realm_access.roles`."""
    decode_role: Word = "sentences-decode"
    encode_role: Word = "sentences-encode"
    """To seal is a right apart: whoever has it can send events."""
    requests_a_minute: int = Field(default=600, ge=1, le=100_000)
    """What one person may ask; a page of history is one request."""


def load_codec_server_settings() -> CodecServerSettings:
    """Return the settings of this process's environment.

    Raises:
        SettingsError: If a value is refused; the value itself is not repeated.
    """
    return load_http_settings(CodecServerSettings)


API_PREFIX: Final = f"{PREFIX}DOOR_"


class ApiSettings(HttpSettings):
    """Whose tokens are taken, and how much one sender may ask."""

    model_config = SettingsConfigDict(env_prefix=API_PREFIX, frozen=True, hide_input_in_errors=True)

    bind: Bind = "127.0.0.1:8089"
    issuer: Url | None = None
    """OpenID issuer of senders' tokens; without one, only keys of the integrators' file hold."""
    audience: Word = "sentences-door"
    subject_claim: Word = "sub"
    """Claim that holds what the file lists in `door_subjects`; `client_id` for some issuers."""
    requests_a_minute: int = Field(default=1_200, ge=1, le=1_000_000)
    """What one sender may ask, saved up to a minute's worth."""
    answer_seconds: float = Field(default=20.0, gt=0, le=300)
    """How long a sender who waits for an answer waits at most."""


def load_api_settings() -> ApiSettings:
    """Return the settings of this process's environment.

    Raises:
        SettingsError: If a value is refused; the value itself is not repeated.
    """
    return load_http_settings(ApiSettings)
