"""The consumer of a queue, against a real server of SQS: nothing leaves it before it is safe."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from mypy_boto3_sqs.client import SQSClient
from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef
from temporalio.service import RPCError, RPCStatusCode

from runtime.ingest.consumer import PollingTimes, QueueConsumer, QueueError, create_sqs_client
from runtime.ingest.ingestor import Ingestor
from runtime.ingest.outcomes import DeadLetterReason, IngestStatus
from runtime.ingest.translate import SentenceEvent
from tests.isolation import eventually
from tests.runtime.ingest.bench import Bench
from tests.runtime.ingest.messages import bare, from_topic, message, received, released
from tests.runtime.ingest.queues import is_left, left

QUICK = PollingTimes(wait=0, visibility=1, pause=0.05)


@asynccontextmanager
async def consuming(
    sqs: SQSClient, queue: str, ingestor: Ingestor, times: PollingTimes = QUICK
) -> AsyncIterator[asyncio.Event]:
    """A consumer at work; it is stopped and drained at the end."""
    stop = asyncio.Event()
    running = asyncio.create_task(QueueConsumer(sqs, queue, ingestor, times).run(stop))
    try:
        yield stop
    finally:
        stop.set()
        await running


def is_empty(sqs: SQSClient, queue: str) -> Callable[[], Awaitable[bool]]:
    """A check that nothing waits and nothing is out."""
    return lambda: asyncio.to_thread(is_left, sqs, queue, (0, 0))


async def test_messages_leave_the_queue_once_they_are_dealt_with(
    bench: Bench, sqs: SQSClient, queue: str
) -> None:
    """Sent, ignored, repeated, dead or poisonous: each is handled, in each form of delivery."""
    unheard: MessageAttributeValueTypeDef = {"DataType": "String", "StringValue": "unheard-of"}
    untyped = {name: value for name, value in message("").items() if name != "eventType"}
    for body in (from_topic(released()), bare(released()), bare(released(reason="TRANSFERRED"))):
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    sqs.send_message(
        QueueUrl=queue, MessageBody=bare(untyped), MessageAttributes={"eventType": unheard}
    )
    sqs.send_message(QueueUrl=queue, MessageBody="poison")

    async with consuming(sqs, queue, bench.ingestor):
        await eventually(is_empty(sqs, queue))

    assert ["released"] == bench.sentences.kinds
    assert [DeadLetterReason.UNKNOWN_TYPE, DeadLetterReason.UNREADABLE] == sorted(
        why for _, why in bench.listed() if why is not None
    )


async def test_a_message_stays_until_its_sentence_has_it(
    bench: Bench, sqs: SQSClient, queue: str
) -> None:
    """While Temporal is down it comes again and again; then it is sent once, and leaves."""
    bench.sentences.fault = RPCError("down", RPCStatusCode.UNAVAILABLE, b"")
    sqs.send_message(QueueUrl=queue, MessageBody=from_topic(released()))
    tries = bench.sentences.tries

    async with consuming(sqs, queue, bench.ingestor):
        await eventually(lambda: _async(bench.sentences.tries >= tries + 2))
        assert 1 == sum(await asyncio.to_thread(left, sqs, queue))
        bench.sentences.fault = None
        await eventually(is_empty(sqs, queue))

    assert ["released"] == bench.sentences.kinds
    assert [] == bench.listed(IngestStatus.UNDER_WAY)


async def test_a_stop_finishes_what_is_in_hand_and_gives_back_the_rest(
    bench: Bench, sqs: SQSClient, queue: str
) -> None:
    """A returned message is visible at once, whatever its visibility timeout was."""
    for number in range(3):
        body = released(f"2026-09-14T15:09:5{number}+01:00")
        sqs.send_message(QueueUrl=queue, MessageBody=bare(body))
    began, go = asyncio.Event(), asyncio.Event()

    async def slowly(event: SentenceEvent) -> None:
        began.set()
        await go.wait()
        await bench.sentences.send(event)

    ingestor = Ingestor(bench.mappings, bench.answers, bench.messages, send=slowly)
    times = PollingTimes(wait=0, visibility=600, pause=0.05)
    async with consuming(sqs, queue, ingestor, times) as stop:
        await began.wait()
        stop.set()
        go.set()

    assert ["released"] == bench.sentences.kinds
    assert (2, 0) == await asyncio.to_thread(left, sqs, queue)


async def test_what_waits_for_a_look_up_is_tried_again_by_the_consumer(
    bench: Bench, sqs: SQSClient, queue: str
) -> None:
    """It left the queue as a dead letter, and need not be sent again."""
    known = dict(bench.answers.said)
    bench.answers.said.clear()
    sqs.send_message(QueueUrl=queue, MessageBody=bare(received()))

    async with consuming(sqs, queue, bench.ingestor):
        await eventually(lambda: _async(bench.listed() != []))
        await eventually(is_empty(sqs, queue))
    bench.answers.said |= known
    later = bench.at(minutes=2)
    async with consuming(sqs, queue, later):
        await eventually(lambda: _async(bench.sentences.kinds == ["returned_to_custody"]))

    assert [] == bench.listed()


@pytest.mark.usefixtures("sqs_environment")
async def test_a_queue_that_is_not_there_ends_the_consumer(bench: Bench, queue: str) -> None:
    """Only a person can correct that, so it is an error; so is a client without a region."""
    consumer = QueueConsumer(create_sqs_client(), f"{queue}-not", bench.ingestor, QUICK)

    with pytest.raises(QueueError, match=r"cannot be used: .*NonExistentQueue"):
        await consumer.run(asyncio.Event())


def test_a_client_without_a_region_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence comes from the client, and says what lacks."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")

    with pytest.raises(QueueError, match="must specify a region"):
        create_sqs_client()


async def _async(value: bool) -> bool:  # noqa: FBT001 - what a check comes to
    return value


def test_the_region_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_REGION, which containers of AWS set, comes before AWS_DEFAULT_REGION."""
    monkeypatch.setenv("AWS_REGION", "eu-west-2")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")

    assert "eu-west-2" == create_sqs_client().meta.region_name
