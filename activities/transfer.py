"""Hand a sentence over to another workflow id, and send on what still comes for the old one."""

from base64 import b64decode
from typing import Any

from temporalio import activity
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.contracts import (
    FORWARD_MESSAGE,
    TARGET_CLOSED,
    TRANSFER_CASE,
    TRANSFER_SIGNAL,
    ForwardMessage,
    TransferCase,
    TransferChunk,
)
from activities.crypto.authentication import Authentication, TrustLevel
from activities.crypto.decrypt import encrypt_event
from activities.crypto.keys import KeyProvider


class TargetClosedError(ApplicationError):
    """The sentence that took over runs no more; trying again cannot help."""

    def __init__(self, target: str) -> None:
        super().__init__(f"{target} runs no more", type=TARGET_CLOSED, non_retryable=True)


class TransferActivities:
    """Send from one sentence to another. Whatever is sent twice is a repeat to its receiver."""

    def __init__(self, client: Client, task_queue: str, keys: KeyProvider | None = None) -> None:
        self._client, self._task_queue, self._keys = client, task_queue, keys

    @activity.defn(name=TRANSFER_CASE)
    async def transfer_case(self, given: TransferCase) -> None:
        """Signal one parcel to its sentence, and start that where it does not run.

        One whose file is closed is opened again: what goes on under its name has to go on.
        """
        await self._client.start_workflow(
            given.workflow_type,
            {"crn": given.crn, "event_number": given.event_number},
            id=given.parcel.target,
            task_queue=self._task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=TRANSFER_SIGNAL,
            start_signal_args=[self._encrypted_chunk(given.parcel)],
        )

    @activity.defn(name=FORWARD_MESSAGE)
    async def forward_message(self, forwarded: ForwardMessage) -> None:
        """Signal a message to the sentence that took over: as it came, or sealed for it.

        Raises:
            TargetClosedError: If that sentence runs no more.
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

    def _encrypted_chunk(self, parcel: TransferChunk) -> Any:
        if self._keys is None:
            return parcel
        # As a letter, not as a payload of ours: only an opened letter is sure to replay the same.
        vouched = Authentication(TrustLevel.ASSERTED, sender=parcel.source)
        body = parcel.model_dump_json().encode()
        return RawValue(
            encrypt_event(self._keys, None, parcel.target, TRANSFER_SIGNAL, body, vouched=vouched)
        )

    def _reencrypted(self, forwarded: ForwardMessage, payload: Payload) -> Payload:
        # Sealed for the old name, it was opened there: for the new one it is sealed anew.
        vouched = Authentication(TrustLevel.ASSERTED, sender=forwarded.sender)
        return encrypt_event(
            *(self._keys, None, forwarded.target, forwarded.name, payload.data), vouched=vouched
        )
