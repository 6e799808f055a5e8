"""The evaluation at the end of the order (NS 2015 11(a)): a window and a last day."""

from states.clock import Settled
from states.events.contact import EvaluationCompleted
from states.law import Law
from states.london import day_of, start_of
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence

WINDOW = "evaluation-opens"
LAST_DAY = "evaluation-by-end"


def refresh_evaluation(s: Sentence) -> None:
    """Settle the evaluation, or not, by the dates as they stand now.

    One made before the window opened does not count as the evaluation at the end.
    """
    clock = s.clocks.get(LAST_DAY)
    if clock is None or clock.settled is Settled.FELL_AWAY:
        return
    clock = clock.reopen()
    if s.evaluated_on is not None and not _too_early(s):
        # Done on its day: the hour is not recorded, and the last day is in time to its end.
        clock = clock.settle(Settled.DONE, start_of(s.evaluated_on), s.evaluated_by)
    s.clocks[LAST_DAY] = clock


def _too_early(s: Sentence) -> bool:
    window = s.clocks.get(WINDOW)
    if window is None or window.due.due_on is None or s.evaluated_on is None:
        return False
    # An order that ends early is evaluated by its actual end, whatever the window said (AMB-25).
    opens_on = window.due.due_on if s.ended_on is None else min(window.due.due_on, s.ended_on)
    return s.evaluated_on < opens_on


def _evaluate(s: Sentence, e: EvaluationCompleted, _law: Law) -> Applied:
    s.evaluated_on, s.evaluated_by = e.evaluated_on, e.uid
    refresh_evaluation(s)
    if _too_early(s):
        return Applied(note="recorded; before the window, it is not the evaluation at the end")
    return REGULAR


def _refuse(_s: Sentence, e: EvaluationCompleted, _law: Law) -> str | None:
    if e.evaluated_on > day_of(e.occurred_at):
        return f"evaluated_on {e.evaluated_on} lies after the day of the event"
    return None


RULES = (
    Rule(
        EvaluationCompleted,
        _evaluate,
        nature=Nature.FACT,
        after=IMPOSED,
        guard=_refuse,
    ),
)
