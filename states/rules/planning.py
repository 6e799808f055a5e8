"""Contact, induction, plan and risk (NS 2015 1, 3(c), 4, 6, 10)."""

from datetime import datetime

from states.events.contact import (
    ContactRecorded,
    InductionCompleted,
    InductionMethod,
    PlanCompleted,
    PlanReviewed,
    RoshAssessed,
    SignificantChangeRecorded,
)
from states.events.event import Event
from states.graph import AWAITING, OPEN
from states.law import Law
from states.records import Plan
from states.rules import clocks
from states.rules.clocks import told
from states.rules.moving import move, supported_state
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import Settlement, Trigger
from states.vocabulary import PlanPart, Rosh, State

_ALWAYS = frozenset({PlanPart.ROSH_LEVEL, PlanPart.NEEDS, PlanPart.ACTIVITY})
_MANAGED = frozenset({Rosh.MEDIUM, Rosh.HIGH, Rosh.VERY_HIGH})


def advance(s: Sentence, at: datetime, cause: str) -> None:
    """Take T02 and T03 as far as the facts allow; a warned or breached person stays so."""
    if s.state is State.ALLOCATED and supported_state(s) is not State.ALLOCATED:
        move(s, "T02", State.INDUCTED, at, cause)
    if s.state is State.INDUCTED and supported_state(s) is State.ACTIVE:
        move(s, "T03", State.ACTIVE, at, cause)


def _refuse_induction(s: Sentence, e: InductionCompleted, _law: Law) -> str | None:
    if e.method is InductionMethod.EM_PROVIDER and not s.electronic_only:
        return "the monitoring provider inducts electronic-only orders; this one has more in it"
    return None


def _induct(s: Sentence, e: InductionCompleted, law: Law) -> Applied:
    s.inducted_at = min(s.inducted_at or e.occurred_at, e.occurred_at)
    clocks.settle(s, law, Settlement.INDUCTION_COMPLETED, at=e.occurred_at, by=e.uid)
    advance(s, e.occurred_at, e.uid)
    return REGULAR


def _refuse_plan(_s: Sentence, e: PlanCompleted, _law: Law) -> str | None:
    wanted = _ALWAYS | ({PlanPart.ROSH_MANAGEMENT} if e.rosh in _MANAGED else frozenset())
    lacking = sorted(part.value for part in wanted - set(e.parts))
    if lacking and not e.interim:
        return f"a plan at {e.rosh.value} risk has all its parts; lacking: {', '.join(lacking)}"
    return None


def _plan(s: Sentence, e: PlanCompleted, law: Law) -> Applied:
    s.rosh = e.rosh
    if e.interim:
        return Applied(note="interim objectives recorded; the plan is still to be completed")
    s.plan = Plan(e.plan_version, e.occurred_at)
    if s.electronic_only and s.imposed is not None:
        # With a plan there is something to evaluate, electronic-only or not (AMB-21).
        clocks.start(s, law, Trigger.ORDER_END, told(e, on=s.ends_on))
    advance(s, e.occurred_at, e.uid)
    return REGULAR


def _review(s: Sentence, e: PlanReviewed, _law: Law) -> Applied:
    s.rosh = e.rosh or s.rosh
    if s.plan is not None:
        s.plan = Plan(e.plan_version, e.occurred_at)
    return REGULAR


def _assess(s: Sentence, e: RoshAssessed, _law: Law) -> Applied:
    s.rosh = e.level
    return REGULAR


def _note(_s: Sentence, _e: Event, _law: Law) -> Applied:
    return REGULAR


RULES = (
    Rule(ContactRecorded, _note, nature=Nature.FACT, after=IMPOSED),
    Rule(InductionCompleted, _induct, guard=_refuse_induction),
    Rule(PlanCompleted, _plan, guard=_refuse_plan),
    Rule(PlanReviewed, _review),
    Rule(SignificantChangeRecorded, _note, nature=Nature.FACT, after=IMPOSED),
    Rule(RoshAssessed, _assess, states=(AWAITING, *OPEN), after=IMPOSED),
)
