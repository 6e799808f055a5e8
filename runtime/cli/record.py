"""`record show`: case record of a sentence, from the databases alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from activities.records.database import Store
from activities.records.read import (
    LateMessage,
    SyncHead,
    read_late_messages,
    read_people,
    read_rows,
    read_sync_head,
    read_texts,
)
from runtime.cli.console import local_time, make_console, make_table
from runtime.cli.errors import CommandError
from runtime.cli.options import CrnArgument, EventArgument, Json
from runtime.databases import open_records
from states.record import RecordRow
from states.sentence_ref import SentenceRef

MAX_COLUMNS: Final = 9
"""Columns that fit beside each other; `--json` has all of them."""

_OMITTED_COLUMNS: Final = frozenset({"why", "said", "id", "title", "digest", "organisation"})
"""Columns whose content other columns give in short."""


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
