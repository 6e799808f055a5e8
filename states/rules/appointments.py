"""Appointments: arranged, moved, cancelled, attended (NS 2015 5(a)-(b), AMB-02).

The clocks here follow the bookings: the first contact after each release, on the next working day
(NS 2015 5(b)); the first appointment of an order, arranged (NS 2015 5(a)) and held; and the
induction at it. "Arranged" means the same on licence as on an order (AMB-02). Contact on the day of
release itself is guidance: a booking for that day meets it, or the reason why that was impractical
(AMB-22).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from states.entities import Appointment, Failure
from states.events.contact import (
    AppointmentArranged,
    AppointmentAttended,
    AppointmentCancelled,
    AppointmentParty,
)
from states.rules import clocks
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome, Nature
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement
from states.time.clock import Clock, ClockOutcome
from states.time.due import Due
from states.time.london import day_of, end_of, start_of
from states.vocabulary import FailureKind, State

FIRST_CONTACT = "first-contact-release"
SAME_DAY = "first-contact-release-day"

BookingSettlement = tuple[ClockOutcome, datetime, str | None]
"""Outcome, time and event by which a booking settles a clock."""


def arranged_settlement(
    clock: Clock, booked: Appointment, standard_at: datetime
) -> BookingSettlement:
    """Return the settlement by a booking of an appointment that has to be arranged.

    A booking for a day in time is in time from the moment it is made; a booking for a later day
    meets the standard, late, once that day has come.
    """
    in_time = not clock.is_past(standard_at)
    at = min(booked.arranged_at, standard_at) if in_time else standard_at
    return ClockOutcome.DONE, at, booked.cause


def refresh_first_contact(s: Sentence) -> None:
    """Settle the clocks of the contact after each release by the present bookings."""
    releases = sorted(_releases(s))
    for key in (*s.by_provision.get(FIRST_CONTACT, ()), *s.by_provision.get(SAME_DAY, ())):
        clock = s.clocks[key]
        if clock.settled is not ClockOutcome.FELL_AWAY and clock.counted_from is not None:
            since = clock.counted_from
            until = next((day for day in releases if day > since), None)
            s.clocks[key] = clock.settled_first_by(tuple(_reasons(s, clock, since, until=until)))


def _releases(s: Sentence) -> Iterator[date]:
    for key in s.by_provision.get(FIRST_CONTACT, ()):
        on = s.clocks[key].counted_from
        if on is not None:
            yield on


def _reasons(
    s: Sentence, clock: Clock, since: date, until: date | None
) -> Iterator[BookingSettlement]:
    found = [
        (item.standard_at, item.id, item)
        for item in s.appointments.values()
        if item.face_to_face and item.standard_at is not None
        if since <= day_of(item.standard_at) and (until is None or day_of(item.standard_at) < until)
    ]
    if found:
        standard_at, _, booked = min(found, key=lambda item: item[:2])
        yield arranged_settlement(clock, booked, standard_at)
    if clock.timescale.id == SAME_DAY:
        for _, _, booked in found:
            if booked.impractical_at is not None:
                yield ClockOutcome.DONE, booked.impractical_at, booked.cause
        said = s.done.get((clocks.done_key(SAME_DAY), clock.subject))
        if said is not None:
            yield ClockOutcome.DONE, *said


FIRST_ARRANGED = "first-appt-community"
FIRST_HELD = "first-appt-community-held"
INDUCTION_AT_START = "induction-at-start"


def earliest_booking(meetings: list[Appointment], since: date | None = None) -> Appointment | None:
    """Return the earliest booking that counts, from the day `since` on; None where none."""
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
    """Settle the arranged first appointment by the earliest booking that counts.

    One arranged to take place in time is in time.
    """
    clock = s.clocks.get(FIRST_ARRANGED)
    if clock is None or clock.settled is ClockOutcome.FELL_AWAY:
        return
    clock = clock.reopen()
    if first is not None and first.standard_at is not None:
        clock = clock.settle(*arranged_settlement(clock, first, first.standard_at))
    s.clocks[FIRST_ARRANGED] = clock


def refresh_held(s: Sentence, meetings: list[Appointment]) -> None:
    """Settle the held appointment by the first attended, or cancel it if the person missed one."""
    clock = s.clocks.get(FIRST_HELD)
    if clock is None or s.state is State.COMPLETED:
        return
    clock = clock.reopen()
    for item in meetings:
        if item.attended_at is not None:
            clock = clock.settle(ClockOutcome.DONE, item.attended_at, item.attended_by)
    for failure in s.failures.values():
        booked = s.appointments.get(failure.appointment_id or "")
        if booked is None or not booked.face_to_face or _attended(booked, failure):
            continue
        # The person missed an appointment that was booked in time: a failure to comply, and no
        # lapse of the provider (G2). A later booking under its id does not change that.
        missed_at = _missed_at(booked, failure)
        if not clock.is_past(missed_at):
            clock = clock.settle(ClockOutcome.FELL_AWAY, missed_at, failure.cause)
    s.clocks[FIRST_HELD] = clock


def _attended(booked: Appointment, failure: Failure) -> bool:
    """Return whether the person came after all, on or before the day that the failure names."""
    return booked.attended_at is not None and day_of(booked.attended_at) <= failure.failed_on


def contradictions(s: Sentence) -> Iterator[tuple[str, str]]:
    """Yield each appointment that was reported as attended and as missed, with the text of that.

    A failure whose explanation was accepted contradicts nothing any more.
    """
    missed: dict[str, list[str]] = {}
    for failure in s.failures.values():
        booked = s.appointments.get(failure.appointment_id or "")
        absent = failure.what is FailureKind.MISSED_APPOINTMENT and not failure.acceptable
        if booked is not None and _attended(booked, failure) and absent:
            missed.setdefault(booked.id, []).append(failure.id)
    for key, failure_ids in sorted(missed.items()):
        named = ", ".join(sorted(failure_ids))
        yield key, f"{key} was reported as attended and as missed ({named}); withdraw the wrong one"


def _missed_at(booked: Appointment, failure: Failure) -> datetime:
    if day_of(booked.at) == failure.failed_on:
        return booked.at
    return start_of(failure.failed_on)


def refresh_induction(s: Sentence, law: Law, key: str, meetings: list[Appointment]) -> None:
    """Date an induction by the first appointment of the regime that it begins, once booked."""
    clock = s.clocks[key]
    if clock.settled is not None:
        # A booking made after the induction cannot have been its occasion.
        return
    first = earliest_booking(meetings, clock.counted_from)
    reason = "no booking is in force"
    due = clocks.recompute_due(s, law, clock)
    if first is not None and first.standard_at is not None:
        day = day_of(first.standard_at)
        due = Due(day, end_of(day))
        reason = f"the first appointment is on {day}"
    if due.due_on != clock.due.due_on:
        clock = clock.moved_to(due, reason)
    s.clocks[key] = clock


def refresh_appointments(s: Sentence, law: Law) -> None:
    """Settle the clocks of the first appointment by the present bookings."""
    meetings = [item for item in s.appointments.values() if item.face_to_face]
    refresh_arranged(s, earliest_booking(meetings))
    refresh_held(s, meetings)
    refresh_first_contact(s)
    for key in s.by_provision.get(INDUCTION_AT_START, ()):
        refresh_induction(s, law, key, meetings=meetings)


def _arrange(s: Sentence, e: AppointmentArranged, law: Law) -> HandlerOutcome:
    known = s.appointments.get(e.appointment_id)
    booked = Appointment(
        e.appointment_id,
        e.at,
        e.face_to_face,
        arranged_at=e.occurred_at,
        standard_at=e.at,
        cause=e.uid,
    )
    if e.same_day_impractical is not None:
        booked = replace(booked, impractical_at=e.occurred_at)
    if (
        known is not None
        and known.standard_at is not None
        and e.rebooked_by is AppointmentParty.PERSON
    ):
        # The provider had booked it in time; a move by the person does not change that.
        booked = replace(known, at=e.at, cancelled=False)
    s.appointments[e.appointment_id] = booked
    if booked.face_to_face:
        arranged = Settlement.APPOINTMENT_ARRANGED
        clocks.settle(s, law, arranged, at=e.occurred_at, by=e.uid)
    refresh_appointments(s, law)
    return REGULAR


def _cancel(s: Sentence, e: AppointmentCancelled, law: Law) -> HandlerOutcome:
    known = s.appointments[e.appointment_id]
    kept = known.standard_at if e.by_whom is AppointmentParty.PERSON else None
    s.appointments[e.appointment_id] = replace(known, cancelled=True, standard_at=kept)
    refresh_appointments(s, law)
    return REGULAR


def _attend(s: Sentence, e: AppointmentAttended, law: Law) -> HandlerOutcome:
    known = s.appointments[e.appointment_id]
    s.appointments[e.appointment_id] = replace(known, attended_at=e.at, attended_by=e.uid)
    if known.face_to_face and s.state is not State.COMPLETED:
        clocks.settle(s, law, Settlement.APPOINTMENT_ATTENDED, at=e.at, by=e.uid)
    refresh_appointments(s, law)
    return REGULAR


def _named(s: Sentence, e: AppointmentCancelled | AppointmentAttended) -> str | None:
    return None if e.appointment_id in s.appointments else f"appointment {e.appointment_id}"


HANDLERS = (
    EventHandler(
        AppointmentArranged, _arrange, satisfies=lambda e: (f"appointment {e.appointment_id}",)
    ),
    EventHandler(AppointmentCancelled, _cancel, depends_on=_named),
    EventHandler(AppointmentAttended, _attend, nature=Nature.FACT, depends_on=_named),
)
