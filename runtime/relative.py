"""Read times that are written relative to a day, so that samples do not rot.

`@+5wd` is five working days after the base, `@-3d` three days before it, both as a date.
`@-3d 10:30` is that day at half past ten in London, as an instant; `@+2h` is two hours after the
London midnight with which the base begins.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from states.calendar import WorkingCalendar, shift
from states.london import LONDON, start_of

_BEGINS: Final = re.compile(r"@[+-]?[0-9]")
_WRITTEN: Final = re.compile(r"@([+-][0-9]{1,4})(wd|d|h)(?: ([01][0-9]|2[0-3]):([0-5][0-9]))?")


class RelativeTimeError(Exception):
    """A text begins like a relative time and is none.

    Attributes:
        where: The field that holds it, as `requirements.0.starts_on`.
    """

    def __init__(self, where: str, written: str) -> None:
        self.where = where
        super().__init__(
            f"{where}: {written[:40]!r} is no relative time; "
            "one is written as @+5wd, @-3d, @-3d 10:30 or @+2h"
        )


@dataclass(frozen=True, slots=True)
class Base:
    """The day from which relative times are counted, and the calendar of its working days."""

    day: date
    calendar: WorkingCalendar

    def resolve(self, data: Any, where: str = "") -> Any:
        """Return `data` with every relative time in it, at any depth, written out.

        A text that only happens to begin with `@` is left as it is.

        Raises:
            RelativeTimeError: If a text begins like a relative time and is none.
        """
        if isinstance(data, dict):
            return {name: self.resolve(item, _within(where, name)) for name, item in data.items()}
        if isinstance(data, list):
            return [self.resolve(item, _within(where, n)) for n, item in enumerate(data)]
        if isinstance(data, str) and _BEGINS.match(data):
            return self._written_out(data, where)
        return data

    def _written_out(self, text: str, where: str) -> str:
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise RelativeTimeError(where, text)
        amount, unit, hour, minute = int(found[1]), found[2], found[3], found[4]
        if unit == "h":
            if hour is not None:
                raise RelativeTimeError(where, text)
            instant = start_of(self.day) + timedelta(hours=amount)
            return instant.astimezone(LONDON).isoformat()
        day = self._working_day(amount) if unit == "wd" else shift(self.day, amount)
        if hour is None:
            return day.isoformat()
        return datetime.combine(day, time(int(hour), int(minute)), LONDON).isoformat()

    def _working_day(self, amount: int) -> date:
        """Return the working day `amount` after the base, before it when negative."""
        day, left, step = self.day, abs(amount), 1 if amount > 0 else -1
        while left:
            day = shift(day, step)
            left -= self.calendar.closed(day) is None
        return day


def _within(where: str, name: object) -> str:
    return f"{where}.{name}" if where else str(name)
