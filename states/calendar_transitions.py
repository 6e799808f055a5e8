"""Transitions that the calendar takes by itself, and the ends of requirements.

The calendar ends only what a court dated; it never decides about a person. Each transition has its
own legal instant, found from the sentence alone, so it does not matter when anybody looked.
"""

from collections.abc import Iterator
from datetime import date, datetime

from states.rules.edition_history import law_in_force
from states.rules.failure_counts import countable_days
from states.rules.failure_days import refresh_days
from states.rules.law_values import end_repealed, next_repeal
from states.rules.phases import pass_to_supervision
from states.rules.recall_term import held_beyond_end
from states.rules.requirement_ends import expire_requirements, next_end
from states.rules.sentence_end import SentenceEnd, complete_sentence
from states.rules.state_changes import change_state, supported_state
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo
from states.time.calendar import anniversary, shift
from states.time.london import day_of, end_of, start_of
from states.transitions import (
    COMPLETE,
    END_IN_COMMITTAL,
    END_IN_RECALL_CUSTODY,
    START_SUPERVISION,
    WARNINGS_EXPIRE,
    DatedTransition,
    Transition,
    may,
)
from states.vocabulary import Phase, SentenceOutcome, State


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _window_ends_at(s: Sentence) -> datetime | None:
    """Return when the warnings expire: no failure counts any more and none waits for an answer.

    On licence no window is stated, so no warning expires there (AMB-35).
    """
    if s.state is not State.WARNED or s.unanswered or s.regime is AppliesTo.LICENCE:
        return None
    days = countable_days(s)
    closes = start_of(anniversary(days[-1])) if days else None
    return _latest(closes, s.moved_at, s.unblocked_at)


def supervision_follows(s: Sentence) -> bool:
    """Return whether post-sentence supervision outlasts the licence."""
    licence, pss = s.licence_ends_on, s.pss_ends_on
    return pss is not None and licence is not None and licence < pss


def _next_end(s: Sentence) -> tuple[date | None, Transition] | None:
    """Return the last day of what is being served, and the transition that its end takes."""
    match s.phase:
        case Phase.LICENCE if _may(s, START_SUPERVISION) and supervision_follows(s):
            return s.licence_ends_on, START_SUPERVISION
        case Phase.COMMUNITY | Phase.LICENCE | Phase.PSS if _may(s, COMPLETE):
            return s.ends_on, COMPLETE
        case Phase.RECALL_CUSTODY if _may(s, END_IN_RECALL_CUSTODY) and not held_beyond_end(s):
            return s.ends_on, END_IN_RECALL_CUSTODY
        case Phase.PSS_COMMITTAL if _may(s, END_IN_COMMITTAL):
            return s.ends_on, END_IN_COMMITTAL
        case _:
            return None


def _may(s: Sentence, transition: Transition) -> bool:
    return may(transition, state=s.state, phase=s.phase, kind=s.kind)


def upcoming(s: Sentence) -> Iterator[DatedTransition]:
    """Yield the dated transitions that this sentence will take if nothing else happens.

    A breach before the court holds up the end (G7), and so does a recall of a person at large, or
    of a person whom the prison holds beyond the end that we know. The end of a requirement changes
    no state (G8).
    """
    runs_out_on = next_end(s)
    if runs_out_on is not None and s.state is not State.COMPLETED:
        yield DatedTransition(end_of(runs_out_on), None)
    repealed_on = next_repeal(s)
    if repealed_on is not None and s.state is not State.COMPLETED:
        yield DatedTransition(start_of(repealed_on), None)
    if (at := _window_ends_at(s)) is not None:
        yield DatedTransition(at, WARNINGS_EXPIRE)
    found = _next_end(s)
    if found is not None:
        last_day, transition = found
        if last_day is not None:
            at = _latest(end_of(last_day), s.moved_at, s.end_set_at)
            if at is not None:
                yield DatedTransition(at, transition)


def _next(s: Sentence) -> DatedTransition | None:
    # Asked before every event, and nearly always the answer is the one of the last event.
    rests_on = (
        s.state,
        s.phase,
        s.moved_at,
        s.unblocked_at,
        s.derivations,
        s.ends_on,
        s.licence_ends_on,
        s.end_set_at,
        next_end(s),
        next_repeal(s),
        held_beyond_end(s),
    )
    if s.next_dated is None or s.next_dated[0] != rests_on:
        s.next_dated = (rests_on, min(upcoming(s), default=None))
    return s.next_dated[1]


_OUTCOMES = {
    COMPLETE.name: SentenceOutcome.EXPIRED,
    END_IN_RECALL_CUSTODY.name: SentenceOutcome.SERVED_TO_END,
    END_IN_COMMITTAL.name: SentenceOutcome.COMMITTED_TO_END,
}


def _apply(s: Sentence, law: Law, transition: Transition | None, at: datetime) -> None:
    s.at = at if s.at is None else max(s.at, at)
    law = law_in_force(s, law, at)
    if transition is None:
        expire_requirements(s, law, shift(day_of(at), -1))
        end_repealed(s, law, at)
    elif transition is WARNINGS_EXPIRE:
        change_state(s, transition, supported_state(s), at=at, cause=None)
    elif transition is START_SUPERVISION and s.licence_ends_on is not None:
        target = supported_state(s) if s.state is State.WARNED else s.state
        since = shift(s.licence_ends_on, 1)
        change_state(s, transition, target, at=at, cause=None, since=since)
        pass_to_supervision(s, law, s.licence_ends_on, at)
        refresh_days(s, law)
    elif s.ends_on is not None:
        end = SentenceEnd(transition, _OUTCOMES[transition.name], s.ends_on, at=at)
        complete_sentence(s, law, end)


def apply_until(s: Sentence, law: Law, moment: datetime, *, inclusive: bool) -> None:
    """Take every dated transition that falls before `moment`, or at it when `inclusive`.

    Before an event the moment itself is left out: at one instant, events go first.
    """
    while (first := _next(s)) is not None:
        if first.at > moment or (first.at == moment and not inclusive):
            return
        _apply(s, law, first.transition, first.at)
