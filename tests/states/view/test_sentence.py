"""The view says of a sentence all that ops and integrators rely on, and nothing personal."""

import json
from datetime import timedelta

import pytest

from states.view.clocks import (
    leading_clocks,
    ordered_clocks,
    overdue_clocks,
    running_clocks,
    status_word,
)
from states.view.sentence import allowed_kinds, law_view
from states.view.timeliness import timeliness
from tests.states.stream import (
    allocated,
    at,
    case_of,
    event,
    failed,
    incoming,
    law,
    played,
    serving,
    warned,
)

STREAM = [*serving(), *failed("F1", "2026-11-23"), warned("W1", "2026-11-24", "F1")]


def test_the_view_holds_what_integrators_were_promised() -> None:
    """Identity, type, state, law, provider and people by their codes."""
    seen = played(STREAM, "2026-11-25").view

    assert {
        "workflow_id": "sentence-X320741-1",
        "crn": "X320741",
        "event_number": "1",
        "type": "community_order",
        "state": "warned",
        "phase": "community",
        "outcome": None,
        "edition": "ns-2015",
        "calendar": "england-and-wales-2026a",
        "provider": "CRC",
        "officer": "N07A001",
        "rosh": "medium",
        "unapplied_total": 0,
        "unapplied": [],
        "counted_failures": 1,
        "events_total": 10,
    } == {name: seen[name] for name in _PROMISED}


_PROMISED = (
    "workflow_id",
    "crn",
    "event_number",
    "type",
    "state",
    "phase",
    "outcome",
    "edition",
    "calendar",
    "provider",
    "officer",
    "rosh",
    "unapplied_total",
    "unapplied",
    "counted_failures",
    "events_total",
)


def test_the_view_is_json_and_holds_no_text() -> None:
    """It is queried by anybody with access to the workflow."""
    person = {"name": "Jane Doe", "date_of_birth": "1990-01-31"}

    text = json.dumps(played(serving(person=person), "2026-11-25").view)

    assert [] == [word for word in ("Jane", "1990-01-31", "Came to the office") if word in text]


def test_every_transition_is_shown_with_its_cause() -> None:
    """Arrow, from, to, when, by which event."""
    assert {
        "at": "2026-11-24T12:00:00Z",
        "arrow": "T05",
        "name": "warn",
        "from": "active",
        "to": "warned",
        "cause": "CRC/W1.issued",
        "phase": "community",
        "irregular": False,
    } == played(STREAM, "2026-11-25").view["transitions"][-1]


def test_clocks_are_listed_soonest_due_first() -> None:
    """Those without a date come last."""
    clocks = ordered_clocks(
        played([*STREAM, *failed("F2", "2026-11-25")], "2026-11-26").decided.sentence
    )

    dates = [clock.due.due_at for clock in clocks if clock.due.due_at is not None]
    assert sorted(dates) == dates
    assert ["breach-co-2-in-12m/2026-11-25"] == [c.id for c in clocks[len(dates) :]]


def test_overdue_are_clocks_of_standards_that_are_still_to_be_answered() -> None:
    """Guides and practice do not count, nor what was answered late, nor what is over."""
    moment = at("2026-12-03")
    open_ = played([*serving(), *failed("F1", "2026-11-23")], "2026-12-03").decided.sentence
    late = warned("W1", "2026-12-02", "F1")
    answered = played([*serving(), *failed("F1", "2026-11-23"), late], "2026-12-03")
    died = event("sentence_ended", "2026-12-02 12:00", reason="death")
    over = played([*serving(), *failed("F1", "2026-11-23"), died], "2026-12-03")

    assert ["enforce-6wd/2026-11-23"] == [clock.id for clock in overdue_clocks(open_, moment)]
    assert [] == overdue_clocks(answered.decided.sentence, moment)
    assert ("met_late", "missed") == tuple(
        seen.clock("enforce-6wd/2026-11-23")[0] for seen in (answered, over)
    )
    assert [] == overdue_clocks(over.decided.sentence, moment)


def test_a_first_appointment_held_late_is_a_guides_matter() -> None:
    """Its clock is missed and does not count as overdue; that of the booking does.

    Nor does the induction, which the standard wants at the start: its number of days is ours.
    """
    sentence = played(allocated(), "2026-11-11").decided.sentence

    assert ["first-appt-community"] == [
        clock.id for clock in overdue_clocks(sentence, at("2026-11-11"))
    ]


def test_running_are_dated_clocks_that_are_not_due_yet() -> None:
    """A counter has no date, so it is not among them."""
    sentence = played(STREAM, "2026-11-25").decided.sentence

    clocks = running_clocks(sentence, at("2026-11-25"))
    assert [] == [clock.id for clock in clocks if clock.due.due_at is None]
    assert clocks == sorted(clocks, key=lambda clock: (clock.due.due_at, clock.id))


def test_what_a_document_numbers_leads_what_is_ours() -> None:
    """Ops see the clocks of the standards first; the prompts stand behind them."""
    sentence = played(STREAM, "2026-11-25").decided.sentence

    assert [
        "upw-watch/R2",
        "evaluation-opens",
        "evaluation-by-end",
        "order-end",
        "requirement-before-order-end/R2",
        "upw-finish-12-months/R2",
        "failure-window-12m/2026-11-23",
        "warning-window-end",
    ] == [clock.id for clock in leading_clocks(sentence, at("2026-11-25"))]


def test_what_is_allowed_follows_state_and_prerequisites() -> None:
    """Before the imposition only it and what is about messages; at the end only facts."""
    nothing = allowed_kinds(played([], "2026-11-03").decided.sentence)
    imposed = allowed_kinds(played(allocated()[:1], "2026-11-03").decided.sentence)
    active = allowed_kinds(played(serving(), "2026-11-10").decided.sentence)
    over = allowed_kinds(played(serving(), "2027-11-10").decided.sentence)

    assert {"sentence_imposed", "event_withdrawn", "message_resolved"} <= set(nothing)
    assert ("case_allocated" in imposed, "officer_assigned" in imposed) == (True, False)
    assert ("warning_issued" in active, "breach_referred" in active) == (True, False)
    assert ("warning_issued" in over, "court_decided" in over) == (False, True)


def test_unapplied_messages_are_shown_with_reasons_until_they_are_resolved() -> None:
    """A held one, newest first; resolving it takes it from the count and not from the list."""
    waits = event("appointment_attended", "2026-11-20", appointment_id="A9")
    resolved = event("message_resolved", "2026-11-21", resolved_event_id=waits.event_id)

    before = played([*serving(), waits], "2026-11-22").view
    later = played([*serving(), waits, resolved], "2026-11-22").view

    assert (1, "held", "waits for appointment A9") == (
        before["unapplied_total"],
        before["unapplied"][0]["disposition"],
        before["unapplied"][0]["reason"],
    )
    assert (0, True) == (later["unapplied_total"], later["unapplied"][0]["resolved"])


def test_an_event_in_the_future_is_held_until_five_minutes_before_it() -> None:
    """Another system's clock may run a little ahead of ours, not a day."""
    early = event("contact_recorded", "2026-11-20 12:06")

    ahead = played([*serving(), early], "2026-11-20 12:00")
    near = played([*serving(), early], "2026-11-20 12:01")

    reason = "lies in the future; decided from 2026-11-20 12:06:00+00:00"
    assert ("held", reason) == ahead.verdict(early)
    assert at("2026-11-20 12:01") == ahead.decided.decidable_at
    assert ("applied", "") == near.verdict(early)


def test_the_order_of_arrival_is_no_part_of_the_view() -> None:
    """Backwards, and one by one with a decision after each: the same law, the same view."""
    moment = at("2026-11-25")
    case = case_of([])
    for item in reversed(STREAM):
        case.receive(incoming(item, moment))
        decided = case.decide(law(), moment)

    assert law_view(played(STREAM, "2026-11-25").decided, law(), moment) == law_view(
        decided, law(), moment
    )


def test_late_entries_are_counted_by_their_receipt() -> None:
    """NS 2015 1(b), AMB-50: how many were entered on their day; the delay is shown, not missed."""
    case = case_of(serving())
    late = event("contact_recorded", "2026-11-20")
    case.receive(incoming(late, at("2026-11-20") + timedelta(days=3)))
    decided = case.decide(law(), at("2026-11-25"))

    counted = {"entries": 8, "same_day": 7, "late": 1, "longest_delay_days": 3, "delay_days": 3}
    assert [counted] == [clock["count"] for clock in timeliness(case, decided, law())]


def test_what_depends_on_arrival_stands_apart() -> None:
    """Trail, notices and counts of messages: everything else is a function of the events."""
    assert {
        "trail",
        "notices",
        "repeats",
        "quarantined",
        "quarantined_by_code",
    } == set(played(STREAM, "2026-11-25").view["arrival"])


@pytest.mark.parametrize(
    ("status", "settled_at", "word"),
    [
        ("missed", None, "overdue"),
        ("missed", "2026-12-03T12:00:00Z", "missed"),
        ("met_late", "2026-12-03T12:00:00Z", "met_late"),
        ("running", None, "running"),
    ],
)
def test_what_is_missed_and_still_to_be_done_is_overdue(
    status: str, settled_at: str | None, word: str
) -> None:
    """The report, `show` and `simulate` use the two words alike."""
    assert word == status_word(status, settled_at)
