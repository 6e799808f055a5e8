"""What documents are made from and kept in: the records, as far as documents need them."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from activities.documents.legible import Person


class Store(Protocol):
    """Where documents are kept, each as it was first made."""

    def find(self, workflow_id: str, key: str) -> bytes | None:
        """Return the PDF under the key of a notice; None where none was made."""

    def store(
        self, workflow_id: str, key: str, *, template: str, edition: str, pdf: bytes
    ) -> bytes:
        """Keep a PDF unless there is one under its key; return the one that stands."""


class Filed(Protocol):
    """Where free text and persons were filed."""

    def texts(self, filed_under: Iterable[str], digests: Iterable[str]) -> Mapping[str, str]:
        """Return the texts that are on record under any of these workflow ids, by digest."""

    def person(self, filed_under: Iterable[str], event_digest: str) -> Person | None:
        """Return the person that an imposition named; None where none is on record."""
