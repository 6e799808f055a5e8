"""Every row that a sentence can send has a table, and is read back as it was sent."""

import pytest
from sqlalchemy import select

from activities.records.activities import RecordActivities
from activities.records.database import Store
from activities.records.read import compare_rows, read_rows, read_sync_head
from activities.records.schema import ROWS
from docs.journeys import load_journeys
from states.record import RecordRow
from states.sentence_ref import SentenceRef
from tests.activities.records.sentence_records import AT, SENTENCE, batch, record_of, spelt
from tests.record_loader import load_rows

JOURNEYS = sorted(load_journeys())


def named(number: int) -> SentenceRef:
    """A sentence for each journey."""
    return SentenceRef(f"X{number:06}", "1")


def test_every_row_of_every_journey_is_read_back_as_it_was_sent(store: Store) -> None:
    """Codes, days, instants, lists and maps: no value changes on its way (NS 2015 1(b))."""
    # Under one sentence, so that it is one batch: what is asked is what becomes of the values.
    sent = [
        RecordRow(row.table, f"{journey}/{row.key}", row.values)
        for journey in JOURNEYS
        for row in record_of(journey)
    ]
    sent.sort(key=lambda row: (row.table, row.key))
    assert RecordActivities(store).write_record(batch(sent)).accepted
    back = read_rows(store, SENTENCE.workflow_id)

    assert spelt(sent) == back
    assert () == compare_rows(back, sent)


@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_value_is_spelt_as_the_sentence_spells_it(journey: str) -> None:
    """The rows that are read equal those sent, with empty columns of other kinds of row.

    Only the moment at which a message came is spelt in another way there, with its offset.
    """
    for row, back in zip(record_of(journey), spelt(record_of(journey)), strict=True):
        said = {name: back.values[name] for name in row.values}
        same = dict(row.values)
        if row.table == "unapplied":
            same["at"] = row.values["at"].replace("+00:00", "Z")
        assert same == said
        assert {None} >= {back.values[name] for name in back.values.keys() - row.values.keys()}


def test_many_sentences_are_loaded_as_if_each_had_written(store: Store) -> None:
    """The loader for benchmarks leaves what the batches would have left."""
    lives: list[tuple[SentenceRef, tuple[RecordRow, ...]]] = [
        (named(number), record_of(journey)) for number, journey in enumerate(JOURNEYS[-4:])
    ]

    assert sum(len(rows) for _, rows in lives) == load_rows(store, lives, AT)
    for identity, rows in lives:
        assert spelt(rows) == read_rows(store, identity.workflow_id)
        head = read_sync_head(store, identity.workflow_id)
        assert head is not None
        assert (1, True, AT) == (head.sequence, head.whole, head.as_of)


def test_the_tables_hold_what_can_be_counted_as_what_it_is(store: Store) -> None:
    """A report compares days with days: a day that was kept as text would not do."""
    load_rows(store, [(named(0), record_of("two_failures"))], AT)
    clocks = ROWS["clocks"]
    wanted = select(clocks.c.due_on).where(clocks.c.due_on.is_not(None)).order_by(clocks.c.due_on)
    with store.main.reading() as connection:
        days = list(connection.scalars(wanted))

    expected = [row.values["due_on"] for row in record_of("two_failures") if row.table == "clocks"]
    assert sorted(filter(None, expected)) == [day.isoformat() for day in days]
