"""Due dates: when a timescale is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from states.errors import StatesError
from states.standards.provisions import Timescale
from states.standards.terms import Direction, TimerKind, Unit
from states.time.calendar import (
    WorkingCalendar,
    WorkingDayCount,
    last_day_of_months,
    months_before,
    shift,
)
from states.time.london import day_of, end_of, start_of

DAYS = {Unit.CALENDAR_DAYS: 1, Unit.WEEKS: 7}

MONTHS = {Unit.MONTHS: 1, Unit.YEARS: 12}

PERIODS = {Direction.UNTIL, Direction.CAP, Direction.FLOOR, Direction.THRESHOLD}
"""Directions whose first day is the trigger itself, which they count as day 1."""


class MissingTriggerError(StatesError):
    """Raised when a timescale is computed without the date or instant that starts it."""

    def __init__(self, timescale: str, needs: str) -> None:
        self.timescale = timescale
        super().__init__(f"{timescale} counts from {needs}, and none was given")


@dataclass(frozen=True, slots=True)
class Due:
    """Due date of a timescale, with the days that were passed over."""

    due_on: date | None = None
    """The last London day in time, or the first of a window; None for hours and for no date."""
    due_at: datetime | None = None
    """The instant (UTC) at which a duty counted in days is over, a window opens, or hours end."""
    skipped: tuple[str, ...] = ()
    provisional: bool = False
    """True if it runs past the published bank holidays."""


NO_DATE = Due()


def compute(
    timescale: Timescale,
    *,
    at: datetime | None,
    on: date | None,
    calendar: WorkingCalendar,
    suspended: Callable[[date], bool] | None = None,
    endless_from: date | None = None,
) -> Due:
    """Return when `timescale`, triggered at the instant `at` or on the London day `on`, is due.

    Days count from `on`, or else from the London day of `at`; hours from `at`. What is due some
    days in advance is due on a working day: before a hearing on a Monday, on the Friday. A duty
    counted in days is missed once `now >= due_at`, one counted in hours once `now > due_at`.
    `suspended` is true of days that do not count, for the timescales that skip them, and
    `endless_from` the first day of a suspension that has no end yet. There is no date for a
    counter, nor while such a suspension stands in the way.

    Raises:
        MissingTriggerError: If the timescale counts from what was not given.
    """
    if _is_dateless(timescale):
        return NO_DATE
    if timescale.unit is Unit.HOURS:
        return _in_hours(timescale, at)
    day = on or (at and day_of(at))
    if day is None:
        raise MissingTriggerError(timescale.id, "a day")
    in_days = timescale.unit in {Unit.CALENDAR_DAYS, Unit.WORKING_DAYS}
    if timescale.direction is Direction.LATEST_BEFORE and in_days and timescale.amount:
        return _counted(_in_advance(timescale, day, calendar))
    if timescale.unit is Unit.WORKING_DAYS:
        if not timescale.counts_suspension:
            return _counted(calendar.count(day, timescale.amount or 0))
        return _counted(calendar.count(day, timescale.amount or 0, suspended, endless_from))
    due_on = _dated(timescale, day)
    opens = timescale.direction is Direction.EARLIEST_BEFORE
    return Due(due_on, start_of(due_on) if opens else end_of(due_on))


def reach(bound: Timescale, on: date) -> date:
    """Return the last day of a period as long as `bound`, whose first day is `on`.

    What lasts longer goes beyond a cap; what is shorter falls short of a floor. A bound that counts
    occurrences, or whose number is given with each case, has no period.

    Raises:
        MissingTriggerError: If the bound has no period.
    """
    if bound.amount is None or bound.unit not in {*DAYS, *MONTHS}:
        raise MissingTriggerError(bound.id, "a length in days, weeks, months or years")
    return _dated(bound, on)


def _is_dateless(timescale: Timescale) -> bool:
    # A measure with a length has a date to compare with, though no timer waits for it.
    measured = timescale.direction is Direction.LATEST_AFTER and timescale.amount is not None
    return timescale.timer is TimerKind.NONE and not measured


def _in_hours(timescale: Timescale, at: datetime | None) -> Due:
    if at is None:
        raise MissingTriggerError(timescale.id, "an instant")
    # In UTC, because hours elapse: local arithmetic would gain or lose one when the clocks change.
    return Due(due_at=at.astimezone(UTC) + timedelta(hours=timescale.amount or 0))


def _in_advance(timescale: Timescale, day: date, calendar: WorkingCalendar) -> WorkingDayCount:
    """Return the last working day on which what is due in advance of `day` is in time."""
    amount = timescale.amount or 0
    if timescale.unit is Unit.WORKING_DAYS:
        return calendar.count(day, -amount)
    return calendar.count(shift(day, 1 - amount), -1)


def _counted(counted: WorkingDayCount) -> Due:
    due_at = None if counted.due_on is None else end_of(counted.due_on)
    return Due(counted.due_on, due_at, counted.skipped, counted.provisional)


def _dated(timescale: Timescale, day: date) -> date:
    amount = timescale.amount or 0
    back = timescale.direction in {Direction.EARLIEST_BEFORE, Direction.LATEST_BEFORE}
    if amount == 0:
        return day
    if timescale.unit in MONTHS:
        months = amount * MONTHS[timescale.unit]
        return months_before(day, months) if back else last_day_of_months(day, months)
    days = amount * DAYS[timescale.unit]
    if back:
        return shift(day, -days)
    return shift(day, days - 1 if timescale.direction in PERIODS else days)
