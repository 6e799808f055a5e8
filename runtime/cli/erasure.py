"""`record erase` and `record retain`: erase people from the databases and keep the figures."""

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import typer
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from activities.notices.folder import OUTBOX
from activities.records.database import Store
from activities.records.erase import Erasure, past_retention, sentences_of
from activities.records.erase import erase as erase_person
from runtime.cli.console import print_result, progress_bar
from runtime.cli.errors import CommandError
from runtime.cli.options import CrnArgument, Json, Reason
from runtime.cli.session import with_client
from runtime.databases import open_records
from runtime.event_sender import is_missing
from settings import load_settings

RETENTION: Final = "retention"
"""Reason of an erasure at the end of the retention period."""


def erase(crn: CrnArgument, *, reason: Reason, as_json: Json = False) -> None:
    """Erase a person from both databases; figures stay.

    A token replaces the CRN in what stays.
    """
    with open_records() as store:
        done = _erase(store, crn, reason)
    print_result(_summary(crn, done), _as_data(crn, done), as_json=as_json)


def retain(
    *,
    older_than: Annotated[
        int,
        typer.Option(
            "--older-than", min=1, help="Days since the person's last sentence was closed."
        ),
    ],
    apply: Annotated[
        bool, typer.Option("--apply", help="Erase them; otherwise only list them.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List, or erase, people whose retention period is over."""
    before = datetime.now(UTC) - timedelta(days=older_than)
    with open_records() as store:
        people = list(past_retention(store, before))
        if not apply:
            listed = {crn: list(sentences_of(store, crn)) for crn in people}
            lines = [f"{crn}: {', '.join(names)}" for crn, names in listed.items()]
            lines.append(f"{len(people) or 'no'} people would be erased; --apply does it")
            data = [{"crn": crn, "sentences": names} for crn, names in listed.items()]
            print_result("\n".join(lines), data, as_json=as_json)
            return
        erased = []
        with progress_bar() as bar:
            for crn in bar.track(people, description="erasing"):
                done = _erase(store, crn, RETENTION)
                erased.append(_as_data(crn, done))
                if not as_json:
                    typer.echo(_summary(crn, done))
    if as_json:
        typer.echo(json.dumps(erased, indent=2))


def _erase(store: Store, crn: str, reason: str) -> Erasure:
    known = sentences_of(store, crn)
    if running := with_client(lambda client: _running(client, crn, known)):
        raise CommandError(
            f"{crn} is not erased: {', '.join(running)} still runs; "
            "a record is erased once its file is closed"
        )
    done = erase_person(store, crn, reason, datetime.now(UTC))
    for name in known:
        shutil.rmtree(load_settings().data_dir / OUTBOX / name, ignore_errors=True)
    return done


def _as_data(crn: str, done: Erasure) -> dict[str, Any]:
    return {"crn": crn, "sentences": list(done.sentences), "rows": dict(done.counts)}


def _summary(crn: str, done: Erasure) -> str:
    if not done.counts:
        return f"the databases hold nothing of {crn}"
    rows = ", ".join(f"{table} {count}" for table, count in done.counts.items())
    return (
        f"{crn} is erased from {len(done.sentences)} sentences, by table: {rows}. "
        "Backups, and histories within the retention of the Temporal namespace, are not erased"
    )


async def _running(client: Client, crn: str, known: Sequence[str]) -> list[str]:
    query = f'WorkflowId STARTS_WITH "sentence-{crn}-" AND ExecutionStatus = "Running"'
    listed = {run.id async for run in client.list_workflows(query)}
    # The list lags behind, so each sentence is asked whether it runs.
    return [name for name in sorted(listed | set(known)) if await _is_running(client, name)]


async def _is_running(client: Client, name: str) -> bool:
    try:
        described = await client.get_workflow_handle(name).describe()
    except RPCError as error:
        if is_missing(error):
            return False
        raise
    return described.status is WorkflowExecutionStatus.RUNNING
