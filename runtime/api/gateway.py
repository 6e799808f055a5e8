"""Pass what came through the door on to its sentence, and say what Temporal answers."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol

from temporalio.client import Client, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.crypto.authentication import FAILURE_REASONS, Authentication
from runtime import event_sender
from runtime.api.responses import ProblemError
from runtime.event_sender import (
    NoAnswerError,
    NotRunningError,
    SubmitRejectedError,
    is_missing,
    submit_event,
)
from workflows.ids import workflow_id_of

CONFLICTS: Final = frozenset({"refused", "id_conflict", "moved", "already_closed"})
"""Codes of a sentence that says no to what it could read."""

RETRY_SECONDS: Final = 5

_CLOSED: Final = "the file of this sentence is closed and takes no more events"
_UNKNOWN: Final = "there is no such sentence; its first event is sent without waiting"
_NO_ANSWER: Final = "no worker answers; send it again, or ask for its receipt later"
_AWAY: Final = "Temporal does not take the call; send it again later"
_MISFIT: Final = "the sentence does not open what this door seals; whoever runs it must look"


class SentenceGateway(Protocol):
    """Where events go."""

    async def send(
        self, crn: str, number: str, kind: str, data: dict[str, Any], vouched: Authentication | None
    ) -> str:
        """Signal a sentence, start it where it does not run, and return its workflow id."""
        ...

    async def submit(
        self, crn: str, number: str, kind: str, data: dict[str, Any], vouched: Authentication | None
    ) -> list[dict[str, Any]]:
        """Return the receipts of an event once a sentence that runs has decided."""
        ...

    async def receipts(self, crn: str, number: str, event_id: str) -> list[dict[str, Any]]:
        """Return what became of an event."""
        ...


@dataclass(frozen=True)
class TemporalGateway:
    """The sentences of one namespace. Whatever goes wrong is a `ProblemError`."""

    client: Client
    task_queue: str
    answer_seconds: float

    async def send(
        self, crn: str, number: str, kind: str, data: dict[str, Any], vouched: Authentication | None
    ) -> str:
        """Signal with start, under a request id made of the event.

        Raises:
            ProblemError: 409 where the file is closed, 503 where Temporal does not take it.
        """
        try:
            return await event_sender.send_event(
                *(self.client, crn, number, kind, [data]),
                task_queue=self.task_queue,
                vouched=vouched,
            )
        except WorkflowAlreadyStartedError:
            raise ProblemError(HTTPStatus.CONFLICT, "closed", _CLOSED) from None
        except RPCError as error:
            raise _away(error) from None

    async def submit(
        self, crn: str, number: str, kind: str, data: dict[str, Any], vouched: Authentication | None
    ) -> list[dict[str, Any]]:
        """Update, under an id made of the event.

        Raises:
            ProblemError: 409 with what is allowed now, 404 where no such sentence runs, 503.
        """
        try:
            return await submit_event(
                *(self.client, crn, number, kind, data),
                vouched=vouched,
                seconds=self.answer_seconds,
            )
        except SubmitRejectedError as error:
            raise _not_taken(error) from None
        except NotRunningError:
            raise await self._not_running(crn, number) from None
        except NoAnswerError:
            raise _later("no_answer", _NO_ANSWER) from None
        except RPCError as error:
            raise _away(error) from None

    async def receipts(self, crn: str, number: str, event_id: str) -> list[dict[str, Any]]:
        """Ask the sentence, also one whose file is closed, as long as Temporal keeps it.

        Raises:
            ProblemError: 404 where there is no such sentence, 503.
        """
        handle = self.client.get_workflow_handle(workflow_id_of(crn, number))
        try:
            found: list[dict[str, Any]] = await handle.query("receipt", event_id)
        except RPCError as error:
            if is_missing(error):
                raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_sentence", _UNKNOWN) from None
            raise _away(error) from None
        except (WorkflowQueryFailedError, WorkflowQueryRejectedError):
            raise _later("no_answer", _NO_ANSWER) from None
        return found

    async def _not_running(self, crn: str, number: str) -> ProblemError:
        try:
            await self.client.get_workflow_handle(workflow_id_of(crn, number)).describe()
        except RPCError as error:
            if is_missing(error):
                return ProblemError(HTTPStatus.NOT_FOUND, "unknown_sentence", _UNKNOWN)
            return _away(error)
        return ProblemError(HTTPStatus.CONFLICT, "closed", _CLOSED)


def _not_taken(error: SubmitRejectedError) -> ProblemError:
    if error.code in CONFLICTS:
        allowed = list(error.allowed)
        return ProblemError(HTTPStatus.CONFLICT, error.code, error.reason, allowed=allowed)
    if error.code in FAILURE_REASONS:
        # It was read here, so keys or settings of door and worker differ.
        return _later(error.code, _MISFIT)
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY, error.code, error.reason, faults=[error.reason]
    )


def _away(error: RPCError) -> ProblemError:
    waited = (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)
    no_worker = error.status in waited or "poller" in error.message
    return _later(*(("no_answer", _NO_ANSWER) if no_worker else ("unavailable", _AWAY)))


def _later(code: str, reason: str) -> ProblemError:
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, code, reason, headers=headers)
