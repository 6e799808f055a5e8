"""Appointments, and the two clocks of the first one: arranged (NS 2015 5(a)) and held."""

from dataclasses import replace

from states.clock import Settled
from states.due import Due
from states.events.contact import (
    AppointmentArranged,
    AppointmentAttended,
    AppointmentCancelled,
    Side,
)
from states.law import Law
from states.london import day_of, end_of
from states.records import Appointment
from states.rules import clocks
from states.rules.rule import REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.vocabulary import State

ARRANGED = "first-appt-community"
HELD = "first-appt-community-held"
INDUCTION = "induction-at-start"


def refresh_appointments(s: Sentence, law: Law) -> None:
    """Settle the clocks of the first appointment by the bookings as they stand now."""
    meetings = [item for item in s.appointments.values() if item.face_to_face]
    first = min(
        (item for item in meetings if item.standard_at is not None),
        key=lambda item: (item.standard_at, item.id),
        default=None,
    )
    _refresh_arranged(s, first)
    _refresh_held(s, meetings)
    _refresh_induction(s, law, first)


def _refresh_arranged(s: Sentence, first: Appointment | None) -> None:
    clock = s.clocks.get(ARRANGED)
    if clock is None or clock.settled is Settled.FELL_AWAY:
        return
    clock = clock.reopen()
    if first is not None and first.standard_at is not None:
        # Arranged to occur in time is in time from the booking on; a booking for a later day
        # meets the standard, late, only when that day has come.
        in_time = not clock.is_past(first.standard_at)
        at = min(first.arranged_at, first.standard_at) if in_time else first.standard_at
        clock = clock.settle(Settled.DONE, at, first.cause)
    s.clocks[ARRANGED] = clock


def _refresh_held(s: Sentence, meetings: list[Appointment]) -> None:
    clock = s.clocks.get(HELD)
    if clock is None or s.state is State.COMPLETED:
        return
    clock = clock.reopen()
    for item in meetings:
        if item.attended_at is not None:
            clock = clock.settle(Settled.DONE, item.attended_at, item.attended_by)
    for failure in s.failures.values():
        booked = s.appointments.get(failure.appointment_id or "")
        if booked is None or not booked.face_to_face or booked.attended_at is not None:
            continue
        # The person stayed away from one that was booked in time: that is a failure to comply,
        # not a lapse of the provider (5.5 guard 2).
        if not clock.is_past(booked.at):
            clock = clock.settle(Settled.FELL_AWAY, booked.at, failure.cause)
    s.clocks[HELD] = clock


def _refresh_induction(s: Sentence, law: Law, first: Appointment | None) -> None:
    clock = s.clocks.get(INDUCTION)
    if clock is None or clock.settled is Settled.FELL_AWAY:
        return
    reason = "no booking stands"
    due = clocks.due_again(s, law, clock)
    if first is not None and first.standard_at is not None:
        day = day_of(first.standard_at)
        due, reason = Due(day, end_of(day)), f"the first appointment is on {day}"
    if due.due_on != clock.due.due_on:
        clock = clock.moved_to(due, reason)
    s.clocks[INDUCTION] = clock


def _arrange(s: Sentence, e: AppointmentArranged, law: Law) -> Applied:
    known = s.appointments.get(e.appointment_id)
    booked = Appointment(e.appointment_id, e.at, e.face_to_face, e.occurred_at, e.at, e.uid)
    if known is not None and known.standard_at is not None and e.rebooked_by is Side.PERSON:
        # The provider had booked it; that the person moved it takes nothing from that.
        booked = replace(known, at=e.at, cancelled=False)
    s.appointments[e.appointment_id] = booked
    refresh_appointments(s, law)
    return REGULAR


def _cancel(s: Sentence, e: AppointmentCancelled, law: Law) -> Applied:
    known = s.appointments[e.appointment_id]
    kept = known.standard_at if e.by_whom is Side.PERSON else None
    s.appointments[e.appointment_id] = replace(known, cancelled=True, standard_at=kept)
    refresh_appointments(s, law)
    return REGULAR


def _attend(s: Sentence, e: AppointmentAttended, law: Law) -> Applied:
    known = s.appointments[e.appointment_id]
    s.appointments[e.appointment_id] = replace(known, attended_at=e.at, attended_by=e.uid)
    refresh_appointments(s, law)
    return REGULAR


def _named(s: Sentence, e: AppointmentCancelled | AppointmentAttended) -> str | None:
    return None if e.appointment_id in s.appointments else f"appointment {e.appointment_id}"


RULES = (
    Rule(
        AppointmentArranged,
        _arrange,
        provides=lambda e: (f"appointment {e.appointment_id}",),
    ),
    Rule(AppointmentCancelled, _cancel, needs=_named),
    Rule(AppointmentAttended, _attend, nature=Nature.FACT, needs=_named),
)
