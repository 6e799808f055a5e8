"""Decide a case file whose events name law that has to be looked up first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from states.casefile import CaseFile, Decided
from states.law import Answer, Law, Question

ROUNDS: Final = 100
"""Look-ups after which no more are made: an event that applies may let others ask theirs."""


def decide_by(
    case: CaseFile, law: Law, now: datetime, answer: Callable[[Question], Answer]
) -> Decided:
    """Return what `case` comes to at `now`, with every look-up that it needs answered."""
    decided = case.decide(law, now)
    for _ in range(ROUNDS):
        if not decided.questions:
            break
        found = {asked.uid: answer(asked) for asked in decided.questions}
        law = replace(law, answers={**law.answers, **found})
        decided = case.decide(law, now)
    return decided
