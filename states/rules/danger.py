"""Danger at the moment: act first, then record, then tell a manager (NS 2015 6(c), T26).

It is never suppressed: not by the state, not before an allocation, not by an exemption.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from states.events.event import Event
from states.events.risk import ImmediateRiskActionTaken, ManagerInformed, ManagerTopic
from states.law import Law
from states.london import day_of
from states.rules import clocks
from states.rules.clocks import told
from states.rules.rule import REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import Settlement, Trigger
from states.vocabulary import State

_TOLD_OF: Final = {
    ManagerTopic.IMMEDIATE_RISK: Trigger.IMMEDIATE_RISK_ACTION,
    ManagerTopic.ROSH_INCREASE: Trigger.ROSH_HIGH_INDICATED,
}
"""What each topic answers; a departure is recorded with the step that departs."""

_ACTED = (Settlement.IMMEDIATE_RISK_ACTION_TAKEN.value, None)


def warn_of_danger(s: Sentence, law: Law, e: Event) -> None:
    """Start the duty to act at once, unless somebody acted on it this very day."""
    acted = s.done.get(_ACTED)
    if acted is None or day_of(acted[0]) != day_of(e.occurred_at):
        clocks.start(s, law, Trigger.IMMEDIATE_RISK, told(e, "danger now"), subject=e.uid)


def escalate(s: Sentence, law: Law, e: Event) -> None:
    """Start what an escalation that needs an emergency response brings."""
    acted = s.done.get(_ACTED)
    if acted is None or day_of(acted[0]) != day_of(e.occurred_at):
        clocks.start(s, law, Trigger.EMERGENCY_ESCALATION, told(e, "emergency"), subject=e.uid)


def _act(s: Sentence, e: ImmediateRiskActionTaken, law: Law) -> Applied:
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note=f"recorded; the sentence had ended on {s.ended_on}")
    learned, acted = e.learned_at or e.occurred_at, e.acted_at or e.occurred_at
    if not clocks.under_way(s, Trigger.IMMEDIATE_RISK):
        clocks.start(s, law, Trigger.IMMEDIATE_RISK, told(e, at=learned), subject=e.uid)
    clocks.settle(s, law, Settlement.IMMEDIATE_RISK_ACTION_TAKEN, at=acted, by=e.uid)
    clocks.start(s, law, Trigger.IMMEDIATE_RISK_ACTION, told(e, at=acted), subject=e.uid)
    told_beforehand(s, ManagerTopic.IMMEDIATE_RISK, e.uid, acted)
    return REGULAR


def told_beforehand(s: Sentence, topic: ManagerTopic, subject: str, at: datetime) -> None:
    """Settle the telling of a manager who was told earlier on the very day, of nothing else."""
    known = s.done.get((_name(topic), None))
    if known is None or day_of(known[0]) != day_of(at):
        return
    tellings = tuple(_tellings(s, _TOLD_OF[topic]))
    if any(s.clocks[key].settled_by == known[1] for key in tellings):
        return
    for key in tellings:
        if s.clocks[key].subject == subject:
            clocks.discharge(s, key, at=at, by=known[1])


def _inform(s: Sentence, e: ManagerInformed, _law: Law) -> Applied:
    at = e.informed_at or e.occurred_at
    clocks.remember(s, _name(e.why), None, at, e.uid)
    answered = _TOLD_OF.get(e.why)
    if answered is not None:
        tell_manager(s, answered, at=at, by=e.uid, about=e.about)
    return REGULAR


def _name(topic: ManagerTopic) -> str:
    return f"{Settlement.MANAGER_INFORMED}:{topic}"


def tell_manager(
    s: Sentence, of: Trigger, *, at: datetime, by: str, about: str | None = None
) -> None:
    """Settle that a manager was told of what `of` started: of the event `about`, or of all."""
    for key in tuple(_tellings(s, of)):
        subject = s.clocks[key].subject or ""
        if about is None or subject.rpartition("/")[2] == about:
            clocks.discharge(s, key, at=at, by=by)


def _tellings(s: Sentence, of: Trigger) -> Iterator[str]:
    for key, clock in s.clocks.items():
        row = clock.timescale
        if of in row.triggers and Settlement.MANAGER_INFORMED in row.discharged_by:
            yield key


RULES = (
    Rule(ImmediateRiskActionTaken, _act, nature=Nature.FACT, requires=None),
    Rule(ManagerInformed, _inform, nature=Nature.FACT, requires=None),
)
