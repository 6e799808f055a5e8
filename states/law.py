"""The law that a sentence pins: one edition of the standards and one calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from states.calendar import WorkingCalendar
from states.errors import StatesError
from states.timescale import Edition

ENGLAND_AND_WALES = "england-and-wales-"


class NotInForceError(StatesError):
    """A day lies before the commencement of every edition."""

    def __init__(self, day: date, earliest: Edition) -> None:
        self.day, self.earliest = day, earliest.name
        super().__init__(
            f"no edition was in force on {day}; "
            f"the earliest, {earliest.name}, is in force from {earliest.in_force_from}"
        )


@dataclass(frozen=True, slots=True)
class Law:
    """What a sentence is decided by; it changes only by an event of the sentence's own log."""

    edition: Edition
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every edition and calendar that this build knows, by name; at least one of each."""

    editions: Mapping[str, Edition]
    calendars: Mapping[str, WorkingCalendar]

    def choose(self, day: date) -> str:
        """Return the name of the edition for a sentence passed on `day`.

        An edition that has run out is still chosen where nothing came after it; its
        `in_force_until` lets the caller say so.

        Raises:
            NotInForceError: If `day` lies before the commencement of them all.
        """
        ordered = sorted(self.editions.values(), key=lambda edition: edition.in_force_from)
        begun = [edition.name for edition in ordered if edition.in_force_from <= day]
        if not begun:
            raise NotInForceError(day, ordered[0])
        return begun[-1]

    def calendar(self) -> WorkingCalendar:
        """Return the newest calendar of England and Wales; names sort by their age."""
        return self.calendars[max(n for n in self.calendars if n.startswith(ENGLAND_AND_WALES))]
