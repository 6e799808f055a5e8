"""`list`: the caseload, or a part of it, with what is due next."""

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
from runtime.cli.console import deadline, make_console, make_table, utc_text
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


def caseload_table(title: str, rows: Sequence[CaseloadRow], catalogue: StandardsCatalogue) -> Table:
    """Return the table of `rows`; the catalogue has the direction of the next timescale."""
    table = make_table(title, *COLUMNS)
    for row in rows:
        table.add_row(*_cells(row, catalogue))
    return table


def row_data(row: CaseloadRow) -> dict[str, Any]:
    """Return a row as data for JSON, instants in UTC."""
    at = row.next_deadline
    return asdict(row) | {"next_deadline": utc_text(at) if at is not None else None}


def _cells(row: CaseloadRow, catalogue: StandardsCatalogue) -> list[str]:
    return [
        row.crn,
        row.event_number,
        row.state or "opening",
        row.phase or "-",
        " ".join(filter(None, [row.provider, row.provider_code])) or "-",
        row.officer or "-",
        _next_due(row, catalogue),
        row.next_timescale or "-",
        ", ".join(row.overdue_timescales) or "-",
        str(row.counted_failures),
        str(row.unapplied),
    ]


def _next_due(row: CaseloadRow, catalogue: StandardsCatalogue) -> str:
    if row.next_deadline is None:
        return "-"
    edition = catalogue.editions.get(row.edition or "")
    timescales = edition.timescales if edition is not None else {}
    timescale = timescales.get(row.next_timescale or "")
    opens = timescale is not None and timescale.direction is Direction.EARLIEST_BEFORE
    return deadline(row.next_deadline, opens=opens)


def list_sentences(  # noqa: PLR0913 - each is an option
    *,
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only with overdue clocks.")] = False,
    stuck: Annotated[
        bool, typer.Option("--stuck", help="Only those that stand still: see `status`.")
    ] = False,
    provider: ProviderOption = None,
    officer: OfficerOption = None,
    due: Annotated[
        DueSpan | None, typer.Option(help="Only what is due by then, grouped by officer.")
    ] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Include closed sentences.")] = False,
    as_json: Json = False,
) -> None:
    """List sentences with their next deadline.

    --due groups them by officer.
    """
    chosen = CaseloadFilter(
        state=state,
        overdue=overdue,
        stuck=stuck,
        provider=provider,
        officer=officer,
        due=due,
        closed=closed,
    )
    today = day_of(datetime.now(UTC))

    async def work(client: Client) -> list[CaseloadRow]:
        return [row async for row in find(client, chosen, today)]

    rows = sorted(with_client(work), key=_by_officer if due is not None else _by_deadline)
    if as_json:
        typer.echo(json.dumps([row_data(row) for row in rows], indent=2))
        return
    catalogue = load_catalogue(load_settings().standards_dir)
    console = make_console()
    if due is not None:
        for name, group in groupby(rows, key=lambda row: row.officer or "no officer"):
            console.print(caseload_table(name, list(group), catalogue))
    elif rows:
        console.print(caseload_table("Sentences", rows, catalogue))
    console.print(f"{len(rows) or 'no'} sentence{'' if len(rows) == 1 else 's'}")


def _by_deadline(row: CaseloadRow) -> tuple[str, ...]:
    # A sentence without a deadline comes last.
    at = row.next_deadline
    return (utc_text(at) if at is not None else "~", row.crn, row.event_number)


def _by_officer(row: CaseloadRow) -> tuple[str, ...]:
    return (row.officer or "~", *_by_deadline(row))
