"""What one kind of event needs, who may send it, when it is refused, and what it does."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, Generic, TypeVar

from states.events.envelope import Event
from states.events.registry import KINDS
from states.sentence import Sentence
from states.standards.law import Law
from states.transitions import OPEN
from states.vocabulary import Phase, Role, State

E = TypeVar("E", bound=Event)


class Nature(Enum):
    """Whether the graph may say no."""

    FACT = auto()
    """It happened: applied in any state, marked irregular where the graph did not expect it."""
    DECISION = auto()
    """Somebody of ours decides it: refused where the graph or a table does not allow it."""


@dataclass(frozen=True, slots=True)
class HandlerOutcome:
    """What applying an event came to."""

    irregular: bool = False
    note: str = ""


REGULAR: Final = HandlerOutcome()

IMPOSED: Final = "sentence_imposed"
"""The prerequisite of nearly everything: that the sentence is known."""
ALLOCATED: Final = "case_allocated"
"""The prerequisite of all work with the person: that a provider is known."""

OFFICERS: Final = frozenset({Role.OFFICER, Role.LINE_MANAGER, Role.SENIOR_MANAGER})
"""Those whose judgement the standards rest on; a machine is not among them (NS 2015 9(a)).

Older texts call them offender managers; they are meant as well (AMB-42).
"""


def _nothing_refused(_s: Sentence, _e: Any, _law: Law) -> str | None:
    return None


def _nothing_needed(_s: Sentence, _e: Any) -> str | None:
    return None


def _nothing_awaited(_s: Sentence, _e: Any, _law: Law) -> str | None:
    return None


def _nothing_provided(_e: Any) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class EventHandler(Generic[E]):
    """The rule for one kind of event.

    Guards look, `apply` changes; neither ever looks at the order in which messages arrived.
    """

    event: type[E]
    apply: Callable[[Sentence, E, Law], HandlerOutcome]
    nature: Nature = Nature.DECISION
    states: tuple[State, ...] = OPEN
    """For a decision: the states in which it is allowed."""
    phases: tuple[Phase, ...] = tuple(Phase)
    """For a decision: the phases in which it is allowed."""
    roles: frozenset[Role] | None = None
    """Who may send it; None for everybody."""
    requires: str | None = ALLOCATED
    """What must be known before: nothing, the imposition or the allocation."""
    depends_on: Callable[[Sentence, E], str | None] = _nothing_needed
    """What else it names that is not known yet; it then waits."""
    waits_for: Callable[[Sentence, E, Law], str | None] = _nothing_awaited
    """What else it waits for that the law alone can tell, such as a duty that has not opened."""
    guard: Callable[[Sentence, E, Law], str | None] = _nothing_refused
    """Why it is refused, with what holds instead; None where it is allowed."""
    satisfies: Callable[[E], tuple[str, ...]] = _nothing_provided
    """What events that wait may have been waiting for."""


def _note(_s: Sentence, _e: Event, _law: Law) -> HandlerOutcome:
    return REGULAR


def noted(written: Collection[str]) -> tuple[EventHandler[Any], ...]:
    """Return a rule for every kind that is not in `written`."""
    return tuple(
        EventHandler(model, _note, nature=Nature.FACT, requires=IMPOSED)
        for kind, model in KINDS.items()
        if kind not in written
    )
