"""Complete a sentence: outcome, notices, and what becomes of its clocks."""

from datetime import date, datetime

from states.clock import Clock, Settled
from states.due import Due
from states.events.event import Event
from states.london import end_of
from states.records import Effect
from states.rules.evaluation import LAST_DAY, refresh_evaluation
from states.rules.moving import move
from states.rules.telling import AGENCIES, PERSON
from states.sentence import Sentence
from states.vocabulary import Outcome, State


def complete(
    s: Sentence,
    arrow: str,
    outcome: Outcome,
    *,
    on: date,
    at: datetime,
    event: Event | None,
    evaluation_due: bool = True,
) -> bool:
    """End the sentence on the day `on`; return whether the arrow was irregular.

    What was missed stays missed; what still ran falls away, but for the evaluation, which is
    then due by the actual end (AMB-25) unless `evaluation_due` says that there is none.
    """
    cause = event.uid if event is not None else None
    irregular = move(s, arrow, State.COMPLETED, at, cause)
    s.outcome, s.ended_on, s.ended_at = outcome, on, at
    for key, clock in s.clocks.items():
        s.clocks[key] = _ended(clock, on, at, cause, keep=evaluation_due and key == LAST_DAY)
    refresh_evaluation(s)
    for template, recipient in (("sentence-ended", AGENCIES), ("restrictions-explained", PERSON)):
        # A date that moves is another message: those told of the first date must hear of it.
        key = f"{template}/{outcome.value}/{cause or f'{arrow}.{on}'}/{recipient}"
        facts = (("ended_on", str(on)),)
        s.effects[key] = Effect(key, template, recipient, outcome.value, facts)
    return irregular


def _ended(clock: Clock, on: date, at: datetime, cause: str | None, *, keep: bool) -> Clock:
    if keep:
        if clock.due.due_on is not None and on < clock.due.due_on:
            return clock.moved_to(Due(on, end_of(on)), f"the order ended on {on}")
        return clock
    return clock.settle(Settled.FELL_AWAY, at, cause)
