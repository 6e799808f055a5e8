"""Hold the loaded standards where workflow code can reach them by name.

The process that runs workflows installs the shelf once, before it polls. The module is passed
through the sandbox, so every workflow of the process reads the same hash-locked objects; which
of them a sentence uses is decided by the names in its history.
"""

from collections.abc import Mapping

from states.calendar import WorkingCalendar
from states.law import Answer, Law, Shelf, Thing
from states.timescale import Edition


class ShelfError(Exception):
    """Base of everything that can be wrong with the shelf."""


class NothingInstalledError(ShelfError):
    """Law was asked for before any standards were installed in this process."""

    def __init__(self) -> None:
        super().__init__("no standards are installed in this process; call install() first")


class UnknownNameError(ShelfError):
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


_installed: list[Shelf] = []


def install(shelf: Shelf) -> None:
    """Make `shelf` the one that workflows of this process read, in place of any before."""
    _installed[:] = [shelf]


def law(edition: str, calendar: str) -> Law:
    """Return the law of an edition under a calendar, both by the name a history recorded.

    Raises:
        NothingInstalledError: If no shelf was installed.
        UnknownNameError: If either name is unknown.
    """
    return Law(edition=_edition(edition), calendar=_calendar(calendar))


def answer(thing: Thing, name: str, instead: tuple[str, ...] | None) -> Answer:
    """Return a look-up as a history recorded it: found, or not and what there was instead.

    Raises:
        NothingInstalledError: If no shelf was installed.
        UnknownNameError: If it was found and this build does not carry it.
    """
    if instead is not None:
        return Answer(instead=instead)
    if thing is Thing.EDITION:
        return Answer(edition=_edition(name))
    return Answer(calendar=_calendar(name))


def _edition(name: str) -> Edition:
    known = _shelf().editions
    if name not in known:
        raise UnknownNameError("edition", name, known)
    return known[name]


def _calendar(name: str) -> WorkingCalendar:
    known = _shelf().calendars
    if name not in known:
        raise UnknownNameError("calendar", name, known)
    return known[name]


def _shelf() -> Shelf:
    if not _installed:
        raise NothingInstalledError
    return _installed[0]
