"""A snapshot is plain data, and nothing is lost in it."""

import copy
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.entities import Effect
from states.event_log import EventLog
from states.events.parsing import UnreadableError
from states.messages import ParsedMessage
from states.outbox import INTERRUPTED, DeliveryStatus, OutboxEntry
from states.record import RecordRow, record_rows
from states.snapshot import (
    SOURCE_TABLES,
    UnknownSchemaError,
    decisions,
    differences,
    from_record,
    from_snapshot,
    to_snapshot,
)
from states.view.sentence import law_view
from tests.states.orders import stream
from tests.states.stream import IDENTITY, at, case_of, event, failed, incoming, law, serving
from tests.states.worlds import message, plain

NOW = at("2026-11-23")
QUIET = timedelta(minutes=15)


def _crossed(case: EventLog) -> EventLog:
    return from_snapshot(json.loads(json.dumps(to_snapshot(case))))


def _full() -> EventLog:
    """A case file with something in each of its parts."""
    case = case_of([*serving(), *failed("F1", "2026-11-16")])
    for number in range(250):
        case.receive(ParsedMessage("junk", f"{number:032x}", NOW, 1, None, "unknown_kind", "no"))
    for item in serving()[:3]:
        case.receive(incoming(item, NOW))
    case.audit_notes.append("shown missed")
    case.reconcile(case.decide(law(), NOW), NOW, QUIET)
    first, second, third, *_ = case.outbox.queued(NOW)
    for key in (first, second, third):
        case.outbox.start(key, NOW)
    case.outbox.mark_sent(first, NOW)
    case.outbox.mark_failed(second, "OSError", NOW + QUIET)
    return case


def test_a_case_file_comes_back_as_it_was() -> None:
    """Log, ledger, quarantine, counts, trail and the time of the last message."""
    case = _full()
    case.outbox.recover()
    back = _crossed(case)
    assert to_snapshot(case) == to_snapshot(back)
    assert case.log == back.log
    assert case.outbox.entries == back.outbox.entries
    assert (case.quarantine, case.repeats) == (back.quarantine, back.repeats)
    assert (case.size, case.last_received_at) == (back.size, back.last_received_at)


def test_a_case_file_is_made_again_from_its_record() -> None:
    """The same events, decisions and quarantine; what was sent stays sent, the rest is due."""
    case = _full()
    decided = case.decide(law(), NOW)
    rows = [
        RecordRow(row.table, row.key, json.loads(json.dumps(dict(row.values))))
        for row in record_rows(IDENTITY, case, decided, NOW)
        if row.table in SOURCE_TABLES
    ]

    back = from_record(rows)
    again = back.decide(law(), NOW)
    back.reconcile(again, NOW, QUIET)

    assert [replace(entry, size=0) for entry in case.log] == [
        replace(entry, size=0) for entry in back.log
    ]
    assert decisions(decided) == decisions(again)
    assert case.outbox.entries.keys() == back.outbox.entries.keys()
    assert case.outbox.in_effect() == back.outbox.in_effect()
    assert set(case.quarantine.listed) == set(back.quarantine.listed)


def test_an_erased_event_makes_no_case_file() -> None:
    """A sentence that would lack it is not taken up, and its record is not overwritten."""
    case = _full()
    rows = record_rows(IDENTITY, case, case.decide(law(), NOW), NOW)
    events = [row for row in rows if row.table == "events"]
    erased = RecordRow("events", events[0].key, {**events[0].values, "said": None})
    with pytest.raises(UnreadableError):
        from_record([erased, *events[1:]])


def test_a_case_file_that_came_back_still_knows_its_repeats_and_its_bounds() -> None:
    """Identity and the length of the lists are no memory of the run."""
    back = _crossed(_full())
    repeats = back.repeats.count
    assert not back.receive(incoming(serving()[0], NOW))
    assert repeats + 1 == back.repeats.count
    back.receive(ParsedMessage("junk", "f" * 32, NOW, 1, None, "unknown_kind", "no"))
    assert (200, 251) == (len(back.quarantine.listed), back.quarantine.tally.count)


def test_what_was_under_way_comes_back_queued_and_marked() -> None:
    """Nobody saw how it ended: it is tried again under its own key."""
    case = _full()
    (flying,) = (
        k for k, line in case.outbox.entries.items() if line.status is DeliveryStatus.IN_FLIGHT
    )
    line = _crossed(case).outbox.entries[flying]
    assert (DeliveryStatus.QUEUED, INTERRUPTED) == (line.status, line.error)


def test_shelved_data_is_not_changed_by_reading_it() -> None:
    """The same snapshot may be read again: by a replay, by a reset, by a person."""
    data = json.loads(json.dumps(to_snapshot(_full())))
    kept = copy.deepcopy(data)
    assert to_snapshot(from_snapshot(data)) == to_snapshot(from_snapshot(data))
    assert kept == data


@pytest.mark.parametrize("seed", range(20))
def test_a_stream_decides_the_same_after_it_crossed(seed: int) -> None:
    """View, desires and alarms are those of a file that never crossed."""
    told = stream(2000 + seed)
    case = EventLog()
    for act in told.acts:
        case.receive(message(act, told.known_at))
    stayed, moved = (c.decide(law(), told.known_at) for c in (case, _crossed(_crossed(case))))
    views = {plain(law_view(decided, law(), told.known_at)) for decided in (stayed, moved)}
    assert 1 == len(views)
    assert (stayed.effects, stayed.alerts) == (moved.effects, moved.alerts)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50))
def test_any_text_is_sealed_before_and_the_same_after(text: str) -> None:
    """The log holds the digest of a text, whatever characters are in the text."""
    item = event("contact_recorded", "2026-11-10", fact=text, opinion=text)
    case = case_of([*serving(), item])
    back = _crossed(case)
    assert case.log == back.log
    held = next(e.event for e in back.log if e.event.uid == item.uid)
    assert {32} == {len(getattr(held, name)) for name in ("fact", "opinion")}


@pytest.mark.parametrize("schema", [0, 2, None, "1"])
def test_a_form_that_this_build_does_not_know_is_an_error(schema: Any) -> None:
    """A stalled task waits for a build that can read it; guessing would lose events."""
    data = to_snapshot(EventLog()) | {"schema": schema}
    with pytest.raises(UnknownSchemaError, match="this build reads 1"):
        from_snapshot(data)


def test_a_shelved_event_of_an_unknown_kind_is_an_error() -> None:
    """Going back to an older build must not drop what the newer one took."""
    data = to_snapshot(case_of(serving()))
    data["log"][0][0] = "invented"
    with pytest.raises(UnreadableError, match="kind of event that this build lacks"):
        from_snapshot(data)


def test_differences_list_what_two_builds_decide_differently() -> None:
    """Events by uid, clocks by id; nothing where all is the same."""
    before = decisions(case_of(serving()).decide(law(), NOW))
    late = [e for e in serving() if e.KIND != "officer_assigned"]
    after = decisions(case_of(late).decide(law(), NOW))
    assert [] == differences(before, before)
    assert ["clocks: allocation-notice-prompt", "clocks: officer-assigned-prompt"] == [
        name for name in differences(before, after) if name.startswith("clocks")
    ]
    lost = [name for name in differences(before, after) if name.startswith("dispositions")]
    assert ["dispositions: CRC/officer_assigned.2026-11-02T14:00"] == lost
    assert differences(before, after) == differences(after, before)


def test_an_event_is_shelved_as_it_came() -> None:
    """Fields that the sender left out stay out, so that a later default can still apply."""
    item = event("contact_recorded", "2026-11-23")
    _, body, *_ = to_snapshot(case_of([item]))["log"][0]

    assert {"event_id", "occurred_at", "by", "kind", "fact"} == set(body)


def test_after_an_upgrade_that_decides_otherwise_nothing_goes_out() -> None:
    """Effects of the old build stay, those of the new one are withheld: a person decides."""
    case = case_of(serving())
    case.reconcile(case.decide(law(), NOW), NOW, QUIET)
    for key in case.outbox.queued(NOW):
        case.outbox.start(key, NOW)
        case.outbox.mark_sent(key, NOW)
    newer = case_of([e for e in serving() if e.KIND != "officer_assigned"])
    newer.receive(incoming(event("provider_transferred", "2026-11-03")))
    newer.outbox = _crossed(case).outbox
    decided = newer.decide(law(), NOW)
    newer.reconcile(decided, NOW, QUIET, withhold=True)
    newer.reconcile(decided, NOW, QUIET)
    assert () == newer.outbox.queued(NOW)
    found = {line.status for line in newer.outbox.entries.values()}
    assert {DeliveryStatus.SENT, DeliveryStatus.SUPERSEDED, DeliveryStatus.WITHHELD} == found


@pytest.mark.parametrize("doubtful", [True, False])
def test_what_is_stuck_keeps_whether_it_may_have_arrived(*, doubtful: bool) -> None:
    """Else what never left would be taken back in the next run, or what left would not."""
    effect = Effect("letter/W1/CRC/e1/person", "letter", "person", "W1")
    line = OutboxEntry(
        effect, DeliveryStatus.REFUSED, NOW, 1, None, "NoticeRefused", may_have_arrived=doubtful
    )
    case = EventLog()
    case.outbox.put(effect.key, line)
    assert {effect.key: line} == _crossed(case).outbox.entries
