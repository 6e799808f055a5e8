"""Planning: the sentence plan, made, prepared in custody, and reviewed (NS 2015 4, T03, T28).

In custody the plan is prepared in the last weeks before release (NS 2015 4(c)). A plan prepared
before that window opened discharges nothing: it is prepared again, or confirmed by a review. A
release that moves can make an early plan timely, and a timely one early.

A review is called for by a significant change, significant progress, a recall or a committal (T28).
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from states.entities import SentencePlan
from states.events.contact import (
    ChangeKind,
    PlanCompleted,
    PlanReviewed,
    ReviewReason,
    SignificantChangeRecorded,
)
from states.regime import IN_PRISON, IN_THE_COMMUNITY
from states.rules import clocks
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature, after_end
from states.rules.risk import HIGH, outranks, record_risk_level
from states.rules.state_changes import change_state, supported_state
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.london import day_of
from states.transitions import ACTIVATE, INDUCT
from states.vocabulary import Phase, PlanPart, Rosh, State

PLAN_WINDOW = "plan-custody-opens"
PLAN_PREPARED = "plan-custody-prepared"


def note_preparation(s: Sentence, e: PlanCompleted | PlanReviewed, law: Law) -> str | None:
    """Record a plan made in custody; return why it does not count, or None where it does."""
    day = day_of(e.occurred_at)
    s.preparations.append((day, e.uid))
    opens_on = _opens_on(s)
    if opens_on is not None and day < opens_on:
        return f"before {opens_on}, so it is to be prepared again, or confirmed, from that day on"
    clocks.settle(s, law, Settlement.PLAN_PREPARED, at=e.occurred_at, by=e.uid)
    refresh_preparation(s)
    return None


def refresh_preparation(s: Sentence) -> None:
    """Settle the window and the last day of the plan by the present date of release."""
    opens_on = _opens_on(s)
    timely = [item for item in s.preparations if opens_on is None or item[0] >= opens_on]
    clocks.settle_by_day(s, (PLAN_WINDOW, PLAN_PREPARED), timely)


def _opens_on(s: Sentence) -> date | None:
    window = s.clocks.get(PLAN_WINDOW)
    return None if window is None else window.due.due_on


_ALWAYS = frozenset({PlanPart.ROSH_LEVEL, PlanPart.NEEDS, PlanPart.ACTIVITY})
_MANAGED = frozenset({Rosh.MEDIUM, Rosh.HIGH, Rosh.VERY_HIGH})


def advance_state(s: Sentence, at: datetime, cause: str) -> None:
    """Induct and activate as far as facts allow (T02, T03); warned or breached stays so (G13)."""
    if s.phase not in IN_THE_COMMUNITY:
        return
    if s.state is State.ALLOCATED and supported_state(s) is not State.ALLOCATED:
        change_state(s, INDUCT, State.INDUCTED, at=at, cause=cause)
    if s.state is State.INDUCTED and supported_state(s) is State.ACTIVE:
        change_state(s, ACTIVATE, State.ACTIVE, at=at, cause=cause)


def _refuse(_s: Sentence, e: PlanCompleted, _law: Law) -> str | None:
    """Refuse a plan that lacks one of the four parts (ev-plan-content)."""
    wanted = _ALWAYS | ({PlanPart.ROSH_MANAGEMENT} if e.rosh in _MANAGED else frozenset())
    lacking = sorted(part.value for part in wanted - set(e.parts))
    if lacking and not e.interim:
        return f"a plan at {e.rosh.value} risk has all its parts; lacking: {', '.join(lacking)}"
    return None


def _plan(s: Sentence, e: PlanCompleted, law: Law) -> HandlerOutcome:
    at = e.occurred_at
    by = e.uid
    if e.interim:
        record_risk_level(s, law, e, level=e.rosh)
        return HandlerOutcome(note="interim objectives recorded; the plan is still to be completed")
    before = s.plan
    s.plan = _new_plan(s, e)
    _settle_considered(s, law, e)
    clocks.settle(s, law, Settlement.PLAN_UPDATED, at=at, by=by)
    early = note_preparation(s, e, law) if s.phase is Phase.CUSTODY else None
    if not s.plan.prepared:
        clocks.settle(s, law, Settlement.PLAN_COMPLETED, at=at, by=by)
    record_risk_level(s, law, e, level=e.rosh)
    clocks.start(
        s, law, Trigger.PLAN_COMPLETED, context=trigger_context(e, f"version {e.plan_version}")
    )
    if shows_more_risk(before, e.rosh):
        clocks.start(s, law, Trigger.PLAN_RISK_INCREASED, context=trigger_context(e), subject=by)
    if s.electronic_only and s.imposed is not None:
        # A plan makes an evaluation due, also on an electronic-only order (AMB-21).
        clocks.start(s, law, Trigger.ORDER_END, context=trigger_context(e, on=s.ends_on))
    advance_state(s, at, by)
    return HandlerOutcome(note=early or "")


def _new_plan(s: Sentence, e: PlanCompleted) -> SentencePlan:
    # A plan made in prison is prepared only; one completed before stays complete, whatever prison
    # adds to it (G13).
    whole = s.plan is not None and not s.plan.prepared
    prepared = s.phase in IN_PRISON and not whole
    return SentencePlan(
        e.plan_version, e.occurred_at, e.rosh, prepared=prepared, restricted=bool(e.restricted_part)
    )


def _settle_considered(s: Sentence, law: Law, e: PlanCompleted) -> None:
    """Discharge the duties to consider something that the plan shows as considered."""
    shown = (
        (e.ap_considered, "ap_considered"),
        (e.victim_views_considered, "victim_views_considered"),
        (e.child_objectives, "safeguarding_objectives"),
        (e.risk_to_person_steps, "risk_to_person_steps"),
    )
    for is_shown, kind in shown:
        if is_shown:
            clocks.settle_contact(s, law, kind, at=e.occurred_at, by=e.uid)


def shows_more_risk(before: SentencePlan | None, level: Rosh) -> bool:
    """Return whether a plan shows more risk than the last; for a first one, high risk."""
    if before is None or before.rosh is None:
        return level in HIGH
    return outranks(level, before.rosh)


_REVIEW_TRIGGERS: Final = {
    ReviewReason.SIGNIFICANT_CHANGE: (Trigger.SIGNIFICANT_CHANGE,),
    ReviewReason.SIGNIFICANT_PROGRESS: (Trigger.SIGNIFICANT_PROGRESS,),
    ReviewReason.RECALL: (Trigger.RECALL_NOTIFIED,),
    ReviewReason.COMMITTAL: (Trigger.COMMITTAL,),
}
"""Triggers that a review answers, by its reason; other reasons do not answer a recall."""

PAROLE_CONDITIONS_UNMET = "parole_conditions_unmet"
"""Kind of contact that reports the same as a change of the conditions of release."""


def _review(s: Sentence, e: PlanReviewed, law: Law) -> HandlerOutcome:
    at = e.occurred_at
    by = e.uid
    more = bool(e.risk_increased) or (e.rosh is not None and shows_more_risk(s.plan, e.rosh))
    note = None
    if s.plan is not None:
        level = e.rosh or s.plan.rosh
        s.plan = replace(s.plan, version=e.plan_version, rosh=level, reviewed_at=at)
        if s.phase is Phase.CUSTODY:
            # A review inside the window confirms a plan prepared before it opened.
            note = note_preparation(s, e, law)
    _settle(s, law, e)
    clocks.settle(s, law, Settlement.PLAN_UPDATED, at=at, by=by)
    if e.rosh is not None:
        record_risk_level(s, law, e, level=e.rosh)
    if more:
        clocks.start(s, law, Trigger.PLAN_RISK_INCREASED, context=trigger_context(e), subject=by)
    return HandlerOutcome(note=note or "")


def _settle(s: Sentence, law: Law, e: PlanReviewed) -> None:
    for provision_id in law.settled_by(Settlement.PLAN_REVIEWED):
        for key in s.by_provision.get(provision_id, ()):
            called_for_by = clocks.provision_of(s, key).triggers
            if any(trigger in called_for_by for trigger in _REVIEW_TRIGGERS.get(e.why, ())):
                clocks.discharge(s, key, at=e.occurred_at, by=e.uid)


def _change(s: Sentence, e: SignificantChangeRecorded, law: Law) -> HandlerOutcome:
    if s.state is State.COMPLETED:
        return after_end(s)
    changed = trigger_context(e, "" if e.kind is None else e.kind.value)
    if e.kind is ChangeKind.PROGRESS:
        clocks.start(s, law, Trigger.SIGNIFICANT_PROGRESS, context=changed, subject=e.uid)
        return REGULAR
    clocks.start(s, law, Trigger.SIGNIFICANT_CHANGE, context=changed, subject=e.uid)
    if e.kind is ChangeKind.FAMILY:
        clocks.start(s, law, Trigger.FAMILY_CHANGED, context=changed, subject=e.uid)
    if e.kind is ChangeKind.RISK:
        clocks.start(s, law, Trigger.ROSH_CHANGED, context=changed, subject=e.uid)
    if e.kind is ChangeKind.RELEASE_CONDITIONS:
        unmet = replace(changed, kind=PAROLE_CONDITIONS_UNMET)
        clocks.start(s, law, Trigger.CONTACT_OF_KIND, context=unmet, subject=e.uid)
    return REGULAR


HANDLERS = (
    EventHandler(PlanCompleted, _plan, guard=_refuse),
    EventHandler(PlanReviewed, _review),
    EventHandler(SignificantChangeRecorded, _change, nature=Nature.FACT, requires=IMPOSED),
)
