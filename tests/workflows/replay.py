"""Replay of a recorded history, and the sentence that it leads to."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    Replayer,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from activities.crypto.keys import parse_keys
from runtime.plugin import SentencesPlugin
from states.view.sentence import sentence_view
from tests.workflows.scene import law_part
from workflows.sentence import SentenceWorkflow

HISTORIES: Final = Path(__file__).parent / "histories"


class _InstanceRecorder(Interceptor):
    """Interceptor that keeps the replayed workflow instance."""

    def __init__(self) -> None:
        self.seen: list[SentenceWorkflow] = []

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002 - the SDK's own name
    ) -> type[WorkflowInboundInterceptor]:
        del input
        seen = self.seen

        class Looking(WorkflowInboundInterceptor):
            async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:  # noqa: A002
                found = workflow.instance()
                assert isinstance(found, SentenceWorkflow)
                seen.append(found)
                return await super().execute_workflow(input)

        return Looking


class Replayed(NamedTuple):
    """State that a replay leads to: what the SDK does not compare."""

    law: dict[str, Any]
    """The law part of the view."""
    timers: dict[str, str]
    """Time of each running timer: the SDK finds no timer that is late or in another order."""
    snapshot: str
    """SHA-256 of the snapshot for the next run."""


async def replayed(history: WorkflowHistory, ring: str = "") -> Replayed:
    """Replay outside the sandbox, and return the state at the history's end.

    Args:
        history: The history of one run.
        ring: Key ring of an encrypted history.

    Raises:
        Exception: If the history does not replay; the SDK's own error.
    """
    recorder = _InstanceRecorder()
    replayer = Replayer(
        workflows=[SentenceWorkflow],
        plugins=[SentencesPlugin(parse_keys(ring) if ring else None)],
        interceptors=[recorder],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    await replayer.replay_workflow(history)
    (found,) = recorder.seen
    case = found._case  # noqa: SLF001 - a look inside
    assert case.decision is not None
    assert case.as_of is not None
    whole = sentence_view(
        case.ref, case.event_log, case.decision, law=case.decision.law, now=case.as_of
    )
    running = found._timers._running  # noqa: SLF001 - a look inside
    snapshot = json.dumps(case.snapshot().model_dump(mode="json"), sort_keys=True)
    return Replayed(
        law=json.loads(json.dumps(law_part(whole))),
        timers={key: wakeup.at.isoformat() for key, (wakeup, _) in sorted(running.items())},
        snapshot=sha256(snapshot.encode()).hexdigest(),
    )
