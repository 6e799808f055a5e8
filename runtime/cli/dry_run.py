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

from activities.standards import load_catalogue
from runtime.caseload import CaseloadFilter, CaseloadRow, find
from runtime.cli.console import make_console, make_table
from runtime.cli.errors import UnknownLawError
from runtime.cli.options import Json, ProviderOption
from runtime.cli.session import explain_rpc_error, with_client
from runtime.cli.show import QUERY_TIMEOUT
from settings import load_settings
from states.dry_run import ProvisionChange, provision_changes
from states.standards.law import ReferenceKind, StandardsCatalogue
from states.time.london import day_of
from workflows.ids import workflow_id_of

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
    what: Annotated[ReferenceKind, typer.Argument(help="What would change.")],
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
    named = Named(name, calendar) if what is ReferenceKind.EDITION else Named(None, name)
    shelf = load_catalogue(load_settings().standards_dir)
    _require(named, shelf)
    wanted = CaseloadFilter(provider=provider)

    async def work(client: Client) -> tuple[list[CaseloadRow], list[Finding]]:
        rows = [row async for row in find(client, wanted, day_of(datetime.now(UTC)))]
        return rows, await _ask_all(client, rows, named)

    rows, findings = with_client(work)
    rules = _rules(named, rows, shelf)
    if as_json:
        typer.echo(json.dumps(_plain(named, findings, rules), indent=2))
    else:
        _print(findings, rules)


def _require(named: Named, shelf: StandardsCatalogue) -> None:
    for thing, name in (
        (ReferenceKind.EDITION, named.edition),
        (ReferenceKind.CALENDAR, named.calendar),
    ):
        if name is not None and name not in shelf.names(thing):
            raise UnknownLawError(thing.value, name, shelf.names(thing))


async def _ask_all(client: Client, rows: Sequence[CaseloadRow], named: Named) -> list[Finding]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def ask(row: CaseloadRow) -> Finding:
        handle = client.get_workflow_handle(workflow_id_of(row.crn, row.event_number))
        async with turn:
            try:
                found = await handle.query(
                    "dry_run", args=[named.edition, named.calendar], rpc_timeout=QUERY_TIMEOUT
                )
            except RPCError as error:
                # One that nobody serves must not hide what the others answer.
                return Finding(row.crn, row.event_number, [], str(explain_rpc_error(error)))
        return Finding(row.crn, row.event_number, found["moves"], found["refused"])

    ordered = sorted(rows, key=lambda row: (row.crn, row.event_number))
    return list(await asyncio.gather(*(ask(row) for row in ordered)))


def _rules(
    named: Named, rows: Iterable[CaseloadRow], shelf: StandardsCatalogue
) -> dict[str, list[ProvisionChange]]:
    """Return how the rules differ, by the edition that governs now."""
    if named.edition is None:
        return {}
    present = {row.edition for row in rows if row.edition is not None}
    wanted = shelf.editions[named.edition]
    return {
        edition: list(provision_changes(shelf.editions[edition], wanted))
        for edition in sorted(present & set(shelf.editions))
    }


def _plain(
    named: Named, findings: Sequence[Finding], rules: dict[str, list[ProvisionChange]]
) -> dict[str, Any]:
    return {
        **asdict(named),
        "sentences": len(findings),
        "found": [asdict(item) for item in findings if item.moves or item.refused],
        "rules": {edition: [asdict(item) for item in items] for edition, items in rules.items()},
    }


def _print(findings: Sequence[Finding], rules: dict[str, list[ProvisionChange]]) -> None:
    console = make_console()
    moves = make_table("Clocks that would move", "CRN", "event", "clock", "from", "to", "reason")
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
            differing = make_table(f"Rules that differ from {edition}", "rule", "how", "in words")
            for change in changes:
                differing.add_row(change.row, change.what, change.rule)
            console.print(differing)
    touched = sum(1 for item in findings if item.moves)
    console.print(f"{touched} of {len(findings)} open sentences have clocks that would move")
