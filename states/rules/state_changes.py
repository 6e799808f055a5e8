"""Move a sentence along the graph, or as far off it as a fact demands."""

from datetime import date, datetime

from states.entities import PhasePeriod, StateChange
from states.sentence import Sentence
from states.transitions import Transition, targets
from states.vocabulary import Phase, State


def change_state(
    s: Sentence,
    transition: Transition,
    target: State,
    *,
    at: datetime,
    cause: str | None,
    since: date | None = None,
) -> bool:
    """Take `transition` to `target`; return whether that was irregular.

    The graph marks and does not refuse: guards did that for decisions, and a fact is followed
    wherever it leads. A transition into another phase also takes `since`, that phase's first day.
    """
    expected = targets(transition, state=s.state, phase=s.phase, kind=s.kind)
    irregular = target not in expected
    if transition.into is not None and since is not None:
        enter_phase(s, transition.into, since)
    s.state_changes.append(
        StateChange(
            at=at,
            transition=transition,
            source=s.state,
            target=target,
            cause=cause,
            irregular=irregular,
            phase=s.phase,
        )
    )
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
