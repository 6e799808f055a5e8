"""The fold derives only what an event bears on; the result is that of deriving everything."""

from datetime import date, timedelta
from typing import Any

import pytest

from states import calendar_transitions
from states.event_log import EventLog
from states.rules import failure_days, failures, judgements, warnings
from states.sentence import Sentence
from states.standards.law import Law
from states.transitions import DatedTransition
from states.view.sentence import law_view
from tests.states.orders import occurred_at, stream
from tests.states.stream import law
from tests.states.worlds import message

DAYS = (0, 30, 400)
"""Days after the stream at which it is looked at."""


def views(seed: int) -> list[dict[str, Any]]:
    told = stream(seed)
    case = EventLog()
    for act in told.acts:
        case.receive(message(act, occurred_at(act)))
    moments = [told.known_at + timedelta(days=days) for days in DAYS]
    return [law_view(case.decide(law(), moment), law(), moment) for moment in moments]


def _every_day(s: Sentence, rules: Law, since: date | None = None) -> None:
    del since
    failure_days.refresh_days(s, rules)


def _every_day_of(s: Sentence, rules: Law, failure_ids: tuple[str, ...]) -> None:
    del failure_ids
    failure_days.refresh_days(s, rules)


def _first(s: Sentence) -> DatedTransition | None:
    return min(calendar_transitions.upcoming(s), default=None)


@pytest.mark.parametrize("seed", range(12))
def test_short_cuts_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random orders: neither the days left out nor the remembered step changes the view."""
    short = views(seed)
    monkeypatch.setattr(failures, "refresh_days", _every_day)
    monkeypatch.setattr(judgements, "refresh_days", _every_day)
    monkeypatch.setattr(judgements, "refresh_days_of", _every_day_of)
    monkeypatch.setattr(warnings, "refresh_days_of", _every_day_of)
    monkeypatch.setattr(calendar_transitions, "_next", _first)

    assert views(seed) == short
