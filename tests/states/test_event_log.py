"""The case file takes whatever comes, once, and accounts for the rest."""

import json
import zlib
from base64 import b85encode
from datetime import timedelta
from random import Random

from states.event_log import BULK_BUDGET, BULKY, LOG_BUDGET, RESERVE, SENDER_BUDGET, EventLog
from states.events.envelope import Event
from states.fold import TOLERANCE
from states.messages import LogEntry, ParsedMessage
from states.snapshot import to_snapshot
from tests.states.stream import allocated, at, case_of, event, incoming, law, serving
from tests.states.wording import COURT_OFFICER, OFFICER

NOW = at("2026-11-23")
QUIET = timedelta(minutes=15)


def test_a_repeat_changes_nothing_for_life_and_is_counted() -> None:
    """The same id with the same content, once or a hundred times, also years later."""
    case = case_of(allocated())
    before = case.decide(law(), NOW).dispositions
    for item in allocated() * 50:
        assert not case.receive(incoming(item, NOW + timedelta(days=3000)))
    assert (2, 100) == (len(case.log), case.repeats.count)
    assert before == case.decide(law(), NOW).dispositions


def test_a_known_id_with_other_content_is_quarantined() -> None:
    """The first is believed; somebody has to look at the second, however often it comes."""
    case = case_of(allocated())
    twin = event("case_allocated", "2026-11-02", provider="NPS")
    for _ in range(2):
        assert not case.receive(incoming(twin, NOW))
    (item,) = case.quarantine.listed
    assert ("id_conflict", 2, twin.event_id) == (item.code, item.times, item.event_id)
    assert ({"id_conflict": 2}, 2) == (case.quarantine.by_code, len(case.log))


def test_two_organisations_may_use_one_id() -> None:
    """An id is unique for an organisation, so both are events of their own."""
    ours = event("contact_recorded", "2026-11-10", event_id="e1")
    theirs = event("contact_recorded", "2026-11-11", event_id="e1", by=COURT_OFFICER)
    case = case_of([*allocated(), ours, theirs])
    assert 4 == len(case.log)
    assert 0 == case.quarantine.tally.count


def _held(item: Event, size: int) -> LogEntry:
    return LogEntry(item, item.event_id.encode().hex(), NOW, size)


def _filled(case: EventLog, size: int, *organisations: str) -> EventLog:
    """Fill a log up to `size` bytes with contacts that these organisations recorded."""
    first = event("contact_recorded", "2026-11-10")
    while (left := size - case.size) > 0:
        number = len(case.log)
        by = first.by.model_copy(
            update={"organisation": organisations[number % len(organisations)]}
        )
        item = first.model_copy(update={"event_id": f"e{number}", "by": by})
        case.import_entry(_held(item, min(left, BULKY)))
    return case


def test_a_full_log_takes_no_more_and_says_so() -> None:
    """An event beyond the budget is quarantined; a repeat of a logged one is still known."""
    first, second = allocated()
    case = _filled(case_of([first]), LOG_BUDGET - RESERVE, "CRC", "NPS")
    before = len(case.log)
    for item in (second, first):
        case.receive(incoming(item))
    assert (before, 1) == (len(case.log), case.repeats.count)
    assert {"log_full": 1} == case.quarantine.by_code


def test_a_file_takes_over_events_up_to_the_very_budget() -> None:
    """The bound itself is in, whether an event is received or taken over."""
    first, second = (
        event("sentence_imposed", "2026-11-10", event_id=f"imposed-{number}") for number in (1, 2)
    )
    case = _filled(EventLog(), LOG_BUDGET - RESERVE, "CRC", "NPS")
    case.import_entry(_held(first, RESERVE - 1))
    case.import_entry(_held(second, 2))
    assert {"log_full": 1} == case.quarantine.by_code
    case.import_entry(_held(second, 1))
    assert LOG_BUDGET == case.size


def test_the_last_room_is_for_decisive_events() -> None:
    """A court, a prison or a death is heard, however much else has come."""
    case = _filled(EventLog(), LOG_BUDGET - RESERVE, "CRC", "NPS")
    ended = event("sentence_ended", "2026-11-20", ended_on="2026-11-20", reason="death")
    assert not case.receive(incoming(allocated()[1]))
    assert case.receive(incoming(ended))


def test_one_sender_cannot_keep_out_the_others() -> None:
    """Its share is bounded; an event of another organisation still finds room."""
    case = _filled(EventLog(), SENDER_BUDGET, "CRC")
    ours, theirs = (
        event("contact_recorded", "2026-11-11", event_id="last", by=by)
        for by in (OFFICER, COURT_OFFICER)
    )
    assert not case.receive(incoming(ours))
    assert case.receive(incoming(theirs))
    (refused,) = case.quarantine.listed
    assert "events of CRC" in refused.reason


def test_bulk_takes_a_quarter_and_ordinary_events_find_room() -> None:
    """Hundreds of the largest events that are valid: the rest is known by its digest alone."""
    case = EventLog()
    rnd = Random(2015)  # noqa: S311 - a test repeats itself
    for number in range(215):
        named = [f"{rnd.getrandbits(256):064x}" for _ in range(50)]
        warning = event(
            "warning_issued",
            "2026-11-10",
            event_id=f"w{number}",
            warning_id="W",
            failure_ids=named,
            level="first",
        )
        case.receive(incoming(warning))
    kept = len(case.log)
    assert kept == BULK_BUDGET // case.log[0].size
    assert {"log_full": 215 - kept} == case.quarantine.by_code
    for number in range(30):
        case.receive(incoming(event("contact_recorded", "2026-11-10", event_id=f"c{number}")))
    assert kept + 30 == len(case.log)


def test_a_log_never_packs_to_more_than_its_bound() -> None:
    """It holds for events that repeat each other, and for those that nobody can compress."""
    rnd = Random(2015)  # noqa: S311 - a test repeats itself
    for case in (EventLog(), EventLog()):
        for number in range(300):
            said = f"{rnd.getrandbits(256):064x}" if case.log else "0" * 64
            item = event("contact_recorded", "2026-11-10", event_id=f"{number}-{said}", fact=said)
            case.receive(incoming(item))
        raw = json.dumps(to_snapshot(case), separators=(",", ":")).encode()
        assert len(b85encode(zlib.compress(raw, level=6))) < case.size


def test_the_trail_keeps_its_last_fifty_notes() -> None:
    """It depends on arrival and is only looked at, so it must not grow with a sentence."""
    case = EventLog()
    case.audit_notes.extend(str(number) for number in range(60))
    assert [str(number) for number in range(10, 60)] == list(case.audit_notes)


def test_what_is_not_an_event_is_quarantined_with_its_reason() -> None:
    """It never enters the log, and what it was stays visible."""
    case = EventLog()
    assert not case.receive(
        ParsedMessage("gibberish", "0" * 32, NOW, 5, None, "unknown_kind", "no")
    )
    (item,) = case.quarantine.listed
    assert ("gibberish", "unknown_kind", "no", NOW) == (item.kind, item.code, item.reason, item.at)
    assert [] == case.log


def test_an_event_from_the_future_is_held_until_within_five_minutes() -> None:
    """Clocks of senders are a little wrong; what lies further ahead waits for its time."""
    early = event("induction_completed", "2026-11-10")
    case = case_of([*allocated(), early])
    opens = early.occurred_at - TOLERANCE
    before = case.decide(law(), opens - timedelta(microseconds=1))
    assert "held" == before.dispositions[early.uid].verdict.value
    assert (opens, "allocated") == (before.decidable_at, before.sentence.state.value)
    after = case.decide(law(), opens)
    assert "applied" == after.dispositions[early.uid].verdict.value
    assert (None, "inducted") == (after.decidable_at, after.sentence.state.value)


def test_a_withdrawal_from_the_future_takes_nothing_back_yet() -> None:
    """It is held like any other event that lies ahead."""
    target = event("induction_completed", "2026-11-10")
    later = event("event_withdrawn", "2026-12-10", withdrawn_event_id=target.event_id)
    case = case_of([*allocated(), target, later])
    assert "inducted" == case.decide(law(), NOW).sentence.state.value
    assert "allocated" == case.decide(law(), at("2026-12-10")).sentence.state.value


def test_only_what_is_new_breaks_the_quiet() -> None:
    """A flood of repeats or of rubbish must not hold back an alarm."""
    case = case_of(allocated())
    for item in allocated():
        case.receive(incoming(item, NOW))
    case.receive(ParsedMessage("gibberish", "0" * 32, NOW, 5, None, "unknown_kind", "no"))
    assert case.is_quiet(NOW, QUIET)
    case.receive(incoming(event("officer_assigned", "2026-11-02 14:00"), NOW))
    assert not case.is_quiet(NOW + QUIET - timedelta(seconds=1), QUIET)
    assert case.is_quiet(NOW + QUIET, QUIET)


def test_a_trial_shows_what_a_message_would_come_to_and_changes_nothing() -> None:
    """An update is decided on a copy first: a refused one leaves nothing."""
    case = case_of(allocated())
    tried = case.preview([incoming(event("induction_completed", "2026-11-10"))])
    assert "inducted" == tried.decide(law(), NOW).sentence.state.value
    assert "allocated" == case.decide(law(), NOW).sentence.state.value
    assert 2 == len(case.log)


def test_no_time_that_was_asked_for_marks_the_next_answer() -> None:
    """Asked for the end of the order and then for today, the file answers for today."""
    case = case_of(serving())
    moments = ("2026-11-23", "2027-12-01", "2026-11-23")
    found = [case.decide(law(), at(moment)).sentence.state.value for moment in moments]
    assert ["active", "completed", "active"] == found


def test_an_end_date_that_comes_late_tells_the_world_again() -> None:
    """A recipient of the first date is notified that it does not hold, and then of the second."""
    case = case_of(serving())
    after = at("2028-01-10")
    first = case.decide(law(), after).effects
    moved = event("end_date_changed", "2027-03-01", ends_on="2027-12-01")
    case.receive(incoming(moved, after))
    second = case.decide(law(), after).effects
    told = {key for key in first if key.startswith("sentence-ended/")}
    assert 1 == len(told)
    assert told.isdisjoint(second)
    assert {"2027-12-01"} == {
        dict(e.facts)["on"] for e in second.values() if e.template == "sentence-ended"
    }
