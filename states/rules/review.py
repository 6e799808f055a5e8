"""The plan reviewed, and what calls for that: change, progress, recall, committal (T28)."""

from dataclasses import replace
from typing import Final

from states.events.contact import (
    ChangeKind,
    PlanReviewed,
    ReviewReason,
    SignificantChangeRecorded,
)
from states.law import Law
from states.rules import clocks
from states.rules.clocks import told
from states.rules.planning import shows_more
from states.rules.preparing import note_preparation
from states.rules.risk import note_level
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import Settlement, Trigger
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


def _review(s: Sentence, e: PlanReviewed, law: Law) -> Applied:
    at, by = e.occurred_at, e.uid
    more = bool(e.risk_increased) or (e.rosh is not None and shows_more(s.plan, e.rosh))
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
        note_level(s, law, e, e.rosh)
    if more:
        clocks.start(s, law, Trigger.PLAN_RISK_INCREASED, told(e), subject=by)
    return Applied(note=note or "")


def _settle(s: Sentence, law: Law, e: PlanReviewed) -> None:
    for row in law.settled_by(Settlement.PLAN_REVIEWED):
        for key in s.by_provision.get(row, ()):
            called_for_by = clocks.row_of(s, key).triggers
            if any(trigger in called_for_by for trigger in _CALLED_FOR_BY.get(e.why, ())):
                clocks.discharge(s, key, at=e.occurred_at, by=e.uid)


def _change(s: Sentence, e: SignificantChangeRecorded, law: Law) -> Applied:
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note=f"recorded; the sentence had ended on {s.ended_on}")
    changed = told(e, "" if e.kind is None else e.kind.value)
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
    Rule(PlanReviewed, _review),
    Rule(SignificantChangeRecorded, _change, nature=Nature.FACT, requires=IMPOSED),
)
