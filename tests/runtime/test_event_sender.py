"""However an update ends, its caller learns whether the sentence took the event.

The errors are handed in, for no server gives them when asked; updates that a server carries out are
those of `tests/runtime/cli/test_submit.py`.
"""

import asyncio
from functools import partial
from typing import Any, cast

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.contracts import MESSAGE_ENCODING
from activities.crypto.decrypt import AuthenticatedMessage, MessageDecryptor
from runtime.codec import data_converter
from runtime.event_sender import (
    NoAnswerError,
    NotRunningError,
    OurFaultError,
    SubmitRejectedError,
    is_missing,
    submit_event,
)
from tests.activities.crypto.rings import AT, EVENT, HERE, KIND, RING


class Calls:
    """A client whose sentence answers an update with this."""

    def __init__(
        self, answer: Any = None, converter: DataConverter = DataConverter.default
    ) -> None:
        self.answer, self.data_converter = answer, converter
        self.asked: list[tuple[str, Any, str]] = []

    def get_workflow_handle(self, name: str) -> "Calls":
        """Return itself."""
        self.named = name
        return self

    async def execute_update(self, name: str, message: Any, *, id: str) -> Any:  # noqa: A002 - its name there
        """Answer."""
        self.asked.append((name, message, id))
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is None:
            await asyncio.sleep(60)
        return self.answer


async def submitted(calls: Calls, seconds: float = 5.0) -> list[dict[str, Any]]:
    """The receipts."""
    return await submit_event(cast("Client", calls), "X320741", "1", KIND, EVENT, seconds=seconds)


def failed(status: RPCStatusCode, said: str = "no") -> RPCError:
    """A call that the server turned down."""
    return RPCError(said, status, b"")


async def test_the_same_event_is_asked_for_under_the_same_id() -> None:
    """So a caller that lost the answer gets the first one again."""
    calls = Calls([{"event_id": "e-1"}])

    assert [{"event_id": "e-1"}] == await submitted(calls)
    await submitted(calls)
    first, again = calls.asked
    assert first == again
    assert (HERE, "submit", {"kind": KIND, "data": EVENT}) == (calls.named, *first[:2])


async def test_with_keys_the_event_is_sent_encrypted() -> None:
    """Encrypted for its sentence and its kind; the id reveals nothing of it."""
    calls = Calls([], data_converter(RING))

    await submitted(calls)
    ((_, message, asked),) = calls.asked
    payload = Payload(metadata={"encoding": MESSAGE_ENCODING}, data=message["encrypted"].encode())
    found = MessageDecryptor(RING, unsigned_allowed=True).decrypt_message(
        payload, workflow_id=HERE, kind=KIND, now=AT
    )
    assert isinstance(found, AuthenticatedMessage)
    assert {"kind", "encrypted"} == set(message)
    assert "e-1" not in asked


_verdict = partial(ApplicationError, non_retryable=True)


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (
            _verdict("not now", {"allowed": ["case_allocated"]}, type="refused"),
            ("refused", "not now", ("case_allocated",)),
        ),
        (_verdict("not now", {}, type="refused"), ("refused", "not now", ())),
        (_verdict("odd", "text", type="invalid"), ("invalid", "odd", ())),
        (_verdict("odd"), ("failed", "odd", ())),
    ],
    ids=["refused", "nothing allowed", "no facts", "no type"],
)
async def test_a_refusal_says_why_and_what_is_allowed(
    cause: Exception, said: tuple[str, str, tuple[str, ...]]
) -> None:
    """As far as the sentence said it."""
    with pytest.raises(SubmitRejectedError) as found:
        await submitted(Calls(WorkflowUpdateFailedError(cause)))

    assert said == (found.value.code, found.value.reason, found.value.allowed)


@pytest.mark.parametrize("cause", [ApplicationError("'x'", type="KeyError"), ValueError("odd")])
async def test_an_error_of_ours_is_no_verdict(cause: Exception) -> None:
    """A sender that took it for a refusal would drop the event."""
    with pytest.raises(OurFaultError):
        await submitted(Calls(WorkflowUpdateFailedError(cause)))


@pytest.mark.parametrize("answer", [WorkflowUpdateRPCTimeoutOrCancelledError(), TimeoutError()])
async def test_no_answer_is_told_from_a_no(answer: Exception) -> None:
    """The event may be taken yet: the caller sends it again."""
    with pytest.raises(NoAnswerError):
        await submitted(Calls(answer))


async def test_nobody_is_waited_for_longer_than_the_caller_would() -> None:
    """A sentence without a worker never answers."""
    with pytest.raises(NoAnswerError):
        await submitted(Calls(), seconds=0.01)


async def test_a_sentence_that_does_not_run_is_said_not_to() -> None:
    """Any other fault of the server is its own."""
    with pytest.raises(NotRunningError):
        await submitted(Calls(failed(RPCStatusCode.NOT_FOUND, "workflow execution not found")))
    for error in (
        failed(RPCStatusCode.NOT_FOUND, "Namespace x is not found."),
        failed(RPCStatusCode.UNAVAILABLE),
    ):
        with pytest.raises(RPCError) as found:
            await submitted(Calls(error))
        assert error is found.value
        assert not is_missing(error)
