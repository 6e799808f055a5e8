"""Make the document of a notice, once: what was made first stands, whatever is told later."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from activities.documents.errors import DocumentFaultError, TemplateError, TextMissingError
from activities.documents.legible import Person, digests_in, legible, person_in
from activities.documents.store import Filed, Kept
from activities.documents.typesetting import Templates
from activities.names import Notice

Contacts = Callable[[Mapping[str, str]], Mapping[str, str] | None]
"""From the route of a notice to how the officer is reached: name, telephone, email, address."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document as it goes with its notice."""

    sha256: str
    """In hexadecimal."""
    pdf: bytes
    filename: str
    """Codes alone, so that a folder or a mailbox shows no name."""


def unknown(_route: Mapping[str, str]) -> None:
    """Know of nobody how they are reached."""


class Papers:
    """The documents of all sentences.

    Args:
        kept: Where they are kept.
        filed: Where texts and persons are on record.
        templates: What they are made from.
        contacts: Who can be named as the one to turn to.
    """

    def __init__(
        self,
        kept: Kept,
        filed: Filed,
        templates: Templates | None = None,
        contacts: Contacts = unknown,
    ) -> None:
        self._kept, self._filed, self._contacts = kept, filed, contacts
        self._templates = templates or Templates()

    def render(self, notice: Notice) -> Rendered | None:
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
        return Rendered(sha256(known).hexdigest(), known, filename(notice))

    def _make(self, notice: Notice, paper: dict[str, Any]) -> bytes:
        said = self._said(paper) | {"contact": self._contact(notice)}
        try:
            pdf = self._templates.pdf(paper["document"], said, dated(paper))
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
        wanted, named = set(digests_in(paper)), person_in(paper)
        texts = self._filed.texts(paper["filed_under"]) if wanted else {}
        person = self._person(paper, named)
        lacking = len(wanted - set(texts)) + (named is not None and person is None)
        if lacking:
            raise TextMissingError(lacking)
        found: dict[str, Any] = legible(paper, texts, person)
        return found

    def _person(self, paper: Mapping[str, Any], named: str | None) -> Person | None:
        return None if named is None else self._filed.person(paper["filed_under"], named)

    def _contact(self, notice: Notice) -> Any:
        found = self._contacts(notice.route)
        return None if found is None else legible(dict(found), {}, None)


def dated(paper: Mapping[str, Any]) -> date:
    """Return the day of the decision that a paper records."""
    return date.fromisoformat(paper["decision"]["on"])


def filename(notice: Notice) -> str:
    """Return what the file is called: the document, the sentence and a part of the key's digest."""
    document = str((notice.paper or {}).get("document", notice.template))
    told_apart = sha256(notice.key.encode()).hexdigest()[:8]
    return f"{document}-{notice.crn}-{notice.event_number}-{told_apart}.pdf"
