"""Delivery of a notice: find its recipient, render its document, send it, and log the delivery.

Each step may be the last before a crash, and two attempts may run at one time: all attempts have
the same reference and the first document that was made.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from temporalio import activity

from activities.contracts import DELIVER_NOTICE, NoticeReceipt, NoticeRequest
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

DirectorySource = Callable[[], Directory]
"""Returns the directory as it is now."""


class NoticeActivities:
    """Activity that delivers notices."""

    def __init__(
        self,
        directory: DirectorySource,
        channels: Mapping[ChannelKind, Channel],
        renderer: NoticeRenderer,
        deliveries: DeliveryLog,
    ) -> None:
        self._directory = directory
        self._channels = channels
        self._renderer = renderer
        self._deliveries = deliveries

    @activity.defn(name=DELIVER_NOTICE)
    def deliver_notice(self, notice: NoticeRequest) -> NoticeReceipt:
        """Deliver the notice, unless the log has its delivery.

        Raises:
            KeyConflictError: If the key was used for other content.
            RecipientUnknownError: If the directory has no recipient.
            ApplicationError: As the renderer and the channel raise it.
        """
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
