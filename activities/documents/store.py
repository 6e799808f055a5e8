"""What documents are made from and kept in: the records, as far as documents need them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from activities.documents.legible import Person
from activities.records import Document, Store, people_of, texts_of


class Kept(Protocol):
    """Where documents are kept, each as it was first made: `activities.records.Documents`."""

    def pdf(self, workflow_id: str, key: str) -> bytes | None:
        """Return the PDF under the key of a notice; None where none was made."""

    def store(
        self, workflow_id: str, key: str, *, template: str, edition: str, pdf: bytes, at: datetime
    ) -> Document:
        """Keep a PDF unless its key has one; return what is known of the one that stands."""


class Filed(Protocol):
    """Where free text and persons were filed."""

    def texts(self, filed_under: Iterable[str]) -> Mapping[str, str]:
        """Return the texts that are on record under any of these workflow ids, by digest."""

    def person(self, filed_under: Iterable[str], event_digest: str) -> Person | None:
        """Return the person that an imposition named; None where none is on record."""


class FiledInRecords:
    """Free text and persons as the records hold them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def texts(self, filed_under: Iterable[str]) -> Mapping[str, str]:
        """Return the texts that are on record under any of these workflow ids, by digest."""
        found: dict[str, str] = {}
        for workflow_id in filed_under:
            found |= texts_of(self._store, workflow_id)
        return found

    def person(self, filed_under: Iterable[str], event_digest: str) -> Person | None:
        """Return the person that an imposition named; None where none is on record."""
        for workflow_id in filed_under:
            known = people_of(self._store, workflow_id).get(event_digest)
            if known is not None:
                name, born = known
                return Person(name, born)
        return None
