"""Read the times that other systems write, as instants: never a guess about a London hour."""

import re
from datetime import UTC, datetime
from typing import Final

from states.london import LONDON

_WRITTEN: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d+))?([Zz]|[+-]\d{2}:?\d{2})?"
)
_MICROS: Final = 6
"""Digits of a second that are kept: some senders write nanoseconds, which no event holds."""


_NO_TIME: Final = "it is not written as a date with a time"
_NO_SUCH: Final = "there is no such date or time of day"
_NO_ONE_MOMENT: Final = "without an offset, this London hour came twice or never"


class UnreadableTimeError(ValueError):
    """A text is no time, or its London hour came twice or never; the message says which."""


def instant_of(text: object) -> datetime:
    """Return the moment that `text` says, in UTC.

    A time without an offset is London's, since that is what its systems keep; in the hour that
    autumn repeats it could be either of two, and is refused like the one that spring leaves out.

    Raises:
        UnreadableTimeError: If it is no time of day with a date, or names no one moment.
    """
    found = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise UnreadableTimeError(_NO_TIME)
    day, minute, second, fraction, offset = found.groups()
    digits = (fraction or "")[:_MICROS].ljust(_MICROS, "0")
    try:
        written = datetime.fromisoformat(f"{day}T{minute}{second or ':00'}.{digits}{offset or ''}")
    except ValueError as error:
        raise UnreadableTimeError(_NO_SUCH) from error
    return written.astimezone(UTC) if offset else _in_london(written)


def _in_london(written: datetime) -> datetime:
    first, second = (written.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise UnreadableTimeError(_NO_ONE_MOMENT)
    return first.astimezone(UTC)
