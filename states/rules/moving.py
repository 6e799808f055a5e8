"""Move a sentence along the graph, or as far off it as a fact demands."""

from datetime import datetime

from states.machine import targets
from states.records import Move
from states.sentence import Sentence
from states.vocabulary import State


def move(s: Sentence, arrow: str, target: State, at: datetime, cause: str | None) -> bool:
    """Take `arrow` to `target`; return whether that was irregular.

    The graph is not asked for leave: guards did that for decisions, and a fact is followed
    wherever it leads.
    """
    irregular = target not in targets(arrow, s.state)
    s.moves.append(Move(at, arrow, s.state, target, cause, irregular))
    s.state = target
    s.moved_at = s.at
    return irregular


def supported_state(s: Sentence) -> State:
    """Return the state that induction and plan on the record support (5.5 guard 13)."""
    if s.inducted_at is None:
        return State.ALLOCATED
    if s.plan is not None or (s.electronic_only and s.commenced_at is not None):
        return State.ACTIVE
    return State.INDUCTED
