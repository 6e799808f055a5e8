"""`dry-run`: which clocks another edition or calendar would move, over all that are open."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer
from temporalio.client import Client
from temporalio.service import RPCError

from activities.standards import load_shelf
from runtime.caseload import Row, Wanted, find
from runtime.commands.options import Json, ProviderOption
from runtime.commands.paper import paper, table
from runtime.commands.refusal import UnknownLawError
from runtime.commands.session import explained, with_client
from runtime.commands.show import ANSWER
from settings import load_settings
from states.dry_run import RowChange, row_changes
from states.law import Shelf, Thing
from states.london import day_of
from workflows.identity import workflow_id_of

AT_ONCE: Final = 20
"""Sentences asked at the same time."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one sentence answered."""

    crn: str
    event_number: str
    moves: list[dict[str, Any]]
    refused: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """The law that is tried, by name; None for what stays as it is."""

    edition: str | None
    calendar: str | None


def dry_run(
    what: Annotated[Thing, typer.Argument(help="What would change.")],
    name: Annotated[str, typer.Argument(help="The edition or calendar that would hold.")],
    *,
    calendar: Annotated[
        str | None, typer.Option(help="With an edition: the calendar that would hold too.")
    ] = None,
    provider: ProviderOption = None,
    as_json: Json = False,
) -> None:
    """List which clocks a change of law would move in open sentences; nothing is sent.

    Clocks that run keep their rule under another edition: it governs what is triggered later, and
    the rules that differ are listed. Another calendar re-dates what nothing has settled.
    """
    named = Named(name, calendar) if what is Thing.EDITION else Named(None, name)
    shelf = load_shelf(load_settings().standards_dir)
    _require(named, shelf)
    wanted = Wanted(provider=provider)

    async def work(client: Client) -> tuple[list[Row], list[Finding]]:
        rows = [row async for row in find(client, wanted, day_of(datetime.now(UTC)))]
        return rows, await _ask_all(client, rows, named)

    rows, findings = with_client(work)
    rules = _rules(named, rows, shelf)
    if as_json:
        typer.echo(json.dumps(_plain(named, findings, rules), indent=2))
    else:
        _print(findings, rules)


def _require(named: Named, shelf: Shelf) -> None:
    for thing, name in ((Thing.EDITION, named.edition), (Thing.CALENDAR, named.calendar)):
        if name is not None and name not in shelf.names(thing):
            raise UnknownLawError(thing.value, name, shelf.names(thing))


async def _ask_all(client: Client, rows: Sequence[Row], named: Named) -> list[Finding]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def ask(row: Row) -> Finding:
        handle = client.get_workflow_handle(workflow_id_of(row.crn, row.event_number))
        async with turn:
            try:
                found = await handle.query(
                    "dry_run", args=[named.edition, named.calendar], rpc_timeout=ANSWER
                )
            except RPCError as error:
                # One that nobody serves must not hide what the others answer.
                return Finding(row.crn, row.event_number, [], str(explained(error)))
        return Finding(row.crn, row.event_number, found["moves"], found["refused"])

    ordered = sorted(rows, key=lambda row: (row.crn, row.event_number))
    return list(await asyncio.gather(*(ask(row) for row in ordered)))


def _rules(named: Named, rows: Iterable[Row], shelf: Shelf) -> dict[str, list[RowChange]]:
    """Return how the rules differ, by the edition that governs now."""
    if named.edition is None:
        return {}
    present = {row.edition for row in rows if row.edition is not None}
    wanted = shelf.editions[named.edition]
    return {
        edition: list(row_changes(shelf.editions[edition], wanted))
        for edition in sorted(present & set(shelf.editions))
    }


def _plain(
    named: Named, findings: Sequence[Finding], rules: dict[str, list[RowChange]]
) -> dict[str, Any]:
    return {
        **asdict(named),
        "sentences": len(findings),
        "found": [asdict(item) for item in findings if item.moves or item.refused],
        "rules": {edition: [asdict(item) for item in items] for edition, items in rules.items()},
    }


def _print(findings: Sequence[Finding], rules: dict[str, list[RowChange]]) -> None:
    console = paper()
    moves = table("Clocks that would move", "CRN", "event", "clock", "from", "to", "reason")
    for item in findings:
        for move in item.moves:
            dates = (move["before"] or "no date", move["after"] or "no date")
            moves.add_row(item.crn, item.event_number, move["clock"], *dates, move["reason"])
        if item.refused is not None:
            moves.add_row(item.crn, item.event_number, "-", "-", "-", item.refused)
    if moves.row_count:
        console.print(moves)
    for edition, changes in rules.items():
        if changes:
            differing = table(f"Rules that differ from {edition}", "rule", "how", "in words")
            for change in changes:
                differing.add_row(change.row, change.what, change.rule)
            console.print(differing)
    touched = sum(1 for item in findings if item.moves)
    console.print(f"{touched} of {len(findings)} open sentences have clocks that would move")
