"""Runner of workflows that passes on the signals of a workflow task together.

The SDK makes a task of each signal before the workflow runs, at some 100 microseconds each, and
fails a workflow task that takes two seconds. On a loaded machine, thousands of signals that waited
for a worker would fail it for ever. So a batch of signals becomes one signal, under a name of its
own, which `workflows.inbox.from_signal` takes apart.

The workflow sees the same messages in the same order with and without this runner, so a history of
either replays with both.
"""

from collections.abc import Sequence
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import (
    SignalWorkflow,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from workflows.inbox import SIGNAL_BATCH, batch_header


class SignalBatchingRunner(WorkflowRunner):
    """Runner whose workflows are those of another runner, with their signals in batches."""

    def __init__(self, runner: WorkflowRunner) -> None:
        self._runner = runner

    def prepare_workflow(self, defn: Any) -> None:
        """Prepare a workflow as the other runner does."""
        self._runner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(
        self, types: Sequence[type[BaseException]]
    ) -> None:
        """Set them in the other runner."""
        self._runner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Return an instance of the other runner that takes signals in batches."""
        instance = self._runner.create_instance(det)
        activate = instance.activate

        def activate_in_batches(act: WorkflowActivation) -> WorkflowActivationCompletion:
            batch_signals(act)
            return activate(act)

        instance.activate = activate_in_batches  # type: ignore[method-assign] # one of many methods
        return instance


def batch_signals(act: WorkflowActivation) -> None:
    """Put the signals between two updates of `act` into one; a signal that is alone stays.

    Only updates are applied in one order with signals: the SDK takes all other jobs after both.
    """
    batches = _batches(act.jobs)
    if not any(map(_is_packed, batches)):
        return
    jobs = [_packed(batch) if _is_packed(batch) else batch[0] for batch in batches]
    del act.jobs[:]
    act.jobs.extend(jobs)


def _batches(jobs: Sequence[WorkflowActivationJob]) -> list[list[WorkflowActivationJob]]:
    """Return the jobs in their order, each alone but for signals, which join the last signals."""
    signals: list[WorkflowActivationJob] = []
    found: list[list[WorkflowActivationJob]] = []
    for job in jobs:
        if not job.HasField("signal_workflow"):
            found.append([job])
            if job.HasField("do_update"):
                signals = []
        elif signals:
            signals.append(job)
        else:
            signals = [job]
            found.append(signals)
    return found


def _is_packed(batch: Sequence[WorkflowActivationJob]) -> bool:
    # A signal that somebody sends under the reserved name is packed too, and so stays one message.
    return len(batch) > 1 or batch[0].signal_workflow.signal_name == SIGNAL_BATCH


def _packed(signals: Sequence[WorkflowActivationJob]) -> WorkflowActivationJob:
    payloads: list[Payload] = []
    for job in signals:
        signal = job.signal_workflow
        payloads += [batch_header(signal.signal_name, len(signal.input)), *signal.input]
    first = signals[0].signal_workflow
    return WorkflowActivationJob(
        signal_workflow=SignalWorkflow(
            signal_name=SIGNAL_BATCH,
            input=payloads,
            originating_event_id=first.originating_event_id,
        )
    )
