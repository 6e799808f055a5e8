"""What comes next and when: clocks that run, and appointments that are booked."""

from states.facets import iso
from states.papers.matter import Matter, Said

SHOWN = 3
"""Appointments that a letter lists: the next ones are what somebody needs to know."""


def deadlines(m: Matter, subject: str) -> list[Said]:
    """Return what is due about `subject` and not settled, soonest first."""
    running = [
        clock
        for clock in m.s.clocks.values()
        if clock.subject == subject and clock.is_open and clock.due.due_at is not None
    ]
    running.sort(key=lambda clock: (str(clock.due.due_at), clock.id))
    return [
        {
            "id": clock.timescale.id,
            "title": clock.timescale.title,
            "standard": clock.timescale.standard,
            "due_on": iso(clock.due.due_on),
            "due_at": iso(clock.due.due_at),
        }
        for clock in running
    ]


def appointments_after(m: Matter) -> list[Said]:
    """Return the next booked appointments after what the paper tells of."""
    ahead = [
        item
        for item in m.s.appointments.values()
        if not item.cancelled and item.attended_at is None and item.at > m.at
    ]
    ahead.sort(key=lambda item: (item.at, item.id))
    return [
        {"appointment_id": item.id, "at": iso(item.at), "face_to_face": item.face_to_face}
        for item in ahead[:SHOWN]
    ]
