"""Take messages in from a queue of SQS until told to stop.

A message leaves the queue only once it is dealt with: taken by its sentence, ignored, known
already, or parked. Whatever stops this process before that, the queue gives it out again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from temporalio.service import RPCError

from activities.records.errors import StoreError
from runtime.ingest.ingestor import Ingestor
from runtime.ingest.outcomes import IngestResult
from runtime.logs import get_logger

if TYPE_CHECKING:
    # The stubs are no part of what runs.
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

WAIT_SECONDS: Final = 5
"""How long one question to the queue waits for messages; a stop waits as long at most."""
VISIBILITY_SECONDS: Final = 120
"""How long the queue gives a message to nobody else."""
AT_ONCE: Final = 10
PAUSE_SECONDS: Final = 5.0
"""Pause before the queue, Temporal or the database is tried again."""

_log = get_logger("ingest")


@dataclass(frozen=True, slots=True)
class PollingTimes:
    """How long the consumer waits for what, in seconds; a test is less patient."""

    wait: int = WAIT_SECONDS
    visibility: int = VISIBILITY_SECONDS
    pause: float = PAUSE_SECONDS


class QueueError(Exception):
    """The queue cannot be used as it is configured; the message is one sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the queue cannot be used: {reason}")


def create_sqs_client() -> "SQSClient":
    """Return a client of SQS, as the environment of its own tools configures it.

    Raises:
        QueueError: If that configuration lacks something.
    """
    try:
        # Its own retries are few: whatever fails is tried again here, and told.
        return boto3.client("sqs", config=Config(retries={"total_max_attempts": 2}))
    except (BotoCoreError, ValueError) as error:
        raise QueueError(str(error)) from error


class QueueConsumer:
    """One consumer of one queue; several may share it, in this process or elsewhere."""

    def __init__(
        self,
        client: "SQSClient",
        url: str,
        intake: Ingestor,
        patience: PollingTimes = PollingTimes(),
    ) -> None:
        self._client, self._url, self._intake, self._patience = client, url, intake, patience

    async def run(self, stop: asyncio.Event) -> None:
        """Take in until `stop` is set; what is in hand is finished, the rest goes back.

        Raises:
            QueueError: If the queue is not there, or turns these credentials away.
        """
        _log.info("queue_consumed")
        while not stop.is_set():
            try:
                batch = await asyncio.to_thread(self._receive)
                await self._take(batch, stop)
                if not stop.is_set():
                    await self._intake.retry_due()
            except (BotoCoreError, ClientError, RPCError, StoreError) as error:
                _refuse_for_good(error)
                _log.warning(
                    "queue_waits", error=type(error).__name__, seconds=self._patience.pause
                )
                await _until(stop, self._patience.pause)
        _log.info("queue_left")

    def _receive(self) -> Sequence["MessageTypeDef"]:
        found = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=AT_ONCE,
            WaitTimeSeconds=self._patience.wait,
            VisibilityTimeout=self._patience.visibility,
            MessageAttributeNames=["All"],
        )
        return found.get("Messages", [])

    async def _take(self, batch: Sequence["MessageTypeDef"], stop: asyncio.Event) -> None:
        began = asyncio.get_running_loop().time()
        left = list(batch)
        try:
            while left:
                # What is left goes back before the queue could give it to somebody else as well.
                late = asyncio.get_running_loop().time() - began > self._patience.visibility / 2
                if stop.is_set() or late:
                    return
                _report(await self._taken(left[0]))
                await asyncio.to_thread(self._delete, left.pop(0))
        finally:
            await asyncio.to_thread(self._give_back, left)

    async def _taken(self, message: "MessageTypeDef") -> IngestResult:
        attribute = message.get("MessageAttributes", {}).get("eventType")
        type_hint = attribute.get("StringValue") if attribute is not None else None
        return await self._intake.ingest(
            message.get("Body", ""), message.get("MessageId"), type_hint
        )

    def _delete(self, message: "MessageTypeDef") -> None:
        self._client.delete_message(
            QueueUrl=self._url, ReceiptHandle=message.get("ReceiptHandle", "")
        )

    def _give_back(self, messages: Sequence["MessageTypeDef"]) -> None:
        """Make messages visible at once; where that fails, they are after their time."""
        for message in messages:
            try:
                self._client.change_message_visibility(
                    QueueUrl=self._url,
                    ReceiptHandle=message.get("ReceiptHandle", ""),
                    VisibilityTimeout=0,
                )
            except (BotoCoreError, ClientError):
                return


def _refuse_for_good(error: Exception) -> None:
    """Raise what only a person can mend, so that the process ends instead of trying for ever."""
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if any(word in code for word in ("NonExistentQueue", "QueueDoesNotExist", "AccessDenied")):
        raise QueueError(code) from error


def _report(result: IngestResult) -> None:
    _log.info(
        "message_taken", digest=result.digest, outcome=result.became, reason_code=result.why or ""
    )


async def _until(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
