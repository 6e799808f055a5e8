"""`dry-run`: clocks of open sentences that another edition, calendar or law pack would move."""

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
from runtime.caseload import CaseloadFilter, CaseloadRow, find, refuse_unknown_codes
from runtime.cli.console import make_console, make_table, progress_bar
from runtime.cli.errors import CommandError
from runtime.cli.options import Json, ProviderOption
from runtime.cli.session import explain_rpc_error, with_client
from runtime.cli.show import QUERY_TIMEOUT
from settings import load_settings
from states.dry_run import ProvisionChange, provision_changes
from states.sentence_ref import SentenceRef
from states.standards.law import ReferenceKind, StandardsCatalogue
from states.time.london import day_of

CONCURRENCY: Final = 20
"""Sentences queried at the same time."""

_ProvisionChanges = dict[str, list[ProvisionChange]]
"""Changed provisions, by the edition that governs now."""


@dataclass(frozen=True, slots=True)
class SentenceDryRun:
    """Answer of one sentence to a dry run."""

    crn: str
    event_number: str
    moves: list[dict[str, Any]]
    refused: str | None


@dataclass(frozen=True, slots=True)
class ProposedLaw:
    """Names of the proposed law; None for what does not change."""

    edition: str | None
    calendar: str | None
    pack: str | None = None


def dry_run(
    what: Annotated[ReferenceKind, typer.Argument(help="What would change.")],
    name: Annotated[str, typer.Argument(help="The proposed edition, calendar or law pack.")],
    *,
    calendar: Annotated[
        str | None, typer.Option(help="With an edition: the proposed calendar.")
    ] = None,
    provider: ProviderOption = None,
    as_json: Json = False,
) -> None:
    """List the clocks that a change of law would move.

    It looks at all open sentences and sends nothing. Under another edition running clocks keep
    their rule: it governs later triggers, and the rules that differ are listed. Another calendar
    re-dates every clock that is not settled, and another law pack those whose number is of law.
    """
    match what:
        case ReferenceKind.EDITION:
            proposed = ProposedLaw(name, calendar)
        case ReferenceKind.CALENDAR:
            proposed = ProposedLaw(None, name)
        case ReferenceKind.LAW:
            proposed = ProposedLaw(None, None, pack=name)
    catalogue = load_catalogue(load_settings().standards_dir)
    _require_known(proposed, catalogue)

    async def work(client: Client) -> tuple[list[CaseloadRow], list[SentenceDryRun]]:
        today = day_of(datetime.now(UTC))
        chosen = CaseloadFilter(provider=provider)
        rows = [row async for row in find(client, chosen, today)]
        if not rows:
            await refuse_unknown_codes(client, chosen, today)
        return rows, await _query_all(client, rows, proposed)

    rows, answers = with_client(work)
    changes = _provision_changes(proposed, rows, catalogue)
    if as_json:
        typer.echo(json.dumps(_as_data(proposed, answers, changes), indent=2))
    else:
        _print(answers, changes)


def _require_known(proposed: ProposedLaw, catalogue: StandardsCatalogue) -> None:
    for kind, name in (
        (ReferenceKind.EDITION, proposed.edition),
        (ReferenceKind.CALENDAR, proposed.calendar),
        (ReferenceKind.LAW, proposed.pack),
    ):
        if name is not None and name not in catalogue.names(kind):
            available = ", ".join(catalogue.names(kind))
            raise CommandError(f"there is no {kind.value} {name}; available: {available}")


async def _query_all(
    client: Client, rows: Sequence[CaseloadRow], proposed: ProposedLaw
) -> list[SentenceDryRun]:
    slots = asyncio.Semaphore(CONCURRENCY)

    async def query(row: CaseloadRow) -> SentenceDryRun:
        handle = client.get_workflow_handle(SentenceRef(row.crn, row.event_number).workflow_id)
        async with slots:
            try:
                found = await handle.query(
                    "dry_run",
                    args=[proposed.edition, proposed.calendar, proposed.pack],
                    rpc_timeout=QUERY_TIMEOUT,
                )
            except RPCError as error:
                # A sentence without a worker must not hide the answers of the others.
                reason = str(explain_rpc_error(error))
                return SentenceDryRun(row.crn, row.event_number, moves=[], refused=reason)
        return SentenceDryRun(
            row.crn, row.event_number, moves=found["moves"], refused=found["refused"]
        )

    ordered = sorted(rows, key=lambda row: (row.crn, row.event_number))
    with progress_bar() as bar:
        task = bar.add_task("asking", total=len(ordered))

        async def count(row: CaseloadRow) -> SentenceDryRun:
            answer = await query(row)
            bar.advance(task)
            return answer

        return list(await asyncio.gather(*(count(row) for row in ordered)))


def _provision_changes(
    proposed: ProposedLaw, rows: Iterable[CaseloadRow], catalogue: StandardsCatalogue
) -> _ProvisionChanges:
    if proposed.edition is None:
        return {}
    present = {row.edition for row in rows if row.edition is not None}
    edition = catalogue.editions[proposed.edition]
    return {
        name: list(provision_changes(catalogue.editions[name], edition))
        for name in sorted(present & set(catalogue.editions))
    }


def _as_data(
    proposed: ProposedLaw, answers: Sequence[SentenceDryRun], changes: _ProvisionChanges
) -> dict[str, Any]:
    return {
        **asdict(proposed),
        "sentences": len(answers),
        "found": [asdict(item) for item in answers if item.moves or item.refused],
        "rules": {edition: [asdict(item) for item in items] for edition, items in changes.items()},
    }


def _print(answers: Sequence[SentenceDryRun], changes: _ProvisionChanges) -> None:
    console = make_console()
    moves = make_table("Clocks that would move", "CRN", "event", "clock", "from", "to", "reason")
    for item in answers:
        for move in item.moves:
            moves.add_row(
                item.crn,
                item.event_number,
                move["clock"],
                move["before"] or "no date",
                move["after"] or "no date",
                move["reason"],
            )
        if item.refused is not None:
            moves.add_row(item.crn, item.event_number, "-", "-", "-", item.refused)
    if moves.row_count:
        console.print(moves)
    for edition, changed in changes.items():
        if changed:
            table = make_table(f"Rules that differ from {edition}", "rule", "how", "in words")
            for change in changed:
                table.add_row(change.row, change.what, change.rule)
            console.print(table)
    affected = sum(1 for item in answers if item.moves)
    console.print(f"{affected} of {len(answers)} open sentences have clocks that would move")
