"""Complete a sentence: outcome, and what becomes of its clocks and duties (7.6)."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from states.clock import Clock, Settled
from states.due import Due
from states.events.event import Event
from states.law import Law
from states.london import end_of
from states.rules import clocks
from states.rules.evaluation import LAST_DAY, refresh_evaluation
from states.rules.moving import move
from states.rules.requirement_ends import end_with_sentence
from states.rules.telling import PERSON
from states.rules.victims import key_stage
from states.sentence import Sentence
from states.timescale import Trigger
from states.vocabulary import Outcome, State

RESTRICTIONS = "restrictions-after-end"


@dataclass(frozen=True, slots=True)
class End:
    """How a sentence ends: by which arrow, as what, on which day and by which event."""

    arrow: str
    outcome: Outcome
    on: date
    at: datetime
    event: Event | None = None
    evaluation_due: bool = True
    """Whether there is anything left to evaluate."""


def complete(s: Sentence, law: Law, end: End) -> bool:
    """End the sentence; return whether the arrow was irregular.

    What was missed stays missed; what still ran falls away, but for the evaluation, which is
    then due by the actual end (AMB-25) where one is due at all. Every requirement that is still
    open ends with it, and the duties that the end itself brings (7.6, N.sentence) are
    opened last.
    """
    on, at = end.on, end.at
    cause = end.event.uid if end.event is not None else None
    irregular = move(s, end.arrow, State.COMPLETED, at, cause)
    s.outcome, s.ended_on, s.ended_at = end.outcome, on, at
    if s.recall is not None:
        s.recalls[-1] = replace(s.recalls[-1], closed_at=at)
    for key, clock in s.clocks.items():
        s.clocks[key] = _ended(clock, on, at, cause, keep=end.evaluation_due and key == LAST_DAY)
    for key, duty in s.duties.items():
        if duty.duty.trigger not in _still_owed(end):
            clocks.drop(s, key, at=at, by=cause)
    end_with_sentence(s, law, on, at, cause, ran_out=end.outcome is Outcome.EXPIRED)
    refresh_evaluation(s)
    ended = clocks.Occasion(at, f"the sentence ended on {on}", cause, on)
    clocks.start(s, law, Trigger.SENTENCE_ENDED, ended, subject=end.outcome.value)
    if not end.evaluation_due:
        _spare_person(s, at, cause)
    key_stage(s, law, "end", ended)
    return irregular


def _spare_person(s: Sentence, at: datetime, cause: str | None) -> None:
    """Tell the person of no end who died, or whose sentence was quashed or never passed."""
    for key in s.by_provision.get(RESTRICTIONS, ()):
        clocks.drop(s, key, at=at, by=cause)
        for notice in s.duties[key].notices:
            del s.effects[notice]
    for key, duty in s.duties.items():
        if duty.duty.trigger is Trigger.REQUIREMENT_TERMINATED and duty.settled_at is None:
            theirs = [notice for notice in duty.notices if notice.endswith(f"/{PERSON}")]
            left = tuple(notice for notice in duty.notices if notice not in theirs)
            s.duties[key] = replace(duty, notices=left)
            if theirs and not left:
                clocks.drop(s, key, at=at, by=cause)
            for notice in theirs:
                s.effects.pop(notice, None)


def _still_owed(end: End) -> tuple[Trigger, ...]:
    """Return what goes on to be owed of requirements that ended before: their notices, and more."""
    if end.evaluation_due:
        return (Trigger.REQUIREMENT_TERMINATED, Trigger.REQUIREMENT_COMPLETED)
    return (Trigger.REQUIREMENT_TERMINATED,)


def _ended(clock: Clock, on: date, at: datetime, cause: str | None, *, keep: bool) -> Clock:
    if keep:
        if clock.due.due_on is not None and on < clock.due.due_on:
            return clock.moved_to(Due(on, end_of(on)), f"the order ended on {on}")
        return clock
    return clock.settle(Settled.FELL_AWAY, at, cause)
