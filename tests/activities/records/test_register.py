"""The records take each write once, however often it comes, from threads and processes alike."""

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities.names import ClosedSentence, FileTexts, LateArrival
from activities.records import FILE, Records, open_store, prepare

AT = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)
SENTENCE = "sentence-X320741-1"


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """Records in a folder of the test's own."""
    return opened(tmp_path)


def opened(folder: Path) -> Records:
    """Records in a folder, over connections of their own."""
    store = open_store(folder)
    prepare(store)
    return Records(store)


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    """All rows of a table, in order."""
    with closing(sqlite3.connect(folder / FILE)) as database:
        return sorted(database.execute(f"SELECT * FROM {table}"))  # noqa: S608 - our own table


def test_texts_are_kept_once(records: Records, tmp_path: Path) -> None:
    """A second run finds its texts there; a text of a known digest does not replace the first."""
    run = ActivityEnvironment().run
    filed = FileTexts(workflow_id=SENTENCE, texts={"d1": "Unwell.", "d2": "Bus late."})

    assert 2 == run(records.file_texts, filed)
    assert 0 == run(records.file_texts, filed)
    more = FileTexts(workflow_id=SENTENCE, texts={"d1": "Other.", "d3": "New."})
    assert 1 == run(records.file_texts, more)
    assert [
        (SENTENCE, "d1", "Unwell."),
        (SENTENCE, "d2", "Bus late."),
        (SENTENCE, "d3", "New."),
    ] == rows(tmp_path, "texts")


def test_a_sentence_is_closed_once(records: Records, tmp_path: Path) -> None:
    """The register tells closed from open; the first entry stands."""
    run = ActivityEnvironment().run
    closed = ClosedSentence(
        workflow_id=SENTENCE,
        crn="X320741",
        event_number="1",
        outcome="completed",
        ended_on=date(2027, 11, 1),
        closed_at=AT,
    )

    assert not records.is_closed(SENTENCE)
    run(records.close_sentence, closed)
    run(records.close_sentence, closed.model_copy(update={"outcome": None, "ended_on": None}))
    assert records.is_closed(SENTENCE)
    assert not records.is_closed("sentence-X320741-2")
    assert [
        (SENTENCE, "X320741", "1", "completed", "2027-11-01", "2026-11-02 10:30:00.000000")
    ] == rows(tmp_path, "closed_sentences")


def test_a_sentence_that_never_was_imposed_is_closed_without_outcome(
    records: Records, tmp_path: Path
) -> None:
    """Outcome and last day may be unknown; the register says so with nulls."""
    records.close_sentence(
        ClosedSentence(
            workflow_id=SENTENCE,
            crn="X320741",
            event_number="1",
            outcome=None,
            ended_on=None,
            closed_at=AT,
        )
    )

    assert [(None, None)] == [row[3:5] for row in rows(tmp_path, "closed_sentences")]


def test_a_late_arrival_is_noted_once(records: Records, tmp_path: Path) -> None:
    """Each digest of a sentence has one row, with the time of its first report."""
    run = ActivityEnvironment().run
    late = LateArrival(workflow_id=SENTENCE, digests=["d1", "d2"], kinds=["nudge", "a"], at=AT)

    run(records.report_late, late)
    run(records.report_late, late.model_copy(update={"at": datetime(2027, 1, 1, tzinfo=UTC)}))

    assert [
        (SENTENCE, "d1", "nudge", "2026-11-02 10:30:00.000000"),
        (SENTENCE, "d2", "a", "2026-11-02 10:30:00.000000"),
    ] == rows(tmp_path, "late_arrivals")


def test_a_failed_write_leaves_nothing(records: Records, tmp_path: Path) -> None:
    """Digests without their kinds are an error of ours: no half of them is noted."""
    late = LateArrival(workflow_id=SENTENCE, digests=["d1", "d2"], kinds=["nudge"], at=AT)

    with pytest.raises(ValueError, match="shorter"):
        records.report_late(late)
    assert [] == rows(tmp_path, "late_arrivals")


def test_many_threads_and_two_processes_worth_of_records_share_the_file(tmp_path: Path) -> None:
    """Writers wait for each other instead of failing, and nothing is lost or doubled."""
    both = [opened(tmp_path), opened(tmp_path)]

    def write(number: int) -> int:
        texts = {f"d{number % 50}": "the same"}
        return both[number % 2].file_texts(FileTexts(workflow_id=SENTENCE, texts=texts))

    with ThreadPoolExecutor(8) as pool:
        new = sum(pool.map(write, range(100)))
    assert 50 == new
    assert 50 == len(rows(tmp_path, "texts"))


def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    """Texts are personal data: a folder that the records make is closed to others."""
    folder = tmp_path / "var"
    opened(folder)

    assert "drwx------" == stat.filemode(folder.stat().st_mode)
