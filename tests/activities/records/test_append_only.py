"""A row of events is never changed: the database itself refuses it."""

import pytest
from sqlalchemy import text

from activities.records.activities import RecordActivities
from activities.records.database import Database, Store
from activities.records.errors import StoreError
from activities.records.read import read_rows
from states.record import RecordRow
from tests.activities.records.sentence_records import SENTENCE, batch, spelt

ROWS_OF_EVENTS = (
    RecordRow("events", "NPS/e-1", {"event_id": "e-1", "kind": "nudge", "digest": "d1"}),
    RecordRow(
        "victim_events", "NPS/e-2", {"kind": "victim_contact_offered", "said": {"every": True}}
    ),
)
ATTEMPTS = [
    ("main", "UPDATE events SET kind = 'other'"),
    ("main", "DELETE FROM events"),
    ("victims", "UPDATE victim_events SET kind = 'other'"),
    ("victims", "DELETE FROM victim_events"),
]


def database_of(store: Store, name: str) -> Database:
    """One of the two databases by its name."""
    return store.main if name == "main" else store.victims


@pytest.mark.parametrize(("name", "statement"), ATTEMPTS, ids=lambda word: word.split()[0])
def test_a_row_of_events_is_neither_changed_nor_deleted(
    store: Store, records: RecordActivities, name: str, statement: str
) -> None:
    """The credentials of a worker cannot change it (NS 2015 1(b))."""
    records.write_record(batch(ROWS_OF_EVENTS))
    with (
        pytest.raises(StoreError) as refusal,
        database_of(store, name).writing() as connection,
    ):
        connection.execute(text(statement))

    assert refusal.value.type in ("RecordsBroken", "VictimsBroken")
    assert spelt(ROWS_OF_EVENTS) == read_rows(store, SENTENCE.workflow_id)


def test_a_table_of_events_is_not_emptied_either(store: Store, records: RecordActivities) -> None:
    """PostgreSQL has a statement for that, which passes by what guards a row."""
    records.write_record(batch(ROWS_OF_EVENTS))
    statement = "DELETE FROM events" if store.main.is_file else "TRUNCATE events"
    with pytest.raises(StoreError), store.main.writing() as connection:
        connection.execute(text(statement))

    assert spelt(ROWS_OF_EVENTS) == read_rows(store, SENTENCE.workflow_id)


def test_a_permit_is_for_one_sentence(store: Store, records: RecordActivities) -> None:
    """While one person is erased, the events of no other can be changed."""
    records.write_record(batch(ROWS_OF_EVENTS))
    with store.main.writing() as connection:
        connection.execute(text("INSERT INTO erasing VALUES ('sentence-X000000-1')"))
    with pytest.raises(StoreError), store.main.writing() as connection:
        connection.execute(text("DELETE FROM events"))

    assert spelt(ROWS_OF_EVENTS) == read_rows(store, SENTENCE.workflow_id)
