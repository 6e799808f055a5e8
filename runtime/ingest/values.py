"""Say one value of an event from its source: copied, translated by a table, or dated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from runtime.ingest.mapping import Source
from runtime.ingest.mappings import Mappings
from runtime.ingest.outcomes import UnmappableError, Why
from runtime.ingest.places import first_of, found_at
from runtime.ingest.times import UnreadableTimeError, instant_of
from states.london import day_of

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of a message, and the tables by which its codes are read on its day."""

    mappings: Mappings
    day: date
    known: Mapping[str, Any]

    def meaning(self, table: str, code: object) -> str:
        """Return what a code means.

        Raises:
            UnmappableError: `unknown_code`.
            MeansNothingError: If the message means nothing to a sentence with it.
        """
        if isinstance(code, bool):
            return self.mappings.meaning(table, str(code).lower(), self.day)
        return self.mappings.meaning(table, str(code), self.day)


def valued(source: Source, words: Words) -> Any:
    """Return the value; None where it is optional and nobody says it.

    Raises:
        UnmappableError: If it is not said, is no time, or is an unknown code.
        MeansNothingError: If a code in it says that the message means nothing.
    """
    if source.is_ is not None:
        return source.is_
    if source.parts is not None:
        return _parts(source, source.parts, words)
    places = _places(source)
    value = first_of(words.known, places)
    if value is None:
        if source.default is None and not source.optional:
            raise UnmappableError(Why.MISSING, f"nothing stands at {' or '.join(places)}")
        return source.default
    if source.table is not None:
        return words.meaning(source.table, value)
    if source.at is not None:
        return value
    return _time(source, value, places[0])


def _places(source: Source) -> tuple[str, ...]:
    at = source.at or source.code or source.day or source.instant or ()
    return (at,) if isinstance(at, str) else at


def _time(source: Source, value: object, place: str) -> str:
    try:
        if source.day is None:
            return instant_of(value).isoformat()
        if isinstance(value, str) and _DATE.fullmatch(value):
            return value
        return day_of(instant_of(value)).isoformat()
    except UnreadableTimeError as error:
        raise UnmappableError(Why.INVALID, f"{place}: {error}") from None


def _parts(source: Source, parts: Mapping[str, Source], words: Words) -> Any:
    if source.each is None:
        return _object(parts, words)
    listed = found_at(words.known, source.each)
    if listed is None and source.optional:
        return None
    if not isinstance(listed, list):
        raise UnmappableError(Why.MISSING, f"no list stands at {source.each}")
    return [_object(parts, replace(words, known={**words.known, "item": item})) for item in listed]


def _object(parts: Mapping[str, Source], words: Words) -> dict[str, Any]:
    found = {name: valued(source, words) for name, source in parts.items()}
    return {name: value for name, value in found.items() if value is not None}
