"""The templates can be checked, and documents listed and taken out, without any server."""

import json
import shutil
from pathlib import Path

import pytest

from activities.documents.typst_engine import BUILTIN_TEMPLATES
from activities.records.database import open_store
from activities.records.deliveries import DocumentTable
from runtime.cli.app import run
from tests.states.stream import at
from tests.stores import prepared_files

KEY = "warning-letter/W1/CRC/e-9/person"
WORKFLOW_ID = "sentence-X320741-1"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of the test's own, with one document in them."""
    monkeypatch.setenv("SENTENCES_DATA_DIR", str(tmp_path))
    prepared_files(tmp_path)
    facts = {"template": "first-warning", "edition": "ns-2015", "at": at("2026-11-24")}
    DocumentTable(open_store(tmp_path)).store(WORKFLOW_ID, KEY, pdf=b"%PDF- one", **facts)  # type: ignore[arg-type] # one dictionary of two types


def test_templates_without_fault_are_said_to_be_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Every sample is named, and the exit status is 0."""
    assert 0 == run(["documents", "check"])
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert {"made"} == {line.rpartition(": ")[2] for line in lines}


@pytest.mark.parametrize("by", ["option", "setting"])
def test_a_faulty_template_is_told_by_file_line_and_what(
    by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All samples are tried, so that one slip does not hide another; the exit status is 1."""
    folder = shutil.copytree(BUILTIN_TEMPLATES, tmp_path / "mine")
    (folder / "premises-left.typ").write_text("\n#let x = \n", "utf-8")
    (folder / "recall-report.typ").unlink()
    option = ["--templates", str(folder)] if by == "option" else []
    if by == "setting":
        monkeypatch.setenv("SENTENCES_TEMPLATES_DIR", str(folder))

    assert 1 == run(["documents", "check", *option])

    said = capsys.readouterr()
    assert "premises-left: premises-left.typ:2: expected expression" in said.out
    assert "recall-report: recall-report.typ:0: there is no such file" in said.out
    assert "2 samples cannot be made from these templates\n" == said.err


def test_the_documents_of_a_sentence_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """When each was made, from what, under which edition, and under which key it is had."""
    assert 0 == run(["documents", "list", "X320741", "1"])
    assert f"2026-11-24 12:00  first-warning  ns-2015  {KEY}\n" == capsys.readouterr().out

    assert 0 == run(["documents", "list", "X320741", "1", "--json"])
    (found,) = json.loads(capsys.readouterr().out)
    assert (KEY, 9) == (found["key"], found["size"])


def test_a_document_is_taken_out_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is there is not written over."""
    file = tmp_path / "document.pdf"

    assert 0 == run(["documents", "get", "X320741", "1", KEY, "--out", str(file)])
    assert b"%PDF- one" == file.read_bytes()
    assert 1 == run(["documents", "get", "X320741", "1", KEY, "--out", str(file)])
    assert "was not written: File exists" in capsys.readouterr().err


def test_what_is_not_there_is_said_not_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a sentence, with what to do instead."""
    out = ["--out", str(tmp_path / "document.pdf")]

    assert 1 == run(["documents", "get", "X320741", "2", KEY, *out])
    assert f"sentence X320741 2 has no document {KEY}" in capsys.readouterr().err


def test_erased_pages_are_said_to_be_erased(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After an erasure the records show only that there was a document."""
    facts = {"template": "first-warning", "edition": "ns-2015", "at": at("2026-11-24")}
    DocumentTable(open_store(tmp_path)).store(WORKFLOW_ID, "gone", pdf=b"", **facts)  # type: ignore[arg-type] # as above
    out = ["--out", str(tmp_path / "document.pdf")]

    assert 1 == run(["documents", "get", "X320741", "1", "gone", *out])
    assert "the pages of gone were erased" in capsys.readouterr().err


def test_records_that_do_not_answer_are_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, and the exit status of what cannot be done."""
    monkeypatch.setenv("SENTENCES_DATA_DIR", str(tmp_path / "nowhere" / "else"))

    assert 1 == run(["documents", "list", "X320741", "1"])
    assert capsys.readouterr().err.startswith("the database of the records is missing")
