"""What is left of each row of a person who is erased: what is counted, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table

from activities.records.schema.columns import FILED

ERASED: Final = "erased"
"""What stands where there was something of which it counts that it was there."""

_BLANKED: Final[Mapping[str, Mapping[str, Any]]] = {
    "events": {"said": None},
    "victim_events": {"said": None},
    "event_conflicts": {"values": None},
    "agencies": {"reference": None},
    "documents": {"pdf": b"", "size": 0, "sha256": ERASED},
    "deliveries": {"address_digest": None, "content_digest": ERASED},
}
"""What a column holds afterwards, by table."""

_OTHER: Final[Mapping[str, frozenset[str]]] = {
    "sentences": frozenset({"moved_to"}),
    "deliveries": frozenset({"document"}),
}
"""Columns that say `erased` afterwards, where they said anything."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is erased, and what stands for them then in one database."""

    crn: str
    token: str
    sentences: set[str]

    def anonymise(self, value: Any) -> Any:
        """Return a value with the token wherever the CRN stood: ids of others may hold it."""
        if isinstance(value, str):
            return value.replace(self.crn, self.token)
        if isinstance(value, Mapping):
            return {self.anonymise(key): self.anonymise(item) for key, item in value.items()}
        return [self.anonymise(item) for item in value] if isinstance(value, list) else value


def left_of(table: Table, row: dict[str, Any], person: Person) -> dict[str, Any]:
    """Return what is left of a row of somebody."""
    kept: dict[str, Any] = {name: person.anonymise(value) for name, value in row.items()}
    for column in table.columns:
        if column.info.get(FILED) or column.name in _OTHER.get(table.name, ()):
            kept[column.name] = _said_to_be_gone(kept[column.name])
    kept.update(_BLANKED.get(table.name, {}))
    return kept


def _said_to_be_gone(value: Any) -> Any:
    if value is None:
        return None
    return [ERASED for _ in value] if isinstance(value, list) else ERASED
