"""Whatever Temporal or a sentence answers becomes one problem that says what to do.

The errors are handed in, for no server gives them when asked; what passes is in `test_api.py`.
"""

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, cast

import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.crypto.authentication import FAILURE_REASONS
from runtime import event_sender
from runtime.api import gateway
from runtime.api.gateway import CONFLICTS, RETRY_SECONDS, EventRequest, TemporalGateway
from runtime.event_sender import NoAnswerError, NotRunningError, OurFaultError, SubmitRejectedError
from runtime.http.bodies import ProblemError

EVENT = EventRequest(
    "X320741", "1", kind="warning_issued", data={"event_id": "e-1"}, authentication=None
)


def failed(status: RPCStatusCode, said: str = "no") -> RPCError:
    """A call that Temporal turned down."""
    return RPCError(said, status, b"")


GONE = failed(RPCStatusCode.NOT_FOUND, "workflow not found")
AWAY = failed(RPCStatusCode.UNAVAILABLE)


class Handle:
    """A sentence that answers everything with one error, or is there."""

    def __init__(self, error: Exception | None, status: WorkflowExecutionStatus) -> None:
        self.error = error
        self.status = status

    async def query(self, *_: object) -> list[dict[str, Any]]:
        """Answer."""
        return self.describe_or_raise()

    async def describe(self) -> "Handle":
        """Answer."""
        self.describe_or_raise()
        return self

    def describe_or_raise(self) -> list[dict[str, Any]]:
        """Raise the error, if there is one."""
        if self.error is not None:
            raise self.error
        return [{"event_id": "e-1"}]


class Calls:
    """A client that gives that sentence for every name."""

    def __init__(self, error: Exception | None, status: WorkflowExecutionStatus) -> None:
        self.handle = Handle(error, status)

    def get_workflow_handle(self, _: str) -> Handle:
        """Return it."""
        return self.handle


def temporal(
    error: Exception | None = None,
    status: WorkflowExecutionStatus = WorkflowExecutionStatus.COMPLETED,
) -> TemporalGateway:
    """The sentences of a namespace where that is answered."""
    return TemporalGateway(cast("Client", Calls(error, status)), "sentences", 1.0)


def answers(error: Exception) -> Callable[..., Awaitable[None]]:
    """A call that ends in this error."""

    async def call(*_: object, **__: object) -> None:
        raise error

    return call


async def problem(call: Awaitable[object]) -> tuple[int, str]:
    """The status and the code of the problem in which a call ends."""
    with pytest.raises(ProblemError) as found:
        await call
    later = {"Retry-After": str(RETRY_SECONDS)}
    assert (later if found.value.status == 503 else None) == found.value.headers
    return found.value.status.value, found.value.problem.code


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (WorkflowAlreadyStartedError("sentence-X320741-1", "Sentence"), (409, "closed")),
        (AWAY, (503, "unavailable")),
        (failed(RPCStatusCode.PERMISSION_DENIED), (503, "unavailable")),
        (failed(RPCStatusCode.DEADLINE_EXCEEDED), (503, "no_answer")),
        (failed(RPCStatusCode.CANCELLED), (503, "no_answer")),
    ],
)
async def test_a_rejected_signal_says_whether_to_retry(
    monkeypatch: pytest.MonkeyPatch, error: Exception, told: tuple[int, str]
) -> None:
    """A closed file is final; everything else may pass, and says after how many seconds."""
    monkeypatch.setattr(event_sender, "send_event", answers(error))

    assert told == await problem(temporal().send(EVENT))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        *((SubmitRejectedError(code, "why"), (409, code)) for code in sorted(CONFLICTS)),
        *((SubmitRejectedError(code, "why"), (503, code)) for code in sorted(FAILURE_REASONS)),
        (SubmitRejectedError("invalid", "why"), (422, "invalid")),
        (SubmitRejectedError("failed", "why"), (422, "failed")),
        (OurFaultError(), (503, "our_fault")),
        (NoAnswerError(), (503, "no_answer")),
        (AWAY, (503, "unavailable")),
        (failed(RPCStatusCode.FAILED_PRECONDITION, "no poller seen"), (503, "no_answer")),
    ],
    ids=str,
)
async def test_a_rejected_update_says_whose_fault_it_is(
    monkeypatch: pytest.MonkeyPatch, error: Exception, told: tuple[int, str]
) -> None:
    """The sentence's no, the sender's mistake, or ours: an API and a worker with different keys."""
    monkeypatch.setattr(gateway, "submit_event", answers(error))

    assert told == await problem(temporal().submit(EVENT))


async def test_a_refusal_says_what_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender learns both why, and what it may send instead."""
    error = SubmitRejectedError("refused", "not before allocation", ("case_allocated",))
    monkeypatch.setattr(gateway, "submit_event", answers(error))

    with pytest.raises(ProblemError) as found:
        await temporal().submit(EVENT)
    said = found.value.problem
    assert ("not before allocation", ["case_allocated"], []) == (
        said.reason,
        said.allowed,
        said.faults,
    )


@pytest.mark.parametrize(
    ("looked_up", "told"),
    [(None, (409, "closed")), (GONE, (404, "unknown_sentence")), (AWAY, (503, "unavailable"))],
)
async def test_a_sentence_that_does_not_run_is_closed_or_was_never_there(
    monkeypatch: pytest.MonkeyPatch, looked_up: Exception | None, told: tuple[int, str]
) -> None:
    """It is looked up, because to a sender the two are not the same."""
    monkeypatch.setattr(gateway, "submit_event", answers(NotRunningError()))

    assert told == await problem(temporal(looked_up).submit(EVENT))


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("TERMINATED", (409, "stopped")),
        ("FAILED", (409, "stopped")),
        ("RUNNING", (503, "no_answer")),
    ],
)
async def test_a_sentence_that_was_stopped_or_began_meanwhile_is_not_called_closed(
    monkeypatch: pytest.MonkeyPatch, status: str, told: tuple[int, str]
) -> None:
    """An event without waiting takes a stopped one up from its record, so it is not the end."""
    monkeypatch.setattr(gateway, "submit_event", answers(NotRunningError()))

    assert told == await problem(temporal(None, WorkflowExecutionStatus[status]).submit(EVENT))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (GONE, (404, "unknown_sentence")),
        (failed(RPCStatusCode.NOT_FOUND, "Namespace x is not found."), (503, "unavailable")),
        (AWAY, (503, "unavailable")),
        (failed(RPCStatusCode.DEADLINE_EXCEEDED), (503, "no_answer")),
        (WorkflowQueryFailedError("no worker"), (503, "no_answer")),
    ],
    ids=str,
)
async def test_unavailable_receipts_have_a_reason(error: Exception, told: tuple[int, str]) -> None:
    """A namespace that is gone is our fault, and no sentence that is unknown."""
    assert told == await problem(temporal(error).receipts("X320741", "1", "e-1"))


async def test_receipts_are_those_of_the_sentence() -> None:
    """As it gives them."""
    assert [{"event_id": "e-1"}] == await temporal().receipts("X320741", "1", "e-1")


def test_a_problem_leaves_out_empty_lists() -> None:
    """An empty list is no word; no cache keeps any answer."""
    answer = ProblemError(HTTPStatus.CONFLICT, "closed", "It is closed.", allowed=[]).response()

    assert {
        "type": "urn:sentences:problem:closed",
        "title": "Closed",
        "status": 409,
        "detail": "It is closed.",
        "code": "closed",
        "reason": "It is closed.",
    } == json.loads(bytes(answer.body))
    assert (409, "no-store") == (answer.status_code, answer.headers["cache-control"])
