"""The day of an act beside the instant at which somebody told of it."""

from datetime import date, datetime

from states.events.envelope import Event
from states.time.london import day_of, start_of


def time_of_act(e: Event, on: date) -> datetime:
    """Return when something that `e` tells of happened on the day `on`.

    That is the time of the event where it was told on the same day, and else the day's first
    instant: done on a day is done in time for that day, whenever it was told.
    """
    return e.occurred_at if day_of(e.occurred_at) == on else start_of(on)


def refuse_later_day(e: Event, name: str, on: date | None) -> str | None:
    """Return why the field `name` of `e` cannot hold: it names a day after that of the event."""
    if on is not None and on > day_of(e.occurred_at):
        return f"{name} {on} lies after the day on which it was told"
    return None
