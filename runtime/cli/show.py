"""`show`: one sentence, its clocks and why each is due when it is."""

import asyncio
import json
from datetime import timedelta
from typing import Any, Final

import typer
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError

from runtime.cli.console import make_console
from runtime.cli.errors import CommandError, UnknownSentenceError
from runtime.cli.options import CrnArgument, EventArgument, Json
from runtime.cli.sentence_tables import render_sentence
from runtime.cli.session import with_client
from runtime.event_sender import is_missing
from workflows.ids import workflow_id_of

QUERY_TIMEOUT: Final = timedelta(seconds=10)
"""How long a worker may take: a long history is replayed first where it is not in memory."""


OPENING_TRIES: Final = 10
OPENING_PAUSE: Final = 0.2
"""Seconds between two looks at a sentence that is only opening."""


class SentenceStartingError(CommandError):
    """The sentence was started, and no worker has looked at it yet."""

    def __init__(self, crn: str, event_number: str) -> None:
        super().__init__(f"sentence {crn} {event_number} is only opening; ask again in a moment")


def show(crn: CrnArgument, event: EventArgument, *, as_json: Json = False) -> None:
    """Show one sentence: where it stands, its clocks and why, and what is allowed next."""

    async def work(client: Client) -> dict[str, Any]:
        return await view_of(client, crn, event)

    view = with_client(work)
    if as_json:
        typer.echo(json.dumps(view, indent=2))
    elif view["state"] is None:
        raise SentenceStartingError(crn, event)
    else:
        make_console().print(render_sentence(view))


async def view_of(client: Client, crn: str, event_number: str) -> dict[str, Any]:
    """Return the whole view of a sentence, also of one whose file is closed.

    Raises:
        UnknownSentenceError: If there is none.
        RPCError: If no worker answers.
    """
    name = workflow_id_of(crn, event_number)
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
    """Ask again for a moment: who has just sent the first event asks while the run opens."""
    view = await _query_view(handle)
    for _ in range(OPENING_TRIES):
        if view["state"] is not None:
            break
        await asyncio.sleep(OPENING_PAUSE)
        view = await _query_view(handle)
    return view


async def _query_view(handle: WorkflowHandle[Any, Any]) -> dict[str, Any]:
    view: dict[str, Any] = await handle.query("sentence", rpc_timeout=QUERY_TIMEOUT)
    return view


async def last_run(client: Client, name: str) -> WorkflowHandle[Any, Any] | None:
    """Return the last run that decided anything.

    What comes for a closed file starts a run that only reports it, and hides the sentence.
    """
    query = f'WorkflowId = "{name}" AND SentenceState IS NOT NULL'
    runs = [run async for run in client.list_workflows(query)]
    if not runs:
        return None
    last = max(runs, key=lambda run: run.start_time)
    return client.get_workflow_handle(name, run_id=last.run_id)
