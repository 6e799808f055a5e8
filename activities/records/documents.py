"""Keep the documents that were made, each once under the key of its notice.

They lie in the database beside the rows: one backup holds both, and one erasure reaches both.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from activities.records.database import Store
from activities.records.portable import add_new
from activities.records.schema.filed import documents


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of a document, without its pages."""

    workflow_id: str
    key: str
    """Key of the notice that it goes with, unique for its sentence."""
    template: str
    edition: str
    """Edition of the standards that it names."""
    sha256: str
    size: int
    """Bytes."""
    made_at: datetime


class Documents:
    """The table of documents. Every call is a transaction of its own and may come twice.

    Each raises `StoreError` where the database does not answer or refuses.
    """

    def __init__(self, store: Store) -> None:
        self._database = store.main

    def find(self, workflow_id: str, key: str) -> Document | None:
        """Return what is known of the document under a key; None where there is none."""
        wanted = _COLUMNS.where(documents.c.workflow_id == workflow_id, documents.c.key == key)
        with self._database.reading() as connection:
            found = connection.execute(wanted).first()
        return Document(*found) if found is not None else None

    def pdf(self, workflow_id: str, key: str) -> bytes | None:
        """Return the document itself; None where there is none."""
        wanted = select(documents.c.pdf)
        wanted = wanted.where(documents.c.workflow_id == workflow_id, documents.c.key == key)
        with self._database.reading() as connection:
            return connection.execute(wanted).scalar_one_or_none()

    def store(
        self, workflow_id: str, key: str, *, template: str, edition: str, pdf: bytes, at: datetime
    ) -> Document:
        """Keep a document unless its key has one, and return the one that stands: the first."""
        digest = sha256(pdf).hexdigest()
        made = Document(workflow_id, key, template, edition, digest, len(pdf), at)
        row = {name: getattr(made, name) for name in Document.__slots__}
        with self._database.writing() as connection:
            new = add_new(connection, documents, [row | {"pdf": pdf}])
        if new:
            return made
        return self.find(workflow_id, key) or made

    def of_sentence(self, workflow_id: str) -> tuple[Document, ...]:
        """Return what is known of the documents of a sentence, oldest first."""
        wanted = _COLUMNS.where(documents.c.workflow_id == workflow_id)
        wanted = wanted.order_by(documents.c.made_at, documents.c.key)
        with self._database.reading() as connection:
            return tuple(Document(*row) for row in connection.execute(wanted))


_COLUMNS = select(*(documents.c[name] for name in Document.__slots__))
