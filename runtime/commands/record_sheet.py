"""Lay out the rows of a record, a table for each table that has any."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from rich.table import Table

from activities.records import Late
from runtime.commands.paper import moment, table
from states.case_record import Row

WIDEST: Final = 9
"""Columns that fit beside each other; what more there is, `--json` has."""

_LEAST_TOLD: Final = frozenset({"why", "said", "id", "title", "digest", "organisation"})
"""Columns that say at length what others say in short."""


def sheet(rows: Sequence[Row]) -> Iterator[Table]:
    """Yield what each table holds of a sentence, first the sentence itself."""
    ordered = sorted(rows, key=lambda row: (row.table != "sentences", row.table, row.key))
    for name, group in groupby(ordered, key=lambda row: row.table):
        held = list(group)
        yield _whole(held[0]) if name == "sentences" else _listed(name, held)


def came_late(late: Sequence[Late]) -> Table:
    """Return what came after the file was closed, and changed nothing."""
    laid_out = table("came when the file was closed", "kind", "at", "digest")
    for item in late:
        laid_out.add_row(item.kind, moment(item.at), item.digest)
    return laid_out


def _whole(row: Row) -> Table:
    laid_out = table("sentences", "what", "value")
    for name, value in row.values.items():
        if value is not None:
            laid_out.add_row(name, _shown(value))
    return laid_out


def _listed(name: str, rows: Sequence[Row]) -> Table:
    told = [column for column in rows[0].values if any(_says(row, column) for row in rows)]
    told = [column for column in told if column not in _LEAST_TOLD][:WIDEST]
    laid_out = table(name, "key", *told)
    for row in rows:
        laid_out.add_row(row.key, *(_shown(row.values[column]) for column in told))
    return laid_out


def _says(row: Row, column: str) -> bool:
    return row.values[column] not in (None, [], {}, row.key)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(item)}" for name, item in value.items())
    return str(value)
