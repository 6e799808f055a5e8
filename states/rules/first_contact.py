"""The first contact after each release: arranged for the next working day (NS 2015 5(b)).

Arranged means what it means for an order (AMB-02). The day of release itself is guidance: it is met
by a booking for that day, or by the reason why that was impractical (AMB-22).
"""

from collections.abc import Iterator
from datetime import date, datetime

from states.clock import Clock, Settled
from states.london import day_of
from states.records import Appointment
from states.rules import clocks
from states.sentence import Sentence

FIRST_CONTACT = "first-contact-release"
SAME_DAY = "first-contact-release-day"

Reason = tuple[Settled, datetime, str | None]


def arranged(clock: Clock, booked: Appointment, standard_at: datetime) -> Reason:
    """Return when a booking meets the standard of an arranged appointment.

    Arranged to occur in time is in time from the booking on; a booking for a later day meets the
    standard, late, only when that day has come.
    """
    in_time = not clock.is_past(standard_at)
    at = min(booked.arranged_at, standard_at) if in_time else standard_at
    return Settled.DONE, at, booked.cause


def refresh_first_contact(s: Sentence) -> None:
    """Settle the clocks of the contact after each release by the bookings as they stand now."""
    releases = sorted(_releases(s))
    for key in (*s.by_provision.get(FIRST_CONTACT, ()), *s.by_provision.get(SAME_DAY, ())):
        clock = s.clocks[key]
        if clock.settled is not Settled.FELL_AWAY and clock.counted_from is not None:
            since = clock.counted_from
            until = next((day for day in releases if day > since), None)
            s.clocks[key] = clock.settled_first_by(tuple(_reasons(s, clock, since, until)))


def _releases(s: Sentence) -> Iterator[date]:
    for key in s.by_provision.get(FIRST_CONTACT, ()):
        on = s.clocks[key].counted_from
        if on is not None:
            yield on


def _reasons(s: Sentence, clock: Clock, since: date, until: date | None) -> Iterator[Reason]:
    found = [
        (item.standard_at, item.id, item)
        for item in s.appointments.values()
        if item.face_to_face and item.standard_at is not None
        if since <= day_of(item.standard_at) and (until is None or day_of(item.standard_at) < until)
    ]
    if found:
        standard_at, _, booked = min(found, key=lambda item: item[:2])
        yield arranged(clock, booked, standard_at)
    if clock.timescale.id == SAME_DAY:
        for _, _, booked in found:
            if booked.impractical_at is not None:
                yield Settled.DONE, booked.impractical_at, booked.cause
        said = s.done.get((clocks.said_done(SAME_DAY), clock.subject))
        if said is not None:
            yield Settled.DONE, *said
