"""Replay of a recorded history, and the sentence that it leads to."""

import json
from pathlib import Path
from typing import Any, Final

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


async def replayed_law(history: WorkflowHistory, ring: str = "") -> dict[str, Any]:
    """Replay outside the sandbox, and return the law part of the view at the history's end.

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
    plain: dict[str, Any] = json.loads(json.dumps(law_part(whole)))
    return plain
