"""Events about events: withdrawn, resolved, acknowledged."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, model_validator

from states.events.envelope import Code, Codes, Day, Event, EventId, FreeText, require_order


class EventWithdrawn(Event):
    """An earlier event never happened, or not so: the fold leaves it out."""

    KIND = "event_withdrawn"
    RANK = 0

    withdrawn_event_id: EventId
    reason: FreeText


class MessageResolved(Event):
    """Someone dealt with a message that was quarantined, held or refused."""

    KIND = "message_resolved"
    RANK = 240

    message_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    resolved_event_id: EventId | None = None
    how: FreeText

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


_CRN: Final = r"^[A-Z][0-9]{6}$"
_NUMBER: Final = r"^[0-9]{1,4}$"

Crn = Annotated[str, Field(pattern=_CRN)]
"""A case reference number: one capital letter and six digits."""

EventNumber = Annotated[str, Field(pattern=_NUMBER)]
"""The number of a sentence within its case: one to four digits."""


class SupervisionSuspended(Event):
    """Supervision stopped for a time: its days are skipped as if nobody worked.

    The first day is `from_on` or the day of the event; the last is `until`, or the day before
    supervision is resumed.
    """

    KIND = "supervision_suspended"
    RANK = 38
    OWN_TIME = "from_on"

    from_on: Day | None = None
    until: Day | None = None
    rationale: FreeText | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "SupervisionSuspended":
        require_order(("from_on", self.from_on), ("until", self.until))
        return self


class SupervisionResumed(Event):
    """Supervision goes on; `resumed_on` is a working day again."""

    KIND = "supervision_resumed"
    RANK = 37
    OWN_TIME = "resumed_on"

    resumed_on: Day


class CalendarRevised(Event):
    """Another calendar of working days holds; clocks that are settled keep their dates."""

    KIND = "calendar_revised"
    RANK = 14

    calendar: Code


class EditionChanged(Event):
    """Another edition of the standards holds for what is triggered from `changed_on`.

    Left out, that is the day of the event. Clocks that run keep their rule, and the timescales
    named in `saved_for` stay under the earlier edition altogether.
    """

    KIND = "edition_changed"
    RANK = 13
    OWN_TIME = "changed_on"

    edition: Code
    changed_on: Day | None = None
    saved_for: Codes | None = None


class MoveReason(StrEnum):
    """Why a sentence has another name."""

    MERGE = "merge"
    UNMERGE = "unmerge"
    RENUMBERING = "renumbering"


class SentenceMoved(Event):
    """The sentence goes on under another CRN or number, or came from one.

    The sentence that is left has `to_crn` and `to_event_number`; the one that takes over has
    `from_crn` and `from_event_number`.
    """

    KIND = "sentence_moved"
    RANK = 235

    why: MoveReason
    to_crn: Crn | None = None
    to_event_number: EventNumber | None = None
    from_crn: Crn | None = None
    from_event_number: EventNumber | None = None

    @model_validator(mode="after")
    def _names_one_other(self) -> "SentenceMoved":
        leaves = (self.to_crn is not None, self.to_event_number is not None)
        arrives = (self.from_crn is not None, self.from_event_number is not None)
        if sorted((all(leaves), all(arrives))) != [False, True] or any(leaves) == any(arrives):
            message = (
                "name the other sentence once, whole: to_crn and to_event_number where it goes "
                "on, or from_crn and from_event_number where it came from"
            )
            raise ValueError(message)
        return self


Subject = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[A-Za-z0-9._:/@#+-]+$")]
"""What a duty is about, as the view shows it: an id, a date, or an organisation and an id."""


class DutyDischarged(Event):
    """Somebody did what a duty asks, where no other event would say so."""

    KIND = "duty_discharged"
    RANK = 225
    OWN_TIME = "done_on"

    duty: Code
    subject: Subject | None = None
    done_on: Day | None = None
    rationale: FreeText | None = None
