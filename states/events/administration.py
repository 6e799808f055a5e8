"""Events about the record itself: withdrawals, receipts, suspension, law, calendar, identity."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, model_validator

from states.events.envelope import Code, Codes, Day, Event, EventId, FreeText


class EventWithdrawn(Event, kind="event_withdrawn", rank=0):
    """An earlier event did not happen, or not as stated: the fold leaves it out."""

    withdrawn_event_id: EventId
    """Id of the event that did not happen, or not as stated."""
    reason: FreeText
    """The reason."""


class MessageResolved(Event, kind="message_resolved", rank=240):
    """A message that was quarantined, held or refused was dealt with."""

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


class NoticeAcknowledged(Event, kind="notice_acknowledged", rank=220):
    """The recipient of a notice has received it."""

    notice_key: Annotated[
        str, Field(min_length=1, max_length=512, pattern=r"^[A-Za-z0-9._:/@#+-]+$")
    ]
    """The key under which the notice was delivered."""


_CRN: Final = r"^[A-Z][0-9]{6}$"
_NUMBER: Final = r"^([1-9][0-9]{0,3}|0)$"

Crn = Annotated[str, Field(pattern=_CRN)]
"""A case reference number: one capital letter and six digits."""

EventNumber = Annotated[str, Field(pattern=_NUMBER)]
"""The number of a sentence within its case: one to four digits, `1` and not `01`."""


class SupervisionSuspended(
    Event,
    kind="supervision_suspended",
    rank=38,
    own_time="from_on",
    in_order=("from_on", "until"),
    may_lie_ahead=("until",),
):
    """Supervision was suspended: its days are skipped like days on which no work is done.

    The first day is `from_on` or the day of the event; the last is `until`, or the day before
    supervision is resumed.
    """

    from_on: Day | None = None
    """The first day; left out, the day of the event."""
    until: Day | None = None
    """The last day; left out, the day before supervision is resumed."""
    rationale: FreeText | None = None
    """The reasons for the decision."""


class SupervisionResumed(Event, kind="supervision_resumed", rank=37, own_time="resumed_on"):
    """Supervision resumed; `resumed_on` is a working day again."""

    resumed_on: Day
    """The day on which supervision resumes; this day counts."""


class CalendarRevised(Event, kind="calendar_revised", rank=14):
    """Another calendar of working days applies; settled clocks keep their dates."""

    calendar: Code
    """Name of the calendar of working days, as released with the software."""


class LawRevised(Event, kind="law_revised", rank=15):
    """Another law pack applies; running clocks whose number is of law are dated again by it."""

    pack: Code
    """Name of the law pack, as released with the software."""


class EditionChanged(
    Event, kind="edition_changed", rank=13, own_time="changed_on", may_lie_ahead=("changed_on",)
):
    """Another edition of the standards applies to every trigger from `changed_on`.

    The day of the event is taken where it is left out. Running clocks keep their rule, and the
    timescales named in `saved_for` stay under the earlier edition altogether.
    """

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


class SentenceMoved(Event, kind="sentence_moved", rank=235):
    """The sentence continues under another CRN or number, or came from one.

    `to_crn` and `to_event_number` go to the sentence that is left; `from_crn` and
    `from_event_number` go to the one that takes over. A move to a number that has another
    imposition is refused, and nothing moves.
    """

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


class DutyDischarged(Event, kind="duty_discharged", rank=225, own_time="done_on"):
    """A duty was discharged in a way that no other event reports."""

    duty: Code
    """The duty's id, as the view shows it."""
    subject: Subject | None = None
    """The subject of the duty, as the view shows it."""
    done_on: Day | None = None
    """The day on which it was done; left out, the day of the event."""
    rationale: FreeText | None = None
    """The reasons for the decision."""
