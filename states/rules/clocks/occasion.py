"""What starts a clock or opens a duty: when, why, and by which event."""

from dataclasses import dataclass
from datetime import date, datetime

from states.events.event import Event


@dataclass(frozen=True, slots=True)
class Occasion:
    """What starts a clock or opens a duty."""

    at: datetime
    because: str
    """What happened, in words that hold no personal data."""
    by: str | None = None
    """The event that told of it; None where a date came."""
    on: date | None = None
    """The day from which days are counted; that of `at` when None."""
    kind: str | None = None
    """The kind of contact, or the agency, for what some of them open."""
    requirement_only: bool = False
    """Whether it concerns one requirement alone: rows not limited to requirements stay silent."""
    failed_on: date | None = None
    """The day of the failure that it is about, where `on` is another day."""


def told(
    e: Event, words: str = "", *, on: date | None = None, at: datetime | None = None
) -> Occasion:
    """Return the occasion that `e` is: it happened at its own time unless `at` says otherwise."""
    because = f"{e.KIND} {e.event_id}, {words}" if words else f"{e.KIND} {e.event_id}"
    return Occasion(at or e.occurred_at, because, e.uid, on)
