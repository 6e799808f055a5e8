"""A message from one sentence to another is for that sentence alone, and names its sender.

They are on a real server, without a worker, so that what they are sent can be seen.
"""

from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from activities.contracts import (
    TARGET_CLOSED,
    TRANSFER_SIGNAL,
    ForwardMessage,
    TransferCase,
    TransferChunk,
    TransferSender,
)
from activities.crypto.authentication import Authentication, TrustLevel
from activities.crypto.decrypt import AuthenticatedMessage, MessageDecryptor
from activities.transfer import TargetClosedError, TransferActivities
from states.sentence_ref import SentenceRef
from tests.activities.crypto.rings import AT, HERE, KIND, RING
from tests.workflows.scene import EVENT_NUMBER, Handle, new_crn
from workflows.ids import WORKFLOW_TYPE

PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'{"event_id": "e-1"}')
NO_WORKER = "no-worker-here"


@asynccontextmanager
async def sentence(client: Client) -> AsyncIterator[Handle]:
    """A sentence that runs while the context lasts."""
    handle: Handle = await client.start_workflow(
        WORKFLOW_TYPE, id=SentenceRef(new_crn(), EVENT_NUMBER).workflow_id, task_queue=NO_WORKER
    )
    yield handle
    await handle.terminate()


async def signalled(handle: WorkflowHandle[object, object]) -> list[tuple[str, list[Payload]]]:
    """Every signal that the server has for a sentence: its name and its payloads."""
    return [
        (attributes.signal_name, list(attributes.input.payloads))
        for event in (await handle.fetch_history()).events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
        for attributes in [event.workflow_execution_signaled_event_attributes]
    ]


def activities_of(client: Client, *, encrypted: bool = True) -> TransferActivities:
    """The activities of a process, with keys or without."""
    return TransferActivities(client, NO_WORKER, RING if encrypted else None)


def forwarded(target: str, payloads: Sequence[Payload], sender: str = "") -> ForwardMessage:
    """A message that goes on."""
    packed = [b64encode(item.SerializeToString()).decode() for item in payloads]
    return ForwardMessage(target=target, name=KIND, payloads=packed, sender=sender)


def transfer_request() -> TransferCase:
    """A chunk for a sentence that does not run."""
    crn = new_crn()
    chunk = TransferChunk(
        sent_by=TransferSender(id="a", role="officer", organisation="NPS"),
        source=HERE,
        target=SentenceRef(crn, EVENT_NUMBER).workflow_id,
        digest=uuid4().hex * 2,
        number=1,
        total=1,
        data="x",
    )
    return TransferCase(
        workflow_type=WORKFLOW_TYPE, crn=crn, event_number=EVENT_NUMBER, chunk=chunk
    )


def opened(payload: Payload, at: str, kind: str = KIND) -> object:
    """Return the result of decrypting a payload for a sentence."""
    return MessageDecryptor(RING).decrypt_message(payload, workflow_id=at, kind=kind, now=AT)


async def test_a_message_that_was_not_decrypted_is_forwarded_as_it_came(client: Client) -> None:
    """Byte for byte, in its order: the sentence that takes over decides about it."""
    odd = Payload(metadata={"encoding": b"odd"}, data=bytes(range(256)))
    async with sentence(client) as there:
        await activities_of(client).forward_message(forwarded(there.id, [PLAIN, odd]))

        assert [(KIND, [PLAIN, odd])] == await signalled(there)


async def test_a_decrypted_message_is_encrypted_for_the_new_workflow_id(client: Client) -> None:
    """Its text is unchanged, the old sentence asserts its sender, and it decrypts nowhere else."""
    async with sentence(client) as there:
        await activities_of(client).forward_message(forwarded(there.id, [PLAIN], sender=HERE))

        ((_, (payload,)),) = await signalled(there)
        found = opened(payload, there.id)
        assert isinstance(found, AuthenticatedMessage)
        assert (PLAIN.data, Authentication(TrustLevel.ASSERTED, sender=HERE)) == (
            found.plain,
            found.authentication,
        )
        assert not isinstance(opened(payload, HERE), AuthenticatedMessage)


async def test_a_closed_target_is_not_retried(client: Client) -> None:
    """The sentence gets the error, and keeps the message."""
    async with sentence(client) as there:
        pass
    with pytest.raises(TargetClosedError, match=f"{there.id} no longer runs") as found:
        await activities_of(client).forward_message(forwarded(there.id, [PLAIN]))

    assert (TARGET_CLOSED, True) == (found.value.type, found.value.non_retryable)
    assert [] == await signalled(there)


async def test_a_chunk_starts_its_target_and_decrypts_there_only(client: Client) -> None:
    """One that runs is signalled, one that has ended is opened again."""
    given = transfer_request()
    there = client.get_workflow_handle(given.chunk.target)
    for times in (1, 2):
        await activities_of(client).transfer_case(given)
        assert times == len(await signalled(there))
    await there.terminate()
    await activities_of(client).transfer_case(given)

    ((name, (payload,)),) = await signalled(there)
    found = opened(payload, there.id, TRANSFER_SIGNAL)
    assert isinstance(found, AuthenticatedMessage)
    assert (TRANSFER_SIGNAL, given.chunk) == (name, TransferChunk.model_validate_json(found.plain))
    assert Authentication(TrustLevel.ASSERTED, sender=HERE) == found.authentication
    assert not isinstance(opened(payload, HERE, TRANSFER_SIGNAL), AuthenticatedMessage)
    await there.terminate()


async def test_without_keys_a_chunk_is_plaintext(client: Client) -> None:
    """As all else of such an installation."""
    given = transfer_request()
    there = client.get_workflow_handle(given.chunk.target)
    await activities_of(client, encrypted=False).transfer_case(given)

    ((_, (payload,)),) = await signalled(there)
    assert given.chunk == TransferChunk.model_validate_json(payload.data)
    await there.terminate()
