"""Settings of the codec server: `SENTENCES_CODEC_ISSUER=https://...` sets `issuer`."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from settings import PREFIX, Bind, SettingsError

CODEC_PREFIX: Final = f"{PREFIX}CODEC_"

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s,]{1,300}$")]
Origins = Annotated[str, StringConstraints(pattern=r"^$|^https?://[^\s/,]+(,https?://[^\s/,]+)*$")]
Word = Annotated[str, StringConstraints(pattern=r"^\S{1,200}$")]


class CodecTerms(BaseSettings):
    """Who may have payloads opened, and how often."""

    model_config = SettingsConfigDict(
        env_prefix=CODEC_PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    bind: Bind = "127.0.0.1:8088"
    """Address on which it listens."""
    origins: Origins = "http://127.0.0.1:8233,http://localhost:8233"
    """Pages that may ask, with commas between them: the addresses of Temporal's UI."""
    issuer: Url | None = None
    """OpenID issuer of the tokens; its configuration and keys are fetched from there."""
    audience: Word = "sentences-codec"
    """What a token must have been issued for."""
    roles_claim: Word = "roles"
    """Claim that lists a person's roles; dots lead into it, as in `realm_access.roles`."""
    decode_role: Word = "sentences-decode"
    encode_role: Word = "sentences-encode"
    """To seal is a right apart: whoever has it can send events."""
    requests_a_minute: int = Field(default=600, ge=1, le=100_000)
    """What one person may ask; a page of history is one request."""
    tls_certificate: str | None = None
    tls_key: str | None = None
    """PEM files; without them put a proxy with TLS in front."""


def load_terms() -> CodecTerms:
    """Return the settings of this process's environment.

    Raises:
        SettingsError: If a value is refused; the value itself is not repeated.
    """
    try:
        return CodecTerms()
    except ValidationError as error:
        faults = "; ".join(
            f"{CODEC_PREFIX}{str(fault['loc'][0]).upper()} is refused: {fault['msg']}"
            for fault in error.errors()
        )
        raise SettingsError(faults) from None
