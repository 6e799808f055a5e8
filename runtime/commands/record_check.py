"""`record check` and `record rebuild`: hold a record against its workflow, and make it equal."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import typer

from activities.records import Records, head_of, rows_of
from activities.records.comparing import Difference, differences
from runtime.commands.options import CrnArgument, EventArgument, Json
from runtime.commands.record_wanted import Wanted, batch_of, wanted
from runtime.commands.refusal import CommandError
from runtime.commands.session import with_client
from runtime.commands.stores import open_records
from workflows.identity import workflow_id_of

TRIES = 3
"""How often a rebuild begins anew where the sentence writes at the same time."""


class DifferentError(CommandError):
    """Record and workflow differ; where, was printed."""

    def __init__(self, crn: str, event_number: str, count: int) -> None:
        rows = "1 row" if count == 1 else f"{count} rows"
        super().__init__(
            f"the record of {crn} {event_number} differs from its workflow in {rows}; "
            "`record rebuild` makes it equal"
        )


class BusyRecordError(CommandError):
    """The sentence kept writing its record."""

    def __init__(self, crn: str, event_number: str) -> None:
        super().__init__(f"sentence {crn} {event_number} is writing its record; try again")


def check(crn: CrnArgument, event: EventArgument, *, as_json: Json = False) -> None:
    """Compare the record of a sentence with its workflow, row by row; exit 1 if they differ."""
    asked = with_client(lambda client: wanted(client, crn, event))
    found = _compared(asked, workflow_id_of(crn, event))
    if as_json:
        typer.echo(json.dumps([asdict(item) for item in found], indent=2))
    for item in () if as_json else found:
        typer.echo(_line(item))
    if found:
        raise DifferentError(crn, event, len(found))
    if not as_json:
        typer.echo(f"the record equals the workflow in all {len(asked.rows)} rows")


def rebuild(crn: CrnArgument, event: EventArgument) -> None:
    """Make the record of a sentence from its workflow anew, and say what differed."""
    name = workflow_id_of(crn, event)
    for _ in range(TRIES):
        asked = with_client(lambda client: wanted(client, crn, event))
        found = _compared(asked, name)
        if not found or _written(asked, name):
            break
    else:
        raise BusyRecordError(crn, event)
    for item in found:
        typer.echo(_line(item))
    typer.echo(f"{len(found) or 'no'} rows differed; the record has {len(asked.rows)} now")


def _compared(asked: Wanted, name: str) -> Sequence[Difference]:
    with open_records() as store:
        return differences(rows_of(store, name), asked.rows)


def _written(asked: Wanted, name: str) -> bool:
    with open_records() as store:
        head = head_of(store, name)
        # The workflow's next batch finds another number than its own, and sends all afresh.
        sequence = 1 if head is None else head.sequence + 1
        return Records(store).write_record(batch_of(asked, name, sequence)).accepted


def _line(found: Difference) -> str:
    columns: Any = f": {', '.join(found.columns)}" if found.columns else ""
    return f"{found.what}  {found.table}  {found.key or '-'}{columns}"
