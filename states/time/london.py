"""London time: conversion between instants, for timers, and London dates, for the law."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

ONE_DAY = timedelta(days=1)


def day_of(instant: datetime) -> date:
    """Return the London date on which `instant`, an aware time in any zone, falls."""
    return instant.astimezone(LONDON).date()


# Cached, because a fold converts at every clock and the time zone is slow.
@lru_cache(maxsize=4096)
def start_of(day: date) -> datetime:
    """Return the London midnight with which `day` begins, as an aware UTC instant."""
    return datetime.combine(day, time.min, LONDON).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the London midnight that follows `day`, as an aware UTC instant.

    It is the first instant that no longer belongs to the day: what happened earlier is in time.
    The last day that Python can write ends at its own last microsecond.
    """
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return start_of(day + ONE_DAY)


def iso(value: date | datetime | None) -> str | None:
    """Return a day or an instant in its ISO form on the wire; None for None."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")
