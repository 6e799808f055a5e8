"""Who is meant by a recipient's word: the entries of the directory, and which of them is nearest.

An entry names a role, the codes for which it stands, a channel and an address. Of those that fit a
notice, the most telling code decides; one without codes is the default of its role.
"""

import tomllib
from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import ValidationError

from activities.notices.entry import By, Entry
from activities.notices.faults import UnknownRecipientError
from states.recipients import RECIPIENTS


class DirectoryError(Exception):
    """The directory cannot be read; the message says where, and quotes no address."""

    def __init__(self, *, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


class Directory:
    """The entries of one reading of the directory."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.recipients = tuple(entries)

    def find(self, recipient: str, route: Mapping[str, str]) -> Entry:
        """Return the entry that is meant: the most telling one that fits.

        Raises:
            UnknownRecipientError: If none does.
        """
        found = self._most_specific(recipient, route)
        if found is None:
            raise UnknownRecipientError(recipient)
        return found

    def contact(self, route: Mapping[str, str]) -> dict[str, str] | None:
        """Return how documents say that the officer is reached; None where nothing is known."""
        found = self._most_specific("officer", route)
        return (found.contact or None) if found is not None else None

    def _most_specific(self, recipient: str, route: Mapping[str, str]) -> Entry | None:
        found = (entry for entry in self.recipients if entry.matches(recipient, route))
        return max(found, key=lambda entry: entry.specificity, default=None)

    def roles_without_default(self) -> tuple[str, ...]:
        """Return the roles of which not every notice finds somebody, in order."""
        known = {entry.role for entry in self.recipients if not entry.codes}
        return tuple(role for role in RECIPIENTS if role not in known)


EVERYTHING_TO_THE_FOLDER: Final = Directory(
    Entry(role=role, channel=By.FOLDER) for role in RECIPIENTS
)
"""The directory of an installation that has none."""


def read_directory(text: str) -> Directory:
    """Return the directory that a TOML file holds, in tables named `recipient`.

    Raises:
        DirectoryError: If it is no TOML, holds something else, or names one recipient twice.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DirectoryError(where="it is not TOML", what=str(error)) from None
    rows = data.pop("recipient", None)
    if data or not isinstance(rows, list):
        raise DirectoryError(where="at the top", what="only tables named [[recipient]] stand here")
    entries = [_entry(number, row) for number, row in enumerate(rows, start=1)]
    _require_distinct(entries)
    return Directory(entries)


def _entry(number: int, row: object) -> Entry:
    try:
        return Entry.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        reason = first["msg"].removeprefix("Value error, ")
        named = f"recipient {number}{f', {where}' if where else ''}"
        raise DirectoryError(where=named, what=reason) from None


def _require_distinct(entries: Iterable[Entry]) -> None:
    seen = dict[tuple[str, tuple[tuple[str, str], ...]], int]()
    for number, entry in enumerate(entries, start=1):
        known = seen.setdefault((entry.role, tuple(entry.codes.items())), number)
        if known != number:
            raise DirectoryError(where=f"recipients {known} and {number}", what=f"both are {entry}")
