"""Batches are written in the order of their numbers, each whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from temporalio.testing import ActivityEnvironment

from activities.contracts import BatchRow, RecordProgress
from activities.records.activities import RecordActivities
from activities.records.database import Store
from activities.records.errors import DatabaseFault, StoreError
from activities.records.read import read_rows, read_sync_head
from activities.records.schema import VICTIMS, heads
from states.record import RecordRow
from states.sentence_ref import SentenceRef
from tests.activities.records.sentence_records import AT, SENTENCE, batch, held, record_of, spelt

W1 = RecordRow("warnings", "W1", {"warning_id": "W1", "level": "first", "departure": False})
W2 = RecordRow("warnings", "W2", {"warning_id": "W2", "level": "final", "departure": False})
E1 = RecordRow("events", "NPS/e-1", {"event_id": "e-1", "kind": "nudge", "digest": "d1"})
V1 = RecordRow("victim_contacts", "V1", {"victim_ref": "V1", "accepted": True, "views": []})


def rows(store: Store) -> tuple[RecordRow, ...]:
    """The rows of the record of the sentence."""
    return read_rows(store, SENTENCE.workflow_id)


def level(row: RecordRow, word: str) -> RecordRow:
    """The same warning with another level."""
    return RecordRow(row.table, row.key, {**row.values, "level": word})


def test_a_batch_changes_adds_and_removes(records: RecordActivities, store: Store) -> None:
    """Rows that a batch names are as it states afterwards; other rows stay."""
    run = ActivityEnvironment().run
    assert RecordProgress(accepted=True, sequence=1) == run(
        records.write_record, batch([W1, W2, E1])
    )
    changed = batch([level(W1, "final")], sequence=2, removed=[("warnings", "W2")])
    assert RecordProgress(accepted=True, sequence=2) == run(records.write_record, changed)

    assert spelt([E1, level(W1, "final")]) == rows(store)


def test_the_same_batch_again_changes_nothing(records: RecordActivities, store: Store) -> None:
    """An attempt whose answer was lost is repeated, and accepted as what it is."""
    first = batch([W1, E1, V1])
    records.write_record(first)
    before = rows(store)

    assert RecordProgress(accepted=True, sequence=1) == records.write_record(first)
    assert before == rows(store)


@pytest.mark.parametrize("sequence", [1, 3, 4])
def test_a_batch_out_of_its_turn_is_not_taken(
    records: RecordActivities, store: Store, sequence: int
) -> None:
    """Neither one from before nor one that skips a number: the sentence learns where it stands."""
    records.write_record(batch([W1]))
    records.write_record(batch([W2], sequence=2))
    zombie = batch([level(W1, "of a zombie")], sequence=sequence)

    # Number 3 is next, but comes of a view from before the last one.
    zombie = zombie.model_copy(update={"as_of": AT - timedelta(seconds=1)})
    assert RecordProgress(accepted=False, sequence=2) == records.write_record(zombie)
    assert spelt([W1, W2]) == rows(store)


def test_another_batch_under_the_same_number_is_not_taken(
    records: RecordActivities, store: Store
) -> None:
    """Two attempts of one number with different content cannot both stand: the first does."""
    records.write_record(batch([W1]))

    assert RecordProgress(accepted=False, sequence=1) == records.write_record(batch([W2]))
    assert spelt([W1]) == rows(store)


def test_a_record_that_lost_its_database_is_sent_afresh(
    records: RecordActivities, store: Store
) -> None:
    """An empty database takes no batch but the first: everything comes again under that number."""
    late = batch([level(W1, "final")], sequence=57)
    assert RecordProgress(accepted=False, sequence=0) == records.write_record(late)
    assert read_sync_head(store, SENTENCE.workflow_id) is None
    assert RecordProgress(accepted=True, sequence=1) == records.write_record(
        batch([W1, W2], afresh=True)
    )

    assert spelt([W1, W2]) == rows(store)


def test_what_comes_afresh_replaces_all_but_events(records: RecordActivities, store: Store) -> None:
    """A record that was ahead of a workflow that was set back follows it; events stay for ever."""
    records.write_record(batch([W1, W2, E1, V1]))
    again = batch([level(W2, "first")], sequence=2, afresh=True)
    assert records.write_record(again).accepted

    assert spelt([E1, level(W2, "first")]) == rows(store)


def test_afresh_in_parts_is_whole_with_the_last(records: RecordActivities, store: Store) -> None:
    """Only the first part deletes; the head says that the record is not whole before the last."""
    records.write_record(batch([W1, E1]))
    records.write_record(batch([W1], sequence=2, afresh=True, whole=False))
    head = read_sync_head(store, SENTENCE.workflow_id)
    assert head is not None
    assert (2, False, AT) == (head.sequence, head.whole, head.as_of)

    records.write_record(batch([W2], sequence=3))
    assert spelt([E1, W1, W2]) == rows(store)
    head = read_sync_head(store, SENTENCE.workflow_id)
    assert head is not None
    assert (3, True) == (head.sequence, head.whole)


def test_an_event_that_comes_otherwise_stands_as_it_came_first(
    records: RecordActivities, store: Store
) -> None:
    """It is noted beside it, once, and holds up nothing."""
    records.write_record(batch([E1]))
    other = RecordRow("events", E1.key, {**E1.values, "digest": "d2"})
    for sequence in (2, 3):
        assert records.write_record(batch([other], sequence=sequence)).accepted

    assert spelt([E1]) == rows(store)
    (noted,) = held(store, "event_conflicts")
    assert E1.key == noted["event_key"]
    values: Any = noted["values"]
    assert "d2" == values["digest"]


def test_an_event_is_never_removed(records: RecordActivities, store: Store) -> None:
    """A batch that names an event among what is no more leaves it."""
    records.write_record(batch([E1]))
    records.write_record(batch(sequence=2, removed=[("events", E1.key)]))

    assert spelt([E1]) == rows(store)


def test_sentences_have_records_of_their_own(records: RecordActivities, store: Store) -> None:
    """One that comes afresh leaves the rows of every other."""
    other = SentenceRef("X320741", "2")
    records.write_record(batch([W1]))
    records.write_record(batch([W2], sentence=other))
    records.write_record(batch([], sequence=2, afresh=True))

    assert () == rows(store)
    assert spelt([W2]) == read_rows(store, other.workflow_id)


@pytest.mark.parametrize(
    "row",
    [
        RecordRow("moods", "M1", {}),
        RecordRow("warnings", "W1", {"mood": "bad"}),
        RecordRow("warnings", "W1", {"issued_at": "yesterday"}),
    ],
    ids=["table", "column", "value"],
)
def test_a_row_that_has_no_place_is_no_batch(
    records: RecordActivities, store: Store, row: RecordRow
) -> None:
    """A worker of the next build can write it: the error is tried again, and nothing is half."""
    with pytest.raises(StoreError) as refusal:
        records.write_record(batch([W1, row]))

    assert ("RecordsUnknownShape", False) == (refusal.value.type, refusal.value.non_retryable)
    assert DatabaseFault.UNKNOWN_SHAPE is refusal.value.fault
    assert () == rows(store)
    assert read_sync_head(store, SENTENCE.workflow_id) is None


def test_attempts_at_one_time_leave_one_record(records: RecordActivities, store: Store) -> None:
    """A zombie beside the next attempt waits for the row of the head, and is then a repeat."""
    first = batch(record_of("victim_contact"))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(records.write_record, [first] * 8))

    assert [RecordProgress(accepted=True, sequence=1)] * 8 == found
    assert spelt(record_of("victim_contact")) == rows(store)


def test_a_crash_after_the_victims_rows_costs_a_repeat_and_nothing_else(
    records: RecordActivities, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The victims' rows are in, the batch is not: the next attempt writes both."""

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("activities.records.write._move_head", crash)
    with pytest.raises(KeyboardInterrupt):
        records.write_record(batch([W1, V1]))
    assert spelt([V1]) == rows(store)
    assert read_sync_head(store, SENTENCE.workflow_id) is None
    monkeypatch.undo()

    assert records.write_record(batch([W1, V1])).accepted
    assert spelt([V1, W1]) == rows(store)


def test_a_victims_database_that_is_down_holds_up_what_concerns_victims(
    records: RecordActivities, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any other batch is written; one about victims is not, wholly, and says whose fault it is."""

    def refuse() -> None:
        raise StoreError(store.victims.name, DatabaseFault.UNREACHABLE)

    monkeypatch.setattr(store.victims, "writing", refuse)
    assert records.write_record(batch([W1])).accepted
    with pytest.raises(StoreError) as refusal:
        records.write_record(batch([W2, V1], sequence=2))

    assert "VictimsUnreachable" == refusal.value.type
    assert spelt([W1]) == rows(store)


def test_a_head_that_was_lost_alone_is_found_again(records: RecordActivities, store: Store) -> None:
    """Rows without a head are what is left of another record: afresh clears them away."""
    records.write_record(batch([W1, W2]))
    with store.main.writing() as connection:
        connection.execute(delete(heads))
    assert not records.write_record(batch([], sequence=2)).accepted
    assert records.write_record(batch([W2], afresh=True)).accepted

    assert spelt([W2]) == rows(store)


def test_a_batch_says_nothing_of_itself_in_an_error(
    records: RecordActivities, store: Store
) -> None:
    """Rows are personal data: neither the error message nor its cause repeats them."""
    long_ago = BatchRow(table="warnings", key="W1", values={"level": "s3cret", "mood": "s3cret"})
    bad = batch([]).model_copy(update={"rows": [long_ago]})
    with pytest.raises(StoreError) as refusal:
        records.write_record(bad)

    assert "s3cret" not in repr(refusal.value)
    assert refusal.value.__cause__ is None
    assert [] == held(store, "warnings")


def test_the_victims_tables_are_in_no_other_database() -> None:
    """Two sets of tables, no name in common but the permit to erase (NS 2015 7)."""
    assert {"victim_contacts", "victim_events", "erasing"} == set(VICTIMS.tables)
