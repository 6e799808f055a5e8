"""Send events to sentences by signal, which starts a sentence that does not run yet."""

from collections.abc import Sequence
from typing import Any

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from workflows.identity import WORKFLOW_TYPE, workflow_id_of


async def send(
    client: Client,
    crn: str,
    event_number: str,
    kind: str,
    arguments: Sequence[Any],
    *,
    task_queue: str,
) -> str:
    """Signal a sentence, start it where it does not run, and return its workflow id.

    An event is one argument. Whoever tests how sentences take what is no event gives others.

    Raises:
        WorkflowAlreadyStartedError: If the file of the sentence is closed; nothing was sent.
        RPCError: If the server turns the call down.
    """
    handle = await client.start_workflow(
        WORKFLOW_TYPE,
        {"crn": crn, "event_number": event_number},
        id=workflow_id_of(crn, event_number),
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=kind,
        start_signal_args=arguments,
        # Shown above the timeline in the UI, until the first continue-as-new; codes only.
        static_summary=f"sentence of {crn}, event {event_number}",
    )
    return handle.id
