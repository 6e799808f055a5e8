"""How the case is managed: appointments, provider, officer, plan."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self

from states.events.agencies import ReportKind
from states.events.court import WarrantStep
from states.events.enforcement import BreachReason, ExcuseFactor
from states.events.imposition import Requirement
from states.events.recall import RecallGround, RecallType
from states.events.requirements import Prospect, SampleResult
from states.events.victims import VictimScheme, VictimTopic
from states.standards.edition import Edition
from states.standards.provisions import Duty
from states.standards.terms import AppliesTo
from states.time.clock import ClockOutcome
from states.vocabulary import (
    DispositionKind,
    FailureKind,
    Phase,
    Provider,
    RequirementEnding,
    Rosh,
    State,
    WarningLevel,
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked appointment."""

    id: str
    at: datetime
    face_to_face: bool
    arranged_at: datetime
    standard_at: datetime | None
    """The time that counts for the standard: kept when the person moved or called it off, gone
    when the provider called it off (AMB-02)."""
    cause: str
    cancelled: bool = False
    impractical_at: datetime | None = None
    """When it was recorded that the day of release itself was impractical."""
    attended_at: datetime | None = None
    attended_by: str | None = None
    """The event that told of it, as for every field named so."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Which provider has the case; what organisations are called is data (AMB-30)."""

    provider: Provider
    provider_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OfficerTenure:
    """Who is the officer of the case, from then until the next one (NS 2015 3(b))."""

    officer: str
    provider: Provider
    provider_code: str
    since: datetime
    cause: str
    temporary: bool = False
    """Came with a transfer that is to be undone."""


@dataclass(frozen=True, slots=True)
class SentencePlan:
    """The latest whole plan."""

    version: str
    at: datetime
    rosh: Rosh | None = None
    """The level that it, or its latest review, shows."""
    prepared: bool = False
    """Made in prison, for the time after: a preparation, which is not yet a plan completed."""
    restricted: bool = False
    """A part of it is kept from the person, to protect somebody (PF 2015, planning)."""
    reviewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Disposition:
    """What became of one event of the log, with the reason where it was not applied."""

    verdict: DispositionKind
    reason: str = ""
    irregular: bool = False
    """A fact that the graph did not expect: applied, and the state followed it."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """One change of state, or of phase."""

    at: datetime
    arrow: str
    source: State
    target: State
    cause: str | None
    """The event that caused it; None where a date did."""
    irregular: bool = False
    phase: Phase = Phase.COMMUNITY
    """The phase after it."""


@dataclass(frozen=True, slots=True)
class PhasePeriod:
    """A phase from its first day on, until the next one begins."""

    since: date
    phase: Phase


@dataclass(frozen=True, slots=True)
class Failure:
    """An apparent failure to comply: kept also when it is excused or does not count."""

    id: str
    failed_on: date
    what: FailureKind
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


@dataclass(frozen=True, slots=True)
class RequirementSession:
    """One occasion of work under a requirement: hours of unpaid work, or days of activity."""

    on: date
    amount: int
    cause: str


@dataclass(frozen=True, slots=True)
class DrugSample:
    """A drug test, or that no sample was given."""

    on: date
    result: SampleResult
    cause: str
    own_remit: bool = True
    """Whether it was taken under the requirement itself, not by a treatment provider (D20.7)."""


@dataclass(frozen=True, slots=True)
class ImposedRequirement:
    """A requirement of the order, or a condition of licence, with what has come of it."""

    requirement: Requirement
    started_on: date | None = None
    completed_on: date | None = None
    ends_on: date | None = None
    terminated_on: date | None = None
    """The day on which it ceased, done or not; its end notices are then owed."""
    ended_by: RequirementEnding | None = None
    evaluated_on: date | None = None
    consent: bool | None = None
    """The person's to treatment, as last told; None where nobody told of it."""
    sessions: tuple[RequirementSession, ...] = ()
    """In the order of their days."""
    prospect: Prospect | None = None
    samples: tuple[DrugSample, ...] = ()
    """In the order of their days."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be served."""
        return self.completed_on is None and self.terminated_on is None

    @property
    def stands(self) -> bool:
        """Whether it belongs to the sentence, served or not: nobody left it out or ended it."""
        return self.ended_by not in (RequirementEnding.REPLACED, RequirementEnding.COURT)


@dataclass(frozen=True, slots=True)
class HomeMove:
    """A change of address, and how the table reads it (D18)."""

    on: date
    rows: tuple[str, ...]
    """The rows that it falls under; none where no text speaks of it."""
    cause: str


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """Something that is to be done and has no deadline: open until it is done or falls away."""

    id: str
    duty: Duty
    subject: str | None
    since: datetime
    trigger: str
    """What opened it, in words that hold no personal data."""
    notices: tuple[str, ...] = ()
    """Keys of the notices that it owes: an acknowledgement of all of them discharges it."""
    settled_at: datetime | None = None
    settled: ClockOutcome | None = None
    settled_by: str | None = None
    edition: Edition | None = field(default=None, repr=False)
    """The edition of which it is; None for that of the sentence."""

    def settle(self, how: ClockOutcome, at: datetime, by: str | None) -> Self:
        """Return the duty settled, by what came first; a recurring one is never done with."""
        if self.settled_at is not None and self.settled_at <= at:
            return self
        if self.duty.recurring and how is ClockOutcome.DONE:
            return self
        return replace(self, settled=how, settled_at=at, settled_by=by)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that the world is to be told, under a key that is the same for ever."""

    key: str
    template: str
    recipient: str
    subject: str
    facts: tuple[tuple[str, str], ...] = ()
    liberty: bool = False
    """A counter to it touches somebody's liberty: it is drafted for a person, never sent."""


@dataclass(frozen=True, slots=True)
class RiskReferral:
    """A CRC's question to the NPS whether risk of serious harm has risen to high (T25)."""

    subject: str
    """The event that told of it first."""
    at: datetime
    emergency: bool = False
    received_at: datetime | None = None
    level: Rosh | None = None
    """What the NPS confirmed; None while it has not answered."""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgencyFlag:
    """A multi-agency arrangement that holds the case."""

    since: date
    level: int | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class VictimView:
    """That a view was recorded, and about what: the words lie in the separate store."""

    about: VictimTopic
    recorded_on: date
    record_ref: str | None = None


@dataclass(frozen=True, slots=True)
class VictimContact:
    """What the case holds of one victim: a reference and flags (ev-victim-records-apart)."""

    ref: str
    scheme: VictimScheme | None = None
    offered_on: date | None = None
    accepted: bool | None = None
    views: tuple[VictimView, ...] = ()


@dataclass(frozen=True, slots=True)
class PremisesStay:
    """A stay in approved premises, from the asking to the leaving (NS 2015 8)."""

    id: str
    referred_on: date | None = None
    suitable: bool | None = None
    expected_on: date | None = None
    prepared_on: date | None = None
    plan_agreed_on: date | None = None
    admitted_on: date | None = None
    planned_until: date | None = None
    key_worker: str | None = None
    left_on: date | None = None
    completed: bool | None = None


@dataclass(frozen=True, slots=True)
class RequestedReport:
    """A report that a body which decides asked for."""

    id: str
    kind: ReportKind
    due_on: date
    hearing_on: date | None = None
    delivered_on: date | None = None
