"""`record`: what the databases hold of a sentence, also when its workflow is gone from Temporal."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from activities.records import Head, Late, Store, head_of, late_of, people_of, rows_of, texts_of
from runtime.commands.options import CrnArgument, EventArgument, Json
from runtime.commands.paper import moment, paper
from runtime.commands.record_sheet import came_late, sheet
from runtime.commands.refusal import CommandError
from runtime.commands.stores import open_records
from states.case_record import Row
from workflows.identity import workflow_id_of


class UnrecordedError(CommandError):
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
        head, rows = head_of(store, name), rows_of(store, name)
        if head is None and not rows:
            raise UnrecordedError(crn, event)
        filed, late = _filed(store, name) if texts else {}, late_of(store, name)
    if as_json:
        typer.echo(json.dumps(_plain(head, rows, late) | filed, indent=2))
        return
    console = paper()
    console.print(_title(crn, event, head))
    for table in sheet(rows):
        console.print(table)
    if late:
        console.print(came_late(late))
    for digest, text in filed.get("texts", {}).items():
        console.print(f"{digest}  {text}")
    for person in filed.get("people", ()):
        console.print(f"{person['name']}, born {person['date_of_birth']}")


def _title(crn: str, event_number: str, head: Head | None) -> str:
    if head is None or head.as_of is None:
        return f"{crn} event {event_number}: the record has only begun"
    state = "whole" if head.whole else "not whole yet"
    return f"{crn} event {event_number}: recorded to {moment(head.as_of)}, {state}"


def _plain(head: Head | None, rows: tuple[Row, ...], late: tuple[Late, ...]) -> dict[str, Any]:
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
        for person, born in people_of(store, name).values()
    ]
    return {"people": people, "texts": texts_of(store, name)}
