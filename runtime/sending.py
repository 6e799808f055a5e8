"""Send events to sentences by signal, which starts a sentence that does not run yet."""

from collections.abc import Sequence
from typing import Any, Final

from temporalio.api.common.v1 import WorkflowType
from temporalio.api.enums.v1 import WorkflowIdConflictPolicy, WorkflowIdReusePolicy
from temporalio.api.errordetails.v1 import WorkflowExecutionAlreadyStartedFailure
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import SignalWithStartWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.converter import WorkflowSerializationContext
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.sealing.envelope import Signer
from activities.sealing.verdict import Verdict
from runtime.posting import How
from workflows.identity import WORKFLOW_TYPE, workflow_id_of

_REJECT: Final = WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
_USE: Final = WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING


async def send(  # noqa: PLR0913 - each is a fact of the message
    client: Client,
    crn: str,
    event_number: str,
    kind: str,
    arguments: Sequence[Any],
    *,
    task_queue: str,
    asked: str | None = None,
    signer: Signer | None = None,
    vouched: Verdict | None = None,
) -> str:
    """Signal a sentence, start it where it does not run, and return its workflow id.

    An event is one argument. Whoever tests how sentences take what is no event gives others. The
    same event sent again has the same request id, and leaves nothing in the history.

    Args:
        client: Of the server.
        crn: Whose sentence.
        event_number: Which of theirs.
        kind: The signal's name.
        arguments: What it says.
        task_queue: Where a sentence is started.
        asked: The request id, for what is sealed already; None makes it of the arguments.
        signer: Signs what is sealed here, which is everything where the client has keys.
        vouched: What this process knows of the sender, in place of a signature.

    Raises:
        WorkflowAlreadyStartedError: If the file of the sentence is closed; nothing was sent.
        RPCError: If the server turns the call down.
    """
    request = await _request(client, crn, event_number, kind)
    how = How.for_client(client, signer, vouched)
    request.signal_input.payloads.extend(how.encode(request.workflow_id, kind, arguments))
    request.task_queue.CopyFrom(TaskQueue(name=task_queue))
    request.request_id = asked or how.request_id(request.workflow_id, kind, arguments)
    try:
        await client.workflow_service.signal_with_start_workflow_execution(request, retry=True)
    except RPCError as error:
        closed = _closed(error)
        if closed is None:
            raise
        raise WorkflowAlreadyStartedError(
            request.workflow_id, WORKFLOW_TYPE, run_id=closed.run_id
        ) from error
    return request.workflow_id


async def _request(
    client: Client, crn: str, event_number: str, kind: str
) -> SignalWithStartWorkflowExecutionRequest:
    # By hand, since the client's own method makes up a request id for every call.
    name = workflow_id_of(crn, event_number)
    context = WorkflowSerializationContext(namespace=client.namespace, workflow_id=name)
    converter = client.data_converter.with_context(context)
    request = SignalWithStartWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_id=name,
        workflow_type=WorkflowType(name=WORKFLOW_TYPE),
        workflow_id_reuse_policy=_REJECT,
        workflow_id_conflict_policy=_USE,
        identity=client.identity,
        signal_name=kind,
    )
    whose = {"crn": crn, "event_number": event_number}
    request.input.payloads.extend(await converter.encode([whose]))
    # Shown above the timeline in the UI, until the first continue-as-new; codes only.
    (summary,) = await converter.encode([f"sentence of {crn}, event {event_number}"])
    request.user_metadata.summary.CopyFrom(summary)
    return request


def _closed(error: RPCError) -> WorkflowExecutionAlreadyStartedFailure | None:
    found = WorkflowExecutionAlreadyStartedFailure()
    if error.status is not RPCStatusCode.ALREADY_EXISTS or not error.grpc_status.details:
        return None
    return found if error.grpc_status.details[0].Unpack(found) else None
