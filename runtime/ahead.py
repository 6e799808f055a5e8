"""Place a stream ahead of a clock, for a server whose time cannot go back."""

from collections.abc import Sequence
from datetime import date, datetime

from runtime.simulation import occurs_at
from runtime.streams import RelativeBase, StreamEvent, read_stream
from states.time.calendar import WorkingCalendar, shift
from states.time.london import day_of


def placed_ahead(
    lines: Sequence[str], calendar: WorkingCalendar, now: datetime
) -> tuple[date, list[StreamEvent]]:
    """Return a base from which the stream lies ahead of `now`, and its events.

    The base is a working day, for that is when courts sit, and the first that serves. Where the
    times of a stream are absolute no base serves, and it is the next working day.

    Raises:
        StreamError: At the first line that cannot be read.
    """
    base = next_base = _working_day_after(day_of(now), calendar)
    events = list(read_stream(lines, RelativeBase(base, calendar)))
    first = _first(events)
    while first is not None and first <= now:
        next_base = _working_day_after(shift(next_base, (now - first).days), calendar)
        moved = list(read_stream(lines, RelativeBase(next_base, calendar)))
        if _first(moved) == first:
            break
        base, events, first = next_base, moved, _first(moved)
    return base, events


def _first(events: Sequence[StreamEvent]) -> datetime | None:
    return min((at for at in map(occurs_at, events) if at is not None), default=None)


def _working_day_after(day: date, calendar: WorkingCalendar) -> date:
    day = shift(day, 1)
    while calendar.closed(day) is not None:
        day = shift(day, 1)
    return day
