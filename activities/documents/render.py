"""Documents of notices: each is made once, and the first one stands, whatever is known later."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from temporalio.exceptions import ApplicationError

from activities.contracts import DOCUMENT_FAILED, TEXT_MISSING, NoticeRequest
from activities.documents.texts import PersonDetails, person_digest, resolve_texts, text_digests
from activities.documents.typst_engine import TemplateError, Templates
from activities.records.database import Store
from activities.records.deliveries import DocumentTable
from activities.records.read import read_people, read_texts

Contacts = Callable[[Mapping[str, str]], Mapping[str, str] | None]
"""Returns the contact of the officer for the route of a notice: name, telephone, email, address."""


class FreeTextStore:
    """Free text and persons of the records, which may be stored under several workflow ids."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def texts(self, filed_under: Iterable[str]) -> Mapping[str, str]:
        """Return the texts that are on record under any of these workflow ids, by digest."""
        found: dict[str, str] = {}
        for workflow_id in filed_under:
            found |= read_texts(self._store, workflow_id)
        return found

    def person(self, filed_under: Iterable[str], event_digest: str) -> PersonDetails | None:
        """Return the person of an imposition, or None if none is on record."""
        for workflow_id in filed_under:
            known = read_people(self._store, workflow_id).get(event_digest)
            if known is not None:
                name, born = known
                return PersonDetails(name, born)
        return None


class DocumentFaultError(ApplicationError):
    """The document of a notice cannot be made; another attempt helps only after a correction."""

    def __init__(self, error: TemplateError) -> None:
        # Behind a colon typst may quote the document, which no history may contain.
        what = error.what.partition(":")[0]
        super().__init__(
            f"{error.file}, line {error.line}: {what}; `documents check` says more",
            type=DOCUMENT_FAILED,
            non_retryable=True,
        )


class TextMissingError(ApplicationError):
    """Text that a document quotes is not on record yet: another activity stores it."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} texts are not on record yet", type=TEXT_MISSING)


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """Document of a notice."""

    sha256: str
    """SHA-256 of the PDF, in hexadecimal."""
    pdf: bytes
    filename: str
    """Name of the file, which has only codes: neither a folder nor a mailbox shows a person."""


class DocumentRenderer:
    """Renderer of the documents of all sentences.

    Args:
        documents: Table in which each document is stored as it was first made.
        texts: Free text and persons.
        templates: Templates; None for the built-in ones.
        contacts: Source of the officer's contact; None if documents give none.
    """

    def __init__(
        self,
        documents: DocumentTable,
        texts: FreeTextStore,
        templates: Templates | None = None,
        contacts: Contacts | None = None,
    ) -> None:
        self._documents = documents
        self._texts = texts
        self._templates = templates or Templates()
        self._contacts = contacts

    def render(self, notice: NoticeRequest) -> RenderedDocument | None:
        """Return the document of a notice, or None if it has none.

        Raises:
            DocumentFaultError: If typst cannot compile its template.
            TextMissingError: If text that it quotes is not on record yet.
        """
        pdf = self._documents.pdf(notice.workflow_id, notice.key)
        if pdf is None and notice.document is None:
            return None
        if pdf is None:
            pdf = self._make(notice, dict(notice.document or {}))
        return RenderedDocument(sha256(pdf).hexdigest(), pdf, document_filename(notice))

    def _make(self, notice: NoticeRequest, paper: dict[str, Any]) -> bytes:
        data = self._resolved(paper) | {"contact": self._contact(notice)}
        try:
            pdf = self._templates.pdf(paper["document"], data, document_date(paper))
        except TemplateError as error:
            raise DocumentFaultError(error) from None
        stored = self._documents.store(
            notice.workflow_id,
            notice.key,
            template=paper["document"],
            edition=paper["edition"]["name"],
            pdf=pdf,
            at=datetime.now(UTC),
        )
        if stored.sha256 == sha256(pdf).hexdigest():
            return pdf
        # Another attempt was first, perhaps with the contact of another officer.
        return self._documents.pdf(notice.workflow_id, notice.key) or pdf

    def _resolved(self, paper: dict[str, Any]) -> dict[str, Any]:
        digests = set(text_digests(paper))
        event_digest = person_digest(paper)
        texts = self._texts.texts(paper["filed_under"]) if digests else {}
        person = None
        if event_digest is not None:
            person = self._texts.person(paper["filed_under"], event_digest)
        missing = len(digests - set(texts)) + (event_digest is not None and person is None)
        if missing:
            raise TextMissingError(missing)
        found: dict[str, Any] = resolve_texts(paper, texts, person)
        return found

    def _contact(self, notice: NoticeRequest) -> Any:
        found = None if self._contacts is None else self._contacts(notice.route)
        return None if found is None else resolve_texts(dict(found), {}, None)


def document_date(paper: Mapping[str, Any]) -> date:
    """Return the date of the decision that a document records."""
    return date.fromisoformat(paper["decision"]["on"])


def document_filename(notice: NoticeRequest) -> str:
    """Return the name of the file: document, sentence and a part of the digest of the key."""
    document = str((notice.document or {}).get("document", notice.template))
    digest = sha256(notice.key.encode()).hexdigest()[:8]
    return f"{document}-{notice.crn}-{notice.event_number}-{digest}.pdf"
