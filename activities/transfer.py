"""Transfer of a case to another workflow id, and forwarding of messages that still arrive here."""

from base64 import b64decode
from datetime import timedelta
from typing import Any, Final

from temporalio import activity
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowQueryRejectedError
from temporalio.common import (
    QueryRejectCondition,
    RawValue,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.contracts import (
    FORWARD_MESSAGE,
    IMPOSITIONS_QUERY,
    TARGET_CLOSED,
    TARGET_IMPOSED,
    TRANSFER_CASE,
    TRANSFER_SIGNAL,
    ForwardMessage,
    Imposition,
    TransferCase,
    TransferChunk,
)
from activities.crypto.authentication import Authentication, TrustLevel
from activities.crypto.envelope import encrypt_event
from activities.crypto.keys import KeyProvider


class TargetClosedError(ApplicationError):
    """The sentence that took over no longer runs; another attempt cannot help."""

    def __init__(self, target: str) -> None:
        super().__init__(f"{target} no longer runs", type=TARGET_CLOSED, non_retryable=True)


class TargetImposedError(ApplicationError):
    """The target of a transfer is another sentence; another attempt cannot help."""

    def __init__(self, target: str, imposition: str) -> None:
        super().__init__(
            f"{target} has an imposition of its own, {imposition}",
            imposition,
            type=TARGET_IMPOSED,
            non_retryable=True,
        )


_QUERY_TIMEOUT: Final = timedelta(seconds=10)


class TransferActivities:
    """Activities that signal another sentence. It ignores what is sent twice."""

    def __init__(self, client: Client, task_queue: str, keys: KeyProvider | None = None) -> None:
        self._client = client
        self._task_queue = task_queue
        self._keys = keys

    @activity.defn(name=TRANSFER_CASE)
    async def transfer_case(self, given: TransferCase) -> None:
        """Signal one chunk to the target sentence, and start that if it does not run.

        A target whose file is closed starts again: its clocks must continue under its name.

        Raises:
            TargetImposedError: If the target runs and is another sentence. Nothing was signalled.
        """
        if given.impositions and given.chunk.number == 1:
            await self._refuse_other_sentence(given)
        await self._client.start_workflow(
            given.workflow_type,
            {"crn": given.crn, "event_number": given.event_number},
            id=given.chunk.target,
            task_queue=self._task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=TRANSFER_SIGNAL,
            start_signal_args=[self._encrypted_chunk(given.chunk)],
        )

    @activity.defn(name=FORWARD_MESSAGE)
    async def forward_message(self, forwarded: ForwardMessage) -> None:
        """Signal a message to the sentence that took over: as it came, or encrypted for it.

        Raises:
            TargetClosedError: If that sentence no longer runs.
        """
        payloads = [Payload.FromString(b64decode(text)) for text in forwarded.payloads]
        if forwarded.sender:
            payloads = [self._reencrypted(forwarded, item) for item in payloads]
        handle = self._client.get_workflow_handle(forwarded.target)
        try:
            await handle.signal(forwarded.name, args=[RawValue(item) for item in payloads])
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise TargetClosedError(forwarded.target) from error
            raise

    async def _refuse_other_sentence(self, given: TransferCase) -> None:
        handle = self._client.get_workflow_handle(given.chunk.target)
        try:
            answer = await handle.query(
                IMPOSITIONS_QUERY,
                result_type=list[Imposition],
                reject_condition=QueryRejectCondition.NOT_OPEN,
                rpc_timeout=_QUERY_TIMEOUT,
            )
        except WorkflowQueryRejectedError:
            return
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return
            raise
        own = {name for item in given.impositions for name in (item.uid, item.content)}
        # A correction has an id of its own, so every imposition of a log counts.
        if answer and not own & {name for item in answer for name in (item.uid, item.content)}:
            raise TargetImposedError(given.chunk.target, answer[0].uid)

    def _encrypted_chunk(self, chunk: TransferChunk) -> Any:
        if self._keys is None:
            return chunk
        # As a message, not as a payload of ours: only what an activity decrypts replays the same.
        body = chunk.model_dump_json().encode()
        return RawValue(self._encrypted(chunk.target, TRANSFER_SIGNAL, body, sender=chunk.source))

    def _reencrypted(self, forwarded: ForwardMessage, payload: Payload) -> Payload:
        # It was encrypted for the old workflow id and decrypted there.
        return self._encrypted(
            forwarded.target, forwarded.name, payload.data, sender=forwarded.sender
        )

    def _encrypted(self, target: str, kind: str, body: bytes, *, sender: str) -> Payload:
        asserted = Authentication(TrustLevel.ASSERTED, sender=sender)
        return encrypt_event(self._keys, None, target, kind=kind, data=body, asserted=asserted)
