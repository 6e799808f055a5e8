"""Event handler: the rule for one kind of event.

A handler says what an event depends on, who may send it, when it is refused and what it changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, Generic, TypeVar

from states.events.envelope import Event
from states.sentence import Sentence
from states.standards.law import Law
from states.transitions import OPEN, Transition, phases, sources
from states.vocabulary import Phase, Role, State

E = TypeVar("E", bound=Event)


class Nature(Enum):
    """Nature of an event, which decides whether the table of transitions may refuse it."""

    FACT = auto()
    """It happened: applied in any state, and marked irregular where no transition expects it."""
    ACT = auto()
    """Act of a court, a prison, the Parole Board or the police, which do not ask us: a fact that is
    applied whatever it says and whoever reports it. What speaks against it is referred back."""
    DECISION = auto()
    """The service decides it: refused where the transitions or another table do not allow it."""


@dataclass(frozen=True, slots=True)
class HandlerOutcome:
    """Result of applying one event."""

    irregular: bool = False
    note: str = ""


REGULAR: Final = HandlerOutcome()


def unexpected(note: str | None) -> HandlerOutcome:
    """Return the outcome of an unexpected fact, as `note` says; regular without a note."""
    return REGULAR if note is None else HandlerOutcome(irregular=True, note=note)


def after_end(s: Sentence) -> HandlerOutcome:
    """Return the outcome of a fact that came after the end of the sentence."""
    return unexpected(f"the sentence had ended on {s.ended_on}")


def missing_requirement(s: Sentence, requirement_id: str | None) -> str | None:
    """Return the dependency on a named requirement; None where it is known, or none is named."""
    if requirement_id is None or requirement_id in s.requirements:
        return None
    return f"requirement {requirement_id}"


IMPOSED: Final = "sentence_imposed"
"""Prerequisite of nearly every event: the sentence is known."""
ALLOCATED: Final = "case_allocated"
"""Prerequisite of all work with the person: a provider is known."""

OFFICERS: Final = frozenset({Role.OFFICER, Role.LINE_MANAGER, Role.SENIOR_MANAGER})
"""Roles whose judgement the standards rely on; no machine is among them (NS 2015 9(a)).

Older texts call them offender managers; those are included (AMB-42).
"""


def _allow(_s: Sentence, _e: Any, _law: Law) -> str | None:
    return None


def _depend_on_nothing(_s: Sentence, _e: Any) -> str | None:
    return None


def _wait_for_nothing(_s: Sentence, _e: Any, _law: Law) -> str | None:
    return None


def _satisfy_nothing(_e: Any) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class EventHandler(Generic[E]):
    """Handler of one kind of event.

    Guards only look, `apply` changes; neither depends on the order in which messages arrived.
    """

    event: type[E]
    apply: Callable[[Sentence, E, Law], HandlerOutcome]
    nature: Nature = Nature.DECISION
    transition: Transition | None = None
    """Transition that a decision takes, which must be possible; None where it takes none."""
    states: tuple[State, ...] = OPEN
    """States in which a decision is allowed, where its transition is possible too."""
    phases: tuple[Phase, ...] = tuple(Phase)
    """Phases in which a decision is allowed, where its transition is possible too."""
    roles: frozenset[Role] | None = None
    """Roles that may send it; None for every role. An act that another role reports is doubted."""
    requires: str | None = ALLOCATED
    """Prerequisite: None, the imposition or the allocation."""
    depends_on: Callable[[Sentence, E], str | None] = _depend_on_nothing
    """Return the named thing that is not known yet, for which the event then waits."""
    waits_for: Callable[[Sentence, E, Law], str | None] = _wait_for_nothing
    """Return a dependency that only the law can tell, such as a duty that has not opened."""
    guard: Callable[[Sentence, E, Law], str | None] = _allow
    """Return why the event is refused, with what holds instead; None where it is allowed."""
    doubt: Callable[[Sentence, E, Law], str | None] = _allow
    """Return what speaks against a fact or act that is applied all the same; None if nothing."""
    satisfies: Callable[[E], tuple[str, ...]] = _satisfy_nothing
    """Return the dependencies of waiting events that this event satisfies."""

    @property
    def allowed_states(self) -> tuple[State, ...]:
        """The states in which a decision of this kind is allowed."""
        if self.transition is None:
            return self.states
        return tuple(state for state in sources(self.transition) if state in self.states)

    @property
    def allowed_phases(self) -> tuple[Phase, ...]:
        """The phases in which a decision of this kind is allowed."""
        if self.transition is None:
            return self.phases
        return tuple(phase for phase in phases(self.transition) if phase in self.phases)
