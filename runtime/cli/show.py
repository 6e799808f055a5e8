"""`show`: one sentence, its clocks and the reason for each due date."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any, Final

import typer
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from runtime.cli.console import local_time, make_console
from runtime.cli.errors import CommandError, UnknownSentenceError
from runtime.cli.options import CrnArgument, EventArgument, Json
from runtime.cli.sentence_tables import render_sentence
from runtime.cli.session import with_client
from runtime.event_sender import is_missing
from states.sentence_ref import SentenceRef

QUERY_TIMEOUT: Final = timedelta(seconds=10)
"""Time that a worker has to answer: it replays a long history first if it is not cached."""

START_ATTEMPTS: Final = 10
START_PAUSE: Final = 0.2
"""Seconds between two queries of a sentence that is starting."""


class CutOffError(CommandError):
    """The workflow of the sentence was ended from outside: what is shown is its last state."""

    def __init__(self, crn: str, event_number: str, status: str, at: datetime | None) -> None:
        when = f" at {local_time(at)}" if at is not None else ""
        super().__init__(
            f"the workflow of sentence {crn} {event_number} was {status}{when}: no clock runs; "
            "the next event that is sent takes it up from its record"
        )


_CUT_OFF: Final = frozenset(
    {
        WorkflowExecutionStatus.CANCELED,
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.TIMED_OUT,
    }
)


async def find_cut_off(client: Client, crn: str, event_number: str) -> CutOffError | None:
    """Return an error if the workflow of a sentence ended without closing its file."""
    handle = client.get_workflow_handle(SentenceRef(crn, event_number).workflow_id)
    try:
        found = await handle.describe()
    except RPCError as error:
        if is_missing(error):
            return None
        raise
    if found.status is None or found.status not in _CUT_OFF:
        return None
    status = found.status.name.lower().replace("_", " ")
    return CutOffError(crn, event_number, status, found.close_time)


def show(crn: CrnArgument, event: EventArgument, *, as_json: Json = False) -> None:
    """Show one sentence: its state, its clocks and their reasons."""

    async def work(client: Client) -> tuple[dict[str, Any], CutOffError | None]:
        cut_off = await find_cut_off(client, crn, event)
        return await view_of(client, crn, event), cut_off

    view, cut_off = with_client(work)
    if as_json:
        typer.echo(json.dumps(view, indent=2))
    elif view["state"] is None:
        raise CommandError(f"sentence {crn} {event} is starting; try again in a moment")
    else:
        make_console().print(render_sentence(view))
    if cut_off is not None:
        raise cut_off


async def view_of(client: Client, crn: str, event_number: str) -> dict[str, Any]:
    """Return the whole view of a sentence, also of a closed one.

    Raises:
        UnknownSentenceError: If there is no such sentence.
        RPCError: If no worker answers.
    """
    name = SentenceRef(crn, event_number).workflow_id
    try:
        view = await _started_view(client.get_workflow_handle(name))
        if view["state"] is None and (earlier := await last_run(client, name)) is not None:
            view = await _query_view(earlier)
    except RPCError as error:
        if is_missing(error):
            raise UnknownSentenceError(crn, event_number) from error
        raise
    return view


async def _started_view(handle: WorkflowHandle[Any, Any]) -> dict[str, Any]:
    """Query for a moment until the run has started: the first event may just have been sent."""
    view = await _query_view(handle)
    for _ in range(START_ATTEMPTS):
        if view["state"] is not None:
            break
        await asyncio.sleep(START_PAUSE)
        view = await _query_view(handle)
    return view


async def _query_view(handle: WorkflowHandle[Any, Any]) -> dict[str, Any]:
    view: dict[str, Any] = await handle.query("sentence", rpc_timeout=QUERY_TIMEOUT)
    return view


async def last_run(client: Client, name: str) -> WorkflowHandle[Any, Any] | None:
    """Return the last run that has a state; None if no run has.

    A message for a closed file starts a run that only reports it, and hides the sentence.
    """
    query = f'WorkflowId = "{name}" AND SentenceState IS NOT NULL'
    runs = [run async for run in client.list_workflows(query)]
    if not runs:
        return None
    last = max(runs, key=lambda run: run.start_time)
    return client.get_workflow_handle(name, run_id=last.run_id)
