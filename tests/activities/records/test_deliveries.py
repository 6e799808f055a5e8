"""A delivery and a document are entered once under their key, and found again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from threading import Event

import pytest
from sqlalchemy import Connection, event

from activities.records.activities import RecordActivities
from activities.records.database import Store
from activities.records.deliveries import Delivery, DeliveryTable, DocumentTable
from states.record import RecordRow
from states.time.london import iso
from tests.activities.records.sentence_records import AT, batch, held

NAME = "sentence-X320741-1"
SENT = Delivery(NAME, "warning/W1", "warning", "officer", "folder", "c1", AT, "a1", "d1")
PDF = b"%PDF-1.7 \x00\xff" * 1_000


def test_a_delivery_is_entered_once(store: Store) -> None:
    """The first stands: a second attempt learns that it was there."""
    deliveries = DeliveryTable(store)
    assert deliveries.find(NAME, SENT.key) is None
    assert deliveries.enter(SENT)
    assert not deliveries.enter(replace(SENT, channel="mail", delivered_at=AT + timedelta(days=1)))

    assert SENT == deliveries.find(NAME, SENT.key)
    assert deliveries.find("sentence-X320741-2", SENT.key) is None


@pytest.mark.parametrize("is_row_first", [True, False], ids=["row first", "delivery first"])
@pytest.mark.parametrize(
    ("sending", "expected"), [("queued", "sent"), ("conflicting", "conflicting")]
)
def test_the_row_of_a_queued_notice_shows_its_delivery(
    records: RecordActivities, store: Store, *, is_row_first: bool, sending: str, expected: str
) -> None:
    """The sentence writes that it is queued, the activity that it was sent, in any order."""
    values = {"template": "warning", "sending": sending, "since": iso(AT), "attempts": 0}
    queued = batch([RecordRow("notices", SENT.key, values), RecordRow("notices", "n2", values)])
    sent = replace(SENT, workflow_id=queued.workflow_id, delivered_at=AT + timedelta(minutes=1))
    if is_row_first:
        records.write_record(queued)
    DeliveryTable(store).enter(sent)
    if not is_row_first:
        records.write_record(queued)

    other, row = held(store, "notices")
    assert (expected, sending) == (row["sending"], other["sending"])
    assert row["since"] == (sent.delivered_at if expected == "sent" else AT)


@pytest.mark.parametrize("is_row_first", [True, False], ids=["row first", "delivery first"])
def test_a_row_and_its_delivery_that_are_written_at_one_time_see_each_other(
    records: RecordActivities, store: Store, *, is_row_first: bool
) -> None:
    """The second begins before the first is committed, and still shows that the notice was sent."""
    values = {"template": "warning", "sending": "queued", "since": iso(AT), "attempts": 0}
    queued = batch([RecordRow("notices", SENT.key, values)])
    sent = replace(SENT, workflow_id=queued.workflow_id, delivered_at=AT + timedelta(minutes=1))
    writers: list[Callable[[], object]] = [
        partial(records.write_record, queued),
        partial(DeliveryTable(store).enter, sent),
    ]
    first, second = writers if is_row_first else reversed(writers)
    is_written, is_second_done = Event(), Event()

    def hold(_connection: Connection) -> None:
        if not is_written.is_set():
            is_written.set()
            # It ends early only if the second one waits for no lock.
            is_second_done.wait(0.5)

    event.listen(store.main.engine, "commit", hold)
    with ThreadPoolExecutor(1) as pool:
        held_back = pool.submit(first)
        is_written.wait(5)
        second()
        is_second_done.set()
        held_back.result()

    (row,) = held(store, "notices")
    assert ("sent", sent.delivered_at) == (row["sending"], row["since"])


def test_deliveries_of_a_sentence_are_listed_oldest_first(store: Store) -> None:
    """Those of another sentence are not among them."""
    deliveries = DeliveryTable(store)
    later = replace(SENT, key="a/later", delivered_at=AT + timedelta(hours=1), document=None)
    for one in (later, SENT, replace(SENT, workflow_id="sentence-X320741-2")):
        deliveries.enter(one)

    assert (SENT, later) == deliveries.of_sentence(NAME)


def test_a_document_is_kept_byte_by_byte(store: Store) -> None:
    """With its digest and its length; a key without a document has none."""
    documents = DocumentTable(store)
    made = documents.store(NAME, "k1", template="warning", edition="ns-2015", pdf=PDF, at=AT)

    assert (sha256(PDF).hexdigest(), len(PDF)) == (made.sha256, made.size)
    assert made == documents.find(NAME, "k1")
    assert documents.pdf(NAME, "k1") == PDF
    assert documents.find(NAME, "k2") is None
    assert documents.pdf(NAME, "k2") is None
    assert (made,) == documents.of_sentence(NAME)


def test_the_first_document_under_a_key_stands(store: Store) -> None:
    """A second attempt may render otherwise: it learns which document is sent."""
    documents = DocumentTable(store)
    first = documents.store(NAME, "k1", template="warning", edition="ns-2015", pdf=PDF, at=AT)
    again = documents.store(NAME, "k1", template="warning", edition="ns-2027", pdf=b"%", at=AT)

    assert first == again
    assert documents.pdf(NAME, "k1") == PDF


def test_attempts_at_one_time_keep_one_document(store: Store) -> None:
    """The second one gets the document of the first."""
    documents = DocumentTable(store)

    def keep(number: int) -> str:
        pdf = PDF + bytes([number])
        made = documents.store(NAME, "k1", template="w", edition="e", pdf=pdf, at=AT)
        return made.sha256

    with ThreadPoolExecutor(4) as pool:
        digests = set(pool.map(keep, range(8)))
    held = documents.pdf(NAME, "k1")
    assert held is not None
    assert {sha256(held).hexdigest()} == digests
