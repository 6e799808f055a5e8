"""Wake-ups of a sentence, with their reasons."""

from datetime import timedelta

from states.event_log import EventLog
from states.events.envelope import Event
from states.schedule import HOUSEKEEPING, wakeups
from tests.states.licence import on_licence, recalled
from tests.states.stream import at, case_of, event, law, serving

NO_TIME = timedelta(0)


def _summaries(case: EventLog, now: str) -> dict[str, str]:
    moment = at(now)
    decided = case.decide(law(), moment)
    found = wakeups(case, decided, decided.law, moment, later=NO_TIME, quiet=NO_TIME)
    return {key: wake.summary for key, wake in found.items()}


def test_the_end_of_a_sentence_wakes_it_in_plain_words() -> None:
    """Nobody has to know the numbers of the arrows."""
    assert "the sentence ends" == _summaries(case_of(serving()), "2027-10-31")[HOUSEKEEPING]


def test_an_hour_clock_wakes_just_after_its_last_instant() -> None:
    """It is in time up to and including that instant, so an earlier look would find nothing."""
    case = case_of([*on_licence(), recalled("2015-04-07")])
    moment = at("2015-04-07 13:00")
    decided = case.decide(law(), moment)
    found = wakeups(case, decided, decided.law, moment, later=NO_TIME, quiet=NO_TIME)

    clock = decided.sentence.clocks["recall-nonemergency-24h/2015-04-07"]
    assert clock.due.due_at is not None
    assert clock.due.due_at + timedelta(milliseconds=1) == found[clock.id].at


def test_the_end_of_a_requirement_wakes_its_sentence() -> None:
    """Recipients of the end are notified on the day, not at the next message."""
    curfew = {"requirement_id": "R1", "kind": "curfew", "ends_on": "2027-03-01"}
    order = serving(requirements=[curfew])

    assert "a requirement ends" == _summaries(case_of(order), "2027-01-31")[HOUSEKEEPING]


def test_a_clock_whose_date_is_suspended_wakes_nobody() -> None:
    """It runs on without a date; the resumption arms it again."""
    first, suspended = "first-appt-community", event("supervision_suspended", "2026-11-04")
    resumed = event("supervision_resumed", "2026-11-10")
    early: list[Event] = [item for item in serving() if item.occurred_at < at("2026-11-02 13:00")]
    assert first not in _summaries(case_of([*early, suspended]), "2026-11-04 13:00")
    armed = _summaries(case_of([*early, suspended, resumed]), "2026-11-10 13:00")
    assert f"{first} due 2026-11-13" == armed[first]


def test_a_clock_with_a_number_has_a_timer_of_its_own() -> None:
    """The summary names the clock and its day."""
    early = [item for item in serving() if item.occurred_at < at("2026-11-02 13:00")]
    found = _summaries(case_of(early), "2026-11-03")
    assert "first-appt-community due 2026-11-09" == found["first-appt-community"]
