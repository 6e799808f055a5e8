"""Events of recall: decided, endorsed, sent, received, revoked, arrested, heard again."""

from enum import StrEnum

from pydantic import model_validator

from states.events.envelope import Codes, Day, Event, FreeText, FreeTexts, Instant


class RecallType(StrEnum):
    """What sort of recall is sought (D11)."""

    FIXED_TERM = "fixed_term"
    STANDARD = "standard"
    EMERGENCY = "emergency"


class RecallGround(StrEnum):
    """Why (D10)."""

    NEW_OFFENCE = "new_offence"
    BEHAVIOUR = "behaviour"
    """It leads the officer to think that another offence may be near."""
    CONDITION_BROKEN = "condition_broken"


class RecallDecided(Event):
    """An officer decided to recommend recall; the hours run from this minute (T11).

    `too_much_risk` is the officer's judgement on a fixed term (D11 bar 5), `very_serious` that the
    risk of harm or of reoffending is very serious. `departure_rationale` says why the type is not
    the one that the table gives. A ground needs no failure (AMB-37).
    """

    KIND = "recall_decided"
    RANK = 141

    recall_type: RecallType
    ground: RecallGround
    failure_ids: Codes | None = None
    too_much_risk: bool | None = None
    very_serious: bool | None = None
    rationale: FreeText
    alternatives_considered: FreeTexts
    departure_rationale: FreeText | None = None


class RecallEndorsed(Event):
    """The NPS agreed to a CRC's recall, or did not; it gates the sending alone (D13)."""

    KIND = "recall_endorsed"
    RANK = 142

    endorsed: bool
    rationale: FreeText


class RecallReportSent(Event):
    """The recall report and its documents were sent; that stops no clock (5.5 guard 5)."""

    KIND = "recall_report_sent"
    RANK = 143


class Casework(StrEnum):
    """Who can receive a recall report (AMB-55)."""

    PPCS = "PPCS"
    NPS = "NPS"


class RecallReportReceived(Event):
    """The recall report and its documents arrived: enforcement is initiated."""

    KIND = "recall_report_received"
    RANK = 144
    OWN_TIME = "received_at"

    received_at: Instant
    by_whom: Casework


class RecallWithdrawn(Event):
    """The recall was taken back before the licence was revoked (T13)."""

    KIND = "recall_withdrawn"
    RANK = 145

    rationale: FreeText


class LicenceRevoked(Event):
    """The licence was revoked for the Secretary of State."""

    KIND = "licence_revoked"
    RANK = 173
    OWN_TIME = "revoked_on"

    revoked_on: Day
    police_notified_at: Instant | None = None


class RevocationRefused(Event):
    """The casework section did not revoke the licence (T13)."""

    KIND = "revocation_refused"
    RANK = 174

    reason: FreeText | None = None


class Arrested(Event):
    """The police arrested the person; return to custody is another event."""

    KIND = "arrested"
    RANK = 176
    OWN_TIME = "arrested_at"

    arrested_at: Instant


class RepresentationsMade(Event):
    """The person made representations to the Parole Board against the recall."""

    KIND = "representations_made"
    RANK = 42
    OWN_TIME = "made_on"

    made_on: Day


class ParoleDecision(StrEnum):
    """What the Parole Board found."""

    RELEASE = "release"
    NO_RELEASE = "no_release"


class ParoleBoardDecided(Event):
    """The Parole Board decided on release; the release itself is another event."""

    KIND = "parole_board_decided"
    RANK = 43
    OWN_TIME = "decided_on"

    decision: ParoleDecision
    decided_on: Day | None = None
    release_on: Day | None = None

    @model_validator(mode="after")
    def _a_date_of_release_only(self) -> "ParoleBoardDecided":
        if self.release_on is not None and self.decision is ParoleDecision.NO_RELEASE:
            message = "release_on goes with the decision release only"
            raise ValueError(message)
        return self
