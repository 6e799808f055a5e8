"""Failures, warnings, breaches and recalls."""

from dataclasses import dataclass
from datetime import date, datetime

from states.events.court import WarrantStep
from states.events.enforcement import BreachReason, ExcuseFactor
from states.events.recall import RecallGround, RecallType
from states.timescale import AppliesTo
from states.vocabulary import State, WarningLevel, What


@dataclass(frozen=True, slots=True)
class Failure:
    """An apparent failure to comply: kept also when it is excused or does not count."""

    id: str
    failed_on: date
    what: What
    appointment_id: str | None
    requirement_id: str | None
    reported_at: datetime
    cause: str
    regime: AppliesTo | None = None
    """Under which rules it was; None in prison, where nothing is served that one could fail."""
    condition: str | None = None
    """A standard condition of the licence by its code, SLC1 to SLC6, or an additional one."""
    by_provider: bool = False
    """Reported by somebody who delivers part of the sentence, and who hears the outcome."""
    concern_at: datetime | None = None
    """When a concern for the public about it became known."""
    explained_on: date | None = None
    explained_by: str | None = None
    judged_at: datetime | None = None
    judged_by: str | None = None
    first_judged_at: datetime | None = None
    acceptable: bool | None = None
    """The officer's latest judgement; None while there is none."""
    factors: tuple[ExcuseFactor, ...] = ()
    """What that judgement weighed (D3)."""


@dataclass(frozen=True, slots=True)
class IssuedWarning:
    """A warning that was issued."""

    id: str
    failure_ids: tuple[str, ...]
    level: WarningLevel
    issued_at: datetime
    cause: str
    departure: bool = False
    """Issued where breach was advised, with recorded reasons (D7.11)."""
    withdrawn_at: datetime | None = None
    regime: AppliesTo | None = None
    """Under which rules it was issued: a licence warning counts for nothing afterwards (D8.6)."""
    answered: bool = False
    """The person's comment or response to it is on record (D4.6)."""


@dataclass(frozen=True, slots=True)
class Breach:
    """Proceedings for breach, from the decision to what the court made of it."""

    failure_ids: tuple[str, ...]
    decided_at: datetime
    cause: str
    came_from: State
    id: str = ""
    """What its duties are about: the event that decided it."""
    reason: BreachReason = BreachReason.FAILURE
    departure: bool = False
    """Decided before the count proposed it, with recorded reasons (D7.14)."""
    referred_at: datetime | None = None
    referred_by: str | None = None
    received_at: datetime | None = None
    received_by: str | None = None
    presented_at: datetime | None = None
    """When the NPS took it to court; what a CRC refers goes to the NPS (AMB-17)."""
    presented_by: str | None = None
    lacks: tuple[str, ...] = ()
    """What a CRC left out of its referral (D14)."""
    warrant_at: datetime | None = None
    """When a warrant was applied for."""
    warrant_by: str | None = None
    warrant: WarrantStep | None = None
    """How far the warrant has come."""
    hearing_on: date | None = None
    committed_on: date | None = None
    """The day on which a court committed the person to custody for it (D16.4)."""
    committed_until: date | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall from licence, from the decision to recommend it to what came of it (D12)."""

    type: RecallType | None
    """None where a return or a revocation is all that is known: it then ends as a standard one."""
    ground: RecallGround | None
    failure_ids: tuple[str, ...]
    decided_at: datetime
    cause: str
    came_from: State
    id: str = ""
    """What its clocks and notices are about: the day of the decision, numbered where several."""
    row: str = ""
    """The row of D11 that advised a type when it was decided."""
    departure: bool = False
    """Whether another type was chosen, with recorded reasons."""
    endorsed: bool | None = None
    """What the NPS said of it, where it was asked (D13); None while it has not answered."""
    endorsed_at: datetime | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    """When the casework section had the report: the recall is initiated by that (AMB-55)."""
    received_by: str | None = None
    nps_received_at: datetime | None = None
    revoked_on: date | None = None
    police_told_at: datetime | None = None
    notified_at: datetime | None = None
    """When it was first told that the licence was revoked, or the person returned."""
    refused_at: datetime | None = None
    """When the casework section declined to revoke the licence."""
    arrested_at: datetime | None = None
    returned_on: date | None = None
    returned_at: datetime | None = None
    term_ends_on: date | None = None
    """The last day in custody by our reckoning, capped at the end of the licence (AMB-13)."""
    release_due_on: date | None = None
    """The date that the prison gave; it governs, ours only checks it (AMB-13)."""
    represented_on: date | None = None
    board_released_on: date | None = None
    """The day on which the Parole Board decided to release."""
    board_release_due_on: date | None = None
    """The day for which it directed the release, where it named one."""
    undone_at: datetime | None = None
    """When it was withdrawn or found not to be carried out, so that nobody was recalled (T13)."""
    closed_at: datetime | None = None
