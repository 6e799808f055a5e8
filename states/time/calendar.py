"""Counts of working days over a published calendar of bank holidays, and of months.

A period of months begins *on* its first day. Its end is found by taking that day off first and
then adding the months, not the other way about: the two differ at the ends of short months.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

WEEKEND = {5: "Saturday", 6: "Sunday"}

ONE_DAY = timedelta(days=1)

MONTHS_IN_A_YEAR = 12

REMEMBERED = 4096
"""Most counts that a calendar keeps in memory before it clears them."""

FURTHEST = 3660
"""Most days passed over in a count; only a suspension without an end has so many."""


@dataclass(frozen=True, slots=True)
class WorkingDayCount:
    """Result of a count of working days."""

    due_on: date | None
    """The last working day counted; None while a suspension without an end prevents it."""
    skipped: tuple[str, ...]
    """The days passed over, in order, each with its reason: "2026-11-28 Saturday"."""
    provisional: bool
    """True if a counted day is in a year for which no bank holidays were published."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working days of one country, as published on one day; a revision is another calendar."""

    name: str
    source: str
    first_year: int
    last_year: int
    """Bank holidays are known up to the end of this year and only assumed absent later."""
    holidays: Mapping[date, str]
    """The name of each bank holiday by its date, substitute days included."""
    _counts: dict[tuple[date, int], WorkingDayCount] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Earlier counts: every fold of a sentence makes the same ones."""

    def closed(self, day: date) -> str | None:
        """Return why `day` is not a working day; None on a working day."""
        return WEEKEND.get(day.weekday()) or self.holidays.get(day)

    def count(
        self,
        start: date,
        amount: int,
        suspended: Callable[[date], bool] | None = None,
        endless_from: date | None = None,
    ) -> WorkingDayCount:
        """Return the `amount`th working day after `start`, or before it when negative.

        `start` is day 0 and is never counted, whether or not it is a working day itself; an
        amount of 0 is due on it. Days of which `suspended` is true do not count; from
        `endless_from` on a suspension has no known end, so the count has no date there.
        """
        if suspended is not None:
            return self._count(start, amount, suspended, endless_from)
        known = self._counts.get((start, amount))
        if known is None:
            if len(self._counts) >= REMEMBERED:
                self._counts.clear()
            known = self._counts[start, amount] = self._count(start, amount, _never)
        return known

    def _count(
        self,
        start: date,
        amount: int,
        suspended: Callable[[date], bool],
        endless_from: date | None = None,
    ) -> WorkingDayCount:
        if amount < 0:
            return self._count_back(start, -amount)
        day, left, skipped = start, amount, list[str]()
        while left > 0 and day < date.max:
            if len(skipped) > FURTHEST:
                return WorkingDayCount(
                    None, (f"{shift(start, 1)} onwards suspended",), provisional=False
                )
            day += ONE_DAY
            if endless_from is not None and day >= endless_from:
                reason = f"{day} onwards suspended"
                return WorkingDayCount(None, (*skipped, reason), provisional=False)
            why = self.closed(day) or ("suspended" if suspended(day) else None)
            if why is None:
                left -= 1
            else:
                skipped.append(f"{day} {why}")
        return WorkingDayCount(day, tuple(skipped), self._unpublished(start, day))

    def _count_back(self, start: date, amount: int) -> WorkingDayCount:
        # A suspension lies ahead of what starts it, so it never stands in the way backwards.
        day = start
        left = amount
        skipped: list[str] = []
        while left > 0 and day > date.min:
            day -= ONE_DAY
            why = self.closed(day)
            if why is None:
                left -= 1
            else:
                skipped.append(f"{day} {why}")
        provisional = self._unpublished(shift(day, -1), shift(start, -1))
        return WorkingDayCount(day, tuple(skipped), provisional)

    def _unpublished(self, start: date, end: date) -> bool:
        return end > start and (end.year > self.last_year or shift(start, 1).year < self.first_year)


def shift(day: date, days: int) -> date:
    """Return the date `days` later, or earlier when negative.

    A result that Python cannot write becomes the first or last date that it can: a date from a
    hostile message must not stop a sentence.
    """
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def last_day_of_months(start: date, months: int) -> date:
    """Return the last day of a period of `months` that begins on `start`.

    A start on the 1st runs to the end of a month; 29 February has its anniversary on 1 March.
    """
    before = shift(start, -1)
    if start.day == 1:
        return _in_month(before, months, 31)
    return _in_month(before, months, before.day)


def months_before(day: date, months: int) -> date:
    """Return the same day of the month `months` earlier, cut to the end of a short month."""
    return _in_month(day, -months, day.day)


@lru_cache(maxsize=REMEMBERED)
def anniversary(day: date, years: int = 1) -> date:
    """Return the first day after `years` full years that began on `day`."""
    return shift(last_day_of_months(day, years * MONTHS_IN_A_YEAR), 1)


def _in_month(day: date, months: int, number: int) -> date:
    """Return the `number`th of the month `months` away, cut to that month's end."""
    year, month = divmod(day.year * MONTHS_IN_A_YEAR + day.month - 1 + months, MONTHS_IN_A_YEAR)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    return date(year, month + 1, min(number, monthrange(year, month + 1)[1]))


def _never(day: date) -> bool:
    del day
    return False
