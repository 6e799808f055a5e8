"""Lay out a caseload: a row a sentence, with what is due next and what is overdue."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC
from typing import Any, Final

from rich.table import Table

from runtime.caseload import Row
from runtime.commands.paper import deadline, table
from states.law import Shelf
from states.timescale import Direction

COLUMNS: Final = (
    "CRN",
    "event",
    "state",
    "phase",
    "provider",
    "officer",
    "next due",
    "timescale",
    "overdue",
    "failures",
    "not applied",
)


def roll(title: str, rows: Sequence[Row], shelf: Shelf) -> Table:
    """Return the table of `rows`; the shelf tells what sort of timescale comes next."""
    found = table(title, *COLUMNS)
    for row in rows:
        found.add_row(*_cells(row, shelf))
    return found


def plain(row: Row) -> dict[str, Any]:
    """Return a row as JSON has it: instants in UTC."""
    at = row.next_deadline
    written = at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at is not None else None
    return asdict(row) | {"next_deadline": written}


def _cells(row: Row, shelf: Shelf) -> list[str]:
    return [
        row.crn,
        row.event_number,
        row.state or "opening",
        row.phase or "-",
        " ".join(filter(None, [row.provider, row.provider_code])) or "-",
        row.officer or "-",
        _next_due(row, shelf),
        row.next_timescale or "-",
        ", ".join(row.overdue_timescales) or "-",
        str(row.counted_failures),
        str(row.unapplied),
    ]


def _next_due(row: Row, shelf: Shelf) -> str:
    if row.next_deadline is None:
        return "-"
    edition = shelf.editions.get(row.edition or "")
    timescales = edition.timescales if edition is not None else {}
    timescale = timescales.get(row.next_timescale or "")
    opens = timescale is not None and timescale.direction is Direction.EARLIEST_BEFORE
    return deadline(row.next_deadline, opens=opens)
