"""Consumer of an SQS queue: ingests messages until it is stopped.

A message is deleted from the queue only once it is ingested: sent, ignored, repeated or kept as a
dead letter. If this process stops before that, the queue delivers the message again.
"""

import asyncio
import os
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
    # The stubs are not installed at run time.
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

WAIT_SECONDS: Final = 5
"""Long-polling time of one request to the queue; the longest that a stop may take."""
VISIBILITY_SECONDS: Final = 120
"""Time for which the queue delivers a received message to no other consumer."""
BATCH_SIZE: Final = 10
PAUSE_SECONDS: Final = 5.0
"""Pause before a retry of the queue, Temporal or the database."""

_log = get_logger("ingest")


@dataclass(frozen=True, slots=True)
class PollingTimes:
    """Times of the consumer, in seconds; tests use shorter ones."""

    wait: int = WAIT_SECONDS
    visibility: int = VISIBILITY_SECONDS
    pause: float = PAUSE_SECONDS


class QueueError(Exception):
    """The queue cannot be used as it is configured; the message is one sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the queue cannot be used: {reason}")


def create_sqs_client() -> "SQSClient":
    """Return an SQS client, configured by the environment as the AWS tools are.

    Raises:
        QueueError: If the configuration is incomplete.
    """
    try:
        # Few retries of its own: the consumer retries, and logs, every failure. The SDK reads
        # AWS_DEFAULT_REGION alone, while containers of AWS set AWS_REGION.
        return boto3.client(
            "sqs",
            region_name=os.environ.get("AWS_REGION") or None,
            config=Config(retries={"total_max_attempts": 2}),
        )
    except (BotoCoreError, ValueError) as error:
        raise QueueError(str(error)) from error


class QueueConsumer:
    """Consumer of one queue; several may share it, in this process or elsewhere."""

    def __init__(
        self,
        client: "SQSClient",
        url: str,
        ingestor: Ingestor,
        times: PollingTimes = PollingTimes(),
    ) -> None:
        self._client, self._url, self._ingestor, self._times = client, url, ingestor, times

    async def run(self, stop: asyncio.Event) -> None:
        """Ingest until `stop` is set; then finish the current message and release the others.

        Raises:
            QueueError: If the queue does not exist, or denies access.
        """
        _log.info("consumer_started")
        while not stop.is_set():
            try:
                batch = await asyncio.to_thread(self._receive)
                await self._ingest_batch(batch, stop)
                if not stop.is_set():
                    await self._ingestor.retry_due()
            except (BotoCoreError, ClientError, RPCError, StoreError) as error:
                _raise_if_permanent(error)
                _log.warning(
                    "consumer_paused", error=type(error).__name__, seconds=self._times.pause
                )
                await _wait(stop, self._times.pause)
        _log.info("consumer_stopped")

    def _receive(self) -> Sequence["MessageTypeDef"]:
        found = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=BATCH_SIZE,
            WaitTimeSeconds=self._times.wait,
            VisibilityTimeout=self._times.visibility,
            MessageAttributeNames=["All"],
        )
        return found.get("Messages", [])

    async def _ingest_batch(self, batch: Sequence["MessageTypeDef"], stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        # Release the rest before the queue could deliver it to another consumer as well.
        deadline = loop.time() + self._times.visibility / 2
        left = list(batch)
        try:
            while left and not stop.is_set() and loop.time() <= deadline:
                _log_result(await self._ingest(left[0]))
                await asyncio.to_thread(self._delete, left.pop(0))
        finally:
            await asyncio.to_thread(self._release, left)

    async def _ingest(self, message: "MessageTypeDef") -> IngestResult:
        attribute = message.get("MessageAttributes", {}).get("eventType")
        type_hint = attribute.get("StringValue") if attribute is not None else None
        return await self._ingestor.ingest(
            message.get("Body", ""), message.get("MessageId"), type_hint
        )

    def _delete(self, message: "MessageTypeDef") -> None:
        self._client.delete_message(
            QueueUrl=self._url, ReceiptHandle=message.get("ReceiptHandle", "")
        )

    def _release(self, messages: Sequence["MessageTypeDef"]) -> None:
        """Make messages visible at once; if that fails, their visibility timeout does it."""
        for message in messages:
            try:
                self._client.change_message_visibility(
                    QueueUrl=self._url,
                    ReceiptHandle=message.get("ReceiptHandle", ""),
                    VisibilityTimeout=0,
                )
            except (BotoCoreError, ClientError):
                return


def _raise_if_permanent(error: Exception) -> None:
    """Raise `QueueError` for a fault that only a person can correct, so that the process ends."""
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if any(word in code for word in ("NonExistentQueue", "QueueDoesNotExist", "AccessDenied")):
        raise QueueError(code) from error


def _log_result(result: IngestResult) -> None:
    _log.info(
        "message_ingested",
        digest=result.digest,
        outcome=result.outcome,
        reason_code=result.why or "",
    )


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
