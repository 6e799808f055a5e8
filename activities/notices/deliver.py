"""Delivery of a notice: find its recipient, render its document, send it, and log the delivery.

Each step may be the last before a crash, and two attempts may run at one time: all attempts have
the same reference and the first document that was made.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.contracts import (
    DELIVER_NOTICE,
    DELIVER_NOTICES,
    NOTICE_DEFERRED,
    NOTICE_TOO_SLOW,
    NOTICES_METRIC,
    NoticeBatch,
    NoticeReceipt,
    NoticeRequest,
    NoticeResult,
    NoticeResults,
)
from activities.notices.channel import (
    AttachedDocument,
    Channel,
    DeliveryLog,
    NoticeMessage,
    NoticeRenderer,
    content_digest,
    notice_reference,
)
from activities.notices.directory import ChannelKind, Directory, Recipient
from activities.notices.errors import ChannelUnavailableError, KeyConflictError
from activities.notices.webhook import NOT_SET
from activities.records.deliveries import Delivery

BATCH_SECONDS: Final = 10.0
"""Time that a batch waits for its notices; one that takes longer is sent again alone."""

_SENDERS: Final = 20
"""Notices of batches that are sent at the same time, in threads of their own."""

DirectorySource = Callable[[], Directory]
"""Returns the directory as it is now."""


class NoticeActivities:
    """Activities that deliver notices, alone or several of a sentence together."""

    def __init__(
        self,
        directory: DirectorySource,
        channels: Mapping[ChannelKind, Channel],
        renderer: NoticeRenderer,
        deliveries: DeliveryLog,
        batch_seconds: float = BATCH_SECONDS,
    ) -> None:
        self._directory = directory
        self._channels = channels
        self._renderer = renderer
        self._deliveries = deliveries
        self._batch_seconds = batch_seconds
        self._senders = ThreadPoolExecutor(_SENDERS, thread_name_prefix="notice")

    @activity.defn(name=DELIVER_NOTICES)
    def deliver_notices(self, batch: NoticeBatch) -> NoticeResults:
        """Deliver the notices side by side, and return the result of each.

        A slow recipient holds up no other: all are sent at the same time, and the batch waits for a
        bounded time. What is still being sent then goes on, and may arrive: the sentence sends it
        again under the same key and reference, as after any attempt whose answer was lost.
        """
        sent = {
            notice.key: self._senders.submit(copy_context().run, self.deliver_notice, notice)
            for notice in batch.notices
        }
        wait(sent.values(), timeout=self._batch_seconds)
        return NoticeResults(results=[_result(key, future) for key, future in sent.items()])

    @activity.defn(name=DELIVER_NOTICE)
    def deliver_notice(self, notice: NoticeRequest) -> NoticeReceipt:
        """Deliver the notice, unless the log has its delivery.

        Raises:
            KeyConflictError: If the key was used for other content.
            RecipientUnknownError: If the directory has no recipient.
            ApplicationError: As the renderer and the channel raise it.
        """
        try:
            receipt = self._deliver(notice)
        except Exception as error:
            _count(notice, _error_type(error))
            raise
        _count(notice, "repeated" if receipt.already_delivered else "delivered")
        return receipt

    def _deliver(self, notice: NoticeRequest) -> NoticeReceipt:
        known = self._deliveries.find(notice.workflow_id, notice.key)
        if known is not None:
            return _repeated(notice, known)
        recipient = self._directory().find(notice.recipient, notice.route)
        channel = self._channels.get(recipient.channel)
        if channel is None:
            why = f"the channel {recipient.channel} has no settings"
            raise ChannelUnavailableError(NOT_SET, why)
        document = self._renderer.render(notice)
        message = NoticeMessage(
            notice, recipient.address, reference=notice_reference(notice), document=document
        )
        already = channel.send(message)
        delivery = _delivery(notice, recipient, document)
        is_first = self._deliveries.enter(delivery)
        logged = None if is_first else self._deliveries.find(notice.workflow_id, notice.key)
        return NoticeReceipt(
            key=notice.key,
            already_delivered=already,
            channel=recipient.channel.value,
            document=document.sha256 if document is not None else None,
            # Of two attempts at one time the first delivery stands.
            delivered_at=(logged or delivery).delivered_at,
        )


def _result(key: str, sent: Future[NoticeReceipt]) -> NoticeResult:
    if not sent.done():
        # One that waits for a free thread never starts; one that runs cannot be stopped.
        sent.cancel()
        return NoticeResult(key=key, error_type=NOTICE_TOO_SLOW)
    error = sent.exception()
    if error is None:
        return NoticeResult(key=key, receipt=sent.result())
    name = _error_type(error)
    seconds = 0.0
    if isinstance(error, ApplicationError) and error.type == NOTICE_DEFERRED:
        seconds = error.details[0]
    return NoticeResult(key=key, error_type=name, deferred_seconds=seconds)


def _error_type(error: BaseException) -> str:
    # As the SDK names it when the activity of one notice fails. Messages stay here: they may quote.
    named = error.type if isinstance(error, ApplicationError) else None
    return named or type(error).__name__


def _count(notice: NoticeRequest, result: str) -> None:
    if activity.in_activity():
        attempts = activity.metric_meter().create_counter(
            NOTICES_METRIC, "Attempts to deliver a notice, by template and result."
        )
        attempts.add(1, {"template": notice.template, "result": result})


def _repeated(notice: NoticeRequest, known: Delivery) -> NoticeReceipt:
    if known.content_digest != content_digest(notice):
        raise KeyConflictError
    return NoticeReceipt(
        key=notice.key,
        already_delivered=True,
        channel=known.channel,
        document=known.document,
        delivered_at=known.delivered_at,
    )


def _delivery(
    notice: NoticeRequest, recipient: Recipient, document: AttachedDocument | None
) -> Delivery:
    return Delivery(
        workflow_id=notice.workflow_id,
        key=notice.key,
        template=notice.template,
        recipient=notice.recipient,
        channel=recipient.channel.value,
        address_digest=sha256(recipient.address.encode()).hexdigest(),
        content_digest=content_digest(notice),
        document=document.sha256 if document is not None else None,
        delivered_at=datetime.now(UTC),
    )
