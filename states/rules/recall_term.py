"""Recall term: the time in custody on a recall, and what the Parole Board decides (AMB-13, D15).

A fixed term counts the day of return as its first day, and ends with the recalled licence at the
latest (D15.5). Any other recall lasts until the licence ends or the Parole Board decides otherwise
(D15.2), to which the Secretary of State refers the case: on representations, or at the end of 28
days. The prison's date governs; ours is a cross-check, and a difference is shown.

Representations are heard after a recall (D12.10). A decision of the Board releases no person by
itself: the prison reports the release.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from states.entities import Recall
from states.events.recall import (
    ParoleBoardDecided,
    ParoleBoardReferred,
    ParoleDecision,
    RecallType,
    RepresentationsMade,
)
from states.rules import clocks
from states.rules.authorisation import Permission, denied, roles_for
from states.rules.event_dates import latest_time_on
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature, unexpected
from states.rules.recall_report import amend_recall
from states.rules.triggers import TriggerContext, applicable_timescales
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo, Settlement, Trigger
from states.time.calendar import WorkingCalendar, shift
from states.time.due import NO_DATE, Due
from states.time.london import day_of, end_of
from states.vocabulary import Phase

REFERRAL: Final = "board-referral-28d"
"""Clock of the referral to the Parole Board on a recall without a fixed term."""


def return_trigger(recall: Recall) -> Trigger:
    """Return the trigger of a return on this recall; one of unknown type is a standard one."""
    fixed = recall.type is RecallType.FIXED_TERM
    return Trigger.FIXED_TERM_RETURN if fixed else Trigger.STANDARD_RETURN


def last_day_in_custody(s: Sentence) -> date | None:
    """Return the last possible day in custody on a recall: the end of the licence."""
    return s.licence_ends_on or s.ends_on


def start_term(s: Sentence, law: Law, returned: TriggerContext) -> None:
    """Start the term of the recall, and the duties of a return (T12, D12.10)."""
    recall = s.recalls[-1]
    trigger = return_trigger(recall)
    counted_from = returned.on if trigger is Trigger.FIXED_TERM_RETURN else last_day_in_custody(s)
    context = TriggerContext(returned.at, returned.because, returned.by, on=counted_from)
    clocks.start(s, law, trigger, context=context, subject=recall.id, regime=AppliesTo.LICENCE)
    if trigger is Trigger.STANDARD_RETURN:
        _expect_referral(s, law, returned)
    if counted_from is None:
        _leave_undated(s, law, recall)
    date_term(s, law)


def _expect_referral(s: Sentence, law: Law, returned: TriggerContext) -> None:
    """Expect the referral to the Parole Board: in the time of the law, where there is one."""
    endless = s.imposed is not None and s.imposed.indeterminate
    trigger = Trigger.INDETERMINATE_RETURN if endless else Trigger.RETURN_WITHOUT_TERM
    recall = s.recalls[-1]
    clocks.start(s, law, trigger, context=returned, subject=recall.id, regime=AppliesTo.LICENCE)
    _refer_at_once(s, recall)


def _refer_at_once(s: Sentence, recall: Recall) -> None:
    """Bring the referral forward to the day of representations (CJA 2003 s.255C(4))."""
    clock = s.clocks.get(clocks.clock_id(REFERRAL, recall.id))
    made_on, returned_on = recall.represented_on, recall.returned_on
    if clock is None or clock.due.due_on is None or made_on is None or returned_on is None:
        return
    due_on = max(made_on, returned_on)
    if due_on < clock.due.due_on:
        reason = f"representations were made on {made_on}"
        s.clocks[clock.id] = clock.moved_to(Due(due_on, end_of(due_on)), reason)


def _leave_undated(s: Sentence, law: Law, recall: Recall) -> None:
    """Leave the term undated while the end of the licence is unknown."""
    for timescale in applicable_timescales(
        s, law, return_trigger(recall), regime=AppliesTo.LICENCE
    ):
        key = clocks.clock_id(timescale.id, recall.id)
        if (clock := s.clocks.get(key)) is not None:
            s.clocks[key] = replace(clock, due=NO_DATE)


def date_term(s: Sentence, law: Law) -> None:
    """Date the term again by all known dates: return, licence, prison, Parole Board."""
    recall = s.recall
    if recall is None or recall.returned_on is None:
        return
    ours = _computed_end(s, law, recall)
    cap = last_day_in_custody(s)
    if ours is not None and cap is not None:
        ours = min(ours, cap)
    amend_recall(s, term_ends_on=ours)
    governs = ours
    reason = f"the licence ends on {cap}"
    if recall.board_release_due_on is not None:
        governs = recall.board_release_due_on
        reason = "the Parole Board directed the release"
    if recall.release_due_on is not None:
        governs = recall.release_due_on
        reason = "the prison gave the date, which governs"
    if governs is not None:
        _move_term_clocks(s, law, recall, on=governs, reason=reason)


def _computed_end(s: Sentence, law: Law, recall: Recall) -> date | None:
    for timescale in applicable_timescales(
        s, law, return_trigger(recall), regime=AppliesTo.LICENCE
    ):
        clock = s.clocks.get(clocks.clock_id(timescale.id, recall.id))
        if clock is not None and recall.type is RecallType.FIXED_TERM:
            counted = clock.timescale
            return clocks.due_of(s, law, counted, at=clock.started_at, on=recall.returned_on).due_on
    return last_day_in_custody(s)


def _move_term_clocks(s: Sentence, law: Law, recall: Recall, on: date, reason: str) -> None:
    for timescale in applicable_timescales(
        s, law, return_trigger(recall), regime=AppliesTo.LICENCE
    ):
        key = clocks.clock_id(timescale.id, recall.id)
        if (clock := s.clocks.get(key)) is not None and clock.due.due_on != on:
            s.clocks[key] = clock.moved_to(Due(on, end_of(on)), reason)


def held_beyond_end(s: Sentence) -> bool:
    """Return whether the prison holds a person beyond the known end of the sentence.

    Time at large does not count (AMB-13), so a person who returned after that end is held until a
    date that is not reported yet, and the prison's own date governs. Such a sentence ends with the
    release, or on an end that is reported later.
    """
    recall = s.recall
    last = s.ends_on
    if recall is None or last is None:
        return False
    known = (recall.returned_on, recall.release_due_on)
    return any(day is not None and day > last for day in known)


def day_of_release(term_ends_on: date, calendar: WorkingCalendar) -> date:
    """Return the day of release of a term: its last day, or the working day before (AMB-13).

    A term may end on a weekend or bank holiday, on which no prison releases.
    """
    return calendar.count(shift(term_ends_on, 1), -1).due_on or term_ends_on


def release_due_on(recall: Recall, calendar: WorkingCalendar) -> date | None:
    """Return the day on which the person is to be released; None where no day is known.

    The dates of the prison and of the Parole Board are days of release as they are given.
    """
    given = recall.release_due_on or recall.board_release_due_on
    if given is not None or recall.term_ends_on is None:
        return given
    return day_of_release(recall.term_ends_on, calendar)


def _represent(s: Sentence, e: RepresentationsMade, law: Law) -> HandlerOutcome:
    recall = s.recall
    if recall is None:
        return unexpected("no recall is under way")
    amend_recall(s, represented_on=min(recall.represented_on or e.made_on, e.made_on))
    _refer_at_once(s, s.recalls[-1])
    at = latest_time_on(e, e.made_on)
    clocks.settle(s, law, Settlement.REPRESENTATIONS_MADE, at=at, by=e.uid, subject=recall.id)
    return REGULAR


def _refer(s: Sentence, e: ParoleBoardReferred, law: Law) -> HandlerOutcome:
    if s.recall is None:
        return unexpected("no recall is under way")
    at = latest_time_on(e, e.referred_on)
    amend_recall(s, board_referred_on=e.referred_on)
    clocks.settle(
        s, law, Settlement.PAROLE_BOARD_REFERRED, at=at, by=e.uid, subject=s.recalls[-1].id
    )
    return REGULAR


def _hear(s: Sentence, e: ParoleBoardDecided, law: Law) -> HandlerOutcome:
    on = e.decided_on or day_of(e.occurred_at)
    at = latest_time_on(e, on)
    clocks.settle(s, law, Settlement.PAROLE_BOARD_DECIDED, at=at, by=e.uid)
    if s.recall is None:
        expected = s.phase is Phase.CUSTODY
        return REGULAR if expected else unexpected("no recall is under way")
    released = e.decision is ParoleDecision.RELEASE
    # The latest decision counts: a refusal takes back an earlier direction to release.
    amend_recall(s, board_released_on=on if released else None, board_release_due_on=e.release_on)
    date_term(s, law)
    return REGULAR


HANDLERS = (
    EventHandler(RepresentationsMade, _represent, nature=Nature.FACT),
    EventHandler(
        ParoleBoardReferred,
        _refer,
        nature=Nature.ACT,
        requires=IMPOSED,
        roles=roles_for(Permission.REVOKE),
        doubt=lambda s, e, _law: denied(s, Permission.REVOKE, e),
    ),
    EventHandler(
        ParoleBoardDecided,
        _hear,
        nature=Nature.ACT,
        requires=IMPOSED,
        roles=roles_for(Permission.RE_RELEASE),
        doubt=lambda s, e, _law: denied(s, Permission.RE_RELEASE, e),
    ),
)
