"""The tables of the case record.

Every table of `ROWS` has the columns that rows of `states.case_record` name, and before them which
sentence and which row it is. What has no digest and no code of its own is null where unknown.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Table

from activities.records.schema import (
    enforcement,
    filed,
    keeping,
    messages,
    standing,
    taken,
    victims,
    work,
)
from activities.records.schema.apart import MAIN, VICTIMS
from activities.records.schema.columns import IDENTITY, Instant

__all__ = [
    "APPEND_ONLY",
    "IDENTITY",
    "MAIN",
    "ROWS",
    "VICTIMS",
    "Instant",
    "enforcement",
    "filed",
    "keeping",
    "messages",
    "standing",
    "taken",
    "victims",
    "work",
]

ROWS: Final[Mapping[str, Table]] = {
    name: table
    for metadata in (MAIN, VICTIMS)
    for name, table in sorted(metadata.tables.items())
    if set(IDENTITY) <= set(table.c.keys()) and name != "event_conflicts"
}
"""The tables of rows that a sentence sends, by name; each knows its database by its metadata."""

APPEND_ONLY: Final = frozenset({"events", "victim_events"})
"""Tables of `ROWS` in which no row is ever changed."""
