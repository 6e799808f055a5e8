"""Law to which a sentence is pinned: an edition, a calendar and a law pack, until one changes.

The catalogue may grow while a sentence runs. So a change of law names its edition, calendar or
pack, and the result of the look-up becomes part of the law that the sentence is folded by, under
the id of the event that named it: a later look-up cannot change an earlier decision.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from states.errors import StatesError
from states.law.pack import LawPack
from states.standards.edition import Edition
from states.standards.terms import Settlement
from states.time.calendar import WorkingCalendar

ENGLAND_AND_WALES = "england-and-wales-"


class NotInForceError(StatesError):
    """A day lies before the commencement of every edition."""

    def __init__(self, day: date, earliest: Edition) -> None:
        self.day, self.earliest = day, earliest.name
        super().__init__(
            f"no edition was in force on {day}; "
            f"the earliest, {earliest.name}, is in force from {earliest.in_force_from}"
        )


class ReferenceKind(StrEnum):
    """Kind of reference to the standards catalogue."""

    EDITION = "edition"
    CALENDAR = "calendar"
    LAW = "law"
    SENTENCE = "sentence"
    """Sentence that a move names. It has a result only where it is another one: `instead` then
    names the imposition of that sentence."""


@dataclass(frozen=True, slots=True)
class LawLookup:
    """Look-up that an event of the log needs before it can be decided."""

    uid: str
    """The uid of the event that needs it."""
    thing: ReferenceKind
    name: str


@dataclass(frozen=True, slots=True)
class LookupResult:
    """Result of a look-up."""

    edition: Edition | None = None
    calendar: WorkingCalendar | None = None
    pack: LawPack | None = None
    instead: tuple[str, ...] = ()
    """The names that the catalogue held on that day, where none was found."""


LookupResults = Mapping[str, LookupResult]
"""Results of look-ups, by the uid of the event that needs each."""

NO_RESULTS: Final[LookupResults] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ScheduledEdition:
    """Edition that applies to triggers from a later day on."""

    edition: Edition
    on: date
    saved_for: tuple[str, ...] = ()
    """Ids of the provisions that stay under the edition before."""


@dataclass(frozen=True, slots=True)
class SupersededEdition:
    """Edition that applied before the present one, and the day on which it ceased to."""

    edition: Edition
    until: date


@dataclass(frozen=True, slots=True)
class Law:
    """Law of one sentence; only an event of the sentence's own log changes it."""

    edition: Edition
    calendar: WorkingCalendar
    lookup_results: LookupResults = field(default_factory=lambda: NO_RESULTS, repr=False)
    superseded: tuple[SupersededEdition, ...] = ()
    """The editions that applied before, oldest first."""
    scheduled: tuple[ScheduledEdition, ...] = ()
    """The editions that apply from a later day on, soonest first."""
    pack: LawPack | None = None
    """The law pack; None for a sentence imposed before there was one, which keeps the numbers of
    its edition."""

    def schedule(self, change: ScheduledEdition) -> "Law":
        """Return the law with `change` added to the scheduled editions."""
        ahead = sorted((*self.scheduled, change), key=lambda item: item.on)
        return replace(self, scheduled=tuple(ahead))

    def on(self, day: date) -> "Law":
        """Return the law on `day`, with the editions scheduled until then in force."""
        law = self
        while law.scheduled and law.scheduled[0].on <= day:
            change, *left = law.scheduled
            edition = change.edition.saving(law.edition, change.saved_for)
            eras = (*law.superseded, SupersededEdition(law.edition, change.on))
            law = replace(law, edition=edition, superseded=eras, scheduled=tuple(left))
        return law

    def settled_by(self, settlement: Settlement) -> tuple[str, ...]:
        """Return the ids of the provisions, of any edition, that `settlement` can discharge."""
        return self._of_any(lambda edition: edition.settled_by(settlement))

    def settled_by_contact(self, kind: str) -> tuple[str, ...]:
        """Return the ids of the provisions, of any edition, that a contact of a kind discharges."""
        return self._of_any(lambda edition: edition.settled_by_contact(kind))

    def ended_by(self, settlement: Settlement) -> tuple[str, ...]:
        """Return the ids of the provisions, of any edition, that fall away with `settlement`."""
        return self._of_any(lambda edition: edition.ended_by(settlement))

    def _of_any(self, ids: Callable[[Edition], tuple[str, ...]]) -> tuple[str, ...]:
        if not self.superseded:
            return ids(self.edition)
        return tuple(dict.fromkeys(key for edition in self.editions() for key in ids(edition)))

    def opened_by_contact(self, kind: str) -> bool:
        """Return whether a contact of that kind starts a clock or duty in any edition."""
        return any(edition.opened_by_contact(kind) for edition in self.editions())

    def editions(self) -> tuple[Edition, ...]:
        """Return the editions that ever applied, the present one first."""
        return (self.edition, *(era.edition for era in reversed(self.superseded)))


@dataclass(frozen=True, slots=True)
class StandardsCatalogue:
    """Catalogue of all editions, calendars and law packs of this build, by name.

    It has at least one edition and one calendar.
    """

    editions: Mapping[str, Edition]
    calendars: Mapping[str, WorkingCalendar]
    packs: Mapping[str, LawPack] = field(default_factory=lambda: MappingProxyType({}))

    def edition_on(self, day: date) -> str:
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

    def pack(self) -> LawPack | None:
        """Return the newest law pack of England and Wales; None where there is none."""
        names = [name for name in self.packs if name.startswith(ENGLAND_AND_WALES)]
        return self.packs[max(names)] if names else None

    def names(self, thing: ReferenceKind) -> tuple[str, ...]:
        """Return the names of all editions, calendars or law packs, sorted."""
        match thing:
            case ReferenceKind.EDITION:
                return tuple(sorted(self.editions))
            case ReferenceKind.CALENDAR:
                return tuple(sorted(self.calendars))
            case ReferenceKind.LAW:
                return tuple(sorted(self.packs))
            case ReferenceKind.SENTENCE:
                return ()

    def look_up(self, question: LawLookup) -> LookupResult:
        """Return the thing that `question` names, or else the names there are."""
        if question.name not in self.names(question.thing):
            return LookupResult(instead=self.names(question.thing))
        match question.thing:
            case ReferenceKind.EDITION:
                return LookupResult(edition=self.editions[question.name])
            case ReferenceKind.CALENDAR:
                return LookupResult(calendar=self.calendars[question.name])
            case ReferenceKind.LAW:
                return LookupResult(pack=self.packs[question.name])
            case ReferenceKind.SENTENCE:
                return LookupResult()
