"""`submit`: one event by update, for whoever waits for the answer."""

import asyncio
import json
from typing import Any, Final

import typer
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from runtime.commands.compose import Envelope, event_of, text_of
from runtime.commands.options import At, By, CrnOption, Data, EventId, EventOption, Json, Kind
from runtime.commands.refusal import NoWorkerError, RefusedEventError, UnknownSentenceError
from runtime.commands.session import is_missing, with_client
from runtime.requests import request_id
from workflows.identity import workflow_id_of

ANSWER_SECONDS: Final = 30.0
"""How long a worker may take to answer before it is taken to be away."""


def submit(  # noqa: PLR0913 - an option of the command line each
    kind: Kind,
    crn: CrnOption,
    event: EventOption,
    data: Data = "{}",
    *,
    event_id: EventId = None,
    at: At = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Submit one event to a running sentence and print its receipt.

    A sentence is started by `send`: an update that is refused would leave an empty one behind.
    """
    found = event_of(kind, text_of(data), Envelope(event_id, at, by))

    async def work(client: Client) -> list[dict[str, Any]]:
        return await _submitted(client, crn, event, {"kind": kind, "data": found})

    receipts = with_client(work)
    if as_json:
        typer.echo(json.dumps(receipts, indent=2))
        return
    for receipt in receipts:
        reason = f": {receipt['reason']}" if receipt["reason"] else ""
        typer.echo(f"{receipt['disposition']} {receipt['kind']} {receipt['event_id']}{reason}")


async def _submitted(
    client: Client, crn: str, event: str, message: dict[str, Any]
) -> list[dict[str, Any]]:
    name = workflow_id_of(crn, event)
    handle = client.get_workflow_handle(name)
    asked = request_id(name, message["kind"], [message["data"]])
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            receipts: list[dict[str, Any]] = await handle.execute_update(
                "submit", message, id=asked
            )
    except WorkflowUpdateFailedError as error:
        raise refusal(error) from error
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
        raise NoWorkerError from error
    except RPCError as error:
        if is_missing(error):
            raise UnknownSentenceError(crn, event) from error
        raise
    return receipts


def refusal(error: WorkflowUpdateFailedError) -> RefusedEventError:
    """Return the refusal that the sentence answered with, and the kinds that it allows now."""
    cause = error.cause
    details = cause.details if isinstance(cause, ApplicationError) else ()
    first = details[0] if details else None
    allowed = first.get("allowed", []) if isinstance(first, dict) else []
    message = cause.message if isinstance(cause, ApplicationError) else str(cause)
    return RefusedEventError(message, allowed)
