"""The clocks of the first appointment: arranged (NS 2015 5(a)), held, and the induction at it."""

from datetime import date, datetime

from states.clock import Settled
from states.due import Due
from states.law import Law
from states.london import day_of, end_of, start_of
from states.records import Appointment, Failure
from states.rules import clocks
from states.rules.first_contact import arranged
from states.sentence import Sentence
from states.vocabulary import State

ARRANGED = "first-appt-community"
HELD = "first-appt-community-held"
INDUCTION = "induction-at-start"


def first_of(meetings: list[Appointment], since: date | None = None) -> Appointment | None:
    """Return the earliest booking that counts, of those from the day `since` on."""
    return min(
        (
            item
            for item in meetings
            if item.standard_at is not None and (since is None or day_of(item.standard_at) >= since)
        ),
        key=lambda item: (item.standard_at, item.id),
        default=None,
    )


def refresh_arranged(s: Sentence, first: Appointment | None) -> None:
    """Settle by the earliest booking that counts: arranged to occur in time is in time."""
    clock = s.clocks.get(ARRANGED)
    if clock is None or clock.settled is Settled.FELL_AWAY:
        return
    clock = clock.reopen()
    if first is not None and first.standard_at is not None:
        clock = clock.settle(*arranged(clock, first, first.standard_at))
    s.clocks[ARRANGED] = clock


def refresh_held(s: Sentence, meetings: list[Appointment]) -> None:
    """Settle by the first that took place, or stop where the person stayed away from one."""
    clock = s.clocks.get(HELD)
    if clock is None or s.state is State.COMPLETED:
        return
    clock = clock.reopen()
    for item in meetings:
        if item.attended_at is not None:
            clock = clock.settle(Settled.DONE, item.attended_at, item.attended_by)
    for failure in s.failures.values():
        booked = s.appointments.get(failure.appointment_id or "")
        if booked is None or not booked.face_to_face or _came(booked, failure):
            continue
        # The person stayed away from one that was booked in time: that is a failure to comply,
        # not a lapse of the provider (G2), and no later booking under its id makes it one.
        missed_at = _missed_at(booked, failure)
        if not clock.is_past(missed_at):
            clock = clock.settle(Settled.FELL_AWAY, missed_at, failure.cause)
    s.clocks[HELD] = clock


def _came(booked: Appointment, failure: Failure) -> bool:
    """Whether the person was there after all, on the day that the failure names or before it."""
    return booked.attended_at is not None and day_of(booked.attended_at) <= failure.failed_on


def _missed_at(booked: Appointment, failure: Failure) -> datetime:
    if day_of(booked.at) == failure.failed_on:
        return booked.at
    return start_of(failure.failed_on)


def refresh_induction(s: Sentence, law: Law, key: str, meetings: list[Appointment]) -> None:
    """Date an induction by the first appointment of what it begins, once there is one."""
    clock = s.clocks[key]
    if clock.settled is not None:
        # What is booked after an induction cannot have been its occasion.
        return
    first = first_of(meetings, clock.counted_from)
    reason = "no booking stands"
    due = clocks.due_again(s, law, clock)
    if first is not None and first.standard_at is not None:
        day = day_of(first.standard_at)
        due, reason = Due(day, end_of(day)), f"the first appointment is on {day}"
    if due.due_on != clock.due.due_on:
        clock = clock.moved_to(due, reason)
    s.clocks[key] = clock
