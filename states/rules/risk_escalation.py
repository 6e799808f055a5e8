"""Risk escalation: act on danger first, then record, then inform a manager (NS 2015 6(c), T26).

It is never suppressed: not by the state, not before an allocation, not by an exemption.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from states.events.envelope import Event
from states.events.risk import ImmediateRiskActionTaken, ManagerInformed, ManagerTopic
from states.rules import clocks
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome, Nature, after_end
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.london import day_of
from states.vocabulary import State

_TRIGGERS_BY_TOPIC: Final = {
    ManagerTopic.IMMEDIATE_RISK: Trigger.IMMEDIATE_RISK_ACTION,
    ManagerTopic.ROSH_INCREASE: Trigger.ROSH_HIGH_INDICATED,
}
"""Trigger that each topic answers; a departure is recorded with its own step."""

_ACTED = (Settlement.IMMEDIATE_RISK_ACTION_TAKEN.value, None)


def warn_of_danger(s: Sentence, law: Law, e: Event) -> None:
    """Start the duty to act at once, unless an act was recorded on the same day."""
    acted = s.done.get(_ACTED)
    if acted is None or day_of(acted[0]) != day_of(e.occurred_at):
        clocks.start(
            s, law, Trigger.IMMEDIATE_RISK, context=trigger_context(e, "danger now"), subject=e.uid
        )


def escalate_emergency(s: Sentence, law: Law, e: Event) -> None:
    """Start the clocks of an escalation that needs an emergency response."""
    acted = s.done.get(_ACTED)
    if acted is None or day_of(acted[0]) != day_of(e.occurred_at):
        clocks.start(
            s,
            law,
            Trigger.EMERGENCY_ESCALATION,
            context=trigger_context(e, "emergency"),
            subject=e.uid,
        )


def _act(s: Sentence, e: ImmediateRiskActionTaken, law: Law) -> HandlerOutcome:
    if s.state is State.COMPLETED:
        return after_end(s)
    learned = e.learned_at or e.occurred_at
    acted = e.acted_at or e.occurred_at
    if not clocks.is_running(s, Trigger.IMMEDIATE_RISK):
        clocks.start(
            s, law, Trigger.IMMEDIATE_RISK, context=trigger_context(e, at=learned), subject=e.uid
        )
    clocks.settle(s, law, Settlement.IMMEDIATE_RISK_ACTION_TAKEN, at=acted, by=e.uid)
    clocks.start(
        s, law, Trigger.IMMEDIATE_RISK_ACTION, context=trigger_context(e, at=acted), subject=e.uid
    )
    settle_if_manager_informed(s, ManagerTopic.IMMEDIATE_RISK, e.uid, at=acted)
    return REGULAR


def settle_if_manager_informed(
    s: Sentence, topic: ManagerTopic, subject: str, at: datetime
) -> None:
    """Settle the duty to inform a manager who was informed earlier on the same day.

    Each such report settles one occasion only.
    """
    known = s.done.get((_done_name(topic), None))
    if known is None or day_of(known[0]) != day_of(at):
        return
    tellings = tuple(_inform_clocks(s, _TRIGGERS_BY_TOPIC[topic]))
    if any(s.clocks[key].settled_by == known[1] for key in tellings):
        return
    for key in tellings:
        if s.clocks[key].subject == subject:
            clocks.discharge(s, key, at=at, by=known[1])


def _inform(s: Sentence, e: ManagerInformed, _law: Law) -> HandlerOutcome:
    at = e.informed_at or e.occurred_at
    clocks.record_done(s, _done_name(e.why), None, at=at, by=e.uid)
    answered = _TRIGGERS_BY_TOPIC.get(e.why)
    if answered is not None:
        settle_manager_informed(s, answered, at=at, by=e.uid, about=e.about)
    return REGULAR


def _done_name(topic: ManagerTopic) -> str:
    return f"{Settlement.MANAGER_INFORMED}:{topic}"


def settle_manager_informed(
    s: Sentence, of: Trigger, *, at: datetime, by: str, about: str | None = None
) -> None:
    """Settle that a manager was informed of what `of` started: about one event, or all."""
    for key in tuple(_inform_clocks(s, of)):
        subject = s.clocks[key].subject or ""
        if about is None or subject.rpartition("/")[2] == about:
            clocks.discharge(s, key, at=at, by=by)


def _inform_clocks(s: Sentence, of: Trigger) -> Iterator[str]:
    for key, clock in s.clocks.items():
        provision = clock.timescale
        if of in provision.triggers and Settlement.MANAGER_INFORMED in provision.discharged_by:
            yield key


HANDLERS = (
    EventHandler(ImmediateRiskActionTaken, _act, nature=Nature.FACT, requires=None),
    EventHandler(ManagerInformed, _inform, nature=Nature.FACT, requires=None),
)
