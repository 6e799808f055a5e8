"""Sentence as the fold builds it: a mutable container of frozen records.

Only the fold holds one. A checkpoint is a clone, which copies containers and shares records.
"""

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Final, Self

from states.entities import (
    AgencyFlag,
    Allocation,
    Appointment,
    Breach,
    CivilOrder,
    Disposition,
    Effect,
    Failure,
    HomeMove,
    ImposedRequirement,
    IssuedWarning,
    OfficerTenure,
    OpenDuty,
    PastAgencyFlag,
    PhasePeriod,
    PremisesStay,
    Recall,
    RequestedReport,
    RiskReferral,
    SentencePlan,
    Spending,
    StateChange,
    TeamMember,
    VictimContact,
    Warrant,
)
from states.events.custody import ReleaseReason, SupervisionRequirement
from states.events.envelope import Event
from states.events.imposition import SentenceImposed
from states.regime import regime_of
from states.sentence_ref import SentenceRef
from states.standards.law import Law
from states.standards.terms import AppliesTo
from states.time.clock import Clock
from states.time.suspensions import NO_SUSPENSIONS, Suspensions
from states.transitions import START, DatedTransition
from states.vocabulary import Phase, Rosh, SentenceOutcome, SentenceType, State

_COPIED: Final[tuple[object, ...]] = (dict, list, set)


@dataclass(slots=True)
class Sentence:
    """Facts of a sentence at one point of its log."""

    at: datetime | None = None
    """Position of the fold: the time of the event last decided."""
    state: State = START
    moved_at: datetime | None = None
    """When the state last changed, by the fold's position."""
    phase: Phase = Phase.COMMUNITY
    phase_periods: list[PhasePeriod] = field(default_factory=list)
    """The phases in the order in which they began."""
    unblocked_at: datetime | None = None
    """When an enforcement clock last settled, by the fold's position."""
    imposed: SentenceImposed | None = None
    imposed_by: str | None = None
    ends_on: date | None = None
    """The last day of the whole sentence."""
    end_set_at: datetime | None = None
    """When an end date was last given, by the fold's position."""
    licence_ends_on: date | None = None
    """The last day of the licence; None where there is none."""
    pss_ends_on: date | None = None
    """The last day of post-sentence supervision; None where there is none."""
    supervision_asks: tuple[SupervisionRequirement, ...] | None = None
    """Requirements of supervision as set last; None while they are not known."""
    expected_release_on: date | None = None
    automatic_release_on: date | None = None
    released_on: date | None = None
    """The day of the latest release."""
    release_reason: ReleaseReason | None = None
    outcome: SentenceOutcome | None = None
    ended_on: date | None = None
    ended_at: datetime | None = None
    allocation: Allocation | None = None
    officer: str | None = None
    officers: list[OfficerTenure] = field(default_factory=list)
    """Every officer in turn; the last is the present one, and there is never more than one."""
    team: dict[str, TeamMember] = field(default_factory=dict)
    """Members of the team beside the officer, by their codes; key workers of stays are there."""
    rosh: Rosh | None = None
    rosh_confirmed: Rosh | None = None
    """The level that the NPS confirmed last; None where it confirmed none."""
    referrals: list[RiskReferral] = field(default_factory=list)
    """Referrals of risk to the NPS in the order of their events; at most the last is open."""
    risk_indicated: str | None = None
    """The event that indicated high risk, until a CRC refers it."""
    inducted_at: datetime | None = None
    commenced_at: datetime | None = None
    plan: SentencePlan | None = None
    spent_to: date | None = None
    """The last day whose failures and warnings no longer count (D8)."""
    spendings: list[Spending] = field(default_factory=list)
    """Each such last day, and when it was decided, by the fold's position."""
    monitored_only: bool = False
    """Released on home detention curfew without a licence to follow it."""
    evaluations: list[tuple[date, str]] = field(default_factory=list)
    """The day of each evaluation and its event, in the order of the events."""
    breaches: list[Breach] = field(default_factory=list)
    """Breaches in the order of their decisions; at most the last is open."""
    warrants: dict[str, Warrant] = field(default_factory=dict)
    """Warrants of arrest in the order of their first steps."""
    recalls: list[Recall] = field(default_factory=list)
    """Recalls in the order of their decisions; at most the last is open."""
    recalled_before: bool = False
    """True if the person was ever released again after a recall on this sentence (G10)."""
    requirements: dict[str, ImposedRequirement] = field(default_factory=dict)
    home_moves: list[HomeMove] = field(default_factory=list)
    """Changes of address in the order of their events."""
    appointments: dict[str, Appointment] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    warnings: dict[str, IssuedWarning] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    by_provision: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Ids of the clocks and duties of each provision of the edition."""
    agencies: dict[str, AgencyFlag] = field(default_factory=dict)
    """The multi-agency arrangements that hold the case."""
    past_agencies: list[PastAgencyFlag] = field(default_factory=list)
    """The arrangements that released the case, in the order of the releases."""
    civil_orders: dict[str, CivilOrder] = field(default_factory=dict)
    """Civil orders of courts beside the sentence, by id."""
    victims: dict[str, VictimContact] = field(default_factory=dict)
    premises_stays: dict[str, PremisesStay] = field(default_factory=dict)
    reports: dict[str, RequestedReport] = field(default_factory=dict)
    preparations: list[tuple[date, str]] = field(default_factory=list)
    """The day of each plan made in custody, and its event."""
    done: dict[tuple[str, str | None], tuple[datetime, str | None]] = field(default_factory=dict)
    """Acts by kind and subject, with the first time and its event: one may precede its trigger."""
    duties: dict[str, OpenDuty] = field(default_factory=dict)
    effects: dict[str, Effect] = field(default_factory=dict)
    flags: dict[str, str] = field(default_factory=dict)
    state_changes: list[StateChange] = field(default_factory=list)
    dispositions: dict[str, Disposition] = field(default_factory=dict)
    waiting: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    """Events that wait, by the dependency that they wait for."""
    law: Law | None = None
    """The law at this point of the log; None for the one that the sentence started with."""
    suspensions: Suspensions = NO_SUSPENSIONS
    """The days on which supervision was suspended."""
    continues_as: SentenceRef | None = None
    """The sentence that this one continues as, once it was moved; it may be itself."""
    moved_by: str | None = None
    """The event that moved it."""
    came_from: tuple[SentenceRef, ...] = ()
    """The sentences that this one continues."""
    withdrawn_failures: frozenset[str] = frozenset()
    """Failures whose report was withdrawn: a decision may rest on the others that it names."""
    resolved: set[str] = field(default_factory=set)
    """Messages that a person resolved, by digest or event id."""
    acknowledged: dict[str, datetime] = field(default_factory=dict)
    corrections: dict[str, str] = field(default_factory=dict)
    """The correction that stands for an event, both as uids."""
    failure_days: dict[date, tuple[Failure, ...]] | None = None
    """The failures by day, in order, until one changes: kept by `rules/failure_counts.py`."""
    unacceptable_days: dict[AppliesTo | None, tuple[date, ...]] = field(default_factory=dict)
    """Those days of `failure_days` that have an unacceptable failure, by regime."""
    unanswered: set[str] = field(default_factory=set)
    """Ids of the open clocks that answer a failure: no warning expires while there is one."""
    derivations: int = 0
    """Number of times that the clocks of failure days were derived again, which dates a cache."""
    next_dated: tuple[tuple[object, ...], DatedTransition | None] | None = None
    """The next dated transition, with its inputs: kept by `states/calendar_transitions.py`."""

    def clone(self) -> Self:
        """Return an independent copy: containers copied, frozen records shared."""
        twin = object.__new__(type(self))
        for name in _NAMES:
            setattr(twin, name, getattr(self, name))
        for name in _CONTAINERS:
            setattr(twin, name, getattr(self, name).copy())
        return twin

    @property
    def breach(self) -> Breach | None:
        """The breach that the court has not disposed of, if there is one."""
        last = self.breaches[-1] if self.breaches else None
        return last if last is not None and last.closed_at is None else None

    @property
    def recall(self) -> Recall | None:
        """The recall that has not ended, if there is one."""
        last = self.recalls[-1] if self.recalls else None
        return last if last is not None and last.closed_at is None else None

    @property
    def referral(self) -> RiskReferral | None:
        """The referral of risk that the NPS has not answered, if there is one."""
        last = self.referrals[-1] if self.referrals else None
        return last if last is not None and last.answered_at is None else None

    @property
    def rosh_referral_open(self) -> bool:
        """True if the NPS has not yet answered a referral of risk (AMB-53)."""
        return self.referral is not None

    @property
    def kind(self) -> SentenceType:
        """The type of the sentence; a community order until the imposition is known."""
        return SentenceType.COMMUNITY_ORDER if self.imposed is None else self.imposed.type

    @property
    def regime(self) -> AppliesTo | None:
        """The regime that applies to the person; None before the imposition."""
        return None if self.imposed is None else regime_of(self.imposed.type, self.phase)

    def phase_on(self, day: date) -> Phase:
        """Return the phase that was served on `day`; before the first, the first."""
        found = self.phase_periods[0].phase if self.phase_periods else self.phase
        for spell in self.phase_periods:
            if spell.since <= day:
                found = spell.phase
        return found

    def moved_to(self, ref: SentenceRef) -> SentenceRef | None:
        """Return the sentence that this one, `ref`, continues as; None while that is itself."""
        return None if self.continues_as == ref else self.continues_as

    @property
    def electronic_only(self) -> bool:
        """True if every requirement in force is electronically monitored (AMB-20)."""
        found = False
        # Asked at every event, and the first requirement mostly answers it.
        for item in self.requirements.values():
            if not item.requirement.electronically_monitored and item.is_in_force:
                return False
            found = found or item.is_in_force
        return found


_NAMES: Final = tuple(item.name for item in fields(Sentence))
_CONTAINERS: Final = tuple(
    item.name for item in fields(Sentence) if item.default_factory in _COPIED
)
