"""The first contact after each release: first-contact-release (NS 2015 5(b)), and its own day."""

import pytest

from states.events.envelope import Event
from tests.states.custody import MONITORED, freed, imprisoned, of_row, said, supervised
from tests.states.licence import initiated, on_licence, returned, sentenced
from tests.states.stream import Played, at, event, played

STANDARD = "first-contact-release/2027-11-01"
SAME_DAY = "first-contact-release-day/2027-11-01"


def booked(when: str, on: str, **more: object) -> Event:
    return event("appointment_arranged", when, at=at(on), **more)


def after(*events: Event, now: str = "2027-11-20") -> Played:
    return played([*freed(), *events], now)


@pytest.mark.parametrize(
    ("now", "standard", "same_day"),
    [
        ("2027-11-01 23:59", "running", "running"),
        ("2027-11-02 00:00", "running", "missed"),
        ("2027-11-02 23:59", "running", "missed"),
        ("2027-11-03 00:00", "missed", "missed"),
    ],
)
def test_one_working_day_is_the_standard_and_the_same_day_is_guidance(
    now: str, standard: str, same_day: str
) -> None:
    """AMB-22: released on Monday, the standard runs to the end of Tuesday."""
    seen = after(now=now)

    assert ((standard, "2027-11-02"), (same_day, "2027-11-01")) == (
        seen.clock(STANDARD),
        seen.clock(SAME_DAY),
    )
    assert ("standard", "practice_guide") == (
        seen.clocks[STANDARD]["hardness"],
        seen.clocks[SAME_DAY]["hardness"],
    )


@pytest.mark.parametrize(
    ("released_on", "due_on"), [("2015-04-02", "2015-04-07"), ("2015-08-28", "2015-09-01")]
)
def test_the_worked_dates_of_the_standard(released_on: str, due_on: str) -> None:
    """Over Easter, and over the holiday at the end of August."""
    stream = [*sentenced(), event("released", f"{released_on} 10:00")]

    seen = played(stream, f"{released_on} 11:00")

    assert ("running", due_on) == seen.clock(f"first-contact-release/{released_on}")


@pytest.mark.parametrize(
    ("on", "standard", "same_day"),
    [
        ("2027-11-01 15:00", "met", "met"),
        ("2027-11-02 10:00", "met", "met_late"),
        ("2027-11-03 10:00", "met_late", "met_late"),
    ],
)
def test_the_standard_is_met_by_what_is_arranged(on: str, standard: str, same_day: str) -> None:
    """AMB-02: as for the first appointment of an order."""
    seen = after(booked("2027-11-01 11:00", on))

    assert (standard, same_day) == (seen.clock(STANDARD)[0], seen.clock(SAME_DAY)[0])


def test_a_booking_made_in_prison_counts() -> None:
    """It is there when the person comes out."""
    stream = [
        *imprisoned(),
        booked("2027-10-25", "2027-11-01 14:00"),
        event("released", "2027-11-01 10:00"),
    ]

    seen = played(stream, "2027-11-01 11:00")

    assert ("met", "met") == (seen.clock(STANDARD)[0], seen.clock(SAME_DAY)[0])


def test_an_appointment_in_prison_is_no_contact_after_release() -> None:
    """Only what is arranged for the day of release or later can be one."""
    stream = [
        *imprisoned(),
        booked("2027-10-20", "2027-10-25 10:00"),
        event("released", "2027-11-01 10:00"),
    ]

    assert "missed" == played(stream, "2027-11-20").clock(STANDARD)[0]


@pytest.mark.parametrize(
    "reason",
    [
        booked("2027-11-01 11:00", "2027-11-02 10:00", same_day_impractical="Released late."),
        said("first-contact-release-day", "2027-11-01 16:00", rationale="Released late."),
    ],
    ids=["with-the-booking", "by-itself"],
)
def test_the_same_day_is_met_by_the_reason_why_it_was_impractical(reason: Event) -> None:
    """AMB-22: recorded on the day; a booking that comes after it takes nothing from that."""
    later = booked("2027-11-01 17:00", "2027-11-02 11:00", appointment_id="A2")

    seen = after(reason, later)

    assert ("met", "met") == (seen.clock(STANDARD)[0], seen.clock(SAME_DAY)[0])


def test_a_provider_that_rebooks_past_the_day_undoes_its_booking() -> None:
    """AMB-02: the side that moved the booking decides."""
    first = booked("2027-11-01 11:00", "2027-11-02 10:00")
    moves = {
        by: after(first, booked("2027-11-01 12:00", "2027-11-05 10:00", rebooked_by=by))
        for by in ("provider", "person")
    }

    assert {"provider": "met_late", "person": "met"} == {
        by: seen.clock(STANDARD)[0] for by, seen in moves.items()
    }


def test_each_release_has_a_contact_of_its_own() -> None:
    """A re-release after recall is a release: what was arranged before answers the first alone."""
    stream = [
        *on_licence(),
        *initiated(),
        returned("2015-04-09"),
        event("released", "2015-05-06 10:00", reason="fixed_term_recall_end"),
        booked("2015-05-06 11:00", "2015-05-07 10:00", appointment_id="A2"),
    ]

    seen = played(stream, "2015-06-01")

    assert ("met", "2015-03-03") == seen.clock("first-contact-release/2015-03-02")
    assert ("met", "2015-05-07") == seen.clock("first-contact-release/2015-05-06")
    late = played(stream[:-1], "2015-06-01")
    assert "missed" == late.clock("first-contact-release/2015-05-06")[0]


def test_a_first_release_without_a_contact_is_not_answered_by_the_next() -> None:
    """A missed contact stays missed."""
    bare = [item for item in on_licence() if not item.KIND.startswith("appointment")]
    stream = [
        *bare,
        *initiated(),
        returned("2015-04-09"),
        event("released", "2015-05-06 10:00", reason="fixed_term_recall_end"),
        booked("2015-05-06 11:00", "2015-05-07 10:00", appointment_id="A2"),
    ]

    assert "missed" == played(stream, "2015-06-01").clock("first-contact-release/2015-03-02")[0]


def test_supervision_straight_from_prison_has_the_standard_and_not_the_day() -> None:
    """first-contact-release-day speaks of release on licence."""
    seen = played(supervised(), "2027-11-01 12:00")

    assert (["running"], []) == (
        of_row(seen, "first-contact-release"),
        of_row(seen, "first-contact-release-day"),
    )


def test_electronic_only_and_curfew_without_a_licence_have_neither() -> None:
    """AMB-20: standard 5 does not apply; the monitoring provider inducts."""
    alone = event("released", "2027-11-01 10:00", reason="hdc", without_licence=True)

    for stream in ([*imprisoned(), alone], freed(requirements=MONITORED)):
        assert [] == of_row(played(stream, "2027-11-01 12:00"), "first-contact-release")


def test_a_curfew_without_a_licence_brings_nothing_of_standards_4_to_7() -> None:
    """AMB-20: what custody began before is still held against the day of release."""
    alone = event("released", "2027-10-25 10:00", reason="hdc", without_licence=True)

    seen = played([*imprisoned(), alone], "2027-10-27")

    for row in ("plan-post-release-complete", "ev-first-appt-content"):
        assert [] == of_row(seen, row)
    assert ("missed", "2027-10-25") == seen.clock("plan-custody-prepared")
