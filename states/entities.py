"""Entities of a sentence: small frozen records, one class for each thing that it keeps."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, Self

from states.events.agencies import CivilOrderKind, FlagEndReason, ReportKind
from states.events.court import WarrantCourt, WarrantExecutor, WarrantGround, WarrantStep
from states.events.enforcement import BreachReason, ExcuseFactor
from states.events.imposition import Requirement
from states.events.recall import RecallGround, RecallType
from states.events.requirements import Prospect, SampleResult
from states.events.victims import VictimScheme, VictimTopic
from states.law.pack import Charge
from states.standards.edition import Edition
from states.standards.provisions import Duty
from states.standards.terms import AppliesTo
from states.time.clock import ClockOutcome
from states.transitions import Transition
from states.vocabulary import (
    DispositionKind,
    FailureKind,
    Phase,
    Provider,
    RequirementEnding,
    Rosh,
    State,
    TeamRole,
    WarningLevel,
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """Booked appointment."""

    id: str
    at: datetime
    face_to_face: bool
    arranged_at: datetime
    standard_at: datetime | None
    """Time that counts for the standard (AMB-02).

    It is kept when the person moved or cancelled the appointment, and None when the provider
    cancelled it.
    """
    cause: str
    cancelled: bool = False
    impractical_at: datetime | None = None
    """When the day of release itself was recorded as impractical."""
    attended_at: datetime | None = None
    attended_by: str | None = None
    """Event that reported it, as for every field named so."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Allocation of the case to a provider; names of organisations are data (AMB-30)."""

    provider: Provider
    provider_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OfficerTenure:
    """Period of one responsible officer, until the next one begins (NS 2015 3(b))."""

    officer: str
    provider: Provider
    provider_code: str
    since: datetime
    cause: str
    temporary: bool = False
    """True if it came with a temporary transfer."""


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Member of the team that manages the sentence, beside the responsible officer."""

    member: str
    role: TeamRole
    since: date


@dataclass(frozen=True, slots=True)
class SentencePlan:
    """Latest whole plan of the sentence."""

    version: str
    at: datetime
    rosh: Rosh | None = None
    """Level of risk in the plan or its latest review."""
    prepared: bool = False
    """True if it was made in prison for the time after, which is no completed plan yet."""
    restricted: bool = False
    """True if a part is kept from the person, to protect others (PF 2015, planning)."""
    reviewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Disposition:
    """Disposition of one event of the log, with the reason where it was not applied."""

    verdict: DispositionKind
    reason: str = ""
    irregular: bool = False
    """True for a fact that no transition expects: it was applied, and the state followed it."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """Change of state or phase."""

    at: datetime
    transition: Transition
    source: State
    target: State
    cause: str | None
    """Event that caused it; None where a date did."""
    irregular: bool = False
    phase: Phase = Phase.COMMUNITY
    """Phase after the change."""


@dataclass(frozen=True, slots=True)
class PhasePeriod:
    """Period of one phase, from its first day until the next one begins."""

    since: date
    phase: Phase


@dataclass(frozen=True, slots=True)
class Failure:
    """Apparent failure to comply, kept also when it is excused or does not count."""

    id: str
    failed_on: date
    what: FailureKind
    appointment_id: str | None
    requirement_id: str | None
    reported_at: datetime
    cause: str
    regime: AppliesTo | None = None
    """Regime of the failure; None in prison, where there is nothing to fail."""
    condition: str | None = None
    """Standard condition of the licence by its code, SLC1 to SLC6, or an additional one."""
    by_provider: bool = False
    """True if a provider of part of the sentence reported it and receives the outcome."""
    concern_at: datetime | None = None
    """When a concern for the public about it became known."""
    explained_on: date | None = None
    explained_by: str | None = None
    judged_at: datetime | None = None
    judged_by: str | None = None
    first_judged_at: datetime | None = None
    acceptable: bool | None = None
    """Latest judgement of the officer; None while there is none."""
    factors: tuple[ExcuseFactor, ...] = ()
    """Factors weighed in that judgement (D3)."""


@dataclass(frozen=True, slots=True)
class Spending:
    """Decision of a court, or a re-release, by which earlier failures are spent (D8)."""

    to: date
    """Last day of the failures that it reaches; on that day, only those that came before it."""
    at: datetime
    """When it was decided, as reported."""
    known_before: datetime
    """Failures of the last day are spent where they were reported by then."""
    failure_ids: tuple[str, ...] = ()
    """Failures that it dealt with, which are spent whenever they were reported."""

    def reaches(self, failure: Failure) -> bool:
        """Return whether `failure` is spent by it."""
        if failure.failed_on != self.to:
            return failure.failed_on < self.to
        return failure.id in self.failure_ids or failure.reported_at < self.known_before


@dataclass(frozen=True, slots=True)
class IssuedWarning:
    """Warning that was issued."""

    id: str
    failure_ids: tuple[str, ...]
    level: WarningLevel
    issued_at: datetime
    cause: str
    departure: bool = False
    """True if it was issued where breach was advised, with recorded reasons (D7.11)."""
    withdrawn_at: datetime | None = None
    regime: AppliesTo | None = None
    """Regime under which it was issued: a licence warning does not count afterwards (D8.6)."""
    answered: bool = False
    """True if the person's comment or response to it is on record (D4.6)."""


@dataclass(frozen=True, slots=True)
class Breach:
    """Proceedings for breach, from the decision of the officer to that of the court."""

    failure_ids: tuple[str, ...]
    decided_at: datetime
    cause: str
    came_from: State
    id: str = ""
    """Subject of its duties: the event that decided it."""
    reason: BreachReason = BreachReason.FAILURE
    departure: bool = False
    """True if it was decided before the count proposed it, with recorded reasons (D7.14)."""
    referred_at: datetime | None = None
    referred_by: str | None = None
    received_at: datetime | None = None
    received_by: str | None = None
    presented_at: datetime | None = None
    """When the NPS took it to court; a CRC refers to the NPS first (AMB-17)."""
    presented_by: str | None = None
    lacks: tuple[str, ...] = ()
    """Items that a CRC left out of its referral (D14)."""
    warrant_at: datetime | None = None
    """When a warrant was applied for."""
    warrant_by: str | None = None
    warrant: WarrantStep | None = None
    """Step that the warrant has reached."""
    hearing_on: date | None = None
    committed_on: date | None = None
    """The day on which a court committed the person to custody for it (D16.4)."""
    committed_until: date | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Warrant:
    """Warrant of arrest, for a breach or another ground."""

    id: str
    """Id that the sender gave; else the ground, numbered from the second on."""
    ground: WarrantGround
    court: WarrantCourt | None = None
    executor: WarrantExecutor | None = None
    applied_at: datetime | None = None
    issued_at: datetime | None = None
    executed_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_closed(self) -> bool:
        """True if it was executed or withdrawn."""
        return self.executed_at is not None or self.withdrawn_at is not None


@dataclass(frozen=True, slots=True)
class Recall:
    """Recall from licence, from the decision to recommend it to its end (D12)."""

    type: RecallType | None
    """None where only a return or a revocation is known: it then ends as a standard recall."""
    ground: RecallGround | None
    failure_ids: tuple[str, ...]
    decided_at: datetime
    cause: str
    came_from: State
    id: str = ""
    """Subject of its clocks and notices: the day of the decision, numbered where several."""
    row: str = ""
    """Row of D11 that advised a type when it was decided."""
    departure: bool = False
    """True if another type was chosen, with recorded reasons."""
    recalled_on_charge: Charge | None = None
    """Charge that the recall answers, if any; None where that is not known."""
    term_days: int | None = None
    """Days of the fixed term as the prison service recorded them."""
    endorsed: bool | None = None
    """Answer of the NPS, where it was asked (D13); None while it has not answered."""
    endorsed_at: datetime | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    """When the casework section received the report, which initiates the recall (AMB-55)."""
    received_by: str | None = None
    nps_received_at: datetime | None = None
    revoked_on: date | None = None
    police_told_at: datetime | None = None
    notified_at: datetime | None = None
    """When the revocation of the licence, or the return, was first reported."""
    refused_at: datetime | None = None
    """When the casework section declined to revoke the licence."""
    arrested_at: datetime | None = None
    returned_on: date | None = None
    returned_at: datetime | None = None
    term_ends_on: date | None = None
    """Last day in custody as computed, capped at the end of the licence (AMB-13)."""
    release_due_on: date | None = None
    """Date given by the prison; it governs, and ours only checks it (AMB-13)."""
    represented_on: date | None = None
    board_referred_on: date | None = None
    """Day on which the case was referred to the Parole Board."""
    board_released_on: date | None = None
    """Day on which the Parole Board decided to release."""
    board_release_due_on: date | None = None
    """Day for which it directed the release, where it named one."""
    undone_at: datetime | None = None
    """When it was withdrawn or refused, so that no recall took place (T13)."""
    closed_at: datetime | None = None


MINUTES_AN_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class RequirementSession:
    """Occasion of work under a requirement."""

    on: date
    amount: int
    """Minutes of unpaid work, negative where they were taken back; or days of activity."""
    cause: str


@dataclass(frozen=True, slots=True)
class DrugSample:
    """Drug test, or a failure to give a sample."""

    on: date
    result: SampleResult
    cause: str
    own_remit: bool = True
    """True if it was taken under the requirement itself, not by a treatment provider (D20.7)."""


@dataclass(frozen=True, slots=True)
class ImposedRequirement:
    """Requirement of the order, or condition of the licence, with its progress."""

    requirement: Requirement
    started_on: date | None = None
    completed_on: date | None = None
    ends_on: date | None = None
    terminated_on: date | None = None
    """Day on which it ceased, done or not; its end notices are then owed."""
    ended_by: RequirementEnding | None = None
    evaluated_on: date | None = None
    consent: bool | None = None
    """Latest consent of the person to treatment; None where none was reported."""
    sessions: tuple[RequirementSession, ...] = ()
    """In the order of their days."""
    prospect: Prospect | None = None
    samples: tuple[DrugSample, ...] = ()
    """In the order of their days."""

    @property
    def amount_done(self) -> int:
        """Sum of its sessions, in their unit."""
        return sum(session.amount for session in self.sessions)

    @property
    def is_open(self) -> bool:
        """True if it is still to be served."""
        return self.completed_on is None and self.terminated_on is None

    @property
    def is_in_force(self) -> bool:
        """True if it belongs to the sentence, served or not: no court or licence removed it."""
        return self.ended_by not in (RequirementEnding.REPLACED, RequirementEnding.COURT)


@dataclass(frozen=True, slots=True)
class HomeMove:
    """Change of address, with the rows of the table that it falls under (D18)."""

    on: date
    rows: tuple[str, ...]
    """Rows that it falls under; none where no text covers it."""
    cause: str


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """Duty of the sentence without a deadline: open until it is done or falls away."""

    id: str
    duty: Duty
    subject: str | None
    since: datetime
    trigger: str
    """Event or date that opened it, in words without personal data."""
    notices: tuple[str, ...] = ()
    """Keys of the notices that it owes: acknowledgement of all of them discharges it."""
    settled_at: datetime | None = None
    settled: ClockOutcome | None = None
    settled_by: str | None = None
    edition: Edition | None = field(default=None, repr=False)
    """Edition that it belongs to; None for that of the sentence."""

    def settle(self, how: ClockOutcome, at: datetime, by: str | None) -> Self:
        """Return the duty settled, by the earliest settlement; a recurring one is never done."""
        if self.settled_at is not None and self.settled_at <= at:
            return self
        if self.duty.recurring and how is ClockOutcome.DONE:
            return self
        return replace(self, settled=how, settled_at=at, settled_by=by)


@dataclass(frozen=True, slots=True)
class Effect:
    """Notice to the outside world, under a key that never changes."""

    key: str
    template: str
    recipient: str
    subject: str
    facts: tuple[tuple[str, str], ...] = ()
    liberty: bool = False
    """True if countering it touches liberty: the counter is drafted for a person, never sent."""


@dataclass(frozen=True, slots=True)
class RiskReferral:
    """Referral by a CRC to the NPS, because risk of serious harm may have risen to high (T25)."""

    subject: str
    """Event that reported it first."""
    at: datetime
    emergency: bool = False
    received_at: datetime | None = None
    level: Rosh | None = None
    """Level confirmed by the NPS; None while it has not answered."""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgencyFlag:
    """Multi-agency arrangement that holds the case."""

    since: date
    level: int | None = None
    reference: str | None = None
    category: int | None = None
    jointly: bool | None = None
    """True if probation staff had a part in the selection."""


@dataclass(frozen=True, slots=True)
class PastAgencyFlag:
    """Multi-agency arrangement that held the case and released it."""

    agency: str
    since: date
    until: date
    reason: FlagEndReason | None = None


@dataclass(frozen=True, slots=True)
class CivilOrder:
    """Civil order of a court, which stands beside the sentence and may outlast it."""

    id: str
    kind: CivilOrderKind
    since: date
    until: date | None = None
    """Last day; None where it is not known, so that the order goes on."""
    ended_on: date | None = None

    def is_in_force(self, on: date) -> bool:
        """Return whether it goes on after the day `on`."""
        return self.ended_on is None and (self.until is None or self.until > on)


@dataclass(frozen=True, slots=True)
class VictimView:
    """Record of a victim's view and its topic: the words are in the separate store."""

    about: VictimTopic
    recorded_on: date
    record_ref: str | None = None


@dataclass(frozen=True, slots=True)
class VictimContact:
    """Reference to one victim, with flags (ev-victim-records-apart)."""

    ref: str
    scheme: VictimScheme | None = None
    offered_on: date | None = None
    accepted: bool | None = None
    views: tuple[VictimView, ...] = ()


@dataclass(frozen=True, slots=True)
class PremisesStay:
    """Stay in approved premises, from referral to departure (NS 2015 8)."""

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
    """Report that a deciding body requested."""

    id: str
    kind: ReportKind
    due_on: date
    hearing_on: date | None = None
    delivered_on: date | None = None
