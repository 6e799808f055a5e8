"""`list`: the caseload, or the part of it that someone asks for."""

import json
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated

import typer
from temporalio.client import Client

from activities.standards import load_shelf
from runtime.caseload import Row, Span, Wanted, find
from runtime.commands.options import Json, OfficerOption, ProviderOption
from runtime.commands.paper import paper
from runtime.commands.roll import plain, roll
from runtime.commands.session import with_client
from settings import load_settings
from states.london import day_of
from states.vocabulary import State

_NOBODY = "no officer"


def listing(
    *,
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only with overdue clocks.")] = False,
    provider: ProviderOption = None,
    officer: OfficerOption = None,
    due: Annotated[
        Span | None, typer.Option(help="Only what is due next by then, by officer.")
    ] = None,
    closed: Annotated[bool, typer.Option("--closed", help="With the closed files.")] = False,
    as_json: Json = False,
) -> None:
    """List sentences with their next deadline; --due groups them by officer."""
    wanted = Wanted(state, overdue, provider, officer, due, closed)
    today = day_of(datetime.now(UTC))

    async def work(client: Client) -> list[Row]:
        return [row async for row in find(client, wanted, today)]

    rows = sorted(with_client(work), key=_by_officer if due is not None else _by_deadline)
    if as_json:
        typer.echo(json.dumps([plain(row) for row in rows], indent=2))
        return
    shelf, console = load_shelf(load_settings().standards_dir), paper()
    if due is not None:
        for name, group in groupby(rows, key=lambda row: row.officer or _NOBODY):
            console.print(roll(name, list(group), shelf))
    elif rows:
        console.print(roll("Sentences", rows, shelf))
    console.print(f"{len(rows) or 'no'} sentence{'' if len(rows) == 1 else 's'}")


def _by_deadline(row: Row) -> tuple[str, ...]:
    # What has no deadline comes last; all instants are written in one zone.
    at = row.next_deadline
    return (at.astimezone(UTC).isoformat() if at is not None else "~", row.crn, row.event_number)


def _by_officer(row: Row) -> tuple[str, ...]:
    return (row.officer or "~", *_by_deadline(row))
