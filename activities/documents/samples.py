"""Samples of every document, so that whoever edits a template sees at once what it comes to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from activities.documents.errors import TemplateError
from activities.documents.typesetting import Templates

FOLDER: Final = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """One document of a sentence that was made up."""

    name: str
    document: str
    on: date
    said: dict[str, Any]


def load_samples() -> Iterator[Sample]:
    """Yield the samples that come with this version, in the order of their names."""
    for file in sorted(FOLDER.glob("*.json")):
        data = json.loads(file.read_text("utf-8"))
        yield Sample(file.stem, data["document"], date.fromisoformat(data["on"]), data["said"])


def check(templates: Templates) -> Iterator[tuple[Sample, TemplateError | None]]:
    """Make every sample, and yield each with what is wrong with it; None where nothing is."""
    for sample in load_samples():
        try:
            templates.pdf(sample.document, sample.said, sample.on)
        except TemplateError as fault:
            yield sample, fault
        else:
            yield sample, None
