"""Documents from templates by typst, in this process, with the fonts that come with it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

BUILTIN_TEMPLATES: Final = Path(__file__).parent / "templates"
"""Folder of the templates of this version."""

_PLACE: Final = re.compile(r"┌─ (?P<file>[^\n]+?):(?P<line>\d+):\d+")
_STANDARD: Final = "ua-1"
"""PDF/UA-1: tagged, with title and language, so that a screen reader can read it."""


class TemplateError(Exception):
    """typst cannot compile a template.

    Attributes:
        file: Name of the file with the error, in the folder of templates.
        line: Line, from 1; 0 if the error has none.
        what: Message of typst; it can quote the document.
    """

    def __init__(self, file: str, line: int, what: str) -> None:
        self.file = file
        self.line = line
        self.what = what
        super().__init__(f"{file}:{line}: {what}")


class Templates:
    """Templates of a folder, by the name of the document."""

    def __init__(self, folder: Path = BUILTIN_TEMPLATES) -> None:
        self.folder = folder.resolve()

    def pdf(self, document: str, said: Mapping[str, Any], on: date) -> bytes:
        """Return the document as PDF; the same arguments give the same bytes, anywhere.

        Args:
            document: Name of its template, without the suffix.
            said: Its data, with texts resolved.
            on: Date of the file's metadata.

        Raises:
            TemplateError: If the template is missing, or typst cannot compile it.
        """
        file = self.folder / f"{document}.typ"
        if not file.is_file():
            raise TemplateError(file.name, 0, f"there is no such file in {self.folder.name}/")
        try:
            made: bytes = typst.compile(
                file,
                root=self.folder,
                font_paths=fonts(),
                ignore_system_fonts=True,
                sys_inputs={"paper": json.dumps(said)},
                format="pdf",
                pdf_standards=[_STANDARD],
                timestamp=datetime(on.year, on.month, on.day, tzinfo=UTC),
            )
        except typst.TypstError as error:
            raise self._error(file.name, error) from None
        return made

    def _error(self, file: str, error: typst.TypstError) -> TemplateError:
        place = _PLACE.search(error.diagnostic or "")
        hints = "".join(f" ({hint})" for hint in error.hints or ())
        if place is None:
            return TemplateError(file, 0, f"{error.message}{hints}")
        named = place["file"].replace("\\", "/").rpartition("/")[2]
        return TemplateError(named, int(place["line"]), f"{error.message}{hints}")


@cache
def fonts() -> typst.Fonts:
    """Return the fonts that come with typst, without those of the machine."""
    return typst.Fonts(include_system_fonts=False)


SAMPLES_FOLDER: Final = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class DocumentSample:
    """Document of a made-up sentence."""

    name: str
    document: str
    on: date
    said: dict[str, Any]


def load_samples() -> Iterator[DocumentSample]:
    """Yield the samples of this version, in the order of their names."""
    for file in sorted(SAMPLES_FOLDER.glob("*.json")):
        data = json.loads(file.read_text("utf-8"))
        yield DocumentSample(
            file.stem, data["document"], date.fromisoformat(data["on"]), data["said"]
        )


def check_templates(templates: Templates) -> Iterator[tuple[DocumentSample, TemplateError | None]]:
    """Make every sample, and yield each with its error, or None."""
    for sample in load_samples():
        try:
            templates.pdf(sample.document, sample.said, sample.on)
        except TemplateError as fault:
            yield sample, fault
        else:
            yield sample, None
