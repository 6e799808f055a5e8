"""`report` prints the figures, gives them as JSON, and writes them as one file."""

from pathlib import Path

import pytest

from tests.caseloads import NOW, caseload
from tests.record_loader import load_rows
from tests.runtime.cli.terminal import run_command
from tests.stores import open_files


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records of ten sentences."""
    found = tmp_path_factory.mktemp("report")
    with open_files(found) as store:
        load_rows(store, ((life.identity, life.record()) for life in caseload(3, 10)), NOW)
    return found


@pytest.fixture(autouse=True)
def _records_are_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTENCES_DATA_DIR", str(folder))


def test_it_prints_every_topic() -> None:
    """A table for each part, under its topic, and the figures that others printed."""
    said = run_command("report")

    assert 0 == said.status
    for topic in ("OPEN WORK", "TIMESCALES", "ENFORCEMENT", "QUALITY, BY PROVIDER", "CASELOAD"):
        assert f"\n{topic}\n" in said.out
    assert "published, for reference: 268,062" in said.out


def test_it_gives_a_period_of_a_provider_as_json() -> None:
    """The same report, for programs, with what was asked for."""
    said = run_command(
        "report", "--provider", "CRC", "--from", "2026-01-01", "--to", "2026-03-31", "--json"
    )

    assert 0 == said.status
    assert ["CRC", "2026-01-01", "2026-03-31", 10] == [
        said.data[name] for name in ("provider", "first", "last", "sentences")
    ]


def test_it_writes_one_file_that_stands_alone(tmp_path: Path) -> None:
    """The file is whole, and nothing is printed."""
    file = tmp_path / "report.html"

    said = run_command("report", "--html", str(file))

    assert (0, "") == (said.status, said.out)
    text = file.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert text.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    "period",
    [("--from", "yesterday"), ("--from", "2026-03-02", "--to", "2026-03-01")],
    ids=["no day", "ends before it begins"],
)
def test_a_period_that_is_none_is_refused(period: tuple[str, ...]) -> None:
    """One sentence says how a period is written."""
    assert run_command("report", *period).refuses("a period is two dates, such as --from")


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """Nothing is lost: the report can be asked for again."""
    assert run_command("report", "--html", str(tmp_path / "none" / "r.html")).refuses("r.html")


def test_records_that_are_not_there_are_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no worker has made the tables, there is nothing to report of."""
    monkeypatch.setenv("SENTENCES_DATA_DIR", str(tmp_path))

    said = run_command("report")

    assert (1, "") == (said.status, said.out)
    assert 1 == said.err.count("\n")
