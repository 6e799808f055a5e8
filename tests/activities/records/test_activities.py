"""Texts, people, the register and late arrivals are kept once, however often they come."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities.contracts import ClosedSentence, LateMessages
from activities.records.activities import RecordActivities
from activities.records.database import Store, open_store
from activities.records.migrate import migrate
from tests.activities.records.sentence_records import held
from tests.stores import file_texts

AT = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)
SENTENCE = "sentence-X320741-1"


def test_texts_are_kept_once(store: Store) -> None:
    """A second run finds its texts there; a text of a known digest does not replace the first."""
    texts = {"d1": "Unwell.", "d2": "Bus late."}

    assert 2 == file_texts(store, SENTENCE, texts)
    assert 0 == file_texts(store, SENTENCE, texts)
    assert 1 == file_texts(store, SENTENCE, {"d1": "Other.", "d3": "New."})
    assert ["Unwell.", "Bus late.", "New."] == [row["text"] for row in held(store, "texts")]


def test_a_person_is_kept_apart_from_texts(store: Store) -> None:
    """Name and date of birth go to a table of their own, under the digest of their event."""
    person = json.dumps({"name": "Robin O\u2019Neil", "date_of_birth": "1990-05-17"})
    texts = {"person:e1": person, "d1": "Unwell."}

    assert 2 == file_texts(store, SENTENCE, texts)
    assert 0 == file_texts(store, SENTENCE, texts)
    assert [
        {
            "workflow_id": SENTENCE,
            "event_digest": "e1",
            "name": "Robin O\u2019Neil",
            "date_of_birth": date(1990, 5, 17),
        }
    ] == held(store, "people")
    assert ["d1"] == [row["digest"] for row in held(store, "texts")]


def test_a_text_that_a_database_cannot_hold_is_kept_with_a_sign_for_it(store: Store) -> None:
    """A NUL or half of a character must not hold up the texts of a sentence for ever."""
    file_texts(store, SENTENCE, {"d1": "before\x00after", "d2": "half \ud83d"})

    assert ["before\u2400after", "half ?"] == [row["text"] for row in held(store, "texts")]


def test_a_sentence_is_closed_once(records: RecordActivities, store: Store) -> None:
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
    assert [closed.model_dump()] == held(store, "closed_sentences")


def test_a_sentence_that_never_was_imposed_is_closed_without_outcome(
    records: RecordActivities, store: Store
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

    (row,) = held(store, "closed_sentences")
    assert (None, None) == (row["outcome"], row["ended_on"])


def test_a_late_arrival_is_noted_once(records: RecordActivities, store: Store) -> None:
    """Each digest of a sentence has one row, with the time of its first report."""
    run = ActivityEnvironment().run
    late = LateMessages(workflow_id=SENTENCE, digests=["d1", "d2"], kinds=["nudge", "a"], at=AT)

    run(records.record_late_messages, late)
    run(
        records.record_late_messages,
        late.model_copy(update={"at": datetime(2027, 1, 1, tzinfo=UTC)}),
    )

    assert [("d1", "nudge", AT), ("d2", "a", AT)] == [
        (row["digest"], row["kind"], row["at"]) for row in held(store, "late_arrivals")
    ]


def test_a_failed_write_leaves_nothing(records: RecordActivities, store: Store) -> None:
    """Digests without their kinds are an error of ours: no half of them is noted."""
    late = LateMessages(workflow_id=SENTENCE, digests=["d1", "d2"], kinds=["nudge"], at=AT)

    with pytest.raises(ValueError, match="shorter"):
        records.record_late_messages(late)
    assert [] == held(store, "late_arrivals")


def test_many_threads_and_two_processes_worth_of_records_share_the_files(
    sqlite: Store, tmp_path: Path
) -> None:
    """Writers wait for each other instead of failing, and nothing is lost or doubled."""
    both = [sqlite, open_store(tmp_path)]

    def write(number: int) -> int:
        return file_texts(both[number % 2], SENTENCE, {f"d{number % 50}": "the same"})

    with ThreadPoolExecutor(8) as pool:
        new = sum(pool.map(write, range(100)))
    assert 50 == new
    assert 50 == len(held(sqlite, "texts"))


def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    """Texts are personal data: a folder that the records make is closed to others."""
    folder = tmp_path / "var"
    migrate(open_store(folder))

    assert "drwx------" == stat.filemode(folder.stat().st_mode)
