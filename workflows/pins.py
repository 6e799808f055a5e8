"""The law of a sentence by name: all that history records of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from activities.names import ShelfNames
from states.law import Law, Question, Thing
from workflows import shelf


@dataclass(frozen=True, slots=True)
class Looked:
    """A look-up that was made for an event of the log."""

    uid: str
    """The event that asked."""
    thing: Thing
    name: str
    alternatives: tuple[str, ...] | None
    """None where the name was found; otherwise what the shelf held on that day."""


@dataclass(frozen=True, slots=True)
class Pins:
    """The edition and the calendar of a sentence, and what was looked up for it since."""

    edition: str
    calendar: str
    sentenced_on: date | None
    """The day of sentence for which they were chosen; None where none was known."""
    resolved: tuple[Looked, ...] = ()

    def law(self) -> Law:
        """Return the law that these names mean.

        Raises:
            UnknownNameError: If this build does not carry what a history names.
        """
        found = {
            item.uid: shelf.answer(item.thing, item.name, item.alternatives) for item in self.resolved
        }
        return replace(shelf.law(self.edition, self.calendar), lookup_results=found)

    def with_names(self, edition: str, calendar: str, sentenced_on: date | None) -> "Pins":
        """Return the pins with another edition and calendar; what was looked up stays."""
        return Pins(edition, calendar, sentenced_on, self.resolved)

    def with_answers(self, questions: Iterable[Question], held: ShelfNames) -> "Pins":
        """Return the pins with `questions` answered by what a shelf held."""
        answers = tuple(_looked(asked, held) for asked in questions)
        return replace(self, resolved=(*self.resolved, *answers))

    def merged(self, others: Iterable[Looked]) -> "Pins":
        """Return the pins with the look-ups of another file; an answer given here stands."""
        known = {item.uid for item in self.resolved}
        new = tuple(item for item in others if item.uid not in known)
        return replace(self, resolved=(*self.resolved, *new))


def is_held(item: Looked, held: ShelfNames) -> bool:
    """Whether a look-up of another file can be believed: a shelf holds what it found."""
    names = held.editions if item.thing is Thing.EDITION else held.calendars
    return item.alternatives is not None or item.name in names


def holds(held: ShelfNames, pins: Pins) -> bool:
    """Whether a shelf holds the edition and the calendar of `pins`."""
    return pins.edition in held.editions and pins.calendar in held.calendars


def _looked(asked: Question, held: ShelfNames) -> Looked:
    names = held.editions if asked.thing is Thing.EDITION else held.calendars
    instead = None if asked.name in names else tuple(sorted(names))
    return Looked(asked.uid, asked.thing, asked.name, instead)


def dumped(pins: Pins) -> dict[str, Any]:
    """Return the pins as plain data."""
    day = pins.sentenced_on
    return {
        "edition": pins.edition,
        "calendar": pins.calendar,
        "sentenced_on": None if day is None else day.isoformat(),
        "looked": [[item.uid, item.thing.value, item.name, item.alternatives] for item in pins.resolved],
    }


def loaded(data: dict[str, Any]) -> Pins:
    """Return the pins that `dumped` put into `data`; a file of before had no look-ups."""
    day = data["sentenced_on"]
    looked = tuple(
        Looked(uid, Thing(thing), name, None if instead is None else tuple(instead))
        for uid, thing, name, instead in data.get("looked", ())
    )
    told = None if day is None else date.fromisoformat(day)
    return Pins(data["edition"], data["calendar"], told, looked)
