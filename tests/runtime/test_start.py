"""A start can be as hostile as it likes: a dynamic workflow takes it, and answers."""

from uuid import uuid4

import pytest
from pydantic import ValidationError
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.worker import Replayer

from activities.contracts import NoticeReceipt
from runtime.plugin import SentencesPlugin
from tests.isolation import Working, eventually
from tests.runtime.toy import Toy


def raw(encoding: bytes | None, data: bytes) -> RawValue:
    """A payload exactly as an integrator's client may have spelt it."""
    return RawValue(Payload(metadata={} if encoding is None else {"encoding": encoding}, data=data))


STARTS = {
    "as agreed": [{"crn": "X320741", "event_number": "1"}],
    "nothing": [],
    "two": [{"crn": "X320741"}, {"event_number": "1"}],
    "null": [None],
    "of another type": [[1, 2, 3]],
    "of an unknown encoding": [raw(b"binary/unknown", b"\x00\xff")],
    "of no encoding": [raw(None, b"x")],
    "of an encoding that is no text": [raw(b"\xff\xfe", b"x")],
    "broken JSON": [raw(b"json/plain", b"{oops")],
    "a protobuf of no type": [raw(b"json/protobuf", b"{}")],
    "one and two of bytes": [{"crn": "X320741"}, b"\x00\x01", raw(b"binary/unknown", b"z")],
    "two that are broken": [raw(b"json/plain", b"{"), raw(b"\xff", b"")],
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
async def test_a_hostile_start_still_answers(
    client: Client, working: Working, start: list[object]
) -> None:
    """Whatever the arguments, queries are answered, signals taken, and no task ever fails."""
    async with working([Toy]) as settings:
        handle = await client.start_workflow(
            "SentenceWorkflow",
            args=start,
            id=f"sentence-{uuid4().hex}",
            task_queue=settings.task_queue,
            start_signal="hello",
            start_signal_args=[raw(b"binary/unknown", b"z"), 1],
        )
        await handle.signal("finish")

        assert "note/X/1" == await handle.result()
        assert {
            "type": "SentenceWorkflow",
            "arguments": len(start),
            "inbox": ["hello/2", "finish"],
            "edition": "ns-2015",
            "calendar": "england-and-wales-2026a",
        } == await handle.query("seen")
        history = await handle.fetch_history()
        assert [] == [
            event
            for event in history.events
            if event.HasField("workflow_task_failed_event_attributes")
        ]


async def test_a_run_that_continues_keeps_its_type_and_replays(
    client: Client, working: Working
) -> None:
    """The next run has the same type and one argument; the first one's history replays."""
    async with working([Toy]) as settings:
        name = f"sentence-{uuid4().hex}"
        first = await client.start_workflow(
            "SentenceWorkflow", args=[1, 2], id=name, task_queue=settings.task_queue
        )
        await first.signal("again")
        latest = client.get_workflow_handle(name)

        async def continued() -> bool:
            return (await latest.describe()).run_id != first.first_execution_run_id

        await eventually(continued)
        await latest.signal("finish")
        await latest.result()

        seen = await latest.query("seen")
        assert ("SentenceWorkflow", 1) == (seen["type"], seen["arguments"])
        begun = client.get_workflow_handle(name, run_id=first.first_execution_run_id)
        replayer = Replayer(workflows=[Toy], plugins=[SentencesPlugin()])
        result = await replayer.replay_workflow(await begun.fetch_history())
        assert result.replay_failure is None


async def test_a_wrong_type_name_is_handed_to_the_workflow(
    client: Client, working: Working
) -> None:
    """A start of another type reaches the workflow, which can answer and end it."""
    async with working([Toy]) as settings:
        handle = await client.start_workflow(
            "SentenceWorkfow", id=uuid4().hex, task_queue=settings.task_queue
        )
        await handle.signal("finish")
        await handle.result()

        assert "SentenceWorkfow" == (await handle.query("seen"))["type"]


async def test_an_answer_of_ours_that_cannot_be_read_fails_loudly(client: Client) -> None:
    """The converter guesses nothing: what lacks a field is refused, and so is what has one more."""
    for answer in ({"key": "k"}, {"key": "k", "already": False, "more": 1}):
        payloads = await client.data_converter.encode([answer])
        with pytest.raises(ValidationError):
            await client.data_converter.decode(payloads, [NoticeReceipt])
