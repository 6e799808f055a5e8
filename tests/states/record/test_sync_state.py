"""Deltas of the record: only changes, in order, and everything where the record lost some."""

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
    open_rows,
    record_rows,
    row_digest,
)
from tests.states.stream import IDENTITY, Played, at, event, failed, played, serving


def row(key: str, value: object = 1, table: str = "clocks") -> RecordRow:
    return RecordRow(table, key, {"value": value})


def written(state: SyncState, *rows: RecordRow) -> RecordDelta:
    change = state.next_delta(rows)
    assert change is not None
    state.acknowledge(change)
    return change


def test_everything_is_written_once_and_then_nothing() -> None:
    """A record that holds all of it receives nothing."""
    state = SyncState()

    change = written(state, row("a"), row("b"))

    assert (1, False, True) == (change.sequence, change.full_resync, change.complete)
    assert ("a", "b") == tuple(item.key for item in change.rows)
    assert state.next_delta((row("a"), row("b"))) is None


def test_only_changes_are_written_under_the_next_number() -> None:
    """A changed row, a new one and one that is gone; the rest is left alone."""
    state = SyncState()
    written(state, row("a"), row("b"), row("c"))

    change = written(state, row("a"), row("b", 2), row("d"))

    assert 2 == change.sequence
    assert ("b", "d") == tuple(item.key for item in change.rows)
    assert (("clocks", "c"),) == change.removed
    assert state.next_delta((row("a"), row("b", 2), row("d"))) is None


def test_the_same_key_in_two_tables_is_two_rows() -> None:
    """A row is known by its table and its key together."""
    state = SyncState()
    written(state, row("a"), row("a", table="duties"))

    change = written(state, row("a", 2))

    assert (("duties", "a"),) == change.removed
    assert [("clocks", "a")] == [(item.table, item.key) for item in change.rows]


def test_a_delta_that_was_not_acknowledged_is_made_again() -> None:
    """A delta that was lost is made again, with every change since."""
    state = SyncState()
    lost = state.next_delta((row("a"),))

    again = state.next_delta((row("a"), row("b")))

    assert lost is not None
    assert again is not None
    assert lost.sequence == again.sequence == 1
    assert 2 == len(again.rows)


def test_many_rows_are_written_in_parts_and_removals_come_with_the_last() -> None:
    """No change has more than so many rows; only the last of them makes the record whole."""
    state = SyncState()
    written(state, row("gone"))
    many = [row(f"{n:04}") for n in range(MAX_DELTA_ROWS + 1)]

    first = written(state, *many)
    second = written(state, *many)

    assert (MAX_DELTA_ROWS, False, ()) == (len(first.rows), first.complete, first.removed)
    assert (1, True, (("clocks", "gone"),)) == (len(second.rows), second.complete, second.removed)
    assert state.next_delta(many) is None


def test_long_rows_are_written_in_parts_by_their_bytes() -> None:
    """A change stays below its size, but for a single row that is longer by itself."""
    state = SyncState()
    long = [row(f"{n}", "x" * (MAX_DELTA_BYTES // 2)) for n in range(3)]

    assert [1, 1, 1] == [len(written(state, *long).rows) for _ in range(3)]
    single = written(state, *long, row("huge", "x" * (2 * MAX_DELTA_BYTES)))
    assert (1, True) == (len(single.rows), single.complete)


def test_a_record_that_lost_a_delta_receives_everything_again() -> None:
    """Under the number after its last one, also where it should have nothing at all."""
    state = SyncState()
    written(state, row("a"), row("b"))

    state.restart_from(7)
    change = written(state, row("a"), row("b"))

    assert (8, True, 2) == (change.sequence, change.full_resync, len(change.rows))
    assert state.next_delta((row("a"), row("b"))) is None
    state.restart_from(9)
    empty = state.next_delta(())
    assert empty is not None
    assert (10, True, ()) == (empty.sequence, empty.full_resync, empty.rows)


def test_the_next_run_knows_what_the_last_one_wrote() -> None:
    """The state survives JSON, also when a full resync is due."""
    state = SyncState()
    other = SyncState()
    lost = SyncState()
    written(state, row("a"), row("b"))
    other.load(json.loads(json.dumps(state.dump())))

    change = other.next_delta((row("a"), row("c")))

    assert change is not None
    assert (2, ("c",)) == (change.sequence, tuple(item.key for item in change.rows))
    assert (("clocks", "b"),) == change.removed
    state.restart_from(4)
    lost.load(json.loads(json.dumps(state.dump())))
    delta = lost.next_delta((row("a"),))
    assert delta is not None
    assert (5, True) == (delta.sequence, delta.full_resync)


@pytest.mark.parametrize("other", [{"value": 2}, {"other": 1}, {"value": "1"}, {"value": None}, {}])
def test_a_digest_distinguishes_two_states_of_a_row(other: dict[str, object]) -> None:
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


def _rounds(state: SyncState, record: Record, rows: list[RecordRow]) -> Iterator[RecordDelta]:
    while (change := state.next_delta(rows)) is not None:
        yield change
        if record.take(change):
            state.acknowledge(change)
        else:
            state.restart_from(record.sequence)


@given(STEPS)
def test_whatever_happens_to_the_record_it_comes_to_hold_what_it_should(
    steps: list[object],
) -> None:
    """Also where an old copy of it is put back: at the next change it is whole again."""
    state = SyncState()
    record = Record()
    saved = record.copy()
    for number, step in enumerate(steps):
        if step == "save":
            saved = record.copy()
        elif step == "restore":
            record = saved.copy()
        elif step == "next run":
            data = json.loads(json.dumps(state.dump()))
            state = SyncState()
            state.load(data)
        elif isinstance(step, dict):
            # Something always changes, as whatever is taken adds a row.
            rows = [row(key, value) for key, value in sorted(step.items())] + [row("z", number)]
            assert len(list(_rounds(state, record, rows))) <= 3
            assert {(item.table, item.key): dict(item.values) for item in rows} == record.held


NOW = "2026-12-20 12:00"


def _delta(state: SyncState, story: Played) -> RecordDelta | None:
    rows, is_all = open_rows(IDENTITY, story.case, story.decided, at(NOW), state=state)
    return state.next_delta(rows, is_all=is_all)


def test_rows_of_earlier_events_are_not_built_again() -> None:
    """An event costs the rows that it changes, however long the log is."""
    contacts = [
        event("contact_recorded", "2026-11-20", event_id=f"note-{number}") for number in range(40)
    ]
    story = [*serving(), *contacts]
    state = SyncState()
    first = _delta(state, played(story, NOW))
    assert first is not None
    state.acknowledge(first)

    later = played([*story, event("contact_recorded", "2026-11-21", event_id="last")], NOW)
    rows, is_all = open_rows(IDENTITY, later.case, later.decided, at(NOW), state=state)

    built = [(row.table, row.key) for row in rows if row.table in ("events", "contacts")]
    assert [("contacts", "CRC/last"), ("events", "CRC/last")] == built
    assert is_all
    change = state.next_delta(rows)
    assert change is not None
    assert () == change.removed


def test_a_delta_is_made_of_so_many_events_as_it_can_hold() -> None:
    """After a burst a delta costs what it sends, and the last one makes the record whole."""
    contacts = [
        event("contact_recorded", "2026-11-20", event_id=f"note-{number:03}")
        for number in range(3 * MAX_DELTA_ROWS)
    ]
    story = played([*serving(), *contacts], NOW)
    state = SyncState()
    record = Record()
    while (delta := _delta(state, story)) is not None:
        assert len(delta.rows) <= MAX_DELTA_ROWS
        assert record.take(delta)
        state.acknowledge(delta)
        rows, is_all = open_rows(IDENTITY, story.case, story.decided, at(NOW), state=state)
        assert is_all or len(rows) < 4 * MAX_DELTA_ROWS

    assert _all_names(story) == set(record.held)


def test_the_next_run_does_not_name_the_events_that_the_record_holds() -> None:
    """They follow from the log; what an event became is known, so a change is seen."""
    story = [*serving(), *failed("F1", "2026-11-16")]
    first = played(story, NOW)
    state = SyncState()
    record = Record()
    while (delta := _delta(state, first)) is not None:
        record.take(delta)
        state.acknowledge(delta)
    uids = [item.uid for item in story]
    dumped = json.dumps(state.dump(uids))
    assert not {"events", "contacts", "judgements"} & json.loads(dumped)["digests"].keys()
    assert [] == json.loads(dumped)["lacking"]

    (judged,) = [item for item in story if item.KIND == "failure_judged"]
    withdrawn = event("event_withdrawn", "2026-11-20", withdrawn_event_id=judged.event_id)
    later = played([*story, withdrawn], NOW)
    after = SyncState()
    after.load(json.loads(dumped), uids)
    while (delta := _delta(after, later)) is not None:
        record.take(delta)
        after.acknowledge(delta)
    assert _all_names(later) == set(record.held)


def test_a_withdrawn_event_takes_its_action_out_of_the_record() -> None:
    """Its event stays, though neither row was built again."""
    story = [*serving(), *failed("F1", "2026-11-16")]
    state = SyncState()
    first = _delta(state, played(story, NOW))
    assert first is not None
    state.acknowledge(first)
    (judged,) = [item for item in story if item.KIND == "failure_judged"]

    withdrawn = event("event_withdrawn", "2026-11-20", withdrawn_event_id=judged.event_id)
    change = _delta(state, played([*story, withdrawn], NOW))

    assert change is not None
    assert ("judgements", judged.uid) in change.removed
    assert ("events", judged.uid) not in change.removed


def _all_names(story: Played) -> set[tuple[str, str]]:
    rows = record_rows(IDENTITY, story.case, story.decided, at(NOW))
    return {(row.table, row.key) for row in rows}
