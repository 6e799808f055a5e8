"""Appointments: arranged, moved, called off, attended (NS 2015 5(a)-(b), AMB-02)."""

from dataclasses import replace

from states.events.contact import (
    AppointmentArranged,
    AppointmentAttended,
    AppointmentCancelled,
    Side,
)
from states.law import Law
from states.records import Appointment
from states.rules import clocks
from states.rules.first_appointment import (
    INDUCTION,
    first_of,
    refresh_arranged,
    refresh_held,
    refresh_induction,
)
from states.rules.first_contact import refresh_first_contact
from states.rules.rule import REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import Settlement
from states.vocabulary import State


def refresh_appointments(s: Sentence, law: Law) -> None:
    """Settle the clocks of the first appointment by the bookings as they stand now."""
    meetings = [item for item in s.appointments.values() if item.face_to_face]
    refresh_arranged(s, first_of(meetings))
    refresh_held(s, meetings)
    refresh_first_contact(s)
    for key in s.by_provision.get(INDUCTION, ()):
        refresh_induction(s, law, key, meetings)


def _arrange(s: Sentence, e: AppointmentArranged, law: Law) -> Applied:
    known = s.appointments.get(e.appointment_id)
    booked = Appointment(e.appointment_id, e.at, e.face_to_face, e.occurred_at, e.at, e.uid)
    if e.same_day_impractical is not None:
        booked = replace(booked, impractical_at=e.occurred_at)
    if known is not None and known.standard_at is not None and e.rebooked_by is Side.PERSON:
        # The provider had booked it; that the person moved it takes nothing from that.
        booked = replace(known, at=e.at, cancelled=False)
    s.appointments[e.appointment_id] = booked
    if booked.face_to_face:
        told_of = Settlement.APPOINTMENT_ARRANGED
        clocks.settle(s, law, told_of, at=e.occurred_at, by=e.uid)
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
    if known.face_to_face and s.state is not State.COMPLETED:
        clocks.settle(s, law, Settlement.APPOINTMENT_ATTENDED, at=e.at, by=e.uid)
    refresh_appointments(s, law)
    return REGULAR


def _named(s: Sentence, e: AppointmentCancelled | AppointmentAttended) -> str | None:
    return None if e.appointment_id in s.appointments else f"appointment {e.appointment_id}"


RULES = (
    Rule(
        AppointmentArranged,
        _arrange,
        satisfies=lambda e: (f"appointment {e.appointment_id}",),
    ),
    Rule(AppointmentCancelled, _cancel, depends_on=_named),
    Rule(AppointmentAttended, _attend, nature=Nature.FACT, depends_on=_named),
)
