"""Every document can be made, says what it must, and its sample is what the journeys give now."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from activities.documents.render import document_date
from activities.documents.typst_engine import (
    SAMPLES_FOLDER,
    DocumentSample,
    Templates,
    check_templates,
    load_samples,
)
from docs.journeys import Journey
from states.documents import DOCUMENTS, FINAL_WARNING
from tests.activities.documents.samples import (
    SAYS,
    lived,
    made,
    pdf_of,
    read_aloud,
    said_of,
    text_of,
    texts_of,
    written,
)

SAMPLES = {sample.name: sample for sample in load_samples()}
DOCUMENT_NAMES = {document for document, _ in DOCUMENTS.values()} | {FINAL_WARNING}


@pytest.fixture(scope="module")
def says() -> dict[str, str]:
    """The text of the PDF of the first sample of each document."""
    return {name: text_of(pdf_of(SAMPLES[name])) for name in read_aloud()}


def test_every_document_has_a_sample_and_every_template_a_document() -> None:
    """Editors of a template see the result; none is left over."""
    drawn = {"letterhead", "words", "failures", "closing", "consequences", "restriction"}

    assert {sample.document for sample in SAMPLES.values()} == DOCUMENT_NAMES
    assert {file.stem for file in Templates().folder.glob("*.typ")} - drawn == DOCUMENT_NAMES


def test_the_samples_are_what_the_journeys_give() -> None:
    """Stale ones are rewritten by `python -m tests.activities.documents.samples`."""
    kept = {file.stem: file.read_text("utf-8") for file in SAMPLES_FOLDER.glob("*.json")}

    assert {name: written(sample) for name, sample in made().items()} == kept


def test_the_templates_of_this_version_make_every_sample() -> None:
    """`documents check` finds nothing wrong with what is shipped."""
    assert [] == [(sample.name, fault) for sample, fault in check_templates(Templates()) if fault]


def test_each_sample_says_what_stands_in_the_examples(says: dict[str, str]) -> None:
    """A change of wording is seen, and is deliberate: the same command rewrites these."""
    kept = {file.stem: file.read_text("utf-8") for file in SAYS.glob("*.txt")}

    assert kept == says


def _owed(sample: DocumentSample) -> Iterator[str]:
    """Yield what every document has to say: sentence, edition, decision, and who made it."""
    said = sample.said
    yield f"{said['sentence']['crn']} / {said['sentence']['event_number']}"
    yield said["sentence"]["workflow_id"]
    yield said["edition"]["name"]
    yield said["decision"]["at"] or said["decision"]["on"]
    by = said["decision"]["by"]
    yield by["id"] if by is not None else "without a new decision"


@pytest.mark.parametrize("name", read_aloud())
def test_a_document_names_sentence_edition_decision_and_who_made_it(
    name: str, says: dict[str, str]
) -> None:
    """D14: it can be traced without this system, years later."""
    flat = re.sub(r"\s+", " ", says[name])

    assert [] == [owed for owed in _owed(SAMPLES[name]) if owed not in flat]


def test_documents_of_every_shape_in_the_journeys_can_be_made() -> None:
    """One of each sort is not enough: what is missing differs from life to life."""
    shapes: dict[str, tuple[Journey, dict[str, Any]]] = {}
    for journey, documents in lived():
        for item in documents:
            paper = dict(item.data)
            shapes.setdefault(json.dumps([paper["document"], _shape(paper)]), (journey, paper))
    templates = Templates()

    made_now = [
        templates.pdf(
            paper["document"], said_of(paper, texts_of(journey), named=False), document_date(paper)
        )
        for journey, paper in shapes.values()
    ]

    assert 30 < len(made_now)


def _shape(value: Any) -> Any:
    """The fields that are known and unknown, without their values."""
    if isinstance(value, dict):
        return {name: _shape(part) for name, part in value.items() if name != "requirements"}
    if isinstance(value, list):
        return [_shape(part) for part in value[:1]]
    return value is None


def test_every_template_with_a_document_is_told_by_a_journey_or_by_a_row() -> None:
    """No document is left over from a notice that is no more."""
    used = {item.effect.template for _, documents in lived() for item in documents}

    assert set(DOCUMENTS) - used == {
        # Rows of the edition send these, and tests of the rows are held to them.
        *("attendance-centre-ended", "mental-health-treatment-ended"),
        *("prohibited-activity-ended", "prohibited-activity-notice"),
        "supervision-ended",
        "warning-letter-withdrawn",
    }
