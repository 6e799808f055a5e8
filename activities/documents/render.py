"""Make the document of a notice, once: what was made first stands, whatever is told later."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Protocol

from temporalio.exceptions import ApplicationError

from activities.contracts import DOCUMENT_FAULT, TEXT_MISSING, NoticeRequest
from activities.documents.texts import PersonDetails, person_digest, resolve_texts, text_digests
from activities.documents.typst_engine import TemplateError, Templates
from activities.records.database import Store
from activities.records.deliveries import StoredDocument
from activities.records.read import read_people, read_texts


class DocumentStore(Protocol):
    """Where documents are kept, each as it was first made: `activities.records.Documents`."""

    def pdf(self, workflow_id: str, key: str) -> bytes | None:
        """Return the PDF under the key of a notice; None where none was made."""

    def store(
        self, workflow_id: str, key: str, *, template: str, edition: str, pdf: bytes, at: datetime
    ) -> StoredDocument:
        """Keep a PDF unless its key has one; return what is known of the one that stands."""


class FreeTextStore(Protocol):
    """Where free text and persons were filed."""

    def texts(self, filed_under: Iterable[str]) -> Mapping[str, str]:
        """Return the texts that are on record under any of these workflow ids, by digest."""

    def person(self, filed_under: Iterable[str], event_digest: str) -> PersonDetails | None:
        """Return the person that an imposition named; None where none is on record."""


class RecordedFreeText:
    """Free text and persons as the records hold them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def texts(self, filed_under: Iterable[str]) -> Mapping[str, str]:
        """Return the texts that are on record under any of these workflow ids, by digest."""
        found: dict[str, str] = {}
        for workflow_id in filed_under:
            found |= read_texts(self._store, workflow_id)
        return found

    def person(self, filed_under: Iterable[str], event_digest: str) -> PersonDetails | None:
        """Return the person that an imposition named; None where none is on record."""
        for workflow_id in filed_under:
            known = read_people(self._store, workflow_id).get(event_digest)
            if known is not None:
                name, born = known
                return PersonDetails(name, born)
        return None


class DocumentFaultError(ApplicationError):
    """The document of a notice cannot be made; trying again helps only after a mend."""

    def __init__(self, fault: TemplateError) -> None:
        # Behind a colon the typesetter may quote the document, and no history is to hold that.
        what = fault.what.partition(":")[0]
        super().__init__(
            f"{fault.file}, line {fault.line}: {what}; `documents check` says more",
            type=DOCUMENT_FAULT,
            non_retryable=True,
        )


class TextMissingError(ApplicationError):
    """What a document quotes is not filed yet; texts have an activity of their own."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} texts are not on record yet", type=TEXT_MISSING)


Contacts = Callable[[Mapping[str, str]], Mapping[str, str] | None]
"""From the route of a notice to how the officer is reached: name, telephone, email, address."""


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """A document as it goes with its notice."""

    sha256: str
    """In hexadecimal."""
    pdf: bytes
    filename: str
    """Codes alone, so that a folder or a mailbox shows no name."""


def no_contact(_route: Mapping[str, str]) -> None:
    """Know of nobody how they are reached."""


class DocumentRenderer:
    """The documents of all sentences.

    Args:
        kept: Where they are kept.
        filed: Where texts and persons are on record.
        templates: What they are made from.
        contacts: Who can be named as the one to turn to.
    """

    def __init__(
        self,
        kept: DocumentStore,
        filed: FreeTextStore,
        templates: Templates | None = None,
        contacts: Contacts = no_contact,
    ) -> None:
        self._kept, self._filed, self._contacts = kept, filed, contacts
        self._templates = templates or Templates()

    def render(self, notice: NoticeRequest) -> RenderedDocument | None:
        """Return the document that goes with a notice; None where none does.

        Raises:
            DocumentFaultError: If its template cannot be set.
            TextMissingError: If what it quotes is not on record yet.
        """
        known = self._kept.pdf(notice.workflow_id, notice.key)
        if known is None and notice.paper is None:
            return None
        if known is None:
            known = self._make(notice, dict(notice.paper or {}))
        return RenderedDocument(sha256(known).hexdigest(), known, document_filename(notice))

    def _make(self, notice: NoticeRequest, paper: dict[str, Any]) -> bytes:
        said = self._said(paper) | {"contact": self._contact(notice)}
        try:
            pdf = self._templates.pdf(paper["document"], said, document_date(paper))
        except TemplateError as fault:
            raise DocumentFaultError(fault) from None
        stands = self._kept.store(
            *(notice.workflow_id, notice.key),
            template=paper["document"],
            edition=paper["edition"]["name"],
            pdf=pdf,
            at=datetime.now(UTC),
        )
        if stands.sha256 == sha256(pdf).hexdigest():
            return pdf
        # Another attempt was first, perhaps with another officer to turn to: what it made stands.
        return self._kept.pdf(notice.workflow_id, notice.key) or pdf

    def _said(self, paper: dict[str, Any]) -> dict[str, Any]:
        wanted, named = set(text_digests(paper)), person_digest(paper)
        texts = self._filed.texts(paper["filed_under"]) if wanted else {}
        person = self._person(paper, named)
        lacking = len(wanted - set(texts)) + (named is not None and person is None)
        if lacking:
            raise TextMissingError(lacking)
        found: dict[str, Any] = resolve_texts(paper, texts, person)
        return found

    def _person(self, paper: Mapping[str, Any], named: str | None) -> PersonDetails | None:
        return None if named is None else self._filed.person(paper["filed_under"], named)

    def _contact(self, notice: NoticeRequest) -> Any:
        found = self._contacts(notice.route)
        return None if found is None else resolve_texts(dict(found), {}, None)


def document_date(paper: Mapping[str, Any]) -> date:
    """Return the day of the decision that a paper records."""
    return date.fromisoformat(paper["decision"]["on"])


def document_filename(notice: NoticeRequest) -> str:
    """Return what the file is called: the document, the sentence and a part of the key's digest."""
    document = str((notice.paper or {}).get("document", notice.template))
    told_apart = sha256(notice.key.encode()).hexdigest()[:8]
    return f"{document}-{notice.crn}-{notice.event_number}-{told_apart}.pdf"
