"""`record`: case record of a sentence in the databases; show it, check it, rebuild it."""

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
from runtime.cli.show import QUERY_TIMEOUT, find_cut_off, last_run
from runtime.databases import open_records
from runtime.event_sender import is_missing
from states.record import RecordRow
from states.sentence_ref import SentenceRef

MAX_COLUMNS: Final = 9
"""Columns that fit beside each other; `--json` has all of them."""

SETTLE_SECONDS: Final = 10.0
"""Time to wait for a sentence that is still writing its record."""

REBUILD_ATTEMPTS: Final = 3
"""Attempts of a rebuild while the sentence writes at the same time."""

_POLL_SECONDS: Final = 0.3
_OMITTED_COLUMNS: Final = frozenset({"why", "said", "id", "title", "digest", "organisation"})
"""Columns whose content other columns give in short."""


@dataclass(frozen=True, slots=True)
class ExpectedRecord:
    """Record that a workflow expects in the databases, all of one moment."""

    rows: tuple[RecordRow, ...]
    as_of: datetime


def show(
    crn: CrnArgument,
    event: EventArgument,
    *,
    texts: Annotated[
        bool, typer.Option("--texts", help="Include the person and free text: personal data.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the record of a sentence in the databases."""
    name = SentenceRef(crn, event).workflow_id
    with open_records() as store:
        head = read_sync_head(store, name)
        rows = read_rows(store, name)
        if head is None and not rows:
            raise CommandError(f"there is no record of sentence {crn} {event}")
        late = read_late_messages(store, name)
        personal = _personal_data(store, name) if texts else {}
    if as_json:
        typer.echo(json.dumps(_as_data(head, rows, late) | personal, indent=2))
        return
    console = make_console()
    console.print(_title(crn, event, head))
    for table in record_tables(rows):
        console.print(table)
    if late:
        console.print(_late_messages(late))
    for digest, text in personal.get("texts", {}).items():
        console.print(f"{digest}  {text}")
    for person in personal.get("people", ()):
        console.print(f"{person['name']}, born {person['date_of_birth']}")


def check(crn: CrnArgument, event: EventArgument, *, as_json: Json = False) -> None:
    """Compare a record with its workflow, row by row.

    The exit status is 1 if they differ, or if something ended the workflow before its time.
    """
    expected = with_client(lambda client: fetch_expected_record(client, crn, event))
    cut_off = with_client(lambda client: find_cut_off(client, crn, event))
    found = _compare(expected, SentenceRef(crn, event).workflow_id)
    if as_json:
        typer.echo(json.dumps([asdict(difference) for difference in found], indent=2))
    else:
        _print_differences(found)
    if found:
        rows = "1 row" if len(found) == 1 else f"{len(found)} rows"
        raise CommandError(
            f"the record of {crn} {event} differs from its workflow in {rows}; "
            "`record rebuild` replaces it"
        )
    if cut_off is not None:
        raise cut_off
    if not as_json:
        typer.echo(f"the record equals the workflow in all {len(expected.rows)} rows")


def rebuild(crn: CrnArgument, event: EventArgument) -> None:
    """Replace a record by what its workflow expects.

    The differences are printed.
    """
    name = SentenceRef(crn, event).workflow_id
    for _ in range(REBUILD_ATTEMPTS):
        expected = with_client(lambda client: fetch_expected_record(client, crn, event))
        found = _compare(expected, name)
        if not found or _write(expected, name):
            break
    else:
        raise CommandError(f"sentence {crn} {event} is writing its record; try again")
    _print_differences(found)
    typer.echo(f"{len(found) or 'no'} rows differed; the record has {len(expected.rows)} now")


def record_tables(rows: Sequence[RecordRow]) -> Iterator[Table]:
    """Yield a table for each table of the record, first the sentence itself."""
    ordered = sorted(rows, key=lambda row: (row.table != "sentences", row.table, row.key))
    for name, group in groupby(ordered, key=lambda row: row.table):
        held = list(group)
        yield _sentence_table(held[0]) if name == "sentences" else _row_table(name, held)


def _sentence_table(row: RecordRow) -> Table:
    table = make_table("sentences", "what", "value")
    for name, value in row.values.items():
        if value is not None:
            table.add_row(name, _cell(value))
    return table


def _row_table(name: str, rows: Sequence[RecordRow]) -> Table:
    columns = [
        column
        for column in rows[0].values
        if column not in _OMITTED_COLUMNS
        and any(row.values[column] not in (None, [], {}, row.key) for row in rows)
    ][:MAX_COLUMNS]
    table = make_table(name, "key", *columns)
    for row in rows:
        table.add_row(row.key, *(_cell(row.values[column]) for column in columns))
    return table


def _late_messages(late: Sequence[LateMessage]) -> Table:
    table = make_table("Received after the file was closed", "kind", "at", "digest")
    for message in late:
        table.add_row(message.kind, local_time(message.at), message.digest)
    return table


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_cell(item)}" for name, item in value.items())
    return str(value)


def _title(crn: str, event_number: str, head: SyncHead | None) -> str:
    if head is None or head.as_of is None:
        return f"{crn} event {event_number}: the record is incomplete"
    state = "complete" if head.whole else "not complete yet"
    return f"{crn} event {event_number}: recorded to {local_time(head.as_of)}, {state}"


def _as_data(
    head: SyncHead | None, rows: tuple[RecordRow, ...], late: tuple[LateMessage, ...]
) -> dict[str, Any]:
    tables: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        tables.setdefault(row.table, {})[row.key] = row.values
    return {
        "sequence": head.sequence if head is not None else 0,
        "whole": head is not None and head.whole,
        "as_of": head.as_of.isoformat() if head is not None and head.as_of is not None else None,
        "tables": tables,
        "late_arrivals": [
            {"kind": item.kind, "digest": item.digest, "at": item.at.isoformat()} for item in late
        ],
    }


def _personal_data(store: Store, name: str) -> dict[str, Any]:
    people = [
        {"name": person, "date_of_birth": born.isoformat() if born is not None else None}
        for person, born in read_people(store, name).values()
    ]
    return {"people": people, "texts": read_texts(store, name)}


async def fetch_expected_record(client: Client, crn: str, event_number: str) -> ExpectedRecord:
    """Return the record that the workflow of a sentence expects, also of a closed sentence.

    While the sentence is still writing, it is asked again for up to `SETTLE_SECONDS`.

    Raises:
        UnknownSentenceError: If Temporal has no such workflow.
        RPCError: If no worker answers.
    """
    name = SentenceRef(crn, event_number).workflow_id
    try:
        handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(name)
        first = await _query_page(handle, 1)
        if not first["total"] and (earlier := await last_run(client, name)) is not None:
            handle = earlier
        return await _query_until_settled(handle)
    except RPCError as error:
        if is_missing(error):
            raise UnknownSentenceError(crn, event_number) from error
        raise


async def _query_until_settled(handle: WorkflowHandle[Any, Any]) -> ExpectedRecord:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + SETTLE_SECONDS
    while True:
        first = await _query_page(handle, 1)
        rest = [await _query_page(handle, number + 1) for number in range(1, first["pages"])]
        pages = [first, *rest]
        # If the sentence changed between two pages, all pages are read again.
        consistent = {page["as_of"] for page in pages} == {first["as_of"]}
        if consistent and (first["in_sync"] or loop.time() > deadline):
            rows = tuple(RecordRow(*row) for page in pages for row in page["rows"])
            return ExpectedRecord(rows, datetime.fromisoformat(first["as_of"]))
        await asyncio.sleep(_POLL_SECONDS)


async def _query_page(handle: WorkflowHandle[Any, Any], number: int) -> dict[str, Any]:
    page: dict[str, Any] = await handle.query("record", number, rpc_timeout=QUERY_TIMEOUT)
    return page


def _compare(expected: ExpectedRecord, name: str) -> Sequence[RowDifference]:
    with open_records() as store:
        return compare_rows(read_rows(store, name), expected.rows)


def _write(expected: ExpectedRecord, name: str) -> bool:
    """Write the whole record; return False if the sentence wrote meanwhile."""
    with open_records() as store:
        head = read_sync_head(store, name)
        # The workflow's next batch finds another sequence than its own, and resends everything.
        sequence = 1 if head is None else head.sequence + 1
        return RecordActivities(store).write_record(full_batch(expected, name, sequence)).accepted


def full_batch(expected: ExpectedRecord, workflow_id: str, sequence: int) -> RecordBatch:
    """Return one batch that replaces the whole record."""
    ref = SentenceRef.parse(workflow_id)
    if ref is None:
        raise ValueError(workflow_id)
    return RecordBatch(
        workflow_id=workflow_id,
        crn=ref.crn,
        event_number=ref.event_number,
        sequence=sequence,
        full_resync=True,
        is_complete=True,
        as_of=expected.as_of,
        rows=[
            BatchRow(table=row.table, key=row.key, values=dict(row.values)) for row in expected.rows
        ],
    )


def _print_differences(found: Sequence[RowDifference]) -> None:
    for item in found:
        columns = f": {', '.join(item.columns)}" if item.columns else ""
        typer.echo(f"{item.what}  {item.table}  {item.key or '-'}{columns}")
