"""`record`: what the databases hold of a sentence, also when its workflow is gone from Temporal."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any, Final

import typer
from rich.table import Table
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError

from activities.contracts import BatchRow, RecordBatch
from activities.records.activities import RecordActivities
from activities.records.database import Store
from activities.records.read import (
    LateMessage,
    RowDifference,
    SyncHead,
    compare_rows,
    read_late_messages,
    read_people,
    read_rows,
    read_sync_head,
    read_texts,
)
from runtime.cli.console import local_time, make_console, make_table
from runtime.cli.errors import CommandError, UnknownSentenceError
from runtime.cli.options import CrnArgument, EventArgument, Json
from runtime.cli.session import with_client
from runtime.cli.show import QUERY_TIMEOUT, last_run
from runtime.databases import open_records
from runtime.event_sender import is_missing
from states.record import RecordRow
from workflows.ids import parse_workflow_id, workflow_id_of

WIDEST: Final = 9
"""Columns that fit beside each other; what more there is, `--json` has."""

_OMITTED_COLUMNS: Final = frozenset({"why", "said", "id", "title", "digest", "organisation"})
"""Columns that say at length what others say in short."""


def record_tables(rows: Sequence[RecordRow]) -> Iterator[Table]:
    """Yield what each table holds of a sentence, first the sentence itself."""
    ordered = sorted(rows, key=lambda row: (row.table != "sentences", row.table, row.key))
    for name, group in groupby(ordered, key=lambda row: row.table):
        held = list(group)
        yield _whole(held[0]) if name == "sentences" else _listed(name, held)


def late_messages_table(late: Sequence[LateMessage]) -> Table:
    """Return what came after the file was closed, and changed nothing."""
    laid_out = make_table("came when the file was closed", "kind", "at", "digest")
    for item in late:
        laid_out.add_row(item.kind, local_time(item.at), item.digest)
    return laid_out


def _whole(row: RecordRow) -> Table:
    laid_out = make_table("sentences", "what", "value")
    for name, value in row.values.items():
        if value is not None:
            laid_out.add_row(name, _shown(value))
    return laid_out


def _listed(name: str, rows: Sequence[RecordRow]) -> Table:
    told = [column for column in rows[0].values if any(_says(row, column) for row in rows)]
    told = [column for column in told if column not in _OMITTED_COLUMNS][:WIDEST]
    laid_out = make_table(name, "key", *told)
    for row in rows:
        laid_out.add_row(row.key, *(_shown(row.values[column]) for column in told))
    return laid_out


def _says(row: RecordRow, column: str) -> bool:
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


class NoRecordError(CommandError):
    """The databases hold nothing of this sentence."""

    def __init__(self, crn: str, event_number: str) -> None:
        super().__init__(f"there is no record of sentence {crn} {event_number}")


def show(
    crn: CrnArgument,
    event: EventArgument,
    *,
    texts: Annotated[
        bool, typer.Option("--texts", help="With the person and free text: personal data.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the record of a sentence as the databases hold it; no workflow is asked."""
    name = workflow_id_of(crn, event)
    with open_records() as store:
        head, rows = read_sync_head(store, name), read_rows(store, name)
        if head is None and not rows:
            raise NoRecordError(crn, event)
        filed, late = _filed(store, name) if texts else {}, read_late_messages(store, name)
    if as_json:
        typer.echo(json.dumps(_plain(head, rows, late) | filed, indent=2))
        return
    console = make_console()
    console.print(_title(crn, event, head))
    for table in record_tables(rows):
        console.print(table)
    if late:
        console.print(late_messages_table(late))
    for digest, text in filed.get("texts", {}).items():
        console.print(f"{digest}  {text}")
    for person in filed.get("people", ()):
        console.print(f"{person['name']}, born {person['date_of_birth']}")


def _title(crn: str, event_number: str, head: SyncHead | None) -> str:
    if head is None or head.as_of is None:
        return f"{crn} event {event_number}: the record has only begun"
    state = "whole" if head.whole else "not whole yet"
    return f"{crn} event {event_number}: recorded to {local_time(head.as_of)}, {state}"


def _plain(
    head: SyncHead | None, rows: tuple[RecordRow, ...], late: tuple[LateMessage, ...]
) -> dict[str, Any]:
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.table, {})[row.key] = row.values
    return {
        "sequence": head.sequence if head is not None else 0,
        "whole": head is not None and head.whole,
        "as_of": head.as_of.isoformat() if head is not None and head.as_of is not None else None,
        "tables": found,
        "late_arrivals": [
            {"kind": item.kind, "digest": item.digest, "at": item.at.isoformat()} for item in late
        ],
    }


def _filed(store: Store, name: str) -> dict[str, Any]:
    people = [
        {"name": person, "date_of_birth": born.isoformat() if born is not None else None}
        for person, born in read_people(store, name).values()
    ]
    return {"people": people, "texts": read_texts(store, name)}


PATIENCE: Final = 10.0
"""Seconds for which a sentence may still be sending what changed."""

_PAUSE: Final = 0.3


@dataclass(frozen=True, slots=True)
class ExpectedRecord:
    """The rows of a workflow, all of one moment."""

    rows: tuple[RecordRow, ...]
    as_of: datetime


async def fetch_expected_record(client: Client, crn: str, event_number: str) -> ExpectedRecord:
    """Return the rows that the record of a sentence is to hold, also of one that is closed.

    While the sentence is sending some, it is asked again for a moment.

    Raises:
        UnknownSentenceError: If Temporal has no such workflow.
        RPCError: If no worker answers.
    """
    name = workflow_id_of(crn, event_number)
    try:
        handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(name)
        first = await _page(handle, 1)
        if not first["total"] and (earlier := await last_run(client, name)) is not None:
            handle = earlier
        return await _settled(handle)
    except RPCError as error:
        if is_missing(error):
            raise UnknownSentenceError(crn, event_number) from error
        raise


def full_batch(asked: ExpectedRecord, workflow_id: str, sequence: int) -> RecordBatch:
    """Return the one batch that makes a record anew."""
    identity = parse_workflow_id(workflow_id)
    if identity is None:
        raise ValueError(workflow_id)
    return RecordBatch(
        workflow_id=workflow_id,
        crn=identity.crn,
        event_number=identity.event_number,
        sequence=sequence,
        afresh=True,
        whole=True,
        as_of=asked.as_of,
        rows=[BatchRow(table=r.table, key=r.key, values=dict(r.values)) for r in asked.rows],
    )


async def _settled(handle: WorkflowHandle[Any, Any]) -> ExpectedRecord:
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    while True:
        first = await _page(handle, 1)
        pages = [first] + [await _page(handle, number + 1) for number in range(1, first["pages"])]
        # A sentence that moved on between two pages is asked for all of them again.
        same = {page["as_of"] for page in pages} == {first["as_of"]}
        if same and (first["even"] or loop.time() > until):
            rows = tuple(RecordRow(*row) for page in pages for row in page["rows"])
            return ExpectedRecord(rows, datetime.fromisoformat(first["as_of"]))
        await asyncio.sleep(_PAUSE)


async def _page(handle: WorkflowHandle[Any, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] = await handle.query("record", number, rpc_timeout=QUERY_TIMEOUT)
    return found


TRIES = 3
"""How often a rebuild begins anew where the sentence writes at the same time."""


class RecordDiffersError(CommandError):
    """Record and workflow differ; where, was printed."""

    def __init__(self, crn: str, event_number: str, count: int) -> None:
        rows = "1 row" if count == 1 else f"{count} rows"
        super().__init__(
            f"the record of {crn} {event_number} differs from its workflow in {rows}; "
            "`record rebuild` makes it equal"
        )


class RecordBusyError(CommandError):
    """The sentence kept writing its record."""

    def __init__(self, crn: str, event_number: str) -> None:
        super().__init__(f"sentence {crn} {event_number} is writing its record; try again")


def check(crn: CrnArgument, event: EventArgument, *, as_json: Json = False) -> None:
    """Compare the record of a sentence with its workflow, row by row; exit 1 if they differ."""
    asked = with_client(lambda client: fetch_expected_record(client, crn, event))
    found = _compared(asked, workflow_id_of(crn, event))
    if as_json:
        typer.echo(json.dumps([asdict(item) for item in found], indent=2))
    for item in () if as_json else found:
        typer.echo(_line(item))
    if found:
        raise RecordDiffersError(crn, event, len(found))
    if not as_json:
        typer.echo(f"the record equals the workflow in all {len(asked.rows)} rows")


def rebuild(crn: CrnArgument, event: EventArgument) -> None:
    """Make the record of a sentence from its workflow anew, and say what differed."""
    name = workflow_id_of(crn, event)
    for _ in range(TRIES):
        asked = with_client(lambda client: fetch_expected_record(client, crn, event))
        found = _compared(asked, name)
        if not found or _written(asked, name):
            break
    else:
        raise RecordBusyError(crn, event)
    for item in found:
        typer.echo(_line(item))
    typer.echo(f"{len(found) or 'no'} rows differed; the record has {len(asked.rows)} now")


def _compared(asked: ExpectedRecord, name: str) -> Sequence[RowDifference]:
    with open_records() as store:
        return compare_rows(read_rows(store, name), asked.rows)


def _written(asked: ExpectedRecord, name: str) -> bool:
    with open_records() as store:
        head = read_sync_head(store, name)
        # The workflow's next batch finds another number than its own, and sends all afresh.
        sequence = 1 if head is None else head.sequence + 1
        return RecordActivities(store).write_record(full_batch(asked, name, sequence)).accepted


def _line(found: RowDifference) -> str:
    columns: Any = f": {', '.join(found.columns)}" if found.columns else ""
    return f"{found.what}  {found.table}  {found.key or '-'}{columns}"
