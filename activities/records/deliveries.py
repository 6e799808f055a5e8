"""Deliveries of notices and their documents, each stored once under the key of its notice.

Documents are in the database beside the rows: one backup and one erasure cover both.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, select, update

from activities.records.database import Store, insert_new, lock_sentence
from activities.records.schema import deliveries, documents, notices
from states.outbox import DeliveryStatus


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery of a notice."""

    workflow_id: str
    key: str
    """Key of the notice, unique for its sentence."""
    template: str
    recipient: str
    """Code of a recipient, not an address."""
    channel: str
    content_digest: str
    """SHA-256 of the content of the notice, in hexadecimal."""
    delivered_at: datetime
    address_digest: str | None = None
    """SHA-256 of the address; the address itself is not stored."""
    document: str | None = None
    """SHA-256 of its document."""


class DeliveryTable:
    """Table of deliveries. Each call is a transaction that may be repeated, or a `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._database = store.main

    def find(self, workflow_id: str, key: str) -> Delivery | None:
        """Return the delivery of a notice, or None."""
        wanted = _DELIVERY_COLUMNS.where(
            deliveries.c.workflow_id == workflow_id, deliveries.c.key == key
        )
        with self._database.reading() as connection:
            found = connection.execute(wanted).first()
        return Delivery(*found) if found is not None else None

    def enter(self, delivery: Delivery) -> bool:
        """Enter a delivery, unless its key has one; return whether it was entered.

        The row of the notice in the case record shows it from then on.
        """
        with self._database.writing() as connection:
            lock_sentence(connection, delivery.workflow_id)
            is_new = insert_new(connection, deliveries, [asdict(delivery)]) == 1
            show_deliveries(connection, delivery.workflow_id, [delivery.key])
            return is_new

    def of_sentence(self, workflow_id: str) -> tuple[Delivery, ...]:
        """Return the deliveries of a sentence, oldest first."""
        wanted = _DELIVERY_COLUMNS.where(deliveries.c.workflow_id == workflow_id)
        wanted = wanted.order_by(deliveries.c.delivered_at, deliveries.c.key)
        with self._database.reading() as connection:
            return tuple(Delivery(*row) for row in connection.execute(wanted))


def show_deliveries(connection: Connection, workflow_id: str, keys: Iterable[str]) -> None:
    """Show the deliveries of these notices in their rows of the case record.

    A row that the sentence queued shows `sent` if there is a delivery, whichever of the two is
    written first. The sentence does not write the row again because the notice has arrived, since
    that would cost a write for each notice.

    Each writer of a row or of a delivery calls this in its transaction, under the lock of the
    sentence (`lock_sentence`). So the second one sees what the first one wrote.
    """
    for key in keys:
        is_logged = (deliveries.c.workflow_id == workflow_id) & (deliveries.c.key == key)
        found = connection.execute(select(deliveries.c.delivered_at).where(is_logged)).first()
        if found is not None:
            connection.execute(
                update(notices)
                .where(
                    notices.c.workflow_id == workflow_id,
                    notices.c.key == key,
                    notices.c.sending == DeliveryStatus.QUEUED.value,
                )
                .values(
                    sending=DeliveryStatus.SENT.value,
                    since=found.delivered_at,
                    error=None,
                    next_try_at=None,
                )
            )


_DELIVERY_COLUMNS = select(*(deliveries.c[name] for name in Delivery.__slots__))


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """Stored document, without its pages."""

    workflow_id: str
    key: str
    """Key of its notice, unique for its sentence."""
    template: str
    edition: str
    """Edition of the standards that it names."""
    sha256: str
    size: int
    """Bytes."""
    made_at: datetime


class DocumentTable:
    """Table of documents. Each call is a transaction that may be repeated, or a `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._database = store.main

    def find(self, workflow_id: str, key: str) -> StoredDocument | None:
        """Return the document of a notice without its pages, or None."""
        wanted = _DOCUMENT_COLUMNS.where(
            documents.c.workflow_id == workflow_id, documents.c.key == key
        )
        with self._database.reading() as connection:
            found = connection.execute(wanted).first()
        return StoredDocument(*found) if found is not None else None

    def pdf(self, workflow_id: str, key: str) -> bytes | None:
        """Return the PDF of a notice, or None."""
        wanted = select(documents.c.pdf)
        wanted = wanted.where(documents.c.workflow_id == workflow_id, documents.c.key == key)
        with self._database.reading() as connection:
            return connection.execute(wanted).scalar_one_or_none()

    def store(
        self, workflow_id: str, key: str, *, template: str, edition: str, pdf: bytes, at: datetime
    ) -> StoredDocument:
        """Store a document unless its key has one, and return the first one."""
        digest = sha256(pdf).hexdigest()
        made = StoredDocument(
            workflow_id=workflow_id,
            key=key,
            template=template,
            edition=edition,
            sha256=digest,
            size=len(pdf),
            made_at=at,
        )
        row = {name: getattr(made, name) for name in StoredDocument.__slots__}
        with self._database.writing() as connection:
            new = insert_new(connection, documents, [row | {"pdf": pdf}])
        if new:
            return made
        return self.find(workflow_id, key) or made

    def of_sentence(self, workflow_id: str) -> tuple[StoredDocument, ...]:
        """Return the documents of a sentence without their pages, oldest first."""
        wanted = _DOCUMENT_COLUMNS.where(documents.c.workflow_id == workflow_id)
        wanted = wanted.order_by(documents.c.made_at, documents.c.key)
        with self._database.reading() as connection:
            return tuple(StoredDocument(*row) for row in connection.execute(wanted))


_DOCUMENT_COLUMNS = select(*(documents.c[name] for name in StoredDocument.__slots__))
