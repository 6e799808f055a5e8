"""Find what lies at a place of a message, and fill places into the path of a look-up."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from runtime.ingest.outcomes import UnmappableError, Why

PLACE: Final = re.compile(r"\{([A-Za-z0-9_.]+)\}")
"""One place in the path of a look-up."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}")
"""What may become part of an address: a message must not choose what is asked."""


def found_at(known: Mapping[str, Any], place: str) -> Any:
    """Return what stands at a dotted place; None where nothing does, or null."""
    value: Any = known
    for name in place.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def first_of(known: Mapping[str, Any], places: tuple[str, ...]) -> Any:
    """Return what stands at the first place that has something; None where none has."""
    return next((value for place in places if (value := found_at(known, place)) is not None), None)


def demanded(known: Mapping[str, Any], places: tuple[str, ...]) -> Any:
    """Return what stands at the first place that has something.

    Raises:
        UnmappableError: `missing`, with the places, where none has.
    """
    value = first_of(known, places)
    if value is None:
        raise UnmappableError(Why.MISSING, f"nothing stands at {' or '.join(places)}")
    return value


def filled(path: str, value_at: Callable[[str], Any]) -> str:
    """Return a path with its places filled in, each quoted.

    Raises:
        UnmappableError: `missing`, where nothing stands at a place, or `invalid`, where it holds
            what can be no id, code or time.
    """

    def fill(match: re.Match[str]) -> str:
        value = value_at(match[1])
        text = str(value) if isinstance(value, str | int) else ""
        if not _PLAIN.fullmatch(text):
            reason = f"what stands at {match[1]} is no id that a look-up can be asked about"
            raise UnmappableError(Why.INVALID, reason)
        return quote(text, safe="")

    return PLACE.sub(fill, path)
