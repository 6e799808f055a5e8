"""Deliver a notice: look up who is meant, make its document, send it, and enter the delivery.

Any step may be the last before a crash, and the whole may run beside itself: the reference of the
message and the first document that was made are the same in every run.
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
"""The directory as it is at the moment."""


class NoticeActivities:
    """The notices of every sentence, on their way out."""

    def __init__(
        self,
        directory: DirectorySource,
        channels: Mapping[ChannelKind, Channel],
        papers: NoticeRenderer,
        deliveries: DeliveryLog,
    ) -> None:
        self._directory, self._channels = directory, channels
        self._papers, self._deliveries = papers, deliveries

    @activity.defn(name=DELIVER_NOTICE)
    def deliver_notice(self, notice: NoticeRequest) -> NoticeReceipt:
        """Deliver the notice unless that is on record; a second run says so.

        Raises:
            KeyConflictError: If the key already stands for another content.
            UnknownRecipientError: If the directory names nobody.
            ApplicationError: As the document and the channel say.
        """
        known = self._deliveries.find(notice.workflow_id, notice.key)
        if known is not None:
            return _repeated(notice, known)
        entry = self._directory().find(notice.recipient, notice.route)
        channel = self._channels.get(entry.channel)
        if channel is None:
            raise ChannelUnavailableError(NOT_SET, f"the channel {entry.channel} has no settings")
        document = self._papers.render(notice)
        message = NoticeMessage(notice, entry.address, notice_reference(notice), document)
        already = channel.send(message)
        self._deliveries.enter(_delivery(notice, entry, document))
        return NoticeReceipt(
            key=notice.key,
            already=already,
            channel=entry.channel.value,
            document=document.sha256 if document is not None else None,
        )


def _repeated(notice: NoticeRequest, known: Delivery) -> NoticeReceipt:
    if known.content_digest != content_digest(notice):
        raise KeyConflictError
    return NoticeReceipt(
        key=notice.key, already=True, channel=known.channel, document=known.document
    )


def _delivery(
    notice: NoticeRequest, entry: Recipient, document: AttachedDocument | None
) -> Delivery:
    return Delivery(
        workflow_id=notice.workflow_id,
        key=notice.key,
        template=notice.template,
        recipient=notice.recipient,
        channel=entry.channel.value,
        address_digest=sha256(entry.address.encode()).hexdigest(),
        content_digest=content_digest(notice),
        document=document.sha256 if document is not None else None,
        delivered_at=datetime.now(UTC),
    )
