"""Events about the record itself: withdrawals, receipts, suspension, law, calendar, identity."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, model_validator

from states.events.envelope import Code, Codes, Day, Event, EventId, FreeText


class EventWithdrawn(Event):
    """An earlier event did not happen, or not as stated: the fold leaves it out."""

    KIND = "event_withdrawn"
    RANK = 0

    withdrawn_event_id: EventId
    """Id of the event that did not happen, or not as stated."""
    reason: FreeText
    """The reason."""


class MessageResolved(Event):
    """A message that was quarantined, held or refused was dealt with."""

    KIND = "message_resolved"
    RANK = 240

    message_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    """Digest of the message, as the view shows it: 32 hexadecimal digits."""
    resolved_event_id: EventId | None = None
    """The id of the event that was dealt with."""
    how: FreeText
    """The way in which the message was dealt with."""

    @model_validator(mode="after")
    def _names_one(self) -> "MessageResolved":
        if (self.message_digest is None) == (self.resolved_event_id is None):
            message = "name the message by message_digest or by resolved_event_id, not both"
            raise ValueError(message)
        return self


class NoticeAcknowledged(Event):
    """The recipient of a notice has received it."""

    KIND = "notice_acknowledged"
    RANK = 220

    notice_key: Annotated[
        str, Field(min_length=1, max_length=512, pattern=r"^[A-Za-z0-9._:/@#+-]+$")
    ]
    """The key under which the notice was delivered."""


_CRN: Final = r"^[A-Z][0-9]{6}$"
_NUMBER: Final = r"^[0-9]{1,4}$"

Crn = Annotated[str, Field(pattern=_CRN)]
"""A case reference number: one capital letter and six digits."""

EventNumber = Annotated[str, Field(pattern=_NUMBER)]
"""The number of a sentence within its case: one to four digits."""


class SupervisionSuspended(Event):
    """Supervision was suspended: its days are skipped like days on which no work is done.

    The first day is `from_on` or the day of the event; the last is `until`, or the day before
    supervision is resumed.
    """

    KIND = "supervision_suspended"
    RANK = 38
    OWN_TIME = "from_on"
    IN_ORDER = ("from_on", "until")

    from_on: Day | None = None
    """The first day; left out, the day of the event."""
    until: Day | None = None
    """The last day; left out, the day before supervision is resumed."""
    rationale: FreeText | None = None
    """The reasons for the decision."""


class SupervisionResumed(Event):
    """Supervision resumed; `resumed_on` is a working day again."""

    KIND = "supervision_resumed"
    RANK = 37
    OWN_TIME = "resumed_on"

    resumed_on: Day
    """The day on which supervision resumes; this day counts."""


class CalendarRevised(Event):
    """Another calendar of working days applies; settled clocks keep their dates."""

    KIND = "calendar_revised"
    RANK = 14

    calendar: Code
    """Name of the calendar of working days, as released with the software."""


class EditionChanged(Event):
    """Another edition of the standards applies to every trigger from `changed_on`.

    The day of the event is taken where it is left out. Running clocks keep their rule, and the
    timescales named in `saved_for` stay under the earlier edition altogether.
    """

    KIND = "edition_changed"
    RANK = 13
    OWN_TIME = "changed_on"

    edition: Code
    """Name of the edition of the standards, as released with the software."""
    changed_on: Day | None = None
    """The day from which the change holds; left out, the day of the event."""
    saved_for: Codes | None = None
    """Timescales that stay under the earlier edition altogether, by their ids."""


class MoveReason(StrEnum):
    """Reason for which a sentence has another name."""

    MERGE = "merge"
    UNMERGE = "unmerge"
    RENUMBERING = "renumbering"


class SentenceMoved(Event):
    """The sentence continues under another CRN or number, or came from one.

    `to_crn` and `to_event_number` go to the sentence that is left; `from_crn` and
    `from_event_number` go to the one that takes over.
    """

    KIND = "sentence_moved"
    RANK = 235

    why: MoveReason
    """The reason."""
    to_crn: Crn | None = None
    """The CRN under which the sentence continues."""
    to_event_number: EventNumber | None = None
    """The event number under which the sentence continues."""
    from_crn: Crn | None = None
    """The CRN that the sentence had before."""
    from_event_number: EventNumber | None = None
    """The event number that the sentence had before."""

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
"""Subject of a duty, as the view shows it: an id, a date, or an organisation and an id."""


class DutyDischarged(Event):
    """A duty was discharged in a way that no other event reports."""

    KIND = "duty_discharged"
    RANK = 225
    OWN_TIME = "done_on"

    duty: Code
    """The duty's id, as the view shows it."""
    subject: Subject | None = None
    """The subject of the duty, as the view shows it."""
    done_on: Day | None = None
    """The day on which it was done; left out, the day of the event."""
    rationale: FreeText | None = None
    """The reasons for the decision."""
