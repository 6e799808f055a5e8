"""What the calendar does: the arrows T09, T15, T20 and T30, and ends of requirements, nothing else.

The calendar ends only what a court dated; it never decides about a person. Each arrow has its own
legal instant, found from the sentence alone, so it does not matter when anybody looked. T15 has a
twin for supervision that runs out during a committal, `committed-to-end`.
"""

from collections.abc import Iterator
from datetime import date, datetime

from states.rules.edition_history import law_in_force
from states.rules.failure_counts import countable_days
from states.rules.failure_days import refresh_days
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
from states.transitions import sources
from states.vocabulary import Phase, SentenceOutcome, State

REQUIREMENT_END = "requirement-end"
"""What falls due when a requirement reaches its own last day."""


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _window_ends_at(s: Sentence) -> datetime | None:
    """Return when T09 falls: no failure counts any more and none waits for an answer.

    On licence no window is stated, so nothing is outlived there (AMB-35).
    """
    if s.state is not State.WARNED or s.unanswered or s.regime is AppliesTo.LICENCE:
        return None
    days = countable_days(s)
    closes = start_of(anniversary(days[-1])) if days else None
    return _latest(closes, s.moved_at, s.unblocked_at)


def supervision_follows(s: Sentence) -> bool:
    """Return whether post-sentence supervision outlasts the licence (T20)."""
    licence, pss = s.licence_ends_on, s.pss_ends_on
    return pss is not None and (licence is None or licence < pss)


def _next_end(s: Sentence) -> tuple[date | None, str] | None:
    """Return the last day of what is being served, and the arrow that its end takes."""
    match s.phase:
        case Phase.LICENCE if s.state in sources("T20", s.kind) and supervision_follows(s):
            return s.licence_ends_on, "T20"
        case Phase.COMMUNITY | Phase.LICENCE | Phase.PSS if s.state in sources("T30", s.kind):
            return s.ends_on, "T30"
        case Phase.RECALL_CUSTODY if s.state is State.RECALLED and not held_beyond_end(s):
            return s.ends_on, "T15"
        case Phase.PSS_COMMITTAL if s.state is State.BREACHED:
            return s.ends_on, "committed-to-end"
        case _:
            return None


def upcoming(s: Sentence) -> Iterator[tuple[datetime, str]]:
    """Yield the dated arrows that this sentence will take if nothing else happens.

    A breach before the court holds up the end (G7), and so does a recall of somebody at large, or
    of somebody whom the prison holds beyond the end that we know. The end of a requirement is no
    arrow: nothing moves by it (G8).
    """
    runs_out_on = next_end(s)
    if runs_out_on is not None and s.state is not State.COMPLETED:
        yield end_of(runs_out_on), REQUIREMENT_END
    if (at := _window_ends_at(s)) is not None:
        yield at, "T09"
    found = _next_end(s)
    if found is not None and found[0] is not None:
        at = _latest(end_of(found[0]), s.moved_at, s.end_set_at)
        if at is not None:
            yield at, found[1]


def _next(s: Sentence) -> tuple[datetime, str] | None:
    # Asked before every event, and nearly always the answer is the one of the last event.
    rests_on = (
        *(s.state, s.phase, s.moved_at, s.unblocked_at, s.derivations),
        *(s.ends_on, s.licence_ends_on, s.end_set_at, next_end(s), held_beyond_end(s)),
    )
    if s.next_dated is None or s.next_dated[0] != rests_on:
        s.next_dated = (rests_on, min(upcoming(s), default=None))
    return s.next_dated[1]


_OUTCOMES = {
    "T30": SentenceOutcome.EXPIRED,
    "T15": SentenceOutcome.SERVED_TO_END,
    "committed-to-end": SentenceOutcome.COMMITTED_TO_END,
}


def _apply(s: Sentence, law: Law, arrow: str, at: datetime) -> None:
    s.at = at if s.at is None else max(s.at, at)
    law = law_in_force(s, law, at)
    if arrow == REQUIREMENT_END:
        expire_requirements(s, law, shift(day_of(at), -1))
    elif arrow == "T09":
        change_state(s, "T09", supported_state(s), at, None)
    elif arrow == "T20" and s.licence_ends_on is not None:
        kept = supported_state(s) if s.state is State.WARNED else s.state
        change_state(s, "T20", kept, at, None, since=shift(s.licence_ends_on, 1))
        pass_to_supervision(s, law, s.licence_ends_on, at)
        refresh_days(s, law)
    elif s.ends_on is not None:
        complete_sentence(s, law, SentenceEnd(arrow, _OUTCOMES[arrow], s.ends_on, at))


def apply_until(s: Sentence, law: Law, moment: datetime, *, inclusive: bool) -> None:
    """Take every dated arrow that falls before `moment`, or at it when `inclusive`.

    Before an event the moment itself is left out: at one instant, events go first.
    """
    while (first := _next(s)) is not None:
        at, arrow = first
        if at > moment or (at == moment and not inclusive):
            return
        _apply(s, law, arrow, at)
