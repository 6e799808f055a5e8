"""Unpaid work: begun in 7 working days, done in 12 months, taken to court when short (D19, T27)."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.requirements import clocks, shown
from tests.states.stream import Played, allocated, event, failed, played, serving
from tests.states.supervision import suspended
from tests.states.wording import COURT

WORK = {"requirement_id": "R1", "kind": "unpaid_work", "hours": 80}
CURFEW = {"requirement_id": "R2", "kind": "curfew", "ends_on": "2027-03-01"}
BOTH = [WORK, CURFEW]


def progress(when: str, **fields: Any) -> Event:
    return event("requirement_progressed", when, requirement_id="R1", **fields)


def order(*events: Event, now: str, requirements: Any = BOTH, **more: Any) -> Played:
    return played([*serving(requirements=requirements, **more), *events], now)


def sso(*events: Event, now: str) -> Played:
    return played([*suspended(requirements=BOTH), *events], now)


def court(when: str, **fields: Any) -> Event:
    return event("court_decided", when, outcome="unpaid_work_extended", **fields)


def to_court(when: str) -> Event:
    return event("hearing_listed", when, listed_on="2027-09-01", purpose="unpaid_work")


@pytest.mark.parametrize(
    ("sentenced", "due"),
    [
        ("2015-02-02", "2015-02-11"),
        ("2015-03-27", "2015-04-09"),
        ("2015-04-04", "2015-04-15"),
        ("2015-12-22", "2016-01-05"),
    ],
    ids=["worked date", "over Easter", "on a Saturday", "over Christmas and the new year"],
)
def test_the_first_work_session_is_due_in_seven_working_days(sentenced: str, due: str) -> None:
    """upw-start-7wd, upw-induction-in-time, P.UPW: after allocation to the provider (AMB-26)."""
    made = {"sentenced_on": sentenced, "ends_on": "2017-01-01", "requirements": [WORK]}
    stream = [
        event("sentence_imposed", f"{sentenced} 10:30", **made),
        event("case_allocated", f"{sentenced} 12:00"),
    ]

    found = clocks(played(stream, f"{sentenced} 13:00"))

    assert ("running", due) == found["upw-start-7wd"] == found["upw-induction-in-time"]


@pytest.mark.parametrize(
    ("worked", "expected"),
    [("2026-11-10", "met"), ("2026-11-11", "met"), ("2026-11-12", "met_late")],
    ids=["the day before", "on the day", "the day after"],
)
def test_the_first_session_meets_the_start_whether_or_not_it_is_called_one(
    worked: str, expected: str
) -> None:
    """upw-start-7wd: the first hours are the start, and so is requirement_started."""
    called = event("requirement_started", worked, requirement_id="R1")
    for first in (progress(worked, hours=7), called):
        seen = order(first, now="2026-11-20")
        assert (expected, "2026-11-11") == clocks(seen)["upw-start-7wd"]
        assert worked == shown(seen)["started_on"]


def test_work_that_begins_without_its_induction_is_irregular() -> None:
    """upw-induction-in-time: due before the first session, also when that comes early."""
    first = progress("2026-11-09", hours=7)
    late = event("contact_recorded", "2026-11-10", kind="unpaid_work_induction")
    early = event("contact_recorded", "2026-11-06", kind="unpaid_work_induction")

    seen = order(first, late, now="2026-11-20")
    well = order(early, first, now="2026-11-20")

    assert ("met_late", "2026-11-09") == clocks(seen)["upw-induction-in-time"]
    assert seen.decided.dispositions[first.uid].irregular
    assert ("met", "2026-11-11") == clocks(well)["upw-induction-in-time"]
    assert not well.decided.dispositions[first.uid].irregular


@pytest.mark.parametrize(
    ("last", "expected"),
    [("2027-10-31", "met"), ("2027-11-01", "met"), ("2027-11-02", "met_late")],
    ids=["the day before", "on the day", "the day after"],
)
def test_all_hours_are_due_in_twelve_months(last: str, expected: str) -> None:
    """upw-finish-12-months: the order of 2 November 2026 gives until 1 November 2027."""
    sessions = [progress("2026-11-09", hours=40), progress(last, hours=40)]

    seen = order(*sessions, now="2027-12-01", ends_on="2028-06-01")

    assert (expected, "2027-11-01") == clocks(seen)["upw-finish-12-months"]
    assert (80, last, "completed") == (
        shown(seen)["hours_done"],
        shown(seen)["completed_on"],
        shown(seen)["ended_by"],
    )


def test_hours_that_are_outstanding_after_twelve_months_are_missed() -> None:
    """upw-finish-12-months: 79 of 80 is not all."""
    seen = order(progress("2026-11-09", hours=79), now="2027-11-02", ends_on="2028-06-01")

    assert ("missed", "2027-11-01") == clocks(seen)["upw-finish-12-months"]


@pytest.mark.parametrize(
    ("looked", "expected"),
    [("2027-07-31", "met"), ("2027-08-01", "met"), ("2027-08-02", "met_late")],
)
def test_after_nine_months_the_officer_looks_at_the_hours(looked: str, expected: str) -> None:
    """upw-watch: a prospect in time, or the contact that says so, ends the watch."""
    contact = event("contact_recorded", looked, kind="unpaid_work_on_track", requirement_id="R1")
    for said in (progress(looked, prospect="in_time"), contact):
        found = clocks(order(said, now="2027-08-10"))
        assert (expected, "2027-08-01") == found["upw-watch"]


def test_the_watch_of_a_suspended_order_counts_back_from_its_end() -> None:
    """upw-sso-watch, upw-sso-no-extension, sso-operational-end: 3 months before 1 November 2028."""
    found = clocks(sso(now="2026-12-01"))

    assert ("running", "2028-08-01") == found["upw-sso-watch"]
    assert ("running", "2028-11-01") == found["upw-sso-no-extension"]


@pytest.mark.parametrize("prospect", ["late", "not_before_end", "none"])
def test_a_community_order_short_of_hours_goes_back_to_court(prospect: str) -> None:
    """upw-extend-when-apparent: prompted after 10 working days, met by the hearing."""
    short = progress("2027-05-10", prospect=prospect)

    running = order(short, now="2027-05-11")
    back = order(short, to_court("2027-05-17"), now="2027-05-25")

    assert ("running", "2027-05-24") == clocks(running)["upw-extend-when-apparent"]
    assert ("met", "2027-05-24") == clocks(back)["upw-extend-when-apparent"]
    assert "met" == clocks(back)["upw-watch"][0]
    assert "upw-vary-when-apparent" not in clocks(running)


@pytest.mark.parametrize("prospect", ["not_before_end", "none"])
def test_a_suspended_order_short_of_hours_goes_back_before_its_end(prospect: str) -> None:
    """upw-vary-when-apparent: prompted after 5 working days."""
    seen = sso(progress("2027-05-10", prospect=prospect), now="2027-05-11")

    assert ("running", "2027-05-17") == clocks(seen)["upw-vary-when-apparent"]
    assert "upw-extend-when-apparent" not in clocks(seen)


def test_d19_row_3_a_suspended_order_that_is_only_late_needs_no_court() -> None:
    """D19.3: inside the operational period the work continues without a return to court."""
    seen = sso(progress("2027-05-10", prospect="late"), now="2027-05-11")

    assert "upw-vary-when-apparent" not in clocks(seen)
    assert "met" == clocks(seen)["upw-sso-watch"][0]


def test_a_shortfall_that_is_made_up_falls_away_and_can_come_again() -> None:
    """A shortfall that is no longer apparent ends the days; a second one counts them again."""
    short = progress("2027-05-10", prospect="late")
    well = progress("2027-05-14", prospect="in_time")
    again = progress("2027-06-01", prospect="none")

    assert "stopped" == clocks(order(short, well, now="2027-05-20"))["upw-extend-when-apparent"][0]
    found = clocks(order(short, well, again, now="2027-06-02"))
    assert ("running", "2027-06-15") == found["upw-extend-when-apparent"]


RAR = {"requirement_id": "R3", "kind": "rehabilitation_activity", "days": 20}


def test_guard_8_an_extension_moves_the_end_of_unpaid_work_alone() -> None:
    """G8, D17.3, T27, X.UPW: the order lasts as long, no other requirement does, nor the state.

    AMB-40: twelve months is the duty until a court gives more.
    """
    extended = court("2027-06-01", ends_on="2028-05-01")
    seen = order(extended, now="2027-06-02", requirements=[*BOTH, RAR])

    assert ("2028-05-01", "2027-03-01") == (shown(seen)["ends_on"], shown(seen, "R2")["ends_on"])
    assert "2027-11-01" == shown(seen, "R3")["ends_on"]
    assert ("active", "2028-05-01") == (seen.state, seen.view["ends_on"])
    assert ("running", "2028-05-01") == clocks(seen)["upw-finish-12-months"]
    assert ("running", "2028-05-01") == clocks(seen)["requirement-end"]
    assert ("running", "2028-05-01") == clocks(seen)["requirement-before-order-end"]
    note = "the order runs to 2028-05-01 for unpaid work alone; all else ends on 2027-11-01"
    assert ("applied", note) == seen.verdict(extended)


def test_an_order_extended_for_unpaid_work_goes_on_past_its_old_end() -> None:
    """A failure of the work is taken; the other requirements ended with the old last day."""
    extended = court("2027-06-01", ends_on="2028-02-01", requirement_id="R1")
    missed = failed("F1", "2027-12-06", what="requirement", requirement_id="R1")

    seen = order(extended, *missed, now="2027-12-07", requirements=[*BOTH, RAR])

    assert ("applied", "active") == (seen.verdict(missed[0])[0], seen.state)
    assert ["warning_issued"] == [item["step"] for item in seen.view["proposals"]]
    assert ("2027-11-01", "term") == (
        shown(seen, "R3")["terminated_on"],
        seen.decided.sentence.requirements["R3"].ended_by,
    )
    over = order(extended, now="2028-02-02", requirements=[*BOTH, RAR])
    assert ("completed", "2028-02-01") == (over.state, over.view["ended_on"])


def test_what_was_due_before_the_old_end_of_the_order_is_still_due_by_it() -> None:
    """drr-before-order-licence-end: the order lasts longer for the work alone."""
    drugs = {"requirement_id": "R3", "kind": "drug_rehabilitation"}
    extended = court("2027-06-01", ends_on="2028-02-01", requirement_id="R1")

    seen = order(extended, now="2027-06-02", requirements=[WORK, drugs])

    assert ("running", "2027-11-01") == clocks(seen, "R3")["drr-before-order-licence-end"]


def test_an_extension_that_is_taken_back_leaves_the_order_its_own_end() -> None:
    """Withdrawn in time, it moves nothing."""
    extended = court("2027-06-01", ends_on="2028-02-01", event_id="x")
    gone = event("event_withdrawn", "2027-06-03", withdrawn_event_id="x", by=COURT)

    seen = order(extended, gone, now="2027-06-04", requirements=[*BOTH, RAR])

    assert ("2027-11-01", None) == (seen.view["ends_on"], shown(seen, "R3")["ends_on"])


def test_an_extension_within_the_order_moves_the_work_alone() -> None:
    """The order and the other requirements need no end of their own then."""
    seen = order(
        court("2027-06-01", ends_on="2027-10-01"), now="2027-06-02", requirements=[WORK, RAR]
    )

    assert ("2027-11-01", None) == (seen.view["ends_on"], shown(seen, "R3")["ends_on"])


def test_an_extension_answers_the_shortfall() -> None:
    """upw-extend-when-apparent: by the decision, where no hearing was reported."""
    short = progress("2027-05-10", prospect="late")

    seen = order(short, court("2027-05-20", ends_on="2028-05-01"), now="2027-05-21")

    assert "met" == clocks(seen)["upw-extend-when-apparent"][0]
    assert [] == [item for item in seen.view["proposals"] if item["row"].startswith("D19")]


@pytest.mark.parametrize(
    ("asked", "given"),
    [("2028-11-02", "2028-11-01"), ("2029-05-01", "2028-11-01"), ("2028-06-01", "2028-06-01")],
)
def test_guard_9_the_end_of_a_suspended_order_never_moves_for_unpaid_work(
    asked: str, given: str
) -> None:
    """G9: a court's word is applied as far as the operational period reaches, and is irregular."""
    extended = court("2027-06-01", ends_on=asked)

    seen = sso(extended, now="2027-06-02")

    assert ("2028-11-01", given) == (seen.view["ends_on"], shown(seen)["ends_on"])
    assert seen.decided.dispositions[extended.uid].irregular
    assert "active" == seen.state


def test_hours_beyond_the_courts_number_do_not_count() -> None:
    """upw-hours: 85 were worked, 80 were ordered."""
    last = progress("2026-11-30", hours=45)

    seen = order(progress("2026-11-09", hours=40), last, now="2026-12-01")

    assert (80, 5) == (shown(seen)["hours_done"], shown(seen)["not_counted"])
    assert ("applied", "the court set 80; 5 of 45 do not count") == seen.verdict(last)


def test_part_of_an_hour_counts() -> None:
    """5.5 hours are 330 minutes; half an hour more makes six hours."""
    half_day = progress("2026-11-09", minutes=330)

    seen = order(half_day, now="2026-11-10")
    later = order(half_day, progress("2026-11-11", minutes=30), now="2026-11-12")

    assert (5, 330) == (shown(seen)["hours_done"], shown(seen)["minutes_done"])
    assert (6, 360) == (shown(later)["hours_done"], shown(later)["minutes_done"])


def test_minutes_that_are_taken_back_are_owed_again() -> None:
    """An adjustment of minus two hours: 75 and 5 more hours are 78, and 7 are complete."""
    first, back = progress("2026-11-09", hours=75), progress("2026-11-16", minutes=-120)

    short = order(first, back, progress("2026-11-30", hours=5), now="2026-12-01")
    done = order(first, back, progress("2026-11-30", hours=7), now="2026-12-01")

    assert (78, None) == (shown(short)["hours_done"], shown(short)["completed_on"])
    assert (80, "2026-11-30") == (shown(done)["hours_done"], shown(done)["completed_on"])


def test_more_than_was_done_cannot_be_taken_back_unseen() -> None:
    """The fact is taken and irregular; nothing below zero is counted."""
    back = progress("2026-11-16", minutes=-600)

    seen = order(progress("2026-11-09", hours=7), back, now="2026-11-17")

    assert (0, 0) == (shown(seen)["hours_done"], shown(seen)["minutes_done"])
    assert (
        "applied",
        "600 minutes are taken back and only 420 were done",
    ) == seen.verdict(back)


def test_work_taken_back_after_completion_is_marked() -> None:
    """The requirement stays complete, and the officer sees that minutes are missing."""
    done, back = progress("2026-11-09", hours=80), progress("2026-11-16", minutes=-90)

    seen = order(done, back, now="2026-11-17")

    assert "2026-11-09" == shown(seen)["completed_on"]
    assert (
        "applied",
        "R1 was complete on 2026-11-09; 90 minutes are taken back",
    ) == seen.verdict(back)


def test_a_session_that_is_told_late_counts_on_its_own_day() -> None:
    """The hours were complete on the day of the last session, not of the last report."""
    told_late = progress("2026-12-10", hours=40, on="2026-11-16")

    seen = order(progress("2026-11-30", hours=40), told_late, now="2026-12-11")

    assert ("2026-11-16", "2026-11-30") == (
        shown(seen)["started_on"],
        shown(seen)["completed_on"],
    )


def test_a_session_that_is_withdrawn_was_never_worked() -> None:
    """Neither complete nor ended, and the clocks run on."""
    last = progress("2026-11-30", hours=40)
    gone = event("event_withdrawn", "2026-12-02", withdrawn_event_id=last.event_id)

    seen = order(progress("2026-11-09", hours=40), last, gone, now="2026-12-03")

    assert (40, None, None) == (
        shown(seen)["hours_done"],
        shown(seen)["completed_on"],
        shown(seen)["terminated_on"],
    )
    assert "running" == clocks(seen)["upw-finish-12-months"][0]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"days": 1}, "R1 unpaid_work is done in hours: days is left out"),
    ],
)
def test_work_that_cannot_have_been_done_is_refused(fields: dict[str, Any], reason: str) -> None:
    """It is in the wrong measure."""
    told = progress("2026-11-09", **fields)

    assert ("refused", reason) == order(told, now="2026-11-20").verdict(told)


def test_unpaid_work_made_later_counts_from_its_own_day() -> None:
    """upw-start-7wd, upw-finish-12-months: an order to which a court adds it."""
    added = event("requirement_changed", "2026-12-01", requirement={**WORK, "requirement_id": "R3"})

    found = clocks(order(added, now="2026-12-02", requirements=[CURFEW]), "R3")

    assert ("running", "2026-12-10") == found["upw-start-7wd"]
    assert ("running", "2027-11-30") == found["upw-finish-12-months"]
    assert ("running", "2027-11-01") == found["requirement-before-order-end"]


def test_an_order_that_is_not_allocated_yet_has_no_first_session_to_come() -> None:
    """upw-start-7wd starts with the allocation, upw-finish-12-months with the order."""
    found = clocks(played(allocated(requirements=[WORK])[:1], "2026-11-03"))

    assert "upw-start-7wd" not in found
    assert ("running", "2027-11-01") == found["upw-finish-12-months"]
