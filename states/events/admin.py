"""Events about events: withdrawn, resolved, acknowledged."""

from typing import Annotated

from pydantic import Field, model_validator

from states.events.event import Event
from states.events.fields import EventId, Text


class EventWithdrawn(Event):
    """An earlier event never happened, or not so: the fold leaves it out."""

    KIND = "event_withdrawn"
    RANK = 0

    withdrawn_event_id: EventId
    reason: Text


class MessageResolved(Event):
    """Someone dealt with a message that was quarantined, held or refused."""

    KIND = "message_resolved"
    RANK = 240

    message_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    resolved_event_id: EventId | None = None
    how: Text

    @model_validator(mode="after")
    def _names_one(self) -> "MessageResolved":
        if (self.message_digest is None) == (self.resolved_event_id is None):
            message = "name the message by message_digest or by resolved_event_id, not both"
            raise ValueError(message)
        return self


class NoticeAcknowledged(Event):
    """The addressee of a notice has it."""

    KIND = "notice_acknowledged"
    RANK = 220

    notice_key: Annotated[
        str, Field(min_length=1, max_length=512, pattern=r"^[A-Za-z0-9._:/@#+-]+$")
    ]
