"""What the record is told: only what changed, in order, and everything where it has lost some."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.record import (
    MAX_DELTA_BYTES,
    MAX_DELTA_ROWS,
    RecordDelta,
    RecordRow,
    SyncState,
    row_digest,
)


def row(key: str, value: object = 1, table: str = "clocks") -> RecordRow:
    return RecordRow(table, key, {"value": value})


def told(kept: SyncState, *rows: RecordRow) -> RecordDelta:
    change = kept.next_delta(rows)
    assert change is not None
    kept.acknowledge(change)
    return change


def test_everything_is_told_once_and_then_nothing() -> None:
    """A record that holds all of it is told nothing."""
    kept = SyncState()

    change = told(kept, row("a"), row("b"))

    assert (1, False, True) == (change.sequence, change.full_resync, change.complete)
    assert ("a", "b") == tuple(item.key for item in change.rows)
    assert kept.next_delta((row("a"), row("b"))) is None


def test_only_what_changed_is_told_under_the_next_number() -> None:
    """A changed row, a new one and one that is gone; the rest is left alone."""
    kept = SyncState()
    told(kept, row("a"), row("b"), row("c"))

    change = told(kept, row("a"), row("b", 2), row("d"))

    assert 2 == change.sequence
    assert ("b", "d") == tuple(item.key for item in change.rows)
    assert (("clocks", "c"),) == change.removed
    assert kept.next_delta((row("a"), row("b", 2), row("d"))) is None


def test_the_same_key_in_two_tables_is_two_rows() -> None:
    """A row is known by its table and its key together."""
    kept = SyncState()
    told(kept, row("a"), row("a", table="duties"))

    change = told(kept, row("a", 2))

    assert (("duties", "a"),) == change.removed
    assert [("clocks", "a")] == [(item.table, item.key) for item in change.rows]


def test_a_change_that_was_not_taken_is_told_again() -> None:
    """What was lost on the way is told with whatever has happened since."""
    kept = SyncState()
    lost = kept.next_delta((row("a"),))

    again = kept.next_delta((row("a"), row("b")))

    assert lost is not None
    assert again is not None
    assert lost.sequence == again.sequence == 1
    assert 2 == len(again.rows)


def test_much_is_told_in_parts_and_what_is_gone_comes_with_the_last() -> None:
    """No change has more than so many rows; only the last of them makes the record whole."""
    kept = SyncState()
    told(kept, row("gone"))
    many = [row(f"{n:04}") for n in range(MAX_DELTA_ROWS + 1)]

    first = told(kept, *many)
    second = told(kept, *many)

    assert (MAX_DELTA_ROWS, False, ()) == (len(first.rows), first.complete, first.removed)
    assert (1, True, (("clocks", "gone"),)) == (len(second.rows), second.complete, second.removed)
    assert kept.next_delta(many) is None


def test_long_rows_are_told_in_parts_by_their_bytes() -> None:
    """A change stays below its size, but for a single row that is longer by itself."""
    kept = SyncState()
    long = [row(f"{n}", "x" * (MAX_DELTA_BYTES // 2)) for n in range(3)]

    assert [1, 1, 1] == [len(told(kept, *long).rows) for _ in range(3)]
    single = told(kept, *long, row("huge", "x" * (2 * MAX_DELTA_BYTES)))
    assert (1, True) == (len(single.rows), single.complete)


def test_a_record_that_lost_something_is_told_everything_afresh() -> None:
    """Under the number after its last one, also where it should have nothing at all."""
    kept = SyncState()
    told(kept, row("a"), row("b"))

    kept.restart_from(7)
    change = told(kept, row("a"), row("b"))

    assert (8, True, 2) == (change.sequence, change.full_resync, len(change.rows))
    assert kept.next_delta((row("a"), row("b"))) is None
    kept.restart_from(9)
    empty = kept.next_delta(())
    assert empty is not None
    assert (10, True, ()) == (empty.sequence, empty.full_resync, empty.rows)


def test_the_next_run_knows_what_the_last_one_told() -> None:
    """What is kept goes through JSON and comes back the same, also when all is to be told."""
    kept = SyncState()
    other = SyncState()
    lost = SyncState()
    told(kept, row("a"), row("b"))
    other.load(json.loads(json.dumps(kept.dump())))

    change = other.next_delta((row("a"), row("c")))

    assert change is not None
    assert (2, ("c",)) == (change.sequence, tuple(item.key for item in change.rows))
    assert (("clocks", "b"),) == change.removed
    kept.restart_from(4)
    lost.load(json.loads(json.dumps(kept.dump())))
    afresh = lost.next_delta((row("a"),))
    assert afresh is not None
    assert (5, True) == (afresh.sequence, afresh.full_resync)


@pytest.mark.parametrize("other", [{"value": 2}, {"other": 1}, {"value": "1"}, {"value": None}, {}])
def test_a_digest_tells_two_states_of_a_row_apart(other: dict[str, object]) -> None:
    """By names and values, not by their order."""
    assert row_digest({"value": 1}) != row_digest(other)
    assert row_digest({"a": 1, "b": 2}) == row_digest({"b": 2, "a": 1})


@dataclass
class Record:
    """A record as the database keeps one: numbered changes, each once, in order."""

    sequence: int = 0
    held: dict[tuple[str, str], object] = field(default_factory=dict)

    def take(self, change: RecordDelta) -> bool:
        if change.sequence != self.sequence + 1:
            return False
        self.sequence = change.sequence
        if change.full_resync:
            self.held.clear()
        self.held |= {(item.table, item.key): dict(item.values) for item in change.rows}
        for name in change.removed:
            del self.held[name]
        return True

    def copy(self) -> "Record":
        return Record(self.sequence, dict(self.held))


STEPS = st.lists(
    st.one_of(
        st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3)),
        st.sampled_from(["save", "restore", "next run"]),
    ),
    max_size=25,
)


def _rounds(kept: SyncState, record: Record, rows: list[RecordRow]) -> Iterator[RecordDelta]:
    while (change := kept.next_delta(rows)) is not None:
        yield change
        if record.take(change):
            kept.acknowledge(change)
        else:
            kept.restart_from(record.sequence)


@given(STEPS)
def test_whatever_happens_to_the_record_it_comes_to_hold_what_it_should(
    steps: list[object],
) -> None:
    """Also where an old copy of it is put back: at the next change it is whole again."""
    kept = SyncState()
    record = Record()
    saved = record.copy()
    for number, step in enumerate(steps):
        if step == "save":
            saved = record.copy()
        elif step == "restore":
            record = saved.copy()
        elif step == "next run":
            data = json.loads(json.dumps(kept.dump()))
            kept = SyncState()
            kept.load(data)
        elif isinstance(step, dict):
            # Something always changes, as whatever is taken adds a row.
            rows = [row(key, value) for key, value in sorted(step.items())] + [row("z", number)]
            assert len(list(_rounds(kept, record, rows))) <= 3
            assert {(item.table, item.key): dict(item.values) for item in rows} == record.held
