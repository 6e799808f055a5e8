"""Settings that codec server and door both have: address, issuer of tokens, certificate."""

from pathlib import Path
from typing import Annotated, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import StringConstraints, ValidationError
from pydantic_settings import BaseSettings

from runtime.serving import Tls, is_loopback
from settings import Bind, SettingsError, address

INSECURE_HOST: Final = "127.0.0.1"
"""The one address of a server that asks nobody who they are."""

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s,]{1,300}$")]
Word = Annotated[str, StringConstraints(pattern=r"^\S{1,200}$")]


class Terms(BaseSettings):
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
    def tls(self) -> Tls | None:
        """Return the files of the certificate; None where they are not both set."""
        if self.tls_certificate is None or self.tls_key is None:
            return None
        return Tls(Path(self.tls_certificate), Path(self.tls_key))

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


_Kept = TypeVar("_Kept", bound=Terms)


def read_terms(kind: type[_Kept]) -> _Kept:
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
