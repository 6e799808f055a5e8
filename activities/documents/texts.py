"""Texts of documents: free text in place of digests, dates in words, printable characters only.

The fonts come with typst, so that every machine makes the same document. A character that no font
has would stop it: an emoji is named instead, and a run of another script is counted. The record
holds the words themselves.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from states.time.london import LONDON

_RANGES: Final = (
    (0x0020, 0x007E),
    (0x00A0, 0x00AC),
    (0x00AE, 0x0377),
    (0x037A, 0x037F),
    (0x0384, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x04FF),
    (0x05D0, 0x05EA),
    (0x0621, 0x063A),
    (0x0640, 0x0652),
    (0x0660, 0x066D),
    (0x0679, 0x0679),
    (0x067E, 0x067E),
    (0x0686, 0x0686),
    (0x0691, 0x0691),
    (0x0698, 0x0698),
    (0x06A9, 0x06A9),
    (0x06AF, 0x06AF),
    (0x06BE, 0x06BE),
    (0x06CC, 0x06CC),
    (0x06F0, 0x06F9),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2015),
    (0x2018, 0x201E),
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x2030, 0x2033),
    (0x2039, 0x203A),
    (0x20A4, 0x20A4),
    (0x20AC, 0x20AC),
    (0x2116, 0x2116),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2260, 0x2260),
    (0x2264, 0x2265),
)
"""Code points of the fonts that come with typst: first and last of each run."""

PRINTABLE: Final = frozenset(
    chr(code) for first, last in _RANGES for code in range(first, last + 1)
)
"""Characters that are printed unchanged."""

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
"""Characters that are invisible, or change the direction of text: left out."""


def printable(text: str) -> str:
    """Return `text` with names or counts in place of other characters; line breaks are kept."""
    whole = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    seen = _INVISIBLE.sub("", whole.replace("\t", " "))
    return "".join(_printable_run("".join(run)) for _, run in groupby(seen, _is_printable))


def _is_printable(character: str) -> bool:
    return character in PRINTABLE or character == "\n"


def _printable_run(run: str) -> str:
    if _is_printable(run[0]):
        return run
    characters = [character for character in run if unicodedata.category(character) != "Cc"]
    if any(unicodedata.category(character)[0] == "L" for character in characters):
        return f"[{len(characters)} characters in another script; see the record]"
    return "".join(f"[{unicodedata.name(c, 'a character').lower()}]" for c in characters)


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T[0-9:.]+Z")


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """Person who is sentenced."""

    name: str
    born: date | None


def text_digests(paper: Any) -> Iterator[str]:
    """Yield the digest of every free text that a document quotes."""
    for name, value in _pairs(paper):
        if name == "text":
            yield str(value)


def person_digest(paper: Mapping[str, Any]) -> str | None:
    """Return the digest under which the person is stored, or None if no event gave a name."""
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


def resolve_texts(value: Any, texts: Mapping[str, str], person: PersonDetails | None) -> Any:
    """Return a part of the data of a document as its template gets it.

    Everything but our own codes and dates passes through `printable`.
    """
    if isinstance(value, Mapping):
        if value.keys() == {"text"}:
            return printable(texts[value["text"]])
        if value.keys() == {"person"}:
            return _person_data(person)
        return {name: resolve_texts(part, texts, person) for name, part in value.items()}
    if isinstance(value, list):
        return [resolve_texts(part, texts, person) for part in value]
    return _plain_text(value) if isinstance(value, str) else value


def _person_data(person: PersonDetails | None) -> dict[str, str | None] | None:
    if person is None:
        return None
    return {
        "name": printable(person.name),
        "date_of_birth": format_day(person.born) if person.born is not None else None,
    }


def _plain_text(text: str) -> str:
    if _DAY.fullmatch(text):
        return format_day(date.fromisoformat(text))
    if _INSTANT.fullmatch(text):
        return format_instant(datetime.fromisoformat(text))
    return printable(text)


def format_day(day: date) -> str:
    """Return a date in words: 6 November 2015."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def format_instant(at: datetime) -> str:
    """Return a moment in London time: 6 November 2015 at 10:40."""
    local = at.astimezone(LONDON)
    return f"{format_day(local.date())} at {local:%H:%M}"


_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""Months in English whatever the locale of the machine is."""
