"""What the record of one sentence is known to hold, and what it has still to be told.

Changes are numbered, and the next one is made only after the last was answered. A record that
lacks one, because an old copy of it was put back, or that holds one which this sentence does not
know of, is told everything afresh, and is whole again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from states.case_record.row import Row

ROWS_AT_ONCE: Final = 200
BYTES_AT_ONCE: Final = 256_000
"""Rows and bytes of one change, but for a single longer row: far below a message's limit."""

_DIGITS: Final = 12
"""Hexadecimal digits of a row's digest: it is held against one earlier row, not against all."""

Name = tuple[str, str]
"""Table and key."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the record is told at one time."""

    sequence: int
    full_resync: bool
    """Whether it replaces whatever the record holds of the sentence."""
    complete: bool
    """Whether the record then holds everything; else another change follows."""
    rows: tuple[Row, ...]
    removed: tuple[Name, ...]
    digests: Mapping[Name, str]
    """Of the rows, as they are told."""


class Kept:
    """The record as far as it is known to have come."""

    def __init__(self) -> None:
        self.sequence = 0
        """Number of the last change that it holds."""
        self._afresh = False
        self._digests: dict[str, dict[str, str]] = {}

    def next_delta(self, rows: Sequence[Row]) -> Change | None:
        """Return what the record has to be told next; None where it holds all of `rows`."""
        digests = {(row.table, row.key): digest_of(row.values) for row in rows}
        changed = [row for row in rows if self._digest_of(row) != digests[row.table, row.key]]
        removed = tuple(name for name in self._names() if name not in digests)
        if not (changed or removed or self._afresh):
            return None
        chosen = _first_of(changed)
        whole = len(chosen) == len(changed)
        told = {(row.table, row.key): digests[row.table, row.key] for row in chosen}
        return Change(
            *(self.sequence + 1, self._afresh, whole, tuple(chosen)),
            # What is gone goes last: a record half told has too much rather than too little.
            *(removed if whole else (), told),
        )

    def acknowledge(self, change: Change) -> None:
        """Note that the record holds `change`."""
        self.sequence, self._afresh = change.sequence, False
        for (table, key), digest in change.digests.items():
            self._digests.setdefault(table, {})[key] = digest
        for table, key in change.removed:
            del self._digests[table][key]

    def restart_from(self, sequence: int) -> None:
        """Note that the record has come to `sequence` by another way, and must be told all."""
        self.sequence, self._afresh, self._digests = sequence, True, {}

    def _digest_of(self, row: Row) -> str | None:
        return self._digests.get(row.table, {}).get(row.key)

    def _names(self) -> list[Name]:
        return [
            (table, key) for table, keys in sorted(self._digests.items()) for key in sorted(keys)
        ]

    def dump(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"sequence": self.sequence, "afresh": self._afresh, "digests": self._digests}

    def load(self, data: Mapping[str, Any]) -> None:
        """Take over what `dump` returned."""
        self.sequence, self._afresh = data["sequence"], data["afresh"]
        self._digests = {table: dict(keys) for table, keys in data["digests"].items()}


def digest_of(values: Mapping[str, Any]) -> str:
    """Return the digest by which one state of a row is told from another."""
    return sha256(_plain(values).encode()).hexdigest()[:_DIGITS]


def _plain(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def _first_of(changed: Sequence[Row]) -> list[Row]:
    chosen: list[Row] = []
    size = 0
    for row in changed[:ROWS_AT_ONCE]:
        size += len(_plain(row.values))
        if chosen and size > BYTES_AT_ONCE:
            break
        chosen.append(row)
    return chosen
