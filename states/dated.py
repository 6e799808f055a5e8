"""The arrows that the calendar takes: T09 and T30, and no other.

The calendar ends only what a court dated; it never decides about a person. Each arrow has its own
legal instant, found from the sentence alone, so it does not matter when anybody looked.
"""

from collections.abc import Iterator
from datetime import datetime

from states.calendar import anniversary
from states.london import end_of, start_of
from states.machine import sources
from states.rules.counting import countable_days
from states.rules.ending import complete
from states.rules.moving import move, supported_state
from states.sentence import Sentence
from states.vocabulary import Outcome, State


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _window_ends_at(s: Sentence) -> datetime | None:
    """Return when T09 falls: no failure counts any more and none waits for an answer."""
    if s.state is not State.WARNED or s.unanswered:
        return None
    days = countable_days(s)
    closes = start_of(anniversary(days[-1])) if days else None
    return _latest(closes, s.moved_at, s.unblocked_at)


def _order_ends_at(s: Sentence) -> datetime | None:
    """Return when T30 falls; a breach before the court holds it up (5.5 guard 7)."""
    if s.ends_on is None or s.state not in sources("T30"):
        return None
    return _latest(end_of(s.ends_on), s.moved_at, s.end_set_at)


def upcoming(s: Sentence) -> Iterator[tuple[datetime, str]]:
    """Yield the dated arrows that this sentence will take if nothing else happens."""
    if (at := _window_ends_at(s)) is not None:
        yield at, "T09"
    if (at := _order_ends_at(s)) is not None:
        yield at, "T30"


def _next(s: Sentence) -> tuple[datetime, str] | None:
    # Asked before every event, and nearly always the answer is the one of the last event.
    rests_on = (s.state, s.moved_at, s.unblocked_at, s.ends_on, s.end_set_at, s.derivations)
    if s.dated is None or s.dated[0] != rests_on:
        s.dated = (rests_on, min(upcoming(s), default=None))
    return s.dated[1]


def _take(s: Sentence, arrow: str, at: datetime) -> None:
    s.at = at if s.at is None else max(s.at, at)
    if arrow == "T09":
        move(s, "T09", supported_state(s), at, None)
    elif s.ends_on is not None:
        complete(s, "T30", Outcome.EXPIRED, on=s.ends_on, at=at, event=None)


def run_to(s: Sentence, moment: datetime, *, inclusive: bool) -> None:
    """Take every dated arrow that falls before `moment`, or at it when `inclusive`.

    Before an event the moment itself is left out: at one instant, events go first.
    """
    while (first := _next(s)) is not None:
        at, arrow = first
        if at > moment or (at == moment and not inclusive):
            return
        _take(s, arrow, at)
