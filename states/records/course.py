"""What became of events, and where the sentence went: dispositions, moves, phases."""

from dataclasses import dataclass
from datetime import date, datetime

from states.vocabulary import Phase, State, Verdict


@dataclass(frozen=True, slots=True)
class Disposition:
    """What became of one event of the log, with the reason where it was not applied."""

    verdict: Verdict
    reason: str = ""
    irregular: bool = False
    """A fact that the graph did not expect: applied, and the state followed it."""


@dataclass(frozen=True, slots=True)
class Move:
    """One change of state, or of phase."""

    at: datetime
    arrow: str
    source: State
    target: State
    cause: str | None
    """The event that caused it; None where a date did."""
    irregular: bool = False
    phase: Phase = Phase.COMMUNITY
    """The phase after it."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A phase from its first day on, until the next one begins."""

    since: date
    phase: Phase
