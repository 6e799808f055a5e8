"""Streams of events: one JSON object a line, with times relative to a base day.

Each line has exactly the fields `crn`, `event_number`, `kind` and `data`; blank lines are skipped.
Relative times keep samples up to date. Nothing here reads a clock.

`@+5wd` is five working days after the base, `@-3d` three days before it, both as a date.
`@-3d 10:30` is that day at half past ten in London, as an instant; `@+2h` is two hours after the
London midnight at which the base begins.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from states.events.parsing import UnreadableError, parse_event, parse_json
from states.events.registry import NUDGE
from states.sentence_ref import SentenceRef
from states.time.calendar import WorkingCalendar, shift
from states.time.london import LONDON, start_of

_BEGINS: Final = re.compile(r"@[+-]?[0-9]")
_WRITTEN: Final = re.compile(r"@([+-][0-9]{1,4})(wd|d|h)(?: ([01][0-9]|2[0-3]):([0-5][0-9]))?")


class RelativeTimeError(Exception):
    """A text starts like a relative time but is not one.

    Attributes:
        where: Field that holds it, such as `requirements.0.starts_on`.
    """

    def __init__(self, where: str, written: str) -> None:
        self.where = where
        super().__init__(
            f"{where}: {written[:40]!r} is not a relative time; "
            "examples are @+5wd, @-3d, @-3d 10:30 and @+2h"
        )


@dataclass(frozen=True, slots=True)
class RelativeBase:
    """Base day of relative times, with the calendar of working days."""

    day: date
    calendar: WorkingCalendar

    def resolve(self, data: Any, where: str = "") -> Any:
        """Return `data` with every relative time, at any depth, replaced by an absolute one.

        Other texts that start with `@` stay unchanged.

        Raises:
            RelativeTimeError: If a text starts like a relative time but is not one.
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
        amount = int(found[1])
        unit = found[2]
        hour = found[3]
        minute = found[4]
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
        """Return the working day `amount` days after the base, or before it if negative."""
        day = self.day
        left = abs(amount)
        step = 1 if amount > 0 else -1
        while left:
            day = shift(day, step)
            left -= self.calendar.closed(day) is None
        return day


def _within(where: str, name: object) -> str:
    return f"{where}.{name}" if where else str(name)


FIELDS: Final = ("crn", "event_number", "kind", "data")


class StreamError(Exception):
    """A line of a stream cannot be read; the message is one sentence.

    Attributes:
        number: Number of the line, from 1.
        faults: Every fault; the message names only some.
    """

    def __init__(self, number: int, reason: str, faults: tuple[str, ...] = ()) -> None:
        self.number = number
        self.faults = faults or (reason,)
        super().__init__(f"line {number}: {reason}")


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """Event of one line of a stream, with absolute times."""

    number: int
    """Number of the line, from 1."""
    crn: str
    event_number: str
    kind: str
    data: dict[str, Any]

    @property
    def workflow_id(self) -> str:
        """Return the workflow id of its sentence."""
        return SentenceRef(self.crn, self.event_number).workflow_id


def read_stream(
    lines: Iterable[str], base: RelativeBase, *, checked: bool = True
) -> Iterator[StreamEvent]:
    """Yield the events of a stream in the order of its lines.

    Args:
        lines: Lines of the file.
        base: Base of relative times.
        checked: Validate the events. Without it only the form of the line is validated, which lets
            hostile samples through.

    Raises:
        StreamError: At the first invalid line.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield read_line(number, line, base, checked=checked)


def read_line(number: int, line: str, base: RelativeBase, *, checked: bool = True) -> StreamEvent:
    """Return the event on one line.

    Raises:
        StreamError: If the line is invalid; its `faults` are complete.
    """
    try:
        found = parse_json(line.strip().encode())
        event = _shaped(number, found)
        resolved = base.resolve(event.data)
        if checked and event.kind != NUDGE:
            parse_event(event.kind, resolved)
    except UnreadableError as error:
        raise StreamError(number, error.reason, error.faults) from None
    except RelativeTimeError as error:
        raise StreamError(number, str(error)) from None
    return replace(event, data=resolved)


def _shaped(number: int, found: Any) -> StreamEvent:
    if not isinstance(found, dict) or set(found) != set(FIELDS):
        raise StreamError(number, f"a line is one object with the fields {', '.join(FIELDS)}")
    crn, event_number, kind, data = (found[name] for name in FIELDS)
    texts = all(isinstance(value, str) for value in (crn, event_number, kind))
    if not texts or not isinstance(data, dict):
        raise StreamError(number, "crn, event_number and kind are texts, and data is an object")
    event = StreamEvent(number=number, crn=crn, event_number=event_number, kind=kind, data=data)
    if SentenceRef.parse(event.workflow_id) is None:
        raise StreamError(
            number,
            "a crn is a capital letter and six digits, an event_number 1 to 4 digits without "
            "leading zeros: 1, not 01",
        )
    return event
