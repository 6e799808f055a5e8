"""Move a sentence along the graph, or as far off it as a fact demands."""

from datetime import date, datetime

from states.entities import PhasePeriod, StateChange
from states.sentence import Sentence
from states.transitions import TRANSITIONS, targets
from states.vocabulary import Phase, State

_EXPECTED = {arrow.id: arrow.phases for arrow in TRANSITIONS}
_INTO = {arrow.id: arrow.into for arrow in TRANSITIONS}


def change_state(
    s: Sentence,
    arrow: str,
    target: State,
    at: datetime,
    cause: str | None,
    *,
    since: date | None = None,
) -> bool:
    """Take `arrow` to `target`; return whether that was irregular.

    The graph is not asked for leave: guards did that for decisions, and a fact is followed
    wherever it leads. An arrow into another phase also says `since` which day that holds.
    """
    irregular = target not in targets(arrow, s.state, s.kind) or s.phase not in _EXPECTED[arrow]
    into = _INTO[arrow]
    if into is not None and since is not None:
        enter_phase(s, into, since)
    s.state_changes.append(StateChange(at, arrow, s.state, target, cause, irregular, s.phase))
    s.state = target
    s.moved_at = s.at
    return irregular


def enter_phase(s: Sentence, phase: Phase, since: date) -> None:
    """Begin a phase on the day `since`."""
    s.phase = phase
    s.phase_periods.append(PhasePeriod(since, phase))


def supported_state(s: Sentence) -> State:
    """Return the state that induction and plan on the record support (G13).

    A plan made in prison is a preparation: it makes nobody active who was released. Where all is
    monitored, standard 4 asks for none (G11).
    """
    if s.inducted_at is None:
        return State.ALLOCATED
    if s.plan is not None and not s.plan.prepared:
        return State.ACTIVE
    if (s.electronic_only or s.monitored_only) and s.commenced_at is not None:
        return State.ACTIVE
    return State.INDUCTED
