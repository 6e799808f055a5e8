"""Law of a sentence: the standards that this process has loaded, and the names a sentence pinned.

The worker installs its catalogue once, before it polls. The sandbox passes this module through, so
every workflow of the process reads the same hash-locked objects. A history records only names, and
those decide which edition and calendar a sentence uses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from activities.contracts import StandardsNames
from states.law.pack import LawPack
from states.standards.edition import Edition
from states.standards.law import Law, LawLookup, LookupResult, ReferenceKind, StandardsCatalogue
from states.time.calendar import WorkingCalendar


class CatalogueError(Exception):
    """Base class for errors about the installed catalogue."""


class NoStandardsInstalledError(CatalogueError):
    """Raised when law is asked for before any standards were installed in this process."""

    def __init__(self) -> None:
        super().__init__("no standards are installed in this process; call install() first")


class UnknownNameError(CatalogueError):
    """Raised when a history names an edition, calendar or law pack that this build lacks.

    It fails the workflow task, not the workflow: the server retries the task until a worker that
    carries the file takes it.

    Attributes:
        name: The missing name.
        known: The names that the catalogue holds.
    """

    def __init__(self, what: str, name: str, known: Mapping[str, object]) -> None:
        self.name = name
        self.known = tuple(sorted(known))
        held = ", ".join(self.known) or "none"
        super().__init__(f"{what} {name!r} is not in the catalogue; it holds: {held}")


_installed: list[StandardsCatalogue] = []


def install(catalogue: StandardsCatalogue) -> None:
    """Make `catalogue` the one that workflows of this process read, in place of any other."""
    _installed[:] = [catalogue]


def law_named(edition: str, calendar: str, pack: str | None = None) -> Law:
    """Return the law of an edition, a calendar and a law pack, by the names of a history.

    A history that pinned no pack has none: the sentence keeps the numbers of its edition.

    Raises:
        NoStandardsInstalledError: If no catalogue was installed.
        UnknownNameError: If a name is unknown.
    """
    return Law(
        edition=_edition(edition),
        calendar=_calendar(calendar),
        pack=None if pack is None else _pack(pack),
    )


def recorded_result(
    kind: ReferenceKind, name: str, alternatives: tuple[str, ...] | None
) -> LookupResult:
    """Return the result of a lookup as a history recorded it.

    Args:
        kind: Kind of the thing that was looked up.
        name: The name that was looked up.
        alternatives: None if it was found; otherwise the names that the catalogue held then.

    Raises:
        NoStandardsInstalledError: If no catalogue was installed.
        UnknownNameError: If it was found, and this build does not carry it.
    """
    if alternatives is not None:
        return LookupResult(instead=alternatives)
    match kind:
        case ReferenceKind.EDITION:
            return LookupResult(edition=_edition(name))
        case ReferenceKind.CALENDAR:
            return LookupResult(calendar=_calendar(name))
        case ReferenceKind.LAW:
            return LookupResult(pack=_pack(name))
        case ReferenceKind.SENTENCE:
            return LookupResult()


def _pack(name: str) -> LawPack:
    known = _catalogue().packs
    if name not in known:
        raise UnknownNameError("pack", name, known)
    return known[name]


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


class ResolvedReference(NamedTuple):
    """Recorded result of a lookup that an event of the log asked for."""

    uid: str
    """The event that asked."""
    kind: ReferenceKind
    name: str
    alternatives: tuple[str, ...] | None
    """None if the name was found; otherwise the names that the catalogue held on that day."""


@dataclass(frozen=True, slots=True)
class PinnedLaw:
    """Names of a sentence's edition, calendar and law pack, and the references resolved since."""

    edition: str
    calendar: str
    sentenced_on: date | None
    """The day of sentence that chose them; None if it was not known."""
    resolved: tuple[ResolvedReference, ...] = ()
    pack: str | None = None
    """Name of the law pack; None in a history that began before there was one."""

    def law(self) -> Law:
        """Return the law that these names mean.

        Raises:
            UnknownNameError: If this build does not carry one of them.
        """
        results = {
            item.uid: recorded_result(item.kind, item.name, item.alternatives)
            for item in self.resolved
        }
        law = law_named(self.edition, self.calendar, self.pack)
        return replace(law, lookup_results=results)

    def with_names(self, edition: str, calendar: str, sentenced_on: date | None) -> "PinnedLaw":
        """Return a copy with another edition and calendar, and the same resolved references."""
        return PinnedLaw(
            edition=edition,
            calendar=calendar,
            sentenced_on=sentenced_on,
            resolved=self.resolved,
            pack=self.pack,
        )

    def with_answers(self, lookups: Iterable[LawLookup], names: StandardsNames) -> "PinnedLaw":
        """Return a copy that also holds `lookups`, resolved among `names`."""
        answers = tuple(_resolve(lookup, names) for lookup in lookups)
        return replace(self, resolved=(*self.resolved, *answers))

    def with_move_refused(self, uid: str, target: str, imposition: str) -> "PinnedLaw":
        """Return a copy by which the move `uid` is refused.

        The sentence `target` has an imposition of its own, `imposition`.
        """
        refused = ResolvedReference(uid, ReferenceKind.SENTENCE, target, (imposition,))
        return replace(self, resolved=(*self.resolved, refused))

    def merged(self, others: Iterable[ResolvedReference]) -> "PinnedLaw":
        """Return a copy that also holds the references of another case; its own take precedence."""
        known = {item.uid for item in self.resolved}
        new = tuple(item for item in others if item.uid not in known)
        return replace(self, resolved=(*self.resolved, *new))


def is_available(item: ResolvedReference, names: StandardsNames) -> bool:
    """Return whether a reference of another case can be trusted: `names` hold what it found."""
    return item.alternatives is not None or item.name in _known(names, item.kind)


def _known(names: StandardsNames, kind: ReferenceKind) -> list[str]:
    match kind:
        case ReferenceKind.EDITION:
            return names.editions
        case ReferenceKind.CALENDAR:
            return names.calendars
        case ReferenceKind.LAW:
            return names.packs
        case ReferenceKind.SENTENCE:
            return []


def carries(names: StandardsNames, pinned: PinnedLaw) -> bool:
    """Return whether `names` hold the edition, the calendar and the law pack of `pinned`."""
    has_pack = pinned.pack is None or pinned.pack in names.packs
    return pinned.edition in names.editions and pinned.calendar in names.calendars and has_pack


def _resolve(lookup: LawLookup, names: StandardsNames) -> ResolvedReference:
    known = _known(names, lookup.thing)
    return ResolvedReference(
        uid=lookup.uid,
        kind=lookup.thing,
        name=lookup.name,
        alternatives=None if lookup.name in known else tuple(sorted(known)),
    )
