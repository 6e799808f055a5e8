"""A document is the same wherever it is made, can be read aloud, and a fault says where it is."""

import shutil
import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from activities.documents.typst_engine import (
    BUILTIN_TEMPLATES,
    TemplateError,
    Templates,
    fonts,
    load_samples,
)

SAMPLES = {sample.name: sample for sample in load_samples()}
WARNING = SAMPLES["first-warning-community-order"]
ROOT = Path(__file__).parents[3]


def pdf(**changes: Any) -> bytes:
    """The sample of a warning, with other things said."""
    return Templates().pdf(WARNING.document, WARNING.said | changes, WARNING.on)


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A copy of the templates that can be edited."""
    return shutil.copytree(BUILTIN_TEMPLATES, tmp_path / "mine")


def test_the_same_is_made_twice() -> None:
    """Same input, same bytes: a repeat of a delivery carries the same document."""
    for sample in SAMPLES.values():
        once = Templates().pdf(sample.document, sample.said, sample.on)
        assert once == Templates().pdf(sample.document, sample.said, sample.on)


def test_another_process_in_another_place_makes_the_same_bytes(tmp_path: Path) -> None:
    """Neither the zone, the language nor the hash seed of a machine, nor its fonts, shows."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from hashlib import sha256\n"
        "from activities.documents.typst_engine import load_samples\n"
        "from activities.documents.typst_engine import Templates\n"
        "for s in load_samples():\n"
        "    if s.name == sys.argv[2]:\n"
        "        print(sha256(Templates().pdf(s.document, s.said, s.on)).hexdigest())\n"
    )
    env = {"TZ": "Asia/Tokyo", "LANG": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}

    made = subprocess.run(
        [sys.executable, "-c", program, str(ROOT), WARNING.name],
        cwd=tmp_path,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )

    assert sha256(pdf()).hexdigest() == made.stdout.strip()


def test_a_document_can_be_read_aloud() -> None:
    """PDF/UA-1: tagged, with a title that is shown and the language of its words."""
    reader = PdfReader(BytesIO(pdf()))
    root: Any = reader.trailer["/Root"]
    said = reader.xmp_metadata
    assert said is not None

    assert (True, "en-GB") == (bool(root["/MarkInfo"]["/Marked"]), root["/Lang"])
    assert "/StructTreeRoot" in root
    assert b"<pdfuaid:part>1</pdfuaid:part>" in said.stream.get_data()
    info = reader.metadata
    assert info is not None
    assert ("Formal warning", WARNING.on) == (
        info.title,
        info.creation_date.date() if info.creation_date else None,
    )


def test_no_font_of_the_machine_is_used() -> None:
    """Else the same letter would look, and weigh, otherwise elsewhere."""
    assert {None} == {font.path for font in fonts().fonts()}


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x") $ x^2 $ *bold* _it_ = Heading `raw` <label> @ref \\ // gone /* gone */ ~ #{',
        "#" * 4_000,
        "x" * 4_000,
        "word " * 800,
        "\n" * 100,
        "السلام عليكم (12) " * 50,
    ],
    ids=["markup", "hashes", "one word", "words", "empty lines", "right to left"],
)
def test_what_people_write_is_inert_in_a_document(text: str) -> None:
    """Free text is a value: nothing in it is read as a template, and any length has room."""
    (failure,) = WARNING.said["failures"]

    made = pdf(failures=[failure | {"own_words": text}])

    found = "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    shown = sum(found.count(character) for character in set(text) - {" ", "\n"})
    assert shown >= sum(not character.isspace() for character in text)


def test_a_fault_names_file_line_and_what(edited: Path) -> None:
    """Editors of templates are no programmers, and needs the place."""
    file = edited / "closing.typ"
    file.write_text(
        file.read_text("utf-8")
        .replace("#contact", "#contcat")
        .replace("  contact\n", "  contcat\n"),
        "utf-8",
    )
    line = file.read_text("utf-8").splitlines().index("  contcat") + 1

    with pytest.raises(TemplateError, match="unknown variable: contcat") as fault:
        Templates(edited).pdf(WARNING.document, WARNING.said, WARNING.on)

    assert ("closing.typ", line) == (fault.value.file, fault.value.line)


def test_a_template_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """A folder of one's own needs every template."""
    with pytest.raises(TemplateError, match=r"^first-warning.typ:0: there is no such file"):
        Templates(tmp_path).pdf(WARNING.document, WARNING.said, WARNING.on)


def test_an_edited_template_is_used(edited: Path) -> None:
    """Ops change a word without a deployment."""
    file = edited / "first-warning.typ"
    file.write_text(file.read_text("utf-8").replace("Formal warning", "A first warning"), "utf-8")

    made = Templates(edited).pdf(WARNING.document, WARNING.said, WARNING.on)

    assert "A first warning" in PdfReader(BytesIO(made)).pages[0].extract_text()
