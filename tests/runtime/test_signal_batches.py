"""The worker hands over many signals as one, and the sentence takes them apart again."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import (
    DoUpdate,
    FireTimer,
    SignalWorkflow,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.common import RawValue

from runtime.signal_batches import batch_signals
from workflows.inbox import SIGNAL_BATCH, from_signal

NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
BURST: Final = 9_900
"""Signals that one run may have, nearly."""


def _signal(name: str, *arguments: bytes) -> WorkflowActivationJob:
    payloads = [Payload(metadata={"encoding": b"json/plain"}, data=data) for data in arguments]
    return WorkflowActivationJob(signal_workflow=SignalWorkflow(signal_name=name, input=payloads))


UPDATE: Final = WorkflowActivationJob(do_update=DoUpdate(id="update"))
TIMER: Final = WorkflowActivationJob(fire_timer=FireTimer(seq=1))


def _batched(jobs: Iterable[WorkflowActivationJob]) -> list[WorkflowActivationJob]:
    act = WorkflowActivation(jobs=jobs)
    batch_signals(act)
    return list(act.jobs)


def _messages(job: WorkflowActivationJob) -> list[tuple[str, list[bytes]]]:
    signal = job.signal_workflow
    arguments = [RawValue(payload) for payload in signal.input]
    return [
        (message.name, [payload.data for payload in message.payloads])
        for message in from_signal(signal.signal_name, arguments, NOW)
    ]


def test_signals_become_one_job_without_loss_or_change_of_order() -> None:
    """Names, and any number of arguments, arrive as they were sent."""
    sent = [_signal("a", b"1"), _signal("b"), TIMER, _signal("c d", b"2", b"3"), _signal("", b"")]
    first, timer = _batched(sent)
    assert TIMER == timer
    assert [("a", [b"1"]), ("b", []), ("c d", [b"2", b"3"]), ("", [b""])] == _messages(first)


def test_a_burst_is_one_job() -> None:
    """The SDK makes a task of each job: so many would outlast its limit on a loaded machine."""
    (job,) = _batched(_signal("contact_recorded", b"%d" % number) for number in range(BURST))
    expected = [("contact_recorded", [b"%d" % number]) for number in range(BURST)]
    assert expected == _messages(job)


def test_signals_stay_on_their_side_of_an_update() -> None:
    """An update is decided on the messages that came before it."""
    before, update, after = _batched(
        [_signal("a"), _signal("b"), UPDATE, _signal("c"), _signal("d")]
    )
    assert UPDATE == update
    assert [("a", []), ("b", [])] == _messages(before)
    assert [("c", []), ("d", [])] == _messages(after)


def test_a_signal_that_is_alone_stays_as_it_is() -> None:
    """Most workflow tasks have one signal at most."""
    jobs = [TIMER, _signal("a", b"1"), UPDATE, _signal("b", b"2")]
    assert jobs == _batched(jobs)


def test_a_signal_of_the_reserved_name_is_one_message() -> None:
    """Nobody smuggles messages past the count by the name of a batch."""
    forged = _signal(SIGNAL_BATCH, b"0 a", b"0 b")
    (job,) = _batched([forged])
    assert [(SIGNAL_BATCH, [b"0 a", b"0 b"])] == _messages(job)


@pytest.mark.parametrize("header", [b"a", b"-1 a", b"9" * 5_000, b"\xff", b""])
def test_what_is_no_batch_is_one_message(header: bytes) -> None:
    """Without this runner, too, no signal can fail a workflow task."""
    forged = _signal(SIGNAL_BATCH, header)
    assert [(SIGNAL_BATCH, [header])] == _messages(forged)
