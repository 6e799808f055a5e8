"""State changes: take a transition of the table, or leave the table where a fact demands it."""

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
    """Change the state to `target` by a transition; return whether that was irregular.

    The table is not asked for permission: guards did that for decisions, and a fact is followed
    wherever it leads. A transition into another phase also gives `since`, the first day of that
    phase.
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
    """Return the state that the recorded induction and plan support (G13).

    A plan made in prison is only prepared: it makes no released person active. Where every
    requirement is electronically monitored, standard 4 asks for no plan (G11).
    """
    if s.inducted_at is None:
        return State.ALLOCATED
    if s.plan is not None and not s.plan.prepared:
        return State.ACTIVE
    if (s.electronic_only or s.monitored_only) and s.commenced_at is not None:
        return State.ACTIVE
    return State.INDUCTED
