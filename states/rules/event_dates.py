"""Event dates: the day of an act, as distinct from the instant at which it was reported."""

from datetime import date, datetime

from states.events.envelope import Event
from states.sentence import Sentence
from states.time.london import day_of, end_of, start_of


def time_of_act(e: Event, on: date | None) -> datetime:
    """Return the instant of an act that `e` reports for the day `on`, its own day when None.

    It is the time of the event where it was reported on the same day, and otherwise the first
    instant of the day: an act of that day is in time for that day, whenever it is reported.
    """
    return e.occurred_at if on is None or day_of(e.occurred_at) == on else start_of(on)


def latest_time_on(e: Event, on: date) -> datetime:
    """Return the last instant at which a fact of the day `on` that `e` reports can have begun."""
    return min(e.occurred_at, end_of(on))


def refuse_later_day(e: Event, name: str, on: date | None) -> str | None:
    """Return the refusal of the field `name` of `e` if its day lies after that of the event."""
    if on is not None and on > day_of(e.occurred_at):
        return f"{name} {on} lies after the day of the event"
    return None


def before_sentence(s: Sentence, name: str, on: date | None) -> str | None:
    """Return what speaks against the field `name` of an event: its day precedes the sentence."""
    if s.imposed is not None and on is not None and on < s.imposed.sentenced_on:
        return f"{name} {on} lies before the sentence of {s.imposed.sentenced_on}"
    return None
