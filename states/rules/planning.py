"""The plan: made, completed, kept in prison for the time after (NS 2015 4, T03)."""

from datetime import datetime

from states.events.contact import PlanCompleted
from states.law import Law
from states.records import Plan
from states.regime import IN_PRISON, IN_THE_COMMUNITY
from states.rules import clocks
from states.rules.clocks import told
from states.rules.moving import move, supported_state
from states.rules.preparing import note_preparation
from states.rules.risk import HIGH, note_level, outranks
from states.rules.rule import Applied, Rule
from states.sentence import Sentence
from states.timescale import Settlement, Trigger
from states.vocabulary import Phase, PlanPart, Rosh, State

_ALWAYS = frozenset({PlanPart.ROSH_LEVEL, PlanPart.NEEDS, PlanPart.ACTIVITY})
_MANAGED = frozenset({Rosh.MEDIUM, Rosh.HIGH, Rosh.VERY_HIGH})


def advance(s: Sentence, at: datetime, cause: str) -> None:
    """Take T02 and T03 as far as the facts allow; a warned or breached person stays so (G13)."""
    if s.phase not in IN_THE_COMMUNITY:
        return
    if s.state is State.ALLOCATED and supported_state(s) is not State.ALLOCATED:
        move(s, "T02", State.INDUCTED, at, cause)
    if s.state is State.INDUCTED and supported_state(s) is State.ACTIVE:
        move(s, "T03", State.ACTIVE, at, cause)


def _refuse(_s: Sentence, e: PlanCompleted, _law: Law) -> str | None:
    """Refuse a plan that lacks one of the four parts (ev-plan-content)."""
    wanted = _ALWAYS | ({PlanPart.ROSH_MANAGEMENT} if e.rosh in _MANAGED else frozenset())
    lacking = sorted(part.value for part in wanted - set(e.parts))
    if lacking and not e.interim:
        return f"a plan at {e.rosh.value} risk has all its parts; lacking: {', '.join(lacking)}"
    return None


def _plan(s: Sentence, e: PlanCompleted, law: Law) -> Applied:
    at, by = e.occurred_at, e.uid
    if e.interim:
        note_level(s, law, e, e.rosh)
        return Applied(note="interim objectives recorded; the plan is still to be completed")
    before = s.plan
    s.plan = _kept(s, e)
    _consider(s, law, e)
    clocks.settle(s, law, Settlement.PLAN_UPDATED, at=at, by=by)
    early = note_preparation(s, e, law) if s.phase is Phase.CUSTODY else None
    if not s.plan.prepared:
        clocks.settle(s, law, Settlement.PLAN_COMPLETED, at=at, by=by)
    note_level(s, law, e, e.rosh)
    clocks.start(s, law, Trigger.PLAN_COMPLETED, told(e, f"version {e.plan_version}"))
    if shows_more(before, e.rosh):
        clocks.start(s, law, Trigger.PLAN_RISK_INCREASED, told(e), subject=by)
    if s.electronic_only and s.imposed is not None:
        # With a plan there is something to evaluate, electronic-only or not (AMB-21).
        clocks.start(s, law, Trigger.ORDER_END, told(e, on=s.ends_on))
    advance(s, at, by)
    return Applied(note=early or "")


def _kept(s: Sentence, e: PlanCompleted) -> Plan:
    # What is made in prison prepares; a plan that was completed before stays one, whatever prison
    # adds to it (G13).
    whole = s.plan is not None and not s.plan.prepared
    prepared = s.phase in IN_PRISON and not whole
    return Plan(e.plan_version, e.occurred_at, e.rosh, prepared, bool(e.restricted_part))


def _consider(s: Sentence, law: Law, e: PlanCompleted) -> None:
    """Discharge what a plan shows that it took into account."""
    shown = (
        (e.ap_considered, "ap_considered"),
        (e.victim_views_considered, "victim_views_considered"),
        (e.child_objectives, "safeguarding_objectives"),
        (e.risk_to_person_steps, "risk_to_person_steps"),
    )
    for is_shown, kind in shown:
        if is_shown:
            clocks.settle_contact(s, law, kind, at=e.occurred_at, by=e.uid)


def shows_more(before: Plan | None, level: Rosh) -> bool:
    """Return whether a plan shows more risk than the one before it; a first one, if it is high."""
    if before is None or before.rosh is None:
        return level in HIGH
    return outranks(level, before.rosh)


RULES = (Rule(PlanCompleted, _plan, guard=_refuse),)
