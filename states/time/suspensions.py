"""Suspensions of supervision, whose days some timescales skip like holidays."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from states.time.calendar import ONE_DAY


@dataclass(frozen=True, slots=True)
class Suspension:
    """Suspension of supervision, from its first day to its last."""

    since: date
    until: date | None
    """The last day; None while no end is known."""
    cause: str
    """The event that reported it."""

    def covers(self, day: date) -> bool:
        """Return whether supervision is suspended on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)

    def ends_with(self, resumed_on: date) -> bool:
        """Return whether supervision that resumes on `resumed_on` ends this suspension."""
        return self.since <= resumed_on and (
            self.until is None or resumed_on <= self.until + ONE_DAY
        )

    def overlaps(self, since: date, until: date | None) -> bool:
        """Return whether it shares a day with a suspension from `since` to `until`."""
        begins_before = until is None or self.since <= until
        return begins_before and (self.until is None or since <= self.until)

    @property
    def is_empty(self) -> bool:
        """True if it was cancelled before its first day."""
        return self.until is not None and self.until < self.since


@dataclass(frozen=True, slots=True)
class Suspensions:
    """All suspensions of a sentence, in the order of their events; none overlap."""

    periods: tuple[Suspension, ...] = ()

    def __bool__(self) -> bool:
        """Return whether there is any suspension."""
        return bool(self.periods)

    def covers(self, day: date) -> bool:
        """Return whether supervision is suspended on `day`."""
        return any(item.covers(day) for item in self.periods)

    @property
    def endless_from(self) -> date | None:
        """The first day of the suspension without an end, if there is one."""
        return next((item.since for item in self.periods if item.until is None), None)


NO_SUSPENSIONS: Final = Suspensions()
