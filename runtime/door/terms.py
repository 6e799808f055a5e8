"""Settings of the door: `SENTENCES_DOOR_ISSUER=https://...` sets `issuer`."""

from typing import Final

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from runtime.terms import Terms, Url, Word, read_terms
from settings import PREFIX, Bind

DOOR_PREFIX: Final = f"{PREFIX}DOOR_"


class DoorTerms(Terms):
    """Whose tokens are taken, and how much one sender may ask."""

    model_config = SettingsConfigDict(
        env_prefix=DOOR_PREFIX, frozen=True, hide_input_in_errors=True
    )

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


def load_terms() -> DoorTerms:
    """Return the settings of this process's environment.

    Raises:
        SettingsError: If a value is refused; the value itself is not repeated.
    """
    return read_terms(DoorTerms)
