"""Read streams of events: a JSON object a line, as `play` and `simulate` take them.

Each line has the fields `crn`, `event_number`, `kind` and `data`, and no others. Blank lines are
passed over. Times in `data` may be relative (`runtime.relative`). Nothing here looks at a clock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from runtime.relative import Base, RelativeTimeError
from states.events.reading import UnreadableError, parse, read
from states.events.register import NUDGE
from workflows.identity import identify, workflow_id_of

FIELDS: Final = ("crn", "event_number", "kind", "data")


class StreamError(Exception):
    """A line of a stream cannot be read; the message is one sentence.

    Attributes:
        number: The line, counted from 1.
        faults: Each fault by itself; the message names few.
    """

    def __init__(self, number: int, reason: str, faults: tuple[str, ...] = ()) -> None:
        self.number, self.faults = number, faults or (reason,)
        super().__init__(f"line {number}: {reason}")


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One line of a stream, its times written out."""

    number: int
    """The line it stands on, counted from 1."""
    crn: str
    event_number: str
    kind: str
    data: dict[str, Any]

    @property
    def workflow_id(self) -> str:
        """Return the id of the sentence to which it goes."""
        return workflow_id_of(self.crn, self.event_number)


def read_stream(lines: Iterable[str], base: Base, *, checked: bool = True) -> Iterator[StreamEvent]:
    """Yield the events of a stream in the order of its lines.

    Args:
        lines: The lines as they stand in the file.
        base: From where relative times are counted.
        checked: Refuse what no sentence could read as an event. Without it only the line itself
            has to be in order, which lets hostile samples through.

    Raises:
        StreamError: At the first line that cannot be read.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield read_line(number, line, base, checked=checked)


def read_line(number: int, line: str, base: Base, *, checked: bool = True) -> StreamEvent:
    """Return the event on one line.

    Raises:
        StreamError: If it cannot be read; its faults are all that is wrong with it.
    """
    try:
        found = parse(line.strip().encode())
        event = _shaped(number, found)
        resolved = base.resolve(event.data)
        if checked and event.kind != NUDGE:
            read(event.kind, resolved)
    except UnreadableError as error:
        raise StreamError(number, error.reason, error.faults) from None
    except RelativeTimeError as error:
        raise StreamError(number, str(error)) from None
    return StreamEvent(number, event.crn, event.event_number, event.kind, resolved)


def _shaped(number: int, found: Any) -> StreamEvent:
    if not isinstance(found, dict) or set(found) != set(FIELDS):
        raise StreamError(number, f"a line is one object with the fields {', '.join(FIELDS)}")
    crn, event_number, kind, data = (found[name] for name in FIELDS)
    texts = all(isinstance(value, str) for value in (crn, event_number, kind))
    if not texts or not isinstance(data, dict):
        raise StreamError(number, "crn, event_number and kind are texts, and data is an object")
    event = StreamEvent(number, crn, event_number, kind, data)
    if identify(event.workflow_id) is None:
        raise StreamError(
            number, "a crn is a capital letter and six digits, an event_number 1 to 4 digits"
        )
    return event
