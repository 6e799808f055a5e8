"""Payloads in Temporal are encrypted for their sentence, and no payload blocks a sentence."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import Payload, Payloads, WorkflowExecution
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    ListWorkflowExecutionsRequest,
    SignalWorkflowExecutionRequest,
)
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.converter import SerializationContext, WorkflowSerializationContext
from temporalio.worker import Replayer, Worker

from activities.contracts import DECRYPTION_FAULT, ENCRYPTED_AS
from activities.crypto.cipher import read_header
from activities.crypto.envelope import encrypt_event
from activities.crypto.keys import Key, KeyProvider, KeyRing
from runtime.client import connect
from runtime.codec import EncryptionCodec, data_converter
from runtime.dev_server import DevServer
from runtime.plugin import SentencesPlugin
from tests.activities.crypto.rings import KIND, NEW, OLD
from tests.isolation import eventually
from tests.runtime.codec.encrypted_toy import MARKER, SealedToy, fail, repeat

RING = KeyRing(NEW, OLD)
Toy = WorkflowHandle[Any, Any]


@asynccontextmanager
async def toys(client: Client) -> AsyncIterator[str]:
    """A worker of its own queue."""
    queue = uuid4().hex
    worker = Worker(
        client,
        task_queue=queue,
        workflows=[SealedToy],
        activities=[repeat, fail],
        max_cached_workflows=0,
    )
    async with worker:
        yield queue


@pytest.fixture(scope="module")
async def encrypted(server: DevServer) -> Client:
    """A client under keys."""
    return await connect(address=server.address, namespace="default", keys=RING)


async def begun(client: Client, queue: str) -> Toy:
    """A toy that has done everything and waits."""
    handle = await client.start_workflow(
        "SealedToy",
        MARKER,
        id=f"sentence-{uuid4().hex}",
        task_queue=queue,
        memo={"who": MARKER},
        static_summary=f"summary of {MARKER}",
        static_details=f"details of {MARKER}",
    )
    await eventually(lambda: _answers(handle))
    return handle


async def _answers(handle: Toy) -> bool:
    return str((await seen(handle))["failure"]).count(MARKER) > 2


async def seen(handle: Toy) -> dict[str, Any]:
    """Everything that the toy received."""
    found: dict[str, Any] = await handle.query("seen", MARKER)
    return found


def payloads_in(message: Any) -> list[Payload]:
    """Every payload inside a message of Temporal's, however deep."""
    if isinstance(message, Payload):
        return [message]
    found = []
    for field, value in message.ListFields():
        if field.type != field.TYPE_MESSAGE:
            continue
        if field.message_type.GetOptions().map_entry:
            inner = [one for one in value.values() if hasattr(one, "ListFields")]
        else:
            inner = list(value) if hasattr(value, "__len__") else [value]
        found += [payload for one in inner for payload in payloads_in(one)]
    return found


async def test_no_text_of_ours_is_plaintext_in_temporal(encrypted: Client) -> None:
    """Input, results, failures, memo, summaries, details, updates, queries, the next run's input.

    Each is encrypted for its sentence: the SDK names the sentence to the codec everywhere.
    """
    async with toys(encrypted) as queue:
        handle = await begun(encrypted, queue)
        assert f"asked {MARKER}" == await handle.execute_update("ask", MARKER)
        with pytest.raises(WorkflowUpdateFailedError) as refusal:
            await handle.execute_update("ask", f"refuse {MARKER}")
        assert MARKER in str(refusal.value.cause)
        assert MARKER == await (await handle.describe()).memo_value("who")
        assert f"summary of {MARKER}" == await (await handle.describe()).static_summary()
        await handle.signal("again")
        latest = encrypted.get_workflow_handle(handle.id)

        async def continued() -> bool:
            return (await latest.describe()).run_id != handle.first_execution_run_id

        await eventually(continued)
        await latest.signal("finish")
        assert " ".join([MARKER] * 4) == await latest.result()

    runs = [encrypted.get_workflow_handle(handle.id, run_id=handle.first_execution_run_id), latest]
    histories = [await run.fetch_history() for run in runs]
    assert [True, False] == [
        one.events[-1].HasField("workflow_execution_continued_as_new_event_attributes")
        for one in histories
    ]
    service = encrypted.workflow_service
    execution = WorkflowExecution(workflow_id=handle.id)
    described = await service.describe_workflow_execution(
        DescribeWorkflowExecutionRequest(namespace="default", execution=execution)
    )
    listed = await service.list_workflow_executions(
        ListWorkflowExecutionsRequest(
            namespace="default", query=f"WorkflowId = '{handle.id}'", page_size=10
        )
    )
    events = [event for one in histories for event in one.events]
    for message in (*events, described, listed):
        assert MARKER.encode() not in message.SerializeToString()
    kept = [payload for message in (*events, described) for payload in payloads_in(message)]
    ours = [one for one in kept if one.metadata["encoding"] == b"binary/encrypted"]
    assert {handle.id} == {read_header(payload.data).workflow_id for payload in ours}
    assert len(ours) > 25
    for history in histories:
        replayer = Replayer(workflows=[SealedToy], plugins=[SentencesPlugin(RING)])
        assert (await replayer.replay_workflow(history)).replay_failure is None


async def test_every_payload_has_its_sentence(
    server: DevServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK names the sentence for every payload that is encoded or decoded."""
    asked: list[tuple[str, str | None]] = []
    encode, decode = EncryptionCodec.encode, EncryptionCodec.decode

    async def sealing(self: EncryptionCodec, payloads: Any) -> list[Payload]:
        asked.extend(("encode", self._workflow_id) for _ in payloads)
        return await encode(self, payloads)

    async def opening(self: EncryptionCodec, payloads: Any) -> list[Payload]:
        asked.extend(("decode", self._workflow_id) for _ in payloads)
        return await decode(self, payloads)

    monkeypatch.setattr(EncryptionCodec, "encode", sealing)
    monkeypatch.setattr(EncryptionCodec, "decode", opening)
    client = await connect(address=server.address, namespace="default", keys=RING)
    async with toys(client) as queue:
        handle = await begun(client, queue)
        await handle.execute_update("ask", MARKER)
        found = [one async for one in client.list_workflows(f"WorkflowId = '{handle.id}'")]
        assert [MARKER] == [await one.memo_value("who") for one in found] or found == []
        await handle.signal("finish")
        await handle.result()

    assert {("encode", handle.id), ("decode", handle.id)} == set(asked)


async def test_messages_of_senders_arrive_encrypted(encrypted: Client) -> None:
    """The codec decrypts no message of a sender, though it has the key: an activity does."""
    async with toys(encrypted) as queue:
        handle = await begun(encrypted, queue)
        message = encrypt_event(RING, None, handle.id, KIND, {"comment": MARKER})
        await handle.signal(KIND, RawValue(message))
        plain = Payload(metadata={"encoding": b"json/plain", ENCRYPTED_AS: b"x"}, data=b"{}")
        await _raw(encrypted, handle, "plain", plain)

        messages = (await seen(handle))["messages"]
        await handle.signal("finish")
    assert [
        [KIND, {"encoding": "application/jose"}, len(message.data)],
        # A sender that marks its message as ours has the mark taken off.
        ["plain", {"encoding": "json/plain"}, 2],
    ] == messages


async def _raw(client: Client, handle: Toy, name: str, payload: Payload) -> None:
    """Signal a payload as it is, past our own codec."""
    await client.workflow_service.signal_workflow_execution(
        SignalWorkflowExecutionRequest(
            namespace="default",
            workflow_execution=WorkflowExecution(workflow_id=handle.id),
            signal_name=name,
            input=Payloads(payloads=[payload]),
        )
    )


async def test_no_payload_that_claims_to_be_ours_blocks_a_sentence(encrypted: Client) -> None:
    """Copied from another sentence, cut, flipped, under an unknown key: it comes in, marked.

    Decrypted or not, it is marked as ours, so that its handling never depends on the keys.
    """
    async with toys(encrypted) as queue:
        other, handle = await begun(encrypted, queue), await begun(encrypted, queue)
        history = await other.fetch_history()
        (own,) = history.events[0].workflow_execution_started_event_attributes.input.payloads
        stranger = data_converter(KeyRing(Key("2031-01", bytes(range(50, 82)))))
        context = _context(handle)
        (unknown,) = await stranger.with_context(context).encode([MARKER])
        (whole,) = await encrypted.data_converter.with_context(context).encode([MARKER])
        flipped = Payload(
            metadata=whole.metadata, data=whole.data[:-1] + bytes([whole.data[-1] ^ 1])
        )
        cut = Payload(metadata=whole.metadata, data=whole.data[:40])
        for name, payload in {
            "copied": own,
            "unknown": unknown,
            "whole": whole,
            "flipped": flipped,
            "cut": cut,
        }.items():
            await _raw(encrypted, handle, name, payload)

        found = {
            name: (marks.get(ENCRYPTED_AS), marks.get(DECRYPTION_FAULT))
            for name, marks, _ in (await seen(handle))["messages"]
        }
        assert {
            "copied": ("binary/encrypted", "wrong_context"),
            "unknown": ("binary/encrypted", "unknown_key"),
            "whole": ("binary/encrypted", None),
            "flipped": ("binary/encrypted", "tampered"),
            "cut": ("binary/encrypted", "tampered"),
        } == found
        for one in (handle, other):
            await one.signal("finish")
            assert " ".join([MARKER] * 4) == await one.result()
            assert [] == _failed_tasks(await one.fetch_history())


def _context(handle: Toy) -> SerializationContext:
    return WorkflowSerializationContext(namespace="default", workflow_id=handle.id)


def _failed_tasks(history: Any) -> list[Any]:
    return [
        event for event in history.events if event.HasField("workflow_task_failed_event_attributes")
    ]


class Borrowed:
    """Keys that can be taken away and brought back."""

    def __init__(self, keys: KeyProvider) -> None:
        self.keys = keys

    def primary(self) -> Key:
        """Return the primary key of the ring that is there now."""
        return self.keys.primary()

    def find(self, key_id: str) -> Key | None:
        """Return the key, if the ring that is there now has it."""
        return self.keys.find(key_id)


class Late(Borrowed):
    """Keys that come right after they were missed."""

    def find(self, key_id: str) -> Key | None:
        """Return the key; None the first time it is asked for and not here."""
        found = super().find(key_id)
        if found is None:
            self.keys = RING
        return found


async def test_a_run_waits_for_the_key_of_its_own_values(server: DevServer) -> None:
    """A worker that lacks the key fails the task; it is tried again, and goes on with the key."""
    worker = await connect(address=server.address, namespace="default", keys=Late(KeyRing(OLD)))
    sender = await connect(address=server.address, namespace="default", keys=RING)
    async with toys(worker) as queue:
        handle = await begun(sender, queue)
        await handle.signal("finish")
        assert " ".join([MARKER] * 4) == await handle.result()
        history = await handle.fetch_history()

    (failed,) = _failed_tasks(history)
    failure = failed.workflow_task_failed_event_attributes.failure
    assert "UndecryptablePayloadError" == failure.application_failure_info.type
    assert MARKER.encode() not in failed.SerializeToString()


async def test_rotation_stops_nobody(server: DevServer) -> None:
    """A run that began under the old key continues under the new one."""
    keys = Borrowed(KeyRing(OLD))
    client = await connect(address=server.address, namespace="default", keys=keys)
    async with toys(client) as queue:
        handle = await begun(client, queue)
        keys.keys = KeyRing(OLD, NEW)
        assert f"asked {MARKER}" == await handle.execute_update("ask", MARKER)
        keys.keys = RING
        await handle.signal("finish", MARKER)
        await handle.result()

        history = await handle.fetch_history()
    used = [
        read_header(payload.data).key_id
        for event in history.events
        for payload in payloads_in(event)
        if payload.metadata["encoding"] == b"binary/encrypted"
    ]
    assert (OLD.id, NEW.id) == (used[0], used[-1])
    assert [] == _failed_tasks(history)
