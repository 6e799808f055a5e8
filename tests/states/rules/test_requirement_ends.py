"""Requirements end each by itself: done, by its day, by a court, with licence or sentence (G8)."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.requirements import clocks, duties, licence_with, order_with, requirement, shown
from tests.states.stream import Played, event, played, serving
from tests.states.supervision import after_licence

TWO = [
    requirement("exclusion", ends_on="2027-03-01"),
    {"requirement_id": "R2", "kind": "residence", "ends_on": "2027-06-01"},
]
BEGUN = event("requirement_started", "2026-12-01", requirement_id="R1")


def two(*events: Event, now: str, **order: Any) -> Played:
    return played([*serving(requirements=TWO, **order), *events], now)


def ended(seen: Played, key: str = "R1") -> tuple[str | None, str | None]:
    return shown(seen, key)["terminated_on"], shown(seen, key)["ended_by"]


def end_notices(seen: Played) -> set[str]:
    return {recipient for template, recipient in seen.told() if template == "exclusion-ended"}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-03-01 23:59", (None, None)),
        ("2027-03-02 00:00", ("2027-03-01", "term")),
        ("2027-05-31", ("2027-03-01", "term")),
    ],
    ids=["on its last day", "at the midnight after it", "later"],
)
def test_a_requirement_ends_by_its_own_day_though_nobody_says_so(
    now: str, expected: tuple[str | None, str | None]
) -> None:
    """requirement-end, V.EXC: no other requirement, and not the order, ends with it."""
    seen = two(BEGUN, now=now)

    assert (expected, (None, None)) == (ended(seen), ended(seen, "R2"))
    assert ("active", []) == (seen.state, [a for a in seen.arrows() if a == "T30"])


def test_a_requirement_that_ran_out_is_told_to_those_concerned() -> None:
    """ev-exc-end-notices, N.EXC: person and police; here it names no stakeholders."""
    seen = two(BEGUN, now="2027-03-02")

    assert {"person", "police"} == end_notices(seen)
    assert ("ended", "2027-03-01") == clocks(seen)["requirement-end"]
    assert "open" == duties(seen)["ev-exc-end-notices"]
    assert ["ev-exc-end-notices/R1", "ev-exc-notify-police/R1"] == shown(seen)["owed"]


@pytest.mark.parametrize(
    ("moment", "notices"), [("2027-03-27 23:59", set()), ("2027-03-28 00:00", {"person", "police"})]
)
def test_a_requirement_ends_at_londons_midnight(moment: str, notices: set[str]) -> None:
    """The day before the clocks change counts whole."""
    stream = order_with("exclusion", ends_on="2027-03-27")

    assert notices == end_notices(played(stream, moment))


@pytest.mark.parametrize(
    ("ended_by", "expected"),
    [
        ("completed", "completed"),
        ("terminated", "terminated"),
        ("good_progress", "good_progress"),
    ],
)
def test_a_requirement_ends_when_somebody_says_so(ended_by: str, expected: str) -> None:
    """On the day that they name, once; the calendar adds nothing to it later."""
    told = event("requirement_completed", "2027-02-01", requirement_id="R1", ended_by=ended_by)

    seen = two(BEGUN, told, now="2027-05-01")

    assert ("2027-02-01", expected) == ended(seen)
    assert (expected == "completed") == (shown(seen)["completed_on"] is not None)


def test_a_completion_that_is_told_late_stands_before_the_end_that_the_calendar_gave() -> None:
    """It had been complete when its day came, so nothing was left unfinished."""
    stream = order_with("programme", ends_on="2027-03-01")
    late = event(
        "requirement_completed", "2027-03-10", requirement_id="R1", completed_on="2027-02-20"
    )

    seen = played([*stream, late], "2027-03-11")

    assert ("2027-02-20", "completed") == ended(seen)
    assert "unfinished.R1" not in {flag["code"] for flag in seen.view["flags"]}
    assert "met" == clocks(seen)["requirement-before-order-end"][0]


def test_a_completion_after_the_end_is_a_fact_and_irregular() -> None:
    """The end stays what it was."""
    late = event("requirement_completed", "2027-03-10", requirement_id="R1")

    seen = two(BEGUN, late, now="2027-03-11")

    assert ("applied", "R1 had ended on 2027-03-01") == seen.verdict(late)
    assert ("2027-03-01", "term") == ended(seen)


def test_a_completion_that_is_withdrawn_leaves_the_requirement_open() -> None:
    """Its end notices are taken back by the ledger, and its last day comes as it would have."""
    told = event("requirement_completed", "2027-02-01", requirement_id="R1")
    gone = event("event_withdrawn", "2027-02-02", withdrawn_event_id=told.event_id)

    assert (None, None) == ended(two(BEGUN, told, gone, now="2027-02-03"))
    assert ("2027-03-01", "term") == ended(two(BEGUN, told, gone, now="2027-03-02"))


@pytest.mark.parametrize(
    ("done", "expected"),
    [("2027-10-31", "met"), ("2027-11-01", "met"), (None, "missed")],
    ids=["the day before", "on the last day", "never"],
)
def test_a_course_is_due_before_the_order_ends(done: str | None, expected: str) -> None:
    """requirement-before-order-end, drr-before-order-licence-end (AMB-28)."""
    told = [] if done is None else [event("requirement_completed", done, requirement_id="R1")]

    seen = played([*order_with("drug_rehabilitation"), *told], "2027-11-02")

    assert (expected, "2027-11-01") == clocks(seen)["drr-before-order-licence-end"]
    # One duty has one clock, although the documents state this one twice.
    assert "requirement-before-order-end" not in clocks(seen)


def test_what_counts_to_the_end_of_the_order_moves_with_it() -> None:
    """T29: the end of the order moves, the end of a requirement does not."""
    moved = event("end_date_changed", "2026-12-01", ends_on="2027-12-01")

    seen = played([*order_with("programme", ends_on="2027-03-01"), moved], "2026-12-02")

    assert ("running", "2027-12-01") == clocks(seen)["requirement-before-order-end"]
    assert ("running", "2027-03-01") == clocks(seen)["requirement-end"]


def test_every_open_requirement_ends_with_the_sentence() -> None:
    """T30, N.sentence: with a later day or none; each end is notified, and the whole one too."""
    seen = played(order_with("exclusion"), "2027-11-02")

    assert ("completed", ("2027-11-01", "sentence")) == (seen.state, ended(seen))
    assert {"person", "police"} == end_notices(seen)
    assert "open" == duties(seen)["ev-exc-end-notices"]
    assert ("sentence-ended", "agencies") in seen.told()


def test_notices_of_an_end_before_the_sentence_ended_are_still_owed() -> None:
    """The police hear of it, whatever came since."""
    seen = two(BEGUN, now="2027-11-02")

    assert ("completed", "open") == (seen.state, duties(seen)["ev-exc-end-notices"])


def test_nobody_writes_to_a_person_who_died() -> None:
    """The police are notified all the same."""
    died = event("sentence_ended", "2026-12-10", reason="death")

    assert {"police"} == end_notices(two(BEGUN, died, now="2026-12-11"))


def test_conditions_of_a_licence_end_with_it_but_for_those_that_go_on() -> None:
    """T20: drug testing continues under supervision; the end of an exclusion is notified."""
    given = [
        requirement("exclusion"),
        {**requirement("drug_testing"), "requirement_id": "R2"},
        {**requirement("residence"), "requirement_id": "R3", "ends_on": "2015-08-01"},
    ]
    stream = after_licence()
    freed = next(index for index, item in enumerate(stream) if item.KIND == "released")
    stream[freed] = event("released", "2015-03-02 10:00", conditions=given)

    seen = played(stream, "2015-06-02")

    assert ("pss", ("2015-06-01", "licence")) == (seen.view["phase"], ended(seen))
    assert ((None, None), (None, None)) == (ended(seen, "R2"), ended(seen, "R3"))
    assert {"person", "police"} == end_notices(seen)
    assert "open" == duties(seen)["ev-exc-end-notices"]


def test_drug_appointments_count_to_the_end_of_what_is_being_served() -> None:
    """dac-before-period-end: of the licence, and once that is over of supervision."""
    given = [requirement("drug_appointment")]
    stream = after_licence()
    freed = next(index for index, item in enumerate(stream) if item.KIND == "released")
    stream[freed] = event("released", "2015-03-02 10:00", conditions=given)

    assert ("running", "2015-06-01") == clocks(played(stream, "2015-06-01"))[
        "dac-before-period-end"
    ]
    assert ("running", "2016-03-01") == clocks(played(stream, "2015-06-02"))[
        "dac-before-period-end"
    ]


def test_conditions_stay_through_a_recall() -> None:
    """A condition with a day of its own runs out in prison as well, and is notified."""
    stream = licence_with("exclusion", ends_on="2015-09-01")
    back = [
        event("recall_decided", "2015-04-07", recall_type="standard", too_much_risk=True),
        event("recall_report_sent", "2015-04-07 14:00"),
        event("recall_report_received", "2015-04-07 15:00"),
        event("licence_revoked", "2015-04-07 17:00"),
        event("returned_to_custody", "2015-04-08"),
    ]

    seen = played([*stream, *back], "2015-09-02")

    assert ("recall_custody", ("2015-09-01", "term")) == (seen.view["phase"], ended(seen))
    assert {"person", "police"} == end_notices(seen)


def test_a_court_ends_one_requirement_and_nothing_else() -> None:
    """T27, D17.8, V.RAR: the order continues."""
    decided = event("court_decided", "2026-12-10", outcome="requirement_ended", requirement_id="R1")

    seen = two(BEGUN, decided, now="2026-12-11")

    assert (("2026-12-10", "court"), (None, None)) == (ended(seen), ended(seen, "R2"))
    assert ("active", {"person", "police"}) == (seen.state, end_notices(seen))


def test_hours_that_were_never_recorded_are_pointed_out_when_work_is_called_complete() -> None:
    """The officer's report holds, and the view shows what disagrees with it."""
    work = order_with("unpaid_work")
    some = event("requirement_progressed", "2026-11-09", requirement_id="R1", hours=20)
    done = event("requirement_completed", "2026-12-10", requirement_id="R1")

    seen = played([*work, some, done], "2026-12-11")

    assert ("applied", "20 of 80 hours were recorded") == seen.verdict(done)
    assert seen.decided.dispositions[done.uid].irregular
    assert ("2026-12-10", "completed") == ended(seen)
