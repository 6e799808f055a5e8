"""Gateway from the API to the sentences, which turns Temporal's errors into problems."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.crypto.authentication import FAILURE_REASONS, Authentication
from runtime import event_sender
from runtime.event_sender import (
    NoAnswerError,
    NotRunningError,
    OurFaultError,
    SubmitRejectedError,
    is_missing,
    submit_event,
)
from runtime.http.bodies import ProblemError
from states.sentence_ref import SentenceRef

CONFLICTS: Final = frozenset({"refused", "id_conflict", "moved", "already_closed"})
"""Codes with which a sentence rejects an event that it could read."""

RETRY_SECONDS: Final = 5
"""Value of `Retry-After` in a 503."""

_CLOSED: Final = "the file of this sentence is closed and accepts no more events"
_STOPPED: Final = (
    "the workflow of this sentence was stopped, which closes no sentence: send the event without "
    "?wait=true, and the sentence is taken up again from its record"
)
_UNKNOWN: Final = "no such sentence; send its first event without ?wait=true"
_NO_ANSWER: Final = (
    "no worker answered in time, so the outcome is unknown: send the event again with the same "
    "event_id, which counts once, or ask for its receipt later"
)
_OUR_FAULT: Final = (
    "the sentence could not judge the event, by a fault of ours; send it again later"
)
_UNAVAILABLE: Final = "Temporal is unavailable; send the event again later"
_KEY_MISMATCH: Final = (
    "the sentence cannot decrypt what this API encrypts; the operator must check their keys"
)


@dataclass(frozen=True, slots=True)
class EventRequest:
    """Event to forward to a sentence, with the authentication of its sender."""

    crn: str
    event_number: str
    kind: str
    data: dict[str, Any]
    """The event as it goes over the wire."""
    authentication: Authentication | None
    """None if authentication is off."""


class SentenceGateway(Protocol):
    """Port to the sentences."""

    async def send(self, event: EventRequest) -> str:
        """Signal a sentence, starting it if it does not run; return its workflow id."""
        ...

    async def submit(self, event: EventRequest) -> list[dict[str, Any]]:
        """Return the receipts of an event once the running sentence has decided."""
        ...

    async def receipts(self, crn: str, event_number: str, event_id: str) -> list[dict[str, Any]]:
        """Return the receipts of an event sent earlier."""
        ...


@dataclass(frozen=True)
class TemporalGateway:
    """Gateway to the sentences of one Temporal namespace.

    Attributes:
        client: Client of the namespace; it encrypts if it has keys.
        task_queue: Task queue on which sentences are started.
        answer_seconds: Longest wait for the outcome of a submitted event.
    """

    client: Client
    task_queue: str
    answer_seconds: float

    async def send(self, event: EventRequest) -> str:
        """Signal with start; the request id is derived from the event.

        Raises:
            ProblemError: 409 if the file is closed, 503 if Temporal does not accept the call.
        """
        try:
            return await event_sender.send_event(
                self.client,
                event.crn,
                event.event_number,
                kind=event.kind,
                arguments=[event.data],
                task_queue=self.task_queue,
                authentication=event.authentication,
            )
        except WorkflowAlreadyStartedError:
            raise ProblemError(HTTPStatus.CONFLICT, "closed", _CLOSED) from None
        except RPCError as error:
            raise _rpc_problem(error) from None

    async def submit(self, event: EventRequest) -> list[dict[str, Any]]:
        """Update; the update id is derived from the event.

        Raises:
            ProblemError: 409 with the kinds allowed now, 404 if no such sentence runs, 422 if the
                sentence cannot read the event, or 503.
        """
        try:
            return await submit_event(
                self.client,
                event.crn,
                event.event_number,
                kind=event.kind,
                data=event.data,
                authentication=event.authentication,
                seconds=self.answer_seconds,
            )
        except SubmitRejectedError as error:
            raise _rejection_problem(error) from None
        except OurFaultError:
            raise _unavailable("our_fault", _OUR_FAULT) from None
        except NotRunningError:
            raise await self._not_running_problem(event) from None
        except NoAnswerError:
            raise _unavailable("no_answer", _NO_ANSWER) from None
        except RPCError as error:
            raise _rpc_problem(error) from None

    async def receipts(self, crn: str, event_number: str, event_id: str) -> list[dict[str, Any]]:
        """Query the sentence, also a closed one for as long as Temporal retains it.

        Raises:
            ProblemError: 404 if there is no such sentence, or 503.
        """
        handle = self.client.get_workflow_handle(SentenceRef(crn, event_number).workflow_id)
        try:
            found: list[dict[str, Any]] = await handle.query("receipt", event_id)
        except RPCError as error:
            if is_missing(error):
                raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_sentence", _UNKNOWN) from None
            raise _rpc_problem(error) from None
        except (WorkflowQueryFailedError, WorkflowQueryRejectedError):
            raise _unavailable("no_answer", _NO_ANSWER) from None
        return found

    async def _not_running_problem(self, event: EventRequest) -> ProblemError:
        workflow_id = SentenceRef(event.crn, event.event_number).workflow_id
        try:
            found = await self.client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if is_missing(error):
                return ProblemError(HTTPStatus.NOT_FOUND, "unknown_sentence", _UNKNOWN)
            return _rpc_problem(error)
        match found.status:
            case WorkflowExecutionStatus.COMPLETED:
                return ProblemError(HTTPStatus.CONFLICT, "closed", _CLOSED)
            case WorkflowExecutionStatus.RUNNING | WorkflowExecutionStatus.CONTINUED_AS_NEW:
                # It began or went on meanwhile.
                return _unavailable("no_answer", _NO_ANSWER)
            case _:
                return ProblemError(HTTPStatus.CONFLICT, "stopped", _STOPPED)


def _rejection_problem(error: SubmitRejectedError) -> ProblemError:
    if error.code in CONFLICTS:
        allowed = list(error.allowed)
        return ProblemError(HTTPStatus.CONFLICT, error.code, error.reason, allowed=allowed)
    if error.code in FAILURE_REASONS:
        # The API read the event, so the keys or settings of the API and the worker differ.
        return _unavailable(error.code, _KEY_MISMATCH)
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY, error.code, error.reason, faults=[error.reason]
    )


def _rpc_problem(error: RPCError) -> ProblemError:
    timed_out = error.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)
    if timed_out or "poller" in error.message:
        return _unavailable("no_answer", _NO_ANSWER)
    return _unavailable("unavailable", _UNAVAILABLE)


def _unavailable(code: str, reason: str) -> ProblemError:
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        code,
        reason,
        headers={"Retry-After": str(RETRY_SECONDS)},
    )
