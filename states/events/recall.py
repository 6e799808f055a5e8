"""Events of recall: decision, endorsement, report, revocation, arrest, Parole Board."""

from enum import StrEnum

from pydantic import model_validator

from states.events.envelope import Codes, Count, Day, Event, FreeText, FreeTexts, Instant
from states.law.pack import Charge


class RecallType(StrEnum):
    """Type of a recall (D11)."""

    FIXED_TERM = "fixed_term"
    STANDARD = "standard"
    EMERGENCY = "emergency"


class RecallGround(StrEnum):
    """Ground of a recall (D10)."""

    NEW_OFFENCE = "new_offence"
    BEHAVIOUR = "behaviour"
    """The behaviour leads the officer to expect another offence."""
    CONDITION_BROKEN = "condition_broken"


class RecallDecided(Event, kind="recall_decided", rank=141):
    """An officer decided to recommend recall; the hours run from this minute (T11).

    `too_much_risk` is the officer's judgement on a fixed term (D11 bar 5). `departure_rationale`
    gives the reasons for another type than the table advises. A ground needs no failure (AMB-37).
    """

    recall_type: RecallType
    """The type of recall that is sought."""
    ground: RecallGround
    """The ground for the recall."""
    failure_ids: Codes | None = None
    """The failures concerned, under the senders' own ids."""
    too_much_risk: bool | None = None
    """True if the officer judges the risk too great for a fixed term."""
    very_serious: bool | None = None
    """True if the risk of harm or of reoffending is very serious."""
    rationale: FreeText
    """The reasons for the decision."""
    alternatives_considered: FreeTexts
    """The alternatives that were considered, one entry each; the list may be empty."""
    departure_rationale: FreeText | None = None
    """The reasons for departing from the step that the table proposes."""
    recalled_on_charge: Charge | None = None
    """Charge that the recall answers, if any, and if it led to a conviction."""
    term_days: Count | None = None
    """Days of a fixed term as the prison service recorded them; ours are compared with them."""


class RecallEndorsed(Event, kind="recall_endorsed", rank=142):
    """The NPS endorsed the recall of a CRC, or refused; only the sending depends on it (D13)."""

    endorsed: bool
    """True if the recall was agreed to."""
    rationale: FreeText
    """The reasons for the decision."""


class RecallReportSent(Event, kind="recall_report_sent", rank=143):
    """The recall report and its documents were sent; this stops no clock (5.5 guard 5)."""


class RecallReportRecipient(StrEnum):
    """Body that can receive a recall report (AMB-55)."""

    PPCS = "PPCS"
    NPS = "NPS"


class RecallReportReceived(Event, kind="recall_report_received", rank=144, own_time="received_at"):
    """The recall report and its documents arrived: enforcement is initiated."""

    received_at: Instant
    """When it was received, which may be after it was sent."""
    by_whom: RecallReportRecipient
    """The body that received the report."""


class RecallWithdrawn(Event, kind="recall_withdrawn", rank=145):
    """The recall was withdrawn before the licence was revoked (T13)."""

    rationale: FreeText
    """The reasons for the decision."""


class LicenceRevoked(Event, kind="licence_revoked", rank=173, own_time="revoked_on"):
    """The licence was revoked for the Secretary of State."""

    revoked_on: Day
    """The day of the revocation."""
    police_notified_at: Instant | None = None
    """When the police were notified."""


class RevocationRefused(Event, kind="revocation_refused", rank=174):
    """The casework section did not revoke the licence (T13)."""

    reason: FreeText | None = None
    """The reason."""


class Arrested(Event, kind="arrested", rank=176, own_time="arrested_at"):
    """The police arrested the person; return to custody is another event."""

    arrested_at: Instant
    """When the person was arrested."""


class RepresentationsMade(Event, kind="representations_made", rank=42, own_time="made_on"):
    """The person made representations to the Parole Board against the recall."""

    made_on: Day
    """The day on which they were made."""


class ParoleBoardReferred(Event, kind="parole_board_referred", rank=41, own_time="referred_on"):
    """The case of a recalled person was referred to the Parole Board for the Secretary of State."""

    referred_on: Day
    """The day of the referral."""


class ParoleDecision(StrEnum):
    """Decision of the Parole Board."""

    RELEASE = "release"
    NO_RELEASE = "no_release"


class ParoleBoardDecided(
    Event,
    kind="parole_board_decided",
    rank=43,
    own_time="decided_on",
    may_lie_ahead=("release_on",),
):
    """The Parole Board decided on release; the release itself is another event."""

    decision: ParoleDecision
    """The decision of the Parole Board."""
    decided_on: Day | None = None
    """The day of the decision; left out, the day of the event."""
    release_on: Day | None = None
    """The day on which the Parole Board wants the release."""

    @model_validator(mode="after")
    def _a_date_of_release_only(self) -> "ParoleBoardDecided":
        if self.release_on is not None and self.decision is ParoleDecision.NO_RELEASE:
            message = "release_on goes with the decision release only"
            raise ValueError(message)
        return self
