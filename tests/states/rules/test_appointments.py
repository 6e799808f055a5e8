"""The first appointment: arranged in time (NS 2015 5(a)), and held."""

import pytest

from states.events.envelope import Event
from tests.states.stream import Played, allocated, at, event, failed, played

ARRANGED = "first-appt-community"
HELD = "first-appt-community-held"


def booked(when: str, on: str, **more: object) -> Event:
    return event("appointment_arranged", when, at=at(on), **more)


def after(*events: Event, now: str = "2026-11-20") -> Played:
    return played([*allocated(), *events], now)


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2026-11-08 12:00", "running"),
        ("2026-11-09 23:59", "running"),
        ("2026-11-10 00:00", "missed"),
    ],
)
def test_without_a_booking_both_clocks_run_to_the_end_of_their_day(now: str, status: str) -> None:
    """Five working days after Monday 2 November: the day before, the day, the midnight after."""
    seen = after(now=now)

    assert (status, "2026-11-09") == seen.clock(ARRANGED) == seen.clock(HELD)


@pytest.mark.parametrize("on", ["2026-11-03 09:00", "2026-11-09 23:59"])
def test_a_booking_for_a_day_in_time_meets_the_standard_when_it_is_made(on: str) -> None:
    """The standard asks that the appointment is arranged to occur in time."""
    seen = after(booked("2026-11-02 15:00", on), now="2026-11-02 15:00")

    assert ("met", "2026-11-02T15:00:00Z") == seen.settled(ARRANGED)
    assert ("running", None) == seen.settled(HELD)


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2026-11-09 23:59", "running"),
        ("2026-11-10 00:00", "missed"),
        ("2026-11-10 09:59", "missed"),
        ("2026-11-10 10:00", "met_late"),
    ],
)
def test_a_booking_for_a_later_day_meets_the_standard_late_and_on_that_day(
    now: str, status: str
) -> None:
    """An appointment after the deadline is not arranged to occur in time."""
    assert status == after(booked("2026-11-03", "2026-11-10 10:00"), now=now).clock(ARRANGED)[0]


def test_an_appointment_that_is_not_face_to_face_does_not_count() -> None:
    """A telephone call is a contact, not a first appointment."""
    call = booked("2026-11-02 15:00", "2026-11-05 10:00", face_to_face=False)
    answered = event("appointment_attended", "2026-11-05 10:00")

    seen = after(call, answered)

    assert "missed" == seen.clock(ARRANGED)[0] == seen.clock(HELD)[0]


def test_the_earliest_of_several_bookings_counts() -> None:
    """A later second booking takes nothing from a first one in time."""
    seen = after(
        booked("2026-11-03", "2026-11-16 10:00", appointment_id="A2"),
        booked("2026-11-04", "2026-11-06 10:00"),
    )

    assert ("met", "2026-11-04T12:00:00Z") == seen.settled(ARRANGED)


def test_a_provider_that_rebooks_past_the_deadline_undoes_its_booking() -> None:
    """AMB-02: the provider moved it, so it is arranged for the new day alone."""
    stream = (
        booked("2026-11-02 15:00", "2026-11-05 10:00"),
        booked("2026-11-04", "2026-11-12 10:00", rebooked_by="provider"),
    )

    assert "missed" == after(*stream, now="2026-11-11").clock(ARRANGED)[0]
    assert ("met_late", "2026-11-12T10:00:00Z") == after(*stream).settled(ARRANGED)


def test_a_person_who_rebooks_past_the_deadline_leaves_the_standard_met() -> None:
    """AMB-02: the provider had arranged it in time, from the first booking on."""
    seen = after(
        booked("2026-11-02 15:00", "2026-11-05 10:00"),
        booked("2026-11-10", "2026-11-12 10:00", rebooked_by="person"),
    )

    assert ("met", "2026-11-02T15:00:00Z") == seen.settled(ARRANGED)
    assert "missed" == seen.clock(HELD)[0]


def test_a_rebooking_inside_the_deadline_keeps_the_standard_met() -> None:
    """An appointment arranged in time stays in time when it is moved."""
    seen = after(
        booked("2026-11-02 15:00", "2026-11-05 10:00"),
        booked("2026-11-04", "2026-11-09 10:00", rebooked_by="provider"),
    )

    assert ("met", "2026-11-04T12:00:00Z") == seen.settled(ARRANGED)


@pytest.mark.parametrize(("by_whom", "status"), [("provider", "missed"), ("person", "met")])
def test_a_cancellation_undoes_the_booking_only_of_the_provider(by_whom: str, status: str) -> None:
    """AMB-02: who called the appointment off decides whether it had been arranged."""
    seen = after(
        booked("2026-11-02 15:00", "2026-11-05 10:00"),
        event("appointment_cancelled", "2026-11-04", by_whom=by_whom),
    )

    assert status == seen.clock(ARRANGED)[0]


def test_a_new_time_after_the_provider_called_off_counts_whoever_asked_for_it() -> None:
    """Nothing stood any more that the person could have moved: it is a new booking."""
    seen = after(
        booked("2026-11-02 15:00", "2026-11-05 10:00"),
        event("appointment_cancelled", "2026-11-03", by_whom="provider"),
        booked("2026-11-04", "2026-11-06 10:00", rebooked_by="person"),
    )

    assert ("met", "2026-11-04T12:00:00Z") == seen.settled(ARRANGED)


@pytest.mark.parametrize(
    ("attended", "status"),
    [("2026-11-09 23:30", "met"), ("2026-11-10 00:30", "met_late")],
)
def test_the_appointment_is_held_when_the_person_comes(attended: str, status: str) -> None:
    """It is met at the time of the meeting, by the event of the attendance."""
    seen = after(
        booked("2026-11-02 15:00", "2026-11-05 10:00"),
        event("appointment_attended", attended),
    )

    assert status == seen.clock(HELD)[0]
    told_by = f"CRC/appointment_attended.{attended.replace(' ', 'T')}"
    assert told_by == seen.clocks[HELD]["settled_by"]


def test_an_attendance_recorded_late_counts_from_its_own_time() -> None:
    """The meeting of the 5th is entered on the 12th: it was held in time."""
    late = event("appointment_attended", "2026-11-12", at=at("2026-11-05 10:00"))

    seen = after(booked("2026-11-02 15:00", "2026-11-05 10:00"), late)

    assert ("met", "2026-11-05T10:00:00Z") == seen.settled(HELD)


@pytest.mark.parametrize("reported", ["2026-11-05", "2026-11-17"])
def test_a_person_who_stays_away_is_no_lapse_of_the_provider(reported: str) -> None:
    """Guard 2: the failure route answers the absence, however late it was reported."""
    absence = failed("F1", reported, acceptable=None, failed_on="2026-11-05", appointment_id="A1")

    seen = after(booked("2026-11-02 15:00", "2026-11-05 10:00"), *absence)

    assert "met" == seen.clock(ARRANGED)[0]
    assert ("stopped", "2026-11-05T10:00:00Z") == seen.settled(HELD)
    assert ("missed", "2026-11-13") == seen.clock("enforce-6wd/2026-11-05")


def test_staying_away_from_a_late_booking_leaves_the_lapse_where_it_was() -> None:
    """The provider had already missed the time agreed when the person did not come."""
    absence = failed("F1", "2026-11-12", acceptable=None, appointment_id="A1")

    seen = after(booked("2026-11-02 15:00", "2026-11-12 10:00"), *absence)

    assert "missed" == seen.clock(HELD)[0]


def test_a_meeting_after_an_absence_from_a_late_booking_is_held_late() -> None:
    """The duty was never the person's to end: it is met, late, when they come."""
    seen = after(
        booked("2026-11-02 15:00", "2026-11-12 10:00"),
        *failed("F1", "2026-11-12", acceptable=None, appointment_id="A1"),
        booked("2026-11-13", "2026-11-16 10:00", appointment_id="A2"),
        event("appointment_attended", "2026-11-16 10:00", appointment_id="A2"),
    )

    assert ("met_late", "2026-11-16T10:00:00Z") == seen.settled(HELD)


def test_bad_behaviour_at_a_meeting_does_not_unmake_the_meeting() -> None:
    """A failure that names an attended appointment is not an absence from it."""
    seen = after(
        booked("2026-11-02 15:00", "2026-11-05 10:00"),
        event("appointment_attended", "2026-11-05 10:05"),
        *failed("F1", "2026-11-05", what="behaviour", appointment_id="A1"),
    )

    assert ("met", "2026-11-05T10:05:00Z") == seen.settled(HELD)


def test_the_induction_is_expected_by_the_first_appointment() -> None:
    """The prompt moves to the booked day, keeps its old date, and returns without a booking."""
    booking = booked("2026-11-02 15:00", "2026-11-05 10:00")
    called_off = event("appointment_cancelled", "2026-11-03", by_whom="provider")

    moved = after(booking, now="2026-11-03 09:00").clocks["induction-at-start"]
    back = after(booking, called_off, now="2026-11-04").clocks["induction-at-start"]

    assert ("2026-11-05", "2026-11-09: the first appointment is on 2026-11-05") == (
        moved["due_on"],
        moved["why"]["moved_from"],
    )
    assert "2026-11-09" == back["due_on"]


def test_an_unknown_appointment_is_waited_for() -> None:
    """An attendance may arrive before the booking that it names."""
    came = event("appointment_attended", "2026-11-05 10:00")

    seen = after(came)

    assert ("held", "waits for appointment A1") == seen.verdict(came)


@pytest.mark.parametrize("rebooked_by", ["provider", "person"])
def test_a_reported_miss_stops_the_held_clock_whatever_is_booked_later(rebooked_by: str) -> None:
    """G2: the same appointment, moved and attended late, does not turn the miss into a lapse."""
    seen = after(
        booked("2026-11-02 15:00", "2026-11-05 10:00"),
        *failed("F1", "2026-11-05 12:00", acceptable=None, appointment_id="A1"),
        booked("2026-11-06", "2026-11-12 10:00", rebooked_by=rebooked_by),
        event("appointment_attended", "2026-11-12 10:00"),
    )

    assert "stopped" == seen.clock(HELD)[0]


def test_who_came_on_the_day_did_not_miss_it() -> None:
    """A report of a miss and an attendance on one day: the person was there."""
    seen = after(
        booked("2026-11-02 15:00", "2026-11-05 10:00"),
        *failed("F1", "2026-11-05 12:00", acceptable=None, appointment_id="A1"),
        event("appointment_attended", "2026-11-05 16:00"),
    )

    assert "met" == seen.clock(HELD)[0]


def test_an_appointment_shows_that_the_order_has_commenced() -> None:
    """commencement-timely: ten working days are our own limit."""
    seen = after(
        booked("2026-11-02 15:00", "2026-11-05 10:00"),
        event("appointment_attended", "2026-11-05 10:00"),
    )

    assert ("met", "2026-11-16") == seen.clock("commencement-timely")
    assert ("met", "2026-11-02") == seen.clock("first-appt-given-at-court")


def test_an_appointment_that_was_attended_and_missed_is_flagged() -> None:
    """Two systems disagree: both reports are named, and a person withdraws the wrong one."""
    arranged = booked("2026-11-03", "2026-11-05 10:00", appointment_id="A9")
    came = {"at": at("2026-11-05 10:00"), "appointment_id": "A9"}
    attended = event("appointment_attended", "2026-11-05", **came)
    missed = failed("F1", "2026-11-05", appointment_id="A9")
    again = failed("F2", "2026-11-05", appointment_id="A9")

    flagged = after(arranged, *missed, *again, attended)
    agreed = after(arranged, *missed, *again)

    text = "A9 was reported as attended and as missed (F1, F2); withdraw the wrong one"
    assert {"code": "attended_and_missed.A9", "text": text} in flagged.view["flags"]
    assert not [one for one in agreed.view["flags"] if one["code"].startswith("attended_and")]


def test_who_comes_later_under_the_same_id_missed_the_first_day_all_the_same() -> None:
    """The appointment was booked again: the two reports are of two days."""
    arranged = booked("2026-11-03", "2026-11-05 10:00", appointment_id="A9")
    came = {"at": at("2026-11-10 10:00"), "appointment_id": "A9"}

    seen = after(
        arranged,
        *failed("F1", "2026-11-05", appointment_id="A9"),
        event("appointment_attended", "2026-11-10", **came),
    )

    assert not [one for one in seen.view["flags"] if one["code"].startswith("attended_and")]
