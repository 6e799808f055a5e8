"""The document of a notice is made once, from what is on record, and the first one stands."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from activities.contracts import DOCUMENT_FAILED, TEXT_MISSING, NoticeRequest
from activities.documents.render import (
    DocumentFaultError,
    DocumentRenderer,
    FreeTextStore,
    TextMissingError,
)
from activities.documents.typst_engine import BUILTIN_TEMPLATES, Templates
from activities.records.database import Store
from activities.records.deliveries import DocumentTable
from states.documents import document_data
from states.event_log import decide_with_lookups
from tests.activities.documents.samples import text_of
from tests.states.stream import (
    IDENTITY,
    at,
    case_of,
    catalogue,
    event,
    failed,
    law,
    serving,
    warned,
)
from tests.stores import file_texts, open_files

SAID = "The bus was late."
WORKFLOW_ID = IDENTITY.workflow_id


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Prepared databases of the test's own."""
    with open_files(tmp_path) as found:
        yield found


def papers(store: Store, folder: Path = BUILTIN_TEMPLATES, **contact: str) -> DocumentRenderer:
    def contacts(route: Mapping[str, str]) -> Mapping[str, str] | None:
        return contact if route else None

    return DocumentRenderer(DocumentTable(store), FreeTextStore(store), Templates(folder), contacts)


def notice(paper: dict[str, Any] | None, **more: Any) -> NoticeRequest:
    key = "warning-letter/W1/CRC/W1.issued/person"
    codes = {"crn": IDENTITY.crn, "event_number": IDENTITY.event_number}
    what = {"template": "warning-letter", "recipient": "person", "subject": "W1"}
    fields = {"key": key, "workflow_id": WORKFLOW_ID, **codes, **what, "document": paper, **more}
    return NoticeRequest.model_validate(fields)


def warning(**person: Any) -> NoticeRequest:
    """The notice of a warning for a failure that the person explained."""
    explained = event("explanation_received", "2026-11-23 12:30", failure_id="F1", details=SAID)
    case = case_of(
        [
            *serving(**person),
            *failed("F1", "2026-11-23"),
            explained,
            warned("W1", "2026-11-24", "F1"),
        ]
    )
    decided = decide_with_lookups(case, law(), at("2026-11-25"), catalogue().look_up)
    (effect,) = (e for e in decided.effects.values() if e.template == "warning-letter")
    return notice(document_data(IDENTITY, case, decided, effect, at("2026-11-25")))


def file(store: Store, asked: NoticeRequest, **more: str) -> None:
    """File what the document quotes, as the workflow does."""
    assert asked.document is not None
    failures: Any = asked.document["failures"]
    texts = {failures[0]["own_words"]["text"]: SAID, **more}
    file_texts(store, WORKFLOW_ID, texts)


def test_a_notice_without_a_paper_has_no_document(store: Store) -> None:
    """Most notices are words enough by themselves."""
    assert papers(store).render(notice(None)) is None


def test_a_document_quotes_what_is_on_record(store: Store) -> None:
    """The paper names it by digest; the words come from the record."""
    asked = warning()
    file(store, asked)

    made = papers(store).render(asked)

    assert made is not None
    assert (sha256(made.pdf).hexdigest(), True) == (made.sha256, SAID in text_of(made.pdf))
    known = DocumentTable(store).find(WORKFLOW_ID, asked.key)
    assert known is not None
    assert ("first-warning", "ns-2015", made.sha256) == (
        *(known.template, known.edition),
        known.sha256,
    )


def test_the_file_of_a_document_is_named_by_codes(store: Store) -> None:
    """A folder or a mailbox shows no name; two documents of a sentence have two names."""
    asked = warning()
    file(store, asked)

    made = papers(store).render(asked)

    assert made is not None
    apart = sha256(asked.key.encode()).hexdigest()[:8]
    assert f"first-warning-X320741-1-{apart}.pdf" == made.filename


def test_what_was_made_first_stands(store: Store) -> None:
    """A repeat carries the same bytes, whatever the sentence, the officer or a template is now."""
    asked = warning()
    file(store, asked)
    first = papers(store, name="Ash").render(asked.model_copy(update={"route": {"officer": "1"}}))
    later = {"document": "no-such-template", "decision": {"on": "2030-01-01"}}

    again = papers(store, name="Bo").render(asked.model_copy(update={"document": later}))

    assert first is not None
    assert again is not None
    assert first.pdf == again.pdf


class Late(DocumentTable):
    """A store in which another attempt is first, between the look and the writing."""

    def __init__(self, store: Store, pdf: bytes) -> None:
        super().__init__(store)
        self._theirs, self._looked = pdf, False

    def pdf(self, workflow_id: str, key: str) -> bytes | None:
        found = super().pdf(workflow_id, key)
        if not self._looked:
            self._looked = True
            at_noon = at("2026-11-25")
            details = {"template": "first-warning", "edition": "ns-2015"}
            self.store(workflow_id, key, pdf=self._theirs, at=at_noon, **details)
        return found


def test_of_two_attempts_at_one_time_the_first_ones_document_goes(store: Store) -> None:
    """Both send what is on record: no document goes out that the record lacks."""
    asked = warning()
    file(store, asked)
    made = DocumentRenderer(Late(store, b"%PDF- theirs"), FreeTextStore(store)).render(asked)

    assert made is not None
    assert b"%PDF- theirs" == made.pdf


def test_a_text_that_is_not_filed_yet_is_waited_for(store: Store) -> None:
    """Texts have an activity of their own, which may come later: the attempt is repeated."""
    asked = warning()

    with pytest.raises(TextMissingError) as fault:
        papers(store).render(asked)

    assert (TEXT_MISSING, False) == (fault.value.type, fault.value.non_retryable)
    file(store, asked)
    assert papers(store).render(asked) is not None


def test_a_person_who_is_not_filed_yet_is_waited_for(store: Store) -> None:
    """A letter without a name must not go out because the name is stored a second later."""
    whose = {"name": "Sam Example", "date_of_birth": "1990-02-03"}
    asked = warning(person=whose)
    file(store, asked)
    with pytest.raises(TextMissingError):
        papers(store).render(asked)
    assert asked.document is not None
    named: Any = asked.document["person"]
    text = '{"name": "Sam Example", "date_of_birth": "1990-02-03"}'

    file(store, asked, **{f"person:{named['person']}": text})
    made = papers(store).render(asked)

    assert made is not None
    assert "Sam Example" in text_of(made.pdf)


def test_a_sentence_that_was_taken_over_finds_its_texts_where_they_were_filed(
    store: Store,
) -> None:
    """They lie under the name that the sentence had when it got them."""
    asked = warning()
    assert asked.document is not None
    before = asked.document | {"filed_under": ["sentence-X320741-9", WORKFLOW_ID]}
    file(store, asked)

    assert papers(store).render(asked.model_copy(update={"document": before})) is not None


def test_a_document_names_whom_to_turn_to(store: Store) -> None:
    """The directory says how the officer is reached; without it the code stands."""
    asked = warning().model_copy(update={"route": {"officer": "N07A001"}})
    file(store, asked)

    made = papers(store, name="Ash Officer", telephone="0300 000 0000").render(asked)

    assert made is not None
    said = text_of(made.pdf)
    assert [True, True] == [text in said for text in ("Ash Officer", "0300 000 0000")]


def test_a_faulty_template_is_told_without_what_the_document_says(
    store: Store, tmp_path: Path
) -> None:
    """Trying again cannot help, and no history is to hold what the typesetter quotes."""
    folder = shutil.copytree(BUILTIN_TEMPLATES, tmp_path / "mine")
    template = folder / "first-warning.typ"
    text = template.read_text("utf-8").splitlines()
    text.append("#panic(p.failures.first().own_words)")
    template.write_text("\n".join(text), "utf-8")
    asked = warning()
    file(store, asked)

    with pytest.raises(DocumentFaultError) as fault:
        papers(store, folder).render(asked)

    assert (DOCUMENT_FAILED, True) == (fault.value.type, fault.value.non_retryable)
    assert f"first-warning.typ, line {len(text)}: panicked with" in str(fault.value)
    assert SAID not in str(fault.value)
    assert DocumentTable(store).find(WORKFLOW_ID, asked.key) is None


def test_the_date_of_a_document_is_that_of_its_decision(store: Store) -> None:
    """Not of the making: what is made a week later is the same document."""
    asked = warning()
    file(store, asked)
    made = papers(store).render(asked)

    assert made is not None
    assert b"D:20261124" in made.pdf
    assert date(2026, 11, 24).isoformat().encode() in made.pdf
