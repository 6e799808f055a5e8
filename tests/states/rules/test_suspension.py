"""Supervision that is suspended: some clocks pass over its days, and nothing else notices."""

from itertools import permutations

import pytest

from states.events.envelope import Event
from states.view.sentence import law_view
from tests.states.stream import allocated, at, case_of, event, failed, law, played, serving
from tests.states.wording import OFFICER, OPS

FIRST = "first-appt-community"
"""Five working days from the allocation on Monday 2 November 2026: the 9th."""


def _suspended(when: str, **fields: object) -> Event:
    return event("supervision_suspended", when, **fields)


def _resumed(when: str, **fields: object) -> Event:
    return event("supervision_resumed", when, **fields)


def _moves(events: list[Event], now: str, key: str = FIRST) -> list[tuple[str | None, str | None]]:
    why = played(events, now).clocks[key]["why"]
    return [(move["from"], move["to"]) for move in why["moves"]]


def test_suspended_days_are_passed_over_and_the_old_date_is_shown() -> None:
    """Two working days without supervision put the appointment two working days later."""
    seen = played([*allocated(), _suspended("2026-11-04", until="2026-11-05")], "2026-11-06")

    assert ("running", "2026-11-11") == seen.clock(FIRST)
    why = seen.clocks[FIRST]["why"]
    assert [
        "2026-11-04 suspended",
        "2026-11-05 suspended",
        "2026-11-07 Saturday",
        "2026-11-08 Sunday",
    ] == why["skipped"]
    assert "2026-11-09: supervision is suspended from 2026-11-04 to 2026-11-05" == why["moved_from"]


def test_a_suspension_without_an_end_leaves_a_clock_running_without_a_date() -> None:
    """Without a known due date the duty can be neither late nor missed."""
    events = [*allocated(), _suspended("2026-11-04")]

    for day in ("2026-11-05", "2027-06-01"):
        assert ("running", None) == played(events, day).clock(FIRST)
    assert ["2026-11-04 onwards suspended"] == (
        played(events, "2026-11-05").clocks[FIRST]["why"]["skipped"]
    )


def test_a_resumption_gives_the_date_back_later_by_the_days_that_were_lost() -> None:
    """Suspended from the 4th, resumed on the 10th: four working days did not count."""
    events = [*allocated(), _suspended("2026-11-04"), _resumed("2026-11-10")]
    seen = played(events, "2026-11-10 13:00")

    assert ("running", "2026-11-13") == seen.clock(FIRST)
    assert "no date: supervision resumed on 2026-11-10" == (seen.clocks[FIRST]["why"]["moved_from"])
    assert [("2026-11-09", None), (None, "2026-11-13")] == _moves(events, "2026-11-10 13:00")


def test_an_early_resumption_shortens_a_suspension_with_an_end() -> None:
    """Of a fortnight only one working day was lost."""
    told = _suspended("2026-11-04", until="2026-11-17")
    events = [*allocated(), told, _resumed("2026-11-05")]
    assert ("running", "2026-11-10") == played(events, "2026-11-06").clock(FIRST)


def test_a_suspension_that_is_called_off_before_it_began_moves_nothing() -> None:
    """Supervision that resumes on the first day was never suspended."""
    ahead = _suspended("2026-11-03", from_on="2026-11-05")
    events = [*allocated(), ahead, _resumed("2026-11-04", resumed_on="2026-11-05")]
    seen = played(events, "2026-11-06")

    assert ("running", "2026-11-09") == seen.clock(FIRST)
    assert [] == [flag for flag in seen.view["flags"] if flag["code"] == "supervision_suspended"]


def test_clocks_that_start_later_pass_over_the_days_as_well() -> None:
    """A duty that arises in the middle counts from the resumption on."""
    early = event("sentence_imposed", "2026-11-02 10:30")
    told = _suspended("2026-11-03", until="2026-11-10")
    late = event("case_allocated", "2026-11-06")
    seen = played([early, told, late], "2026-11-06 13:00")
    assert ("running", "2026-11-17") == seen.clock(FIRST)
    assert [] == seen.clocks[FIRST]["why"]["moves"]


@pytest.mark.parametrize(
    "key", ["enforce-6wd/2026-11-16", "order-end", "evaluation-by-end", "officer-assigned-prompt"]
)
def test_nothing_but_planning_implementing_and_reviewing_is_touched(key: str) -> None:
    """Allocation, enforcement and the end of the order run on (standards 2, 3, 9, 11)."""
    events = [*serving(), *failed("F1", "2026-11-16", acceptable=None)]
    before = played(events, "2026-11-19").clocks[key]
    after = played([*events, _suspended("2026-11-17")], "2026-11-19").clocks[key]
    assert before == after


def test_what_was_settled_before_keeps_its_date() -> None:
    """The first appointment was booked for a day in time, and the standard met."""
    booked = event("appointment_arranged", "2026-11-03", at=at("2026-11-06 10:00"))
    events = [*allocated(), booked, _suspended("2026-11-04", until="2026-11-05")]
    assert ("met", "2026-11-09") == played(events, "2026-11-19").clock(FIRST)


def test_a_booking_that_was_late_is_in_time_once_its_clock_has_moved() -> None:
    """Held against the date as it stands, whichever of the two was known first."""
    booked = event("appointment_arranged", "2026-11-03", at=at("2026-11-10 10:00"))
    assert ("running", "2026-11-09") == played([*allocated(), booked], "2026-11-04").clock(FIRST)
    told = _suspended("2026-11-04", until="2026-11-05")
    for events in permutations([*allocated(), booked, told]):
        assert ("met", "2026-11-11") == played(events, "2026-11-12").clock(FIRST)


def test_several_suspensions_add_up() -> None:
    """Each is passed over, in whatever order they came to be known."""
    events = [
        *allocated(),
        _suspended("2026-11-03", until="2026-11-03"),
        _suspended("2026-11-05", until="2026-11-06"),
        _suspended("2026-11-10"),
        _resumed("2026-11-11"),
    ]
    for order in (events, events[::-1], [*events[3:], *events[:3]]):
        assert ("running", "2026-11-13") == played(order, "2026-11-12").clock(FIRST)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"from_on": "2026-11-05"}, "already, from 2026-11-04 to 2026-11-06"),
        ({"from_on": "2026-11-01", "until": "2026-11-04"}, "already, from 2026-11-04 to"),
        ({"until": "2026-11-01"}, "until 2026-11-01 lies before 2026-11-05, the first day"),
    ],
)
def test_suspensions_do_not_overlap(fields: dict[str, str], reason: str) -> None:
    """A day is suspended once, and a last day comes after the first."""
    told = _suspended("2026-11-04", until="2026-11-06")
    second = _suspended("2026-11-05", event_id="again", **fields)
    verdict, why = played([*allocated(), told, second], "2026-11-09").verdict(second)
    assert ("refused", True) == (verdict, reason in why)


def test_a_resumption_waits_for_its_suspension() -> None:
    """Reported alone it is held; the suspension, once known, makes it count."""
    resumed = _resumed("2026-11-10")
    alone = played([*allocated(), resumed], "2026-11-11")
    assert ("held", "waits for a suspension") == alone.verdict(resumed)
    both = played([resumed, *allocated(), _suspended("2026-11-04")], "2026-11-11")
    assert "applied" == both.verdict(resumed)[0]


@pytest.mark.parametrize(("by", "verdict"), [(OFFICER, "refused"), (OPS, "applied")])
def test_an_officer_alone_does_not_suspend_supervision(by: dict[str, str], verdict: str) -> None:
    """A manager does, or ops; the refusal says who."""
    told = _suspended("2026-11-04", by=by)
    assert verdict == played([*allocated(), told], "2026-11-05").verdict(told)[0]


def test_the_order_of_arrival_is_no_matter() -> None:
    """Six events of a suspension in every order lead to one view."""
    events = [
        *allocated(),
        event("appointment_arranged", "2026-11-03", at=at("2026-11-12 10:00")),
        _suspended("2026-11-04", until="2026-11-05"),
        _suspended("2026-11-09"),
        _resumed("2026-11-11"),
    ]
    moment = at("2026-11-20")
    (first, *others) = (
        law_view(case_of(order).decide(law(), moment), law(), moment)
        for order in permutations(events)
    )
    assert [first] * len(others) == others


def test_a_withdrawn_suspension_never_was() -> None:
    """The date is what it would have been, and nothing says that it moved."""
    told = _suspended("2026-11-04")
    back = event("event_withdrawn", "2026-11-06", withdrawn_event_id=told.event_id)
    seen = played([*allocated(), told, back], "2026-11-07")
    assert ("running", "2026-11-09") == seen.clock(FIRST)
    assert [] == seen.clocks[FIRST]["why"]["moves"]


def test_a_suspension_is_flagged_with_its_days() -> None:
    """The view of the sentence shows why nothing is due."""
    seen = played([*allocated(), _suspended("2026-11-04", until="2026-11-05")], "2026-11-06")

    flags = {flag["code"]: flag["text"] for flag in seen.view["flags"]}
    assert flags["supervision_suspended"].startswith("supervision is or was suspended ")
    assert "2026-11-04" in flags["supervision_suspended"]
