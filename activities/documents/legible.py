"""Make a paper legible: texts in place of digests, dates and times as people write them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from activities.documents.glyphs import printable
from states.london import LONDON

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T[0-9:.]+Z")


@dataclass(frozen=True, slots=True)
class Person:
    """Whose sentence it is."""

    name: str
    born: date | None


def digests_in(paper: Any) -> Iterator[str]:
    """Yield the digest of every free text that a paper quotes."""
    for name, value in _pairs(paper):
        if name == "text":
            yield str(value)


def person_in(paper: Mapping[str, Any]) -> str | None:
    """Return under which digest the person is filed; None where nobody gave a name."""
    named = paper["person"]
    return None if named is None else str(named["person"])


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield name, part
            yield from _pairs(part)
    elif isinstance(value, list):
        for part in value:
            yield from _pairs(part)


def legible(value: Any, texts: Mapping[str, str], person: Person | None) -> Any:
    """Return a part of a paper as its template gets it.

    Whatever is not our own code or date passes through `printable`.
    """
    if isinstance(value, Mapping):
        if value.keys() == {"text"}:
            return printable(texts[value["text"]])
        if value.keys() == {"person"}:
            return _known(person)
        return {name: legible(part, texts, person) for name, part in value.items()}
    if isinstance(value, list):
        return [legible(part, texts, person) for part in value]
    return _written(value) if isinstance(value, str) else value


def _known(person: Person | None) -> dict[str, str | None] | None:
    if person is None:
        return None
    return {
        "name": printable(person.name),
        "date_of_birth": written_day(person.born) if person.born is not None else None,
    }


def _written(text: str) -> str:
    if _DAY.fullmatch(text):
        return written_day(date.fromisoformat(text))
    if _INSTANT.fullmatch(text):
        return written_instant(datetime.fromisoformat(text))
    return printable(text)


def written_day(day: date) -> str:
    """Return a day as a letter gives it: 6 November 2015."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def written_instant(at: datetime) -> str:
    """Return a moment by the clocks of London: 6 November 2015 at 10:40."""
    local = at.astimezone(LONDON)
    return f"{written_day(local.date())} at {local:%H:%M}"


_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Not those of the machine's locale: a letter is the same wherever it is made."""
