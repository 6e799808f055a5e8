"""The plan reviewed, and what calls for that: change, progress, recall, committal (T28)."""

from dataclasses import replace
from typing import Final

from states.events.contact import ChangeKind, PlanReviewed, ReviewReason, SignificantChangeRecorded
from states.rules import clocks
from states.rules.clocks import trigger_context
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.planning import note_preparation, shows_more_risk
from states.rules.risk import record_risk_level
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.vocabulary import Phase, State

_CALLED_FOR_BY: Final = {
    ReviewReason.SIGNIFICANT_CHANGE: (Trigger.SIGNIFICANT_CHANGE,),
    ReviewReason.SIGNIFICANT_PROGRESS: (Trigger.SIGNIFICANT_PROGRESS,),
    ReviewReason.RECALL: (Trigger.RECALL_NOTIFIED,),
    ReviewReason.COMMITTAL: (Trigger.COMMITTAL,),
}
"""What each review answers: one for another reason is no answer to a recall."""

PAROLE_CONDITIONS_UNMET = "parole_conditions_unmet"
"""The kind of contact that says what a change of the conditions for release says."""


def _review(s: Sentence, e: PlanReviewed, law: Law) -> HandlerOutcome:
    at, by = e.occurred_at, e.uid
    more = bool(e.risk_increased) or (e.rosh is not None and shows_more_risk(s.plan, e.rosh))
    note = None
    if s.plan is not None:
        level = e.rosh or s.plan.rosh
        s.plan = replace(s.plan, version=e.plan_version, rosh=level, reviewed_at=at)
        if s.phase is Phase.CUSTODY:
            # A review inside the window confirms what was prepared before it opened.
            note = note_preparation(s, e, law)
    _settle(s, law, e)
    clocks.settle(s, law, Settlement.PLAN_UPDATED, at=at, by=by)
    if e.rosh is not None:
        record_risk_level(s, law, e, e.rosh)
    if more:
        clocks.start(s, law, Trigger.PLAN_RISK_INCREASED, trigger_context(e), subject=by)
    return HandlerOutcome(note=note or "")


def _settle(s: Sentence, law: Law, e: PlanReviewed) -> None:
    for row in law.settled_by(Settlement.PLAN_REVIEWED):
        for key in s.by_provision.get(row, ()):
            called_for_by = clocks.provision_of(s, key).triggers
            if any(trigger in called_for_by for trigger in _CALLED_FOR_BY.get(e.why, ())):
                clocks.discharge(s, key, at=e.occurred_at, by=e.uid)


def _change(s: Sentence, e: SignificantChangeRecorded, law: Law) -> HandlerOutcome:
    if s.state is State.COMPLETED:
        return HandlerOutcome(
            irregular=True, note=f"recorded; the sentence had ended on {s.ended_on}"
        )
    changed = trigger_context(e, "" if e.kind is None else e.kind.value)
    if e.kind is ChangeKind.PROGRESS:
        clocks.start(s, law, Trigger.SIGNIFICANT_PROGRESS, changed, subject=e.uid)
        return REGULAR
    clocks.start(s, law, Trigger.SIGNIFICANT_CHANGE, changed, subject=e.uid)
    if e.kind is ChangeKind.FAMILY:
        clocks.start(s, law, Trigger.FAMILY_CHANGED, changed, subject=e.uid)
    if e.kind is ChangeKind.RISK:
        clocks.start(s, law, Trigger.ROSH_CHANGED, changed, subject=e.uid)
    if e.kind is ChangeKind.RELEASE_CONDITIONS:
        unmet = replace(changed, kind=PAROLE_CONDITIONS_UNMET)
        clocks.start(s, law, Trigger.CONTACT_OF_KIND, unmet, subject=e.uid)
    return REGULAR


RULES = (
    EventHandler(PlanReviewed, _review),
    EventHandler(SignificantChangeRecorded, _change, nature=Nature.FACT, requires=IMPOSED),
)
