"""Events of courts: warrants, hearings, decisions."""

from enum import StrEnum

from pydantic import model_validator

from states.events.envelope import Code, Day, Event, Instant
from states.events.imposition import Requirements, require_distinct
from states.vocabulary import CourtOutcome


class WarrantStep(StrEnum):
    """Step that a warrant has reached."""

    APPLIED = "applied"
    ISSUED = "issued"
    EXECUTED = "executed"
    WITHDRAWN = "withdrawn"


class WarrantGround(StrEnum):
    """Ground of a warrant of arrest."""

    BREACH = "breach"
    """Breach of the order or supervision."""
    COURT_CONDITIONS = "court_conditions"
    """Conditions of the court, such as those of bail, were broken."""
    FAILURE_TO_APPEAR = "failure_to_appear"
    """The person did not appear at court."""


class WarrantCourt(StrEnum):
    """Court that issues warrants of arrest."""

    MAGISTRATES = "magistrates"
    CROWN = "crown"


class WarrantExecutor(StrEnum):
    """Body that executes a warrant."""

    COURT_ENFORCEMENT_OFFICER = "court_enforcement_officer"
    POLICE = "police"
    APPROVED_AGENCY = "approved_agency"


class WarrantRecorded(Event, kind="warrant_recorded", rank=165, own_time="at"):
    """A warrant was applied for, issued, executed or withdrawn, for a breach or another ground.

    An application for the breach waits for the decision on the breach; what a court or an executor
    did is taken as it is.
    """

    step: WarrantStep
    """The step that the warrant has reached."""
    at: Instant
    """When the step was taken."""
    warrant_id: Code | None = None
    """The warrant, under the sender's own id; left out, the latest one of that ground."""
    ground: WarrantGround | None = None
    """The ground of the warrant; left out, the breach."""
    court: WarrantCourt | None = None
    """The court that is asked for it or issued it."""
    executor: WarrantExecutor | None = None
    """The body that executes it."""


class HearingPurpose(StrEnum):
    """Purpose of a hearing."""

    BREACH = "breach"
    UNPAID_WORK = "unpaid_work"
    """Extension or variation, because the hours will not be done in time (D19)."""
    GOOD_PROGRESS = "good_progress"
    REVIEW = "review"
    PAROLE = "parole"
    """Before the Parole Board."""
    OTHER = "other"


class HearingListed(
    Event, kind="hearing_listed", rank=170, own_time="listed_on", may_lie_ahead=("listed_on",)
):
    """A court or the Parole Board listed a hearing; without a `purpose` it is about the breach."""

    listed_on: Day
    """The day of the hearing."""
    purpose: HearingPurpose | None = None
    """The purpose of the hearing; left out, the breach."""
    requirement_id: Code | None = None
    """The requirement or condition, under the sender's own id."""


class CourtDecided(
    Event,
    kind="court_decided",
    rank=180,
    own_time="decided_on",
    may_lie_ahead=("ends_on", "committed_until"),
):
    """A court decided (D17), with the changes that it made.

    `committed_until` is the last day in custody of a committal, where the court gave one.
    """

    outcome: CourtOutcome
    """The decision of the court."""
    decided_on: Day | None = None
    """The day of the decision; left out, the day of the event."""
    requirements: Requirements | None = None
    """All requirements of the order from now on."""
    requirement_id: Code | None = None
    """The requirement that the court ended."""
    ends_on: Day | None = None
    """The new last day of the order."""
    committed_until: Day | None = None
    """The last day in custody of a committal."""

    @model_validator(mode="after")
    def _requirement_ids_differ(self) -> "CourtDecided":
        require_distinct(self.requirements or ())
        return self
