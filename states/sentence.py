"""The sentence as the fold builds it: a mutable container of frozen records.

Only the fold holds one. A checkpoint is a clone, which copies containers and shares records.
"""

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Final, Self

from states.clock import Clock
from states.events.event import Event
from states.events.sentence import SentenceImposed
from states.graph import START
from states.records import (
    Allocation,
    Appointment,
    Breach,
    Disposition,
    Effect,
    Failure,
    IssuedWarning,
    Move,
    Obligation,
    Plan,
)
from states.vocabulary import Outcome, Rosh, State

_COPIED: Final[tuple[object, ...]] = (dict, list, set)


@dataclass(slots=True)
class Sentence:
    """All that is known of a sentence at one point of its log."""

    at: datetime | None = None
    """How far the fold has come: the time of the event last decided."""
    state: State = START
    moved_at: datetime | None = None
    """When the state last changed, by the fold's position."""
    unblocked_at: datetime | None = None
    """When an enforcement clock last settled, by the fold's position."""
    imposed: SentenceImposed | None = None
    imposed_by: str | None = None
    ends_on: date | None = None
    end_set_at: datetime | None = None
    """When `ends_on` was last given, by the fold's position."""
    outcome: Outcome | None = None
    ended_on: date | None = None
    ended_at: datetime | None = None
    allocation: Allocation | None = None
    officer: str | None = None
    rosh: Rosh | None = None
    inducted_at: datetime | None = None
    commenced_at: datetime | None = None
    plan: Plan | None = None
    spent_at: datetime | None = None
    evaluations: list[tuple[date, str]] = field(default_factory=list)
    """The day of each evaluation and the event that told of it, in the order of the events."""
    breaches: list[Breach] = field(default_factory=list)
    """Proceedings in the order of their decisions; at most the last is open."""
    obligations: dict[str, Obligation] = field(default_factory=dict)
    appointments: dict[str, Appointment] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    warnings: dict[str, IssuedWarning] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    effects: dict[str, Effect] = field(default_factory=dict)
    flags: dict[str, str] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    dispositions: dict[str, Disposition] = field(default_factory=dict)
    waiting: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    """Events that lack something, by what they lack."""
    withdrawn_failures: frozenset[str] = frozenset()
    """Failures whose report was withdrawn: a decision may rest on the others that it names."""
    resolved: set[str] = field(default_factory=set)
    """Messages, by digest or event id, that someone dealt with."""
    acknowledged: dict[str, datetime] = field(default_factory=dict)
    failure_days: dict[date, tuple[Failure, ...]] | None = None
    """The failures by day, in order, until one changes: kept by `states/rules/counting.py`."""
    unacceptable_days: tuple[date, ...] = ()
    """Those days of `failure_days` that have an unacceptable failure."""
    unanswered: set[str] = field(default_factory=set)
    """Ids of the open clocks that answer a failure: they hold up T09."""
    derivations: int = 0
    """How often clocks of failure-days were derived again; what rests on them is then stale."""
    dated: tuple[tuple[object, ...], tuple[datetime, str] | None] | None = None
    """The next dated arrow, with what it was reckoned from: kept by `states/dated.py`."""

    def clone(self) -> Self:
        """Return an independent copy: containers copied, frozen records shared."""
        twin = object.__new__(type(self))
        for name in _NAMES:
            setattr(twin, name, getattr(self, name))
        for name in _CONTAINERS:
            setattr(twin, name, getattr(self, name).copy())
        return twin

    @property
    def breach(self) -> Breach | None:
        """The breach that the court has not disposed of, if there is one."""
        last = self.breaches[-1] if self.breaches else None
        return last if last is not None and last.closed_at is None else None

    @property
    def electronic_only(self) -> bool:
        """Whether every requirement is electronically monitored (AMB-20)."""
        return bool(self.obligations) and all(
            item.requirement.electronically_monitored for item in self.obligations.values()
        )


_NAMES: Final = tuple(item.name for item in fields(Sentence))
_CONTAINERS: Final = tuple(
    item.name for item in fields(Sentence) if item.default_factory in _COPIED
)
