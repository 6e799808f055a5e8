"""End of a sentence: completed by date, court or other reason, or moved (7.6, T29)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from states.events.envelope import Event
from states.events.sentence import EndDateChanged, SentenceEnded
from states.rules import clocks
from states.rules.evaluation import LAST_DAY, refresh_evaluation
from states.rules.event_dates import before_sentence, latest_time_on
from states.rules.handler import (
    IMPOSED,
    REGULAR,
    EventHandler,
    HandlerOutcome,
    Nature,
    after_end,
    unexpected,
)
from states.rules.law_values import supervision_within_law
from states.rules.notifications import PERSON
from states.rules.recall_term import date_term
from states.rules.requirement_ends import end_with_sentence
from states.rules.state_changes import change_state
from states.rules.triggers import TriggerContext
from states.rules.victims import open_key_stage
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo, Trigger
from states.time.clock import Clock, ClockOutcome
from states.time.due import Due
from states.time.london import day_of, end_of
from states.transitions import AWAITING, END_OTHERWISE, OPEN, Transition
from states.vocabulary import EndReason, Phase, Role, SentenceOutcome, SentenceType, State

RESTRICTIONS = "restrictions-after-end"

END_REASON: Final = "end_reason"
"""Flag that holds the reason of an end that is neither the last day nor a court's."""


@dataclass(frozen=True, slots=True)
class SentenceEnd:
    """End of a sentence: its transition, outcome, day and event."""

    transition: Transition
    outcome: SentenceOutcome
    on: date
    at: datetime
    event: Event | None = None
    evaluation_due: bool = True
    """True if there is anything left to evaluate."""


def complete_sentence(s: Sentence, law: Law, end: SentenceEnd) -> bool:
    """End the sentence; return whether the transition was irregular.

    A missed clock stays missed, and every running clock is cancelled except the evaluation, which
    is then due by the actual end (AMB-25) if it is due at all. Every open requirement ends with the
    sentence, and the duties that the end itself brings (7.6, N.sentence) are opened last.
    """
    on = end.on
    at = end.at
    cause = end.event.uid if end.event is not None else None
    irregular = change_state(s, end.transition, State.COMPLETED, at=at, cause=cause)
    s.outcome = end.outcome
    s.ended_on = on
    s.ended_at = at
    if s.recall is not None:
        s.recalls[-1] = replace(s.recalls[-1], closed_at=at)
    for key, clock in s.clocks.items():
        s.clocks[key] = _ended(
            clock, on, at, cause=cause, keep=end.evaluation_due and key == LAST_DAY
        )
    for key, duty in s.duties.items():
        if duty.duty.trigger not in _still_owed(end):
            clocks.cancel(s, key, at=at, by=cause)
    end_with_sentence(s, law, on, at=at, by=cause, ran_out=end.outcome is SentenceOutcome.EXPIRED)
    refresh_evaluation(s)
    ended = TriggerContext(at, f"the sentence ended on {on}", cause, on=on)
    clocks.start(s, law, Trigger.SENTENCE_ENDED, context=ended, subject=end.outcome.value)
    if not end.evaluation_due:
        _cancel_end_notices(s, at, cause)
    open_key_stage(s, law, "end", reached=ended)
    return irregular


def _cancel_end_notices(s: Sentence, at: datetime, cause: str | None) -> None:
    """Cancel notices of the end to a person who died, or whose sentence is void."""
    for key in s.by_provision.get(RESTRICTIONS, ()):
        clocks.cancel(s, key, at=at, by=cause)
        for notice in s.duties[key].notices:
            del s.effects[notice]
    for key, duty in s.duties.items():
        if duty.duty.trigger is Trigger.REQUIREMENT_TERMINATED and duty.settled_at is None:
            theirs = [notice for notice in duty.notices if notice.endswith(f"/{PERSON}")]
            left = tuple(notice for notice in duty.notices if notice not in theirs)
            s.duties[key] = replace(duty, notices=left)
            if theirs and not left:
                clocks.cancel(s, key, at=at, by=cause)
            for notice in theirs:
                s.effects.pop(notice, None)


def _still_owed(end: SentenceEnd) -> tuple[Trigger, ...]:
    """Return the triggers that stay owed for requirements that ended before."""
    if end.evaluation_due:
        return (Trigger.REQUIREMENT_TERMINATED, Trigger.REQUIREMENT_COMPLETED)
    return (Trigger.REQUIREMENT_TERMINATED,)


def _ended(clock: Clock, on: date, at: datetime, cause: str | None, *, keep: bool) -> Clock:
    if keep:
        if clock.due.due_on is not None and on < clock.due.due_on:
            return clock.moved_to(Due(on, end_of(on)), f"the order ended on {on}")
        return clock
    return clock.settle(ClockOutcome.FELL_AWAY, at, cause)


def end_is_unknown(s: Sentence) -> bool:
    """Return whether a sentence has an end, and nobody gave the day: it is asked of ops."""
    imposed = s.imposed
    return imposed is not None and s.ends_on is None and not imposed.indeterminate


_SUPERVISION = (Phase.PSS, Phase.PSS_COMMITTAL)


def _change_end_date(s: Sentence, e: EndDateChanged, law: Law) -> HandlerOutcome:
    if s.state is State.COMPLETED:
        return after_end(s)
    if before_sentence(s, "ends_on", e.ends_on) is not None:
        # No sentence ends on a day that cannot be; the earlier end stands until it is corrected.
        return REGULAR
    if s.kind is SentenceType.CUSTODY:
        whole_is_pss = s.pss_ends_on is not None and e.pss_ends_on is None
        licence = e.licence_ends_on or (None if s.pss_ends_on else e.ends_on)
        over = s.phase in _SUPERVISION and licence is not None and licence >= day_of(e.occurred_at)
        move_ends(s, law, licence=licence, pss=e.ends_on if whole_is_pss else e.pss_ends_on)
        if over:
            note = f"supervision runs already; a licence to {licence} does not come back by itself"
            return unexpected(note)
    else:
        move_end(s, law, e.ends_on)
    return REGULAR


def move_end(s: Sentence, law: Law, ends_on: date) -> None:
    """Move the end of the whole sentence and re-date every clock that counts to it (T29)."""
    unknown = s.ends_on is None
    s.ends_on = ends_on
    s.end_set_at = s.at
    word = "sentence" if s.kind is SentenceType.CUSTODY else "order"
    reason = f"the end of the {word} moved to {ends_on}"
    clocks.redate(s, law, Trigger.ORDER_END, on=ends_on, reason=reason)
    clocks.redate(s, law, Trigger.OPERATIONAL_PERIOD_END, on=ends_on, reason=reason)
    if unknown:
        _expect_end(s, law, Trigger.ORDER_END, on=ends_on)
    refresh_evaluation(s)


def _expect_end(s: Sentence, law: Law, trigger: Trigger, on: date) -> None:
    """Start what counts to an end that was unknown until now."""
    if s.at is not None:
        clocks.start(s, law, trigger, context=TriggerContext(s.at, f"it ends on {on}", on=on))


def move_ends(s: Sentence, law: Law, *, licence: date | None, pss: date | None) -> None:
    """Move the last days of licence and supervision that are given (T29)."""
    if licence is not None:
        unknown = s.licence_ends_on is None
        s.licence_ends_on = licence
        if unknown and s.phase is Phase.LICENCE:
            _expect_end(s, law, Trigger.LICENCE_END, on=licence)
        reason = f"the end of the licence moved to {licence}"
        clocks.redate(
            s, law, Trigger.LICENCE_END, on=licence, reason=reason, regime=AppliesTo.LICENCE
        )
        date_term(s, law)
    pss = supervision_within_law(s, law, pss)
    if pss is not None:
        unknown = s.pss_ends_on is None
        s.pss_ends_on = pss
        if unknown and s.phase is Phase.PSS:
            _expect_end(s, law, Trigger.PSS_END, on=pss)
        reason = f"the end of supervision moved to {pss}"
        clocks.redate(
            s,
            law,
            Trigger.PSS_END,
            on=pss,
            reason=reason,
            regime=AppliesTo.POST_SENTENCE_SUPERVISION,
        )
    whole = s.pss_ends_on or s.licence_ends_on
    s.end_set_at = s.at
    if whole is not None and whole != s.ends_on:
        move_end(s, law, whole)


def silenced_recipients(s: Sentence) -> frozenset[str]:
    """Return the recipients that get nothing more: the person, once they have died."""
    died = s.flags.get(END_REASON) == EndReason.DEATH.value
    return frozenset({PERSON}) if died else frozenset()


def _end(s: Sentence, e: SentenceEnded, law: Law) -> HandlerOutcome:
    if s.state is State.COMPLETED:
        return after_end(s)
    ended_at = latest_time_on(e, e.ended_on)
    duty_left = e.reason not in {EndReason.DEATH, EndReason.NEVER_IMPOSED, EndReason.APPEAL}
    end = SentenceEnd(
        END_OTHERWISE,
        SentenceOutcome.OTHER,
        e.ended_on,
        at=ended_at,
        event=e,
        evaluation_due=duty_left,
    )
    complete_sentence(s, law, end)
    s.flags[END_REASON] = e.reason.value
    return REGULAR


def _end_needs(s: Sentence, e: SentenceEnded) -> str | None:
    # A sentence that was never imposed can be closed without an imposition.
    if s.imposed is None and e.reason is not EndReason.NEVER_IMPOSED:
        return IMPOSED
    return None


def _refuse_end(s: Sentence, e: SentenceEnded, _law: Law) -> str | None:
    if e.reason is EndReason.NEVER_IMPOSED and s.imposed is not None:
        return f"the sentence was imposed by {s.imposed_by}; withdraw that event first"
    if e.reason is EndReason.NEVER_IMPOSED and e.by.role is not Role.OPS:
        return f"only ops closes a sentence as never imposed, not {e.by.role.value}"
    return None


HANDLERS = (
    EventHandler(
        EndDateChanged,
        _change_end_date,
        nature=Nature.ACT,
        requires=IMPOSED,
        doubt=lambda s, e, _law: before_sentence(s, "ends_on", e.ends_on),
    ),
    EventHandler(
        SentenceEnded,
        _end,
        nature=Nature.ACT,
        states=(AWAITING, *OPEN),
        requires=None,
        depends_on=_end_needs,
        guard=_refuse_end,
        doubt=lambda s, e, _law: before_sentence(s, "ended_on", e.ended_on),
    ),
)
