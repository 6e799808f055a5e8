"""Samples of documents from the journeys: the fullest of each kind, with a person made up.

Run as a module it writes them, and what their PDFs say into `examples/documents/`.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from activities.documents.render import document_date
from activities.documents.texts import PersonDetails, resolve_texts
from activities.documents.typst_engine import (
    SAMPLES_FOLDER,
    DocumentSample,
    Templates,
    load_samples,
)
from docs.journeys import Journey, load_journeys
from runtime.simulation import SimulatedDocument
from states.events.free_text import extract_free_text
from states.events.parsing import parse_event

SAYS = Path(__file__).parents[3] / "examples" / "documents"
"""Folder of the text of each sample's PDF, as a screen reader would read it."""

SAM = PersonDetails("Sam Example", date(1990, 2, 3))
CONTACT = {"name": "Ash Officer", "telephone": "0300 000 0000", "email": "ash@example.org"}

_DIFFERS_BY_REGIME = ("induction-sheet", "first-warning", "breach-referral", "exclusion-notice")
_DIFFERS_BY_RECIPIENT = ("breach-referral", "exclusion-notice", "requirement-ended")


def texts_of(journey: Journey) -> dict[str, str]:
    """The free text of a journey, by digest."""
    found: dict[str, str] = {}
    for event in journey.events(journey.base):
        extract_free_text(parse_event(event.kind, event.data), found)
    return found


def said_of(paper: dict[str, Any], texts: dict[str, str], *, named: bool = True) -> dict[str, Any]:
    """The data that a template receives; the person is invented, because a journey has no names."""
    whose = {"person": "made up"} if named else None
    found: dict[str, Any] = resolve_texts(paper | {"person": whose}, texts, SAM)
    return found | {"contact": CONTACT}


def kind_of(paper: dict[str, Any]) -> str:
    """Of which kind a document is: its template, and what else makes its words differ."""
    document = paper["document"]
    parts = [document]
    if document in _DIFFERS_BY_REGIME:
        parts.append(paper["sentence"]["regime"])
    if document in _DIFFERS_BY_RECIPIENT:
        parts.append(paper["to"]["recipient"])
    if paper.get("sent") is not None and document == "breach-referral":
        parts.append("papers")
    if paper.get("restrictions") and document == "end-of-sentence":
        parts.append("orders")
    return "-".join(parts).replace("_", "-")


@cache
def lived() -> tuple[tuple[Journey, tuple[SimulatedDocument, ...]], ...]:
    """Every journey with what the documents say that went with its notices."""
    return tuple(
        (journey, tuple(journey.simulated(journey.base).documents))
        for journey in load_journeys().values()
    )


@cache
def made() -> dict[str, DocumentSample]:
    """The samples as the journeys give them now, by name."""
    fullest: dict[str, tuple[int, str, DocumentSample]] = {}
    for journey, documents in lived():
        texts = texts_of(journey)
        for item in documents:
            paper = dict(item.data)
            kind, size = kind_of(paper), len(json.dumps(paper))
            if kind not in fullest or fullest[kind][0] < size:
                said = said_of(paper, texts)
                sample = DocumentSample(kind, paper["document"], document_date(paper), said)
                fullest[kind] = (size, journey.name, sample)
    found = {kind: sample for kind, (_, _, sample) in fullest.items()}
    return dict(sorted((found | dict(_made_up(found))).items()))


def _made_up(found: dict[str, DocumentSample]) -> Iterator[tuple[str, DocumentSample]]:
    """Yield what no journey has: a prohibited activity."""
    notice = found["exclusion-notice-community-order-police"]
    asked = notice.said["requirement"]
    activity = {"kind": "prohibited_activity", "area": None, "details": "Owning or using a drone."}
    name = "prohibited-activity-notice"
    said = notice.said | {"document": name, "requirement": asked | activity}
    yield name, DocumentSample(name, name, notice.on, said)


def written(sample: DocumentSample) -> str:
    """A sample as its file holds it."""
    data = {"document": sample.document, "on": sample.on.isoformat(), "said": sample.said}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def text_of(pdf: bytes) -> str:
    """The text of a PDF, page by page."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return "\n\n".join(pages).strip() + "\n"


def pdf_of(sample: DocumentSample) -> bytes:
    """The PDF of a sample."""
    return Templates().pdf(sample.document, sample.said, sample.on)


def read_aloud() -> tuple[str, ...]:
    """The samples whose words are kept: the first of each document, for reading them is slow."""
    first: dict[str, str] = {}
    for sample in load_samples():
        first.setdefault(sample.document, sample.name)
    return tuple(first.values())


def main() -> int:
    """Write the samples and what they say."""
    SAMPLES_FOLDER.mkdir(exist_ok=True)
    SAYS.mkdir(exist_ok=True)
    for file in (*SAMPLES_FOLDER.glob("*.json"), *SAYS.glob("*.txt")):
        file.unlink()
    for sample in made().values():
        (SAMPLES_FOLDER / f"{sample.name}.json").write_text(written(sample), "utf-8")
    for sample in load_samples():
        if sample.name in read_aloud():
            (SAYS / f"{sample.name}.txt").write_text(text_of(pdf_of(sample)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
