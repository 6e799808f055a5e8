"""Decide a case file whose events name law, where that can be looked up at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from states.casefile import CaseFile, Decided
from states.law import Answer, Law, Question
from states.rules.changes import question


def decide_by(
    case: CaseFile, law: Law, now: datetime, answer: Callable[[Question], Answer]
) -> Decided:
    """Return what `case` comes to at `now`, with every name in its log looked up."""
    asked = (question(entry.event) for entry in case.log)
    found = {item.uid: answer(item) for item in asked if item is not None}
    return case.decide(replace(law, lookup_results={**found, **law.lookup_results}) if found else law, now)
