"""The fold derives only what an event bears on; the result is that of deriving everything."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from states import dated
from states.casefile import CaseFile
from states.law import Law
from states.rules import concern, failure_day, failures, judging, warnings
from states.sentence import Sentence
from states.view import law_view
from tests.states.orders import occurred_at, stream
from tests.states.stream import law
from tests.states.worlds import message

DAYS = (0, 30, 400)
"""Days after the stream at which it is looked at."""


def views(seed: int) -> list[dict[str, Any]]:
    told, case = stream(seed), CaseFile()
    for act in told.acts:
        case.receive(message(act, occurred_at(act)))
    moments = [told.known_at + timedelta(days=days) for days in DAYS]
    return [law_view(case.decide(law(), moment), law(), moment) for moment in moments]


def _every_day(s: Sentence, rules: Law, since: date | None = None) -> None:
    del since
    failure_day.refresh_days(s, rules)


def _every_day_of(s: Sentence, rules: Law, failure_ids: tuple[str, ...]) -> None:
    del failure_ids
    failure_day.refresh_days(s, rules)


def _first(s: Sentence) -> tuple[datetime, str] | None:
    return min(dated.upcoming(s), default=None)


@pytest.mark.parametrize("seed", range(12))
def test_short_cuts_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random orders: neither the days left out nor the remembered arrow changes the view."""
    short = views(seed)
    monkeypatch.setattr(failures, "refresh_days", _every_day)
    monkeypatch.setattr(judging, "refresh_days", _every_day)
    monkeypatch.setattr(concern, "refresh_days_of", _every_day_of)
    monkeypatch.setattr(warnings, "refresh_days_of", _every_day_of)
    monkeypatch.setattr(dated, "_next", _first)

    assert views(seed) == short
