"""Settings of the codec server: `SENTENCES_CODEC_ISSUER=https://...` sets `issuer`."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints
from pydantic_settings import SettingsConfigDict

from runtime.terms import Terms, Word, read_terms
from settings import PREFIX, Bind

CODEC_PREFIX: Final = f"{PREFIX}CODEC_"

Origins = Annotated[str, StringConstraints(pattern=r"^$|^https?://[^\s/,]+(,https?://[^\s/,]+)*$")]


class CodecTerms(Terms):
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


def load_terms() -> CodecTerms:
    """Return the settings of this process's environment.

    Raises:
        SettingsError: If a value is refused; the value itself is not repeated.
    """
    return read_terms(CodecTerms)
