"""A notice is looked up, given its document, sent and entered, and any of it may happen twice."""

from datetime import UTC, datetime
from hashlib import sha256
from threading import Event

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.contracts import NoticeBatch, NoticeReceipt, NoticeRequest
from activities.notices.channel import (
    AttachedDocument,
    Channel,
    NoticeMessage,
    content_digest,
    notice_reference,
)
from activities.notices.deliver import NoticeActivities
from activities.notices.directory import ChannelKind, Directory, Recipient
from activities.notices.errors import KeyConflictError, NoticeDeferredError
from activities.records.deliveries import Delivery
from tests.activities.notices.messages import NOTICE, PAPER


class Wire:
    """A channel that keeps what it is given, and may break before or after it took it."""

    def __init__(self) -> None:
        self.sent: list[NoticeMessage] = []
        self.breaks_after = 0
        self.deferred_seconds = 0

    def send(self, message: NoticeMessage) -> bool:
        """Take the message."""
        if self.deferred_seconds:
            raise NoticeDeferredError(self.deferred_seconds)
        self.sent.append(message)
        if self.breaks_after:
            self.breaks_after -= 1
            raise ConnectionResetError
        return False


class Book:
    """A record of deliveries in memory."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], Delivery] = {}
        self.is_down = False

    def find(self, workflow_id: str, key: str) -> Delivery | None:
        """Return the entry."""
        return self.entries.get((workflow_id, key))

    def enter(self, delivery: Delivery) -> bool:
        """Enter it, unless one is there."""
        if self.is_down:
            raise ConnectionError
        place = (delivery.workflow_id, delivery.key)
        return self.entries.setdefault(place, delivery) is delivery


class Press:
    """Makes the same document of every notice that says something."""

    def render(self, notice: NoticeRequest) -> AttachedDocument | None:
        """Return it."""
        return PAPER if notice.document is not None else None


ADDRESS = "n07a001@probation.example"
OFFICER = Recipient(role="officer", channel=ChannelKind.SMTP, address=ADDRESS)


class DeliverySetup:
    """The activity with all that it needs."""

    def __init__(self, *entries: Recipient) -> None:
        self.wire, self.book = Wire(), Book()
        directory = Directory(entries or (OFFICER,))
        channels: dict[ChannelKind, Channel] = {ChannelKind.SMTP: self.wire}
        self.notices = NoticeActivities(lambda: directory, channels, Press(), self.book)

    def deliver(self, notice: NoticeRequest = NOTICE) -> NoticeReceipt:
        """Deliver a notice as the worker does."""
        found: NoticeReceipt = ActivityEnvironment().run(self.notices.deliver_notice, notice)
        return found


def test_a_delivery_says_and_records_what_went_where() -> None:
    """The address is on record by its digest alone."""
    setup = DeliverySetup()
    notice = NOTICE.model_copy(update={"document": {"document": "x"}})
    receipt = setup.deliver(notice)
    (message,) = setup.wire.sent
    assert (ADDRESS, PAPER) == (message.address, message.document)
    (entry,) = setup.book.entries.values()
    expected = NoticeReceipt(
        key=NOTICE.key,
        already_delivered=False,
        channel="smtp",
        document=PAPER.sha256,
        delivered_at=entry.delivered_at,
    )
    assert expected == receipt
    assert sha256(ADDRESS.encode()).hexdigest() == entry.address_digest
    assert (content_digest(NOTICE), PAPER.sha256) == (entry.content_digest, entry.document)
    assert ("smtp", "officer") == (entry.channel, entry.recipient)


def test_what_was_delivered_is_not_sent_again() -> None:
    """Though the directory says otherwise by now, or the case moved."""
    setup = DeliverySetup()
    first = setup.deliver()
    moved = NOTICE.model_copy(update={"route": {"officer": "other"}, "document": {"document": "x"}})
    assert first.model_copy(update={"already_delivered": True}) == setup.deliver(moved)
    assert 1 == len(setup.wire.sent)


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {"due_on": "2027-01-01"}},
        {"template": "x"},
        {"subject": "x"},
        {"recipient": "ops"},
    ],
)
def test_other_content_under_a_delivered_key_is_refused_for_good(change: dict[str, object]) -> None:
    """Template, recipient, subject and facts are what the key stands for."""
    setup = DeliverySetup()
    setup.deliver()
    with pytest.raises(KeyConflictError):
        setup.deliver(NOTICE.model_copy(update=change))
    assert 1 == len(setup.wire.sent)


def test_an_attempt_that_died_before_the_entry_is_repeated_under_one_reference() -> None:
    """Either the channel broke off, or the database was gone when it came to the entry."""
    setup = DeliverySetup()
    setup.wire.breaks_after, setup.book.is_down = 1, True
    with pytest.raises(ConnectionResetError):
        setup.deliver()
    with pytest.raises(ConnectionError):
        setup.deliver()
    setup.book.is_down = False
    assert not setup.deliver().already_delivered
    assert [notice_reference(NOTICE)] * 3 == [message.reference for message in setup.wire.sent]
    assert 1 == len(setup.book.entries)


def test_an_entry_that_another_attempt_made_meanwhile_stands() -> None:
    """Two attempts ran side by side."""
    setup = DeliverySetup()
    setup.deliver()
    (entry,) = setup.book.entries.values()
    later = Delivery(
        entry.workflow_id,
        entry.key,
        template="t",
        recipient="r",
        channel="folder",
        content_digest="0",
        delivered_at=datetime.now(UTC),
    )
    assert not setup.book.enter(later)
    assert [entry] == list(setup.book.entries.values())


def test_nobody_in_the_directory_is_told_before_any_document_is_made() -> None:
    """Nothing left, and the type says what ops have to do."""
    setup = DeliverySetup(Recipient(role="police", channel=ChannelKind.FOLDER))
    with pytest.raises(ApplicationError) as refusal:
        setup.deliver()
    assert ("RecipientUnknown", True) == (refusal.value.type, refusal.value.non_retryable)
    assert ([], {}) == (setup.wire.sent, setup.book.entries)


def test_a_channel_without_settings_is_tried_again() -> None:
    """It is mended by a setting, and not notice by notice."""
    setup = DeliverySetup(Recipient(role="officer", channel=ChannelKind.FOLDER))
    with pytest.raises(ApplicationError) as refusal:
        setup.deliver()
    assert ("ChannelNotSet", False) == (refusal.value.type, refusal.value.non_retryable)


def test_a_reference_is_of_one_notice_of_one_sentence() -> None:
    """Keys are unique within a sentence alone, and content is no part of it."""
    others = [
        NOTICE.model_copy(update={"workflow_id": "sentence-X320741-2"}),
        NOTICE.model_copy(update={"key": "another"}),
    ]
    assert 3 == len({notice_reference(notice) for notice in (NOTICE, *others)})
    rerouted = NOTICE.model_copy(update={"facts": {}, "route": {"court": "MC01"}})
    assert notice_reference(NOTICE) == notice_reference(rerouted)


class SlowWire(Wire):
    """A channel that holds up the notices of one recipient until it is let go."""

    def __init__(self, slow: str) -> None:
        super().__init__()
        self.slow = slow
        self.free = Event()

    def send(self, message: NoticeMessage) -> bool:
        """Take the message, a slow one only once it is let go."""
        if message.notice.recipient == self.slow:
            self.free.wait(30)
        return super().send(message)


def _batch(*recipients: str) -> NoticeBatch:
    notices = [
        NOTICE.model_copy(update={"recipient": name, "key": f"k/{name}"}) for name in recipients
    ]
    return NoticeBatch(notices=notices)


def test_the_notices_of_a_batch_are_sent_and_answered_one_by_one() -> None:
    """One that has no recipient is answered with its error, and stops no other."""
    setup = DeliverySetup()
    answer = ActivityEnvironment().run(setup.notices.deliver_notices, _batch("officer", "police"))

    sent, unknown = answer.results
    assert ("k/officer", "") == (sent.key, sent.error_type)
    assert ["k/officer"] == [message.notice.key for message in setup.wire.sent]
    assert setup.deliver(_batch("officer").notices[0]).already_delivered
    assert ("k/police", None, "RecipientUnknown") == (
        unknown.key,
        unknown.receipt,
        unknown.error_type,
    )


def test_a_deferred_notice_of_a_batch_says_for_how_long() -> None:
    """The sentence waits as long as the receiver asked."""
    setup = DeliverySetup()
    setup.wire.deferred_seconds = 90
    answer = ActivityEnvironment().run(setup.notices.deliver_notices, _batch("officer"))
    (result,) = answer.results
    assert ("NoticeDeferred", 90) == (result.error_type, result.deferred_seconds)


def test_a_slow_recipient_holds_up_no_other_of_its_batch() -> None:
    """It is answered as too slow, so that the sentence sends it again alone."""
    wire = SlowWire("police")
    police = Recipient(role="police", channel=ChannelKind.SMTP, address="p@police.example")
    directory = Directory((OFFICER, police))
    notices = NoticeActivities(
        lambda: directory, {ChannelKind.SMTP: wire}, Press(), Book(), batch_seconds=1
    )
    answer = ActivityEnvironment().run(notices.deliver_notices, _batch("police", "officer"))
    wire.free.set()

    slow, quick = answer.results
    assert "NoticeTooSlow" == slow.error_type
    assert quick.receipt is not None
