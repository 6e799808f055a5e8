"""Evaluation at the end of the order (NS 2015 11(a)): a window and a last day."""

from datetime import date

from states.events.contact import EvaluationCompleted
from states.rules import clocks
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.risk import record_risk_level
from states.sentence import Sentence
from states.standards.law import Law
from states.vocabulary import State

WINDOW = "evaluation-opens"
LAST_DAY = "evaluation-by-end"


def refresh_evaluation(s: Sentence) -> None:
    """Settle or reopen the clocks of the evaluation by the present dates.

    An evaluation made before the window opened does not count as the evaluation at the end.
    """
    counting = [item for item in s.evaluations if not _too_early(s, item[0])]
    clocks.settle_by_day(s, (WINDOW, LAST_DAY), counting)


def _too_early(s: Sentence, day: date) -> bool:
    window = s.clocks.get(WINDOW)
    if window is None or window.due.due_on is None:
        return False
    opens_on = window.due.due_on
    if s.ended_on is not None and s.ends_on is not None and s.ended_on < s.ends_on:
        # An order that ends early is evaluated by its actual end (AMB-25), so the window moves too.
        opens_on -= s.ends_on - s.ended_on
    return day < opens_on


def _evaluate(s: Sentence, e: EvaluationCompleted, law: Law) -> HandlerOutcome:
    s.evaluations.append((e.evaluated_on, e.uid))
    if e.rosh is not None and s.state is not State.COMPLETED:
        record_risk_level(s, law, e, level=e.rosh)
    refresh_evaluation(s)
    if _too_early(s, e.evaluated_on):
        return HandlerOutcome(
            note="recorded; before the window, it is not the evaluation at the end"
        )
    return REGULAR


HANDLERS = (
    EventHandler(
        EvaluationCompleted,
        _evaluate,
        nature=Nature.FACT,
        requires=IMPOSED,
    ),
)
