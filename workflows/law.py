"""Hold the loaded standards where workflow code can reach them by name.

The process that runs workflows installs the shelf once, before it polls. The module is passed
through the sandbox, so every workflow of the process reads the same hash-locked objects; which
of them a sentence uses is decided by the names in its history.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from activities.contracts import StandardsNames
from states.standards.edition import Edition
from states.standards.law import Law, LawLookup, LookupResult, ReferenceKind, StandardsCatalogue
from states.time.calendar import WorkingCalendar


class CatalogueError(Exception):
    """Base of everything that can be wrong with the shelf."""


class NoStandardsInstalledError(CatalogueError):
    """Law was asked for before any standards were installed in this process."""

    def __init__(self) -> None:
        super().__init__("no standards are installed in this process; call install() first")


class UnknownNameError(CatalogueError):
    """A history names an edition or a calendar that this build does not carry.

    It is not a failure that ends a workflow: the task is tried again until a worker that
    carries the file takes it.

    Attributes:
        name: What was asked for.
        known: What the shelf holds instead.
    """

    def __init__(self, what: str, name: str, known: Mapping[str, object]) -> None:
        self.name = name
        self.known = tuple(sorted(known))
        held = ", ".join(self.known) or "none"
        super().__init__(f"{what} {name!r} is not on the shelf; it holds: {held}")


_installed: list[StandardsCatalogue] = []


def install(shelf: StandardsCatalogue) -> None:
    """Make `shelf` the one that workflows of this process read, in place of any before."""
    _installed[:] = [shelf]


def law_named(edition: str, calendar: str) -> Law:
    """Return the law of an edition under a calendar, both by the name a history recorded.

    Raises:
        NothingInstalledError: If no shelf was installed.
        UnknownNameError: If either name is unknown.
    """
    return Law(edition=_edition(edition), calendar=_calendar(calendar))


def recorded_result(
    thing: ReferenceKind, name: str, instead: tuple[str, ...] | None
) -> LookupResult:
    """Return a look-up as a history recorded it: found, or not and what there was instead.

    Raises:
        NothingInstalledError: If no shelf was installed.
        UnknownNameError: If it was found and this build does not carry it.
    """
    if instead is not None:
        return LookupResult(instead=instead)
    if thing is ReferenceKind.EDITION:
        return LookupResult(edition=_edition(name))
    return LookupResult(calendar=_calendar(name))


def _edition(name: str) -> Edition:
    known = _catalogue().editions
    if name not in known:
        raise UnknownNameError("edition", name, known)
    return known[name]


def _calendar(name: str) -> WorkingCalendar:
    known = _catalogue().calendars
    if name not in known:
        raise UnknownNameError("calendar", name, known)
    return known[name]


def _catalogue() -> StandardsCatalogue:
    if not _installed:
        raise NoStandardsInstalledError
    return _installed[0]


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """A look-up that was made for an event of the log."""

    uid: str
    """The event that asked."""
    thing: ReferenceKind
    name: str
    alternatives: tuple[str, ...] | None
    """None where the name was found; otherwise what the shelf held on that day."""


@dataclass(frozen=True, slots=True)
class PinnedLaw:
    """The edition and the calendar of a sentence, and what was looked up for it since."""

    edition: str
    calendar: str
    sentenced_on: date | None
    """The day of sentence for which they were chosen; None where none was known."""
    resolved: tuple[ResolvedReference, ...] = ()

    def law(self) -> Law:
        """Return the law that these names mean.

        Raises:
            UnknownNameError: If this build does not carry what a history names.
        """
        found = {
            item.uid: recorded_result(item.thing, item.name, item.alternatives)
            for item in self.resolved
        }
        return replace(law_named(self.edition, self.calendar), lookup_results=found)

    def with_names(self, edition: str, calendar: str, sentenced_on: date | None) -> "PinnedLaw":
        """Return the pins with another edition and calendar; what was looked up stays."""
        return PinnedLaw(edition, calendar, sentenced_on, self.resolved)

    def with_answers(self, questions: Iterable[LawLookup], held: StandardsNames) -> "PinnedLaw":
        """Return the pins with `questions` answered by what a shelf held."""
        answers = tuple(_resolve(asked, held) for asked in questions)
        return replace(self, resolved=(*self.resolved, *answers))

    def merged(self, others: Iterable[ResolvedReference]) -> "PinnedLaw":
        """Return the pins with the look-ups of another file; an answer given here stands."""
        known = {item.uid for item in self.resolved}
        new = tuple(item for item in others if item.uid not in known)
        return replace(self, resolved=(*self.resolved, *new))


def is_available(item: ResolvedReference, held: StandardsNames) -> bool:
    """Whether a look-up of another file can be believed: a shelf holds what it found."""
    names = held.editions if item.thing is ReferenceKind.EDITION else held.calendars
    return item.alternatives is not None or item.name in names


def carries(held: StandardsNames, pins: PinnedLaw) -> bool:
    """Whether a shelf holds the edition and the calendar of `pins`."""
    return pins.edition in held.editions and pins.calendar in held.calendars


def _resolve(asked: LawLookup, held: StandardsNames) -> ResolvedReference:
    names = held.editions if asked.thing is ReferenceKind.EDITION else held.calendars
    instead = None if asked.name in names else tuple(sorted(names))
    return ResolvedReference(asked.uid, asked.thing, asked.name, instead)


def dump_pinned_law(pins: PinnedLaw) -> dict[str, Any]:
    """Return the pins as plain data."""
    day = pins.sentenced_on
    return {
        "edition": pins.edition,
        "calendar": pins.calendar,
        "sentenced_on": None if day is None else day.isoformat(),
        "looked": [
            [item.uid, item.thing.value, item.name, item.alternatives] for item in pins.resolved
        ],
    }


def load_pinned_law(data: dict[str, Any]) -> PinnedLaw:
    """Return the pins that `dumped` put into `data`; a file of before had no look-ups."""
    day = data["sentenced_on"]
    looked = tuple(
        ResolvedReference(
            uid, ReferenceKind(thing), name, None if instead is None else tuple(instead)
        )
        for uid, thing, name, instead in data.get("looked", ())
    )
    told = None if day is None else date.fromisoformat(day)
    return PinnedLaw(data["edition"], data["calendar"], told, looked)
