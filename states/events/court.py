"""Events of courts: warrants, hearings, decisions."""

from enum import StrEnum

from pydantic import model_validator

from states.events.envelope import Code, Day, Event, Instant
from states.events.imposition import Requirements, require_distinct
from states.vocabulary import CourtOutcome


class WarrantStep(StrEnum):
    """How far a warrant has come."""

    APPLIED = "applied"
    ISSUED = "issued"
    EXECUTED = "executed"
    WITHDRAWN = "withdrawn"


class WarrantRecorded(Event):
    """A warrant was applied for, issued, executed or withdrawn."""

    KIND = "warrant_recorded"
    RANK = 165
    OWN_TIME = "at"

    step: WarrantStep
    at: Instant


class HearingPurpose(StrEnum):
    """What a hearing is about."""

    BREACH = "breach"
    UNPAID_WORK = "unpaid_work"
    """To extend or vary it, because its hours will not be done in time (D19)."""
    GOOD_PROGRESS = "good_progress"
    REVIEW = "review"
    PAROLE = "parole"
    """Before the Parole Board."""
    OTHER = "other"


class HearingListed(Event):
    """A court, or the Parole Board, gave a date; without a `purpose` it is the breach."""

    KIND = "hearing_listed"
    RANK = 170
    OWN_TIME = "listed_on"

    listed_on: Day
    purpose: HearingPurpose | None = None
    requirement_id: Code | None = None


class CourtDecided(Event):
    """A court decided (D17), with what it changes.

    `requirement_id` is the requirement that it ended; `committed_until` the last day in custody of
    a committal, where the court gave one.
    """

    KIND = "court_decided"
    RANK = 180
    OWN_TIME = "decided_on"

    outcome: CourtOutcome
    decided_on: Day | None = None
    requirements: Requirements | None = None
    requirement_id: Code | None = None
    ends_on: Day | None = None
    committed_until: Day | None = None

    @model_validator(mode="after")
    def _requirement_ids_differ(self) -> "CourtDecided":
        require_distinct(self.requirements or ())
        return self
