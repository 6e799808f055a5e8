"""`list`: the caseload, or the part of it that someone asks for."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated, Any, Final

import typer
from rich.table import Table
from temporalio.client import Client

from activities.standards import load_catalogue
from runtime.caseload import CaseloadFilter, CaseloadRow, DueSpan, find
from runtime.cli.console import deadline, make_console, make_table
from runtime.cli.options import Json, OfficerOption, ProviderOption
from runtime.cli.session import with_client
from settings import load_settings
from states.standards.law import StandardsCatalogue
from states.standards.terms import Direction
from states.time.london import day_of
from states.vocabulary import State

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


def caseload_table(title: str, rows: Sequence[CaseloadRow], shelf: StandardsCatalogue) -> Table:
    """Return the table of `rows`; the shelf tells what sort of timescale comes next."""
    found = make_table(title, *COLUMNS)
    for row in rows:
        found.add_row(*_cells(row, shelf))
    return found


def row_data(row: CaseloadRow) -> dict[str, Any]:
    """Return a row as JSON has it: instants in UTC."""
    at = row.next_deadline
    written = at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at is not None else None
    return asdict(row) | {"next_deadline": written}


def _cells(row: CaseloadRow, shelf: StandardsCatalogue) -> list[str]:
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


def _next_due(row: CaseloadRow, shelf: StandardsCatalogue) -> str:
    if row.next_deadline is None:
        return "-"
    edition = shelf.editions.get(row.edition or "")
    timescales = edition.timescales if edition is not None else {}
    timescale = timescales.get(row.next_timescale or "")
    opens = timescale is not None and timescale.direction is Direction.EARLIEST_BEFORE
    return deadline(row.next_deadline, opens=opens)


_NOBODY = "no officer"


def list_sentences(
    *,
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only with overdue clocks.")] = False,
    provider: ProviderOption = None,
    officer: OfficerOption = None,
    due: Annotated[
        DueSpan | None, typer.Option(help="Only what is due next by then, by officer.")
    ] = None,
    closed: Annotated[bool, typer.Option("--closed", help="With the closed files.")] = False,
    as_json: Json = False,
) -> None:
    """List sentences with their next deadline; --due groups them by officer."""
    wanted = CaseloadFilter(state, overdue, provider, officer, due, closed)
    today = day_of(datetime.now(UTC))

    async def work(client: Client) -> list[CaseloadRow]:
        return [row async for row in find(client, wanted, today)]

    rows = sorted(with_client(work), key=_by_officer if due is not None else _by_deadline)
    if as_json:
        typer.echo(json.dumps([row_data(row) for row in rows], indent=2))
        return
    shelf, console = load_catalogue(load_settings().standards_dir), make_console()
    if due is not None:
        for name, group in groupby(rows, key=lambda row: row.officer or _NOBODY):
            console.print(caseload_table(name, list(group), shelf))
    elif rows:
        console.print(caseload_table("Sentences", rows, shelf))
    console.print(f"{len(rows) or 'no'} sentence{'' if len(rows) == 1 else 's'}")


def _by_deadline(row: CaseloadRow) -> tuple[str, ...]:
    # What has no deadline comes last; all instants are written in one zone.
    at = row.next_deadline
    return (at.astimezone(UTC).isoformat() if at is not None else "~", row.crn, row.event_number)


def _by_officer(row: CaseloadRow) -> tuple[str, ...]:
    return (row.officer or "~", *_by_deadline(row))
