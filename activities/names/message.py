"""The base of every message between a sentence and its activities."""

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """A frozen message that refuses unknown fields and never shows its input in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
