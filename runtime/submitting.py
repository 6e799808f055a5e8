"""Submit an event to a sentence that runs, by update, and wait for what becomes of it."""

import asyncio
from base64 import b64encode
from typing import Any, Final

from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.sealing.envelope import Signer
from activities.sealing.verdict import Verdict
from runtime.posting import How
from workflows.identity import workflow_id_of

ANSWER_SECONDS: Final = 30.0
"""How long a worker may take to answer before it is taken to be away."""


class NotTakenError(Exception):
    """The sentence did not take the event; nothing of it is left there.

    Attributes:
        code: `refused` where a rule says no, or the fault of the message.
        reason: The same for a person.
        allowed: The kinds that are allowed now, where a rule said no.
    """

    def __init__(self, code: str, reason: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason, self.allowed = code, reason, allowed


class NoAnswerError(Exception):
    """No worker answered in time; the event may be taken yet."""


class NotRunningError(Exception):
    """No sentence of this name runs."""


async def submit(  # noqa: PLR0913 - each is a fact of the message
    client: Client,
    crn: str,
    event_number: str,
    kind: str,
    data: dict[str, Any],
    *,
    signer: Signer | None = None,
    vouched: Verdict | None = None,
    seconds: float = ANSWER_SECONDS,
) -> list[dict[str, Any]]:
    """Return the receipts of the event; the same one submitted again gets the first answer.

    Raises:
        NotTakenError: If it is refused, or cannot be read.
        NoAnswerError: If no worker answers within `seconds`.
        NotRunningError: If there is no such sentence, or its file is closed.
        RPCError: If the server turns the call down.
    """
    name, how = workflow_id_of(crn, event_number), How.for_client(client, signer, vouched)
    handle = client.get_workflow_handle(name)
    message = _message(how, name, kind, data)
    asked = how.request_id(name, kind, [data])
    try:
        async with asyncio.timeout(seconds):
            found: list[dict[str, Any]] = await handle.execute_update("submit", message, id=asked)
    except WorkflowUpdateFailedError as error:
        raise _not_taken(error) from error
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
        raise NoAnswerError from error
    except RPCError as error:
        if is_missing(error):
            raise NotRunningError from error
        raise
    return found


def is_missing(error: RPCError) -> bool:
    """Return whether a call failed because there is no such workflow, or it runs no more.

    A namespace that is not there is another matter, which the server reports alike.
    """
    return error.status is RPCStatusCode.NOT_FOUND and "namespace" not in error.message.lower()


def _message(how: How, name: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    if how.key is None:
        return {"kind": kind, "data": data}
    (letter,) = how.encode(name, kind, [data])
    return {"kind": kind, "letter": b64encode(letter.data).decode()}


def _not_taken(error: WorkflowUpdateFailedError) -> NotTakenError:
    cause = error.cause
    if not isinstance(cause, ApplicationError):
        return NotTakenError("failed", str(cause))
    first = cause.details[0] if cause.details else None
    allowed = first.get("allowed", []) if isinstance(first, dict) else []
    return NotTakenError(cause.type or "failed", cause.message, tuple(allowed))
