"""Release: the first one, a release after recall, and a move of its day (T14-T17, T21, T23, D15).

A recall ends with a release or with the sentence (D12.12, O.served-to-end). When the expected day
of release moves, the clocks that count down to it are dated again (T29, AMB-13); a release that
moves inside the window of the plan opens that window at once (G12).
"""

from datetime import date
from typing import Final

from states.entities import Recall, Spending
from states.events.custody import Released, ReleaseDateChanged
from states.events.recall import RecallType
from states.rules import clocks
from states.rules.breach import amend_breach
from states.rules.event_dates import before_sentence, latest_time_on
from states.rules.failure_counts import mark_spent
from states.rules.failure_days import refresh_days
from states.rules.handler import (
    IMPOSED,
    REGULAR,
    EventHandler,
    HandlerOutcome,
    Nature,
    after_end,
    unexpected,
)
from states.rules.imposed_requirements import expect_requirements, replace_requirements
from states.rules.notifications import OPS, notify
from states.rules.phases import cancel_former_regime, start_release
from states.rules.planning import refresh_preparation
from states.rules.recall_report import amend_recall
from states.rules.recall_term import date_term, last_day_in_custody, release_due_on
from states.rules.requirement_ends import end_with_licence
from states.rules.revocation import cancel_recall_steps, state_after_recall
from states.rules.sentence_end import (
    SentenceEnd,
    complete_sentence,
    end_is_unknown,
    move_ends,
)
from states.rules.state_changes import change_state, supported_state
from states.rules.triggers import trigger_context
from states.rules.unlawful_requirements import refer_back
from states.rules.victims import open_key_stage
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo, Settlement, Trigger
from states.time.calendar import shift
from states.time.london import end_of, start_of
from states.transitions import (
    END_IN_RECALL_CUSTODY,
    RELEASE_AFTER_LICENCE,
    RELEASE_AGAIN,
    RELEASE_FROM_COMMITTAL,
    RELEASE_ON_LICENCE,
    RELEASE_TO_SUPERVISION,
    Transition,
)
from states.vocabulary import Phase, SentenceOutcome, State

_COUNTDOWN_TRIGGERS: Final = (
    Trigger.EXPECTED_RELEASE,
    Trigger.CONDITIONS_PROPOSED,
    Trigger.AP_REFERRED,
)
"""Triggers whose provisions are dated by the expected release."""


def redate_release(s: Sentence, law: Law, on: date, reason: str) -> None:
    """Re-date every clock that counts down to release, which is or was on the day `on`."""
    for trigger in _COUNTDOWN_TRIGGERS:
        clocks.redate(s, law, trigger, on=on, reason=reason, regime=AppliesTo.CUSTODY)
    refresh_preparation(s)


def served_to_end(s: Sentence, e: Released) -> bool:
    """Return whether a release after recall comes with the end of the sentence (D15.3, T15).

    No licence follows: a person released on the last day has served to the end.
    """
    last = s.ends_on
    return s.pss_ends_on is None and last is not None and e.released_on >= last


def transition_of(s: Sentence, e: Released) -> Transition | None:
    """Return the transition that a release takes in the present phase; None where none."""
    licensed = s.licence_ends_on is not None and e.released_on <= s.licence_ends_on
    match s.phase:
        case Phase.CUSTODY:
            return (
                RELEASE_ON_LICENCE if licensed or s.pss_ends_on is None else RELEASE_TO_SUPERVISION
            )
        # An unreported return does not matter here: the person is out again.
        case Phase.RECALL_CUSTODY | Phase.LICENCE if s.state is State.RECALLED:
            if served_to_end(s, e):
                return END_IN_RECALL_CUSTODY
            return RELEASE_AGAIN if licensed or s.pss_ends_on is None else RELEASE_AFTER_LICENCE
        case Phase.PSS_COMMITTAL:
            return RELEASE_FROM_COMMITTAL
        case _:
            return None


def unexpected_release(s: Sentence, e: Released, law: Law) -> str | None:
    """Return what the tables did not expect of a release after recall; None if nothing.

    The end of the licence releases by law (D15.3, D15.5). So does a decision of the Parole Board
    for any type, and so does a licence that was not revoked (T13).
    """
    recall = s.recall
    if recall is None or transition_of(s, e) not in _FROM_RECALL:
        return None
    if recall.returned_on is None:
        return "released, and no return to custody was reported"
    last = last_day_in_custody(s)
    if recall.board_released_on is not None or recall.refused_at is not None:
        return None
    if last is not None and e.released_on >= last:
        return None
    return _out_of_turn(recall, e, law)


def _out_of_turn(recall: Recall, e: Released, law: Law) -> str | None:
    """Return why the release is early or late for its type; None if due (D15.1, D15.2)."""
    due = release_due_on(recall, law.calendar)
    if e.released_on == due:
        # The prison's own date, where it gave one: it knows the type of the recall.
        return None
    if recall.type is RecallType.FIXED_TERM:
        if recall.release_due_on is None and e.released_on == recall.term_ends_on:
            return None
        return f"the fixed term ended on {due}, and the release was on {e.released_on}"
    # An emergency recall ends as a standard one (D15.4); one of unknown type ends no sooner.
    return "only the Parole Board releases from a standard recall before its end"


_FIRST = (RELEASE_ON_LICENCE, RELEASE_TO_SUPERVISION)
"""Transitions of a first release, before which nothing is recalled, breached or spent."""

_FROM_RECALL = (RELEASE_AGAIN, END_IN_RECALL_CUSTODY, RELEASE_AFTER_LICENCE)
"""Transitions of a release after recall."""


def _release(s: Sentence, e: Released, law: Law) -> HandlerOutcome:
    if s.state is State.COMPLETED:
        return after_end(s)
    transition = transition_of(s, e)
    if transition is None:
        return unexpected(f"no release is expected from {s.phase.value}")
    if e.licence_ends_on is not None or e.pss_ends_on is not None:
        move_ends(s, law, licence=e.licence_ends_on, pss=e.pss_ends_on)
        # The dates that came with the release decide whether a licence is left to serve.
        transition = transition_of(s, e) or transition
    surprise = unexpected_release(s, e, law)
    if transition in _FIRST:
        # The countdown ran to the expected day; it is held against the day of release.
        redate_release(s, law, e.released_on, reason=f"released on {e.released_on}")
    s.released_on = e.released_on
    s.release_reason = e.reason
    s.monitored_only = e.without_licence
    if transition is END_IN_RECALL_CUSTODY:
        return _end_served(s, e, law, surprise=surprise)
    _close(s, e, law)
    irregular = change_state(
        s, transition, _target(s, transition, e), at=e.occurred_at, cause=e.uid, since=e.released_on
    )
    if transition is RELEASE_AFTER_LICENCE and s.licence_ends_on is not None:
        end_with_licence(s, law, s.licence_ends_on, at=end_of(s.licence_ends_on), by=e.uid)
    _start_liberty(s, e, law)
    surprises = [text for text in (surprise, refer_back(s, law, e.conditions or ())) if text]
    return HandlerOutcome(irregular or bool(surprises), "; ".join(surprises))


def _target(s: Sentence, transition: Transition, e: Released) -> State:
    """Return the state in which a release leaves the person."""
    if transition in _FIRST:
        return s.state
    # Licence warnings that an abandoned recall left in force count on licence alone (D8.6).
    if transition is RELEASE_AGAIN:
        return state_after_recall(s, e.released_on)
    return supported_state(s)


def _end_served(s: Sentence, e: Released, law: Law, surprise: str | None) -> HandlerOutcome:
    """Complete a sentence that was served in recall custody to its last day, or beyond (T15)."""
    on = e.released_on
    clocks.settle(s, law, Settlement.RELEASED, at=start_of(on), by=e.uid)
    end = SentenceEnd(
        END_IN_RECALL_CUSTODY, SentenceOutcome.SERVED_TO_END, on, at=latest_time_on(e, on), event=e
    )
    complete_sentence(s, law, end)
    return HandlerOutcome(irregular=surprise is not None, note=surprise or "")


def _close(s: Sentence, e: Released, law: Law) -> None:
    """Close the recall or breach behind the custody: the failures before it are spent."""
    recall = s.recall
    breach = s.breach
    if recall is not None:
        cancel_recall_steps(s, law, recall, at=e.occurred_at, by=e.uid)
        if recall.refused_at is not None:
            # Released because the licence was never revoked: there was no recall (T13, D8.4, G10).
            amend_recall(s, undone_at=e.occurred_at, closed_at=e.occurred_at)
            return
        amend_recall(s, closed_at=e.occurred_at)
        s.recalled_before = True
    elif breach is not None and s.phase is Phase.PSS_COMMITTAL:
        amend_breach(s, closed_at=e.occurred_at)
    else:
        return
    # D8.4, D16.6: failures before the day of release are spent; the day itself counts again.
    before = shift(e.released_on, -1)
    mark_spent(s, Spending(before, e.occurred_at, known_before=end_of(before)))


def _start_liberty(s: Sentence, e: Released, law: Law) -> None:
    freed = trigger_context(e, f"released on {e.released_on}", on=e.released_on)
    clocks.settle(s, law, Settlement.RELEASED, at=start_of(e.released_on), by=e.uid)
    cancel_former_regime(s, at=max(e.occurred_at, end_of(e.released_on)), by=e.uid)
    start_release(s, law, freed)
    if e.licence_copy_given:
        day = start_of(e.released_on)
        clocks.settle_contact(s, law, "licence_given", at=day, by=e.uid, subject=str(e.released_on))
    open_key_stage(s, law, "release", reached=freed)
    if end_is_unknown(s):
        notify(s, e, "licence-end-unknown", subject=str(e.released_on), to=OPS)
    if e.conditions is not None:
        replace_requirements(s, law, e.conditions, made=freed)
    else:
        expect_requirements(s, law, freed)
    refresh_days(s, law)


def _impossible(s: Sentence, e: ReleaseDateChanged) -> str | None:
    return before_sentence(s, "expected_release_on", e.expected_release_on)


def _move_release(s: Sentence, e: ReleaseDateChanged, law: Law) -> HandlerOutcome:
    if s.phase is Phase.RECALL_CUSTODY and s.recall is not None:
        return _move_term(s, e, law)
    if _impossible(s, e) is not None:
        # A day that cannot be moves no clock; the prison is asked.
        return REGULAR
    s.expected_release_on = e.expected_release_on
    s.automatic_release_on = e.automatic_release_on or s.automatic_release_on
    if e.licence_ends_on is not None or e.pss_ends_on is not None:
        move_ends(s, law, licence=e.licence_ends_on, pss=e.pss_ends_on)
    if s.phase is not Phase.CUSTODY:
        return unexpected(f"the person is in {s.phase.value}, not in custody")
    reason = f"the release moved to {e.expected_release_on}"
    redate_release(s, law, e.expected_release_on, reason=reason)
    moved = trigger_context(e, on=e.expected_release_on)
    clocks.start(s, law, Trigger.EXPECTED_RELEASE, context=moved)
    open_key_stage(s, law, "release_date", reached=moved)
    return REGULAR


def _move_term(s: Sentence, e: ReleaseDateChanged, law: Law) -> HandlerOutcome:
    """Take over the prison's date for the end of a recall, which governs (AMB-13)."""
    amend_recall(s, release_due_on=e.expected_release_on)
    if e.licence_ends_on is not None or e.pss_ends_on is not None:
        move_ends(s, law, licence=e.licence_ends_on, pss=e.pss_ends_on)
    date_term(s, law)
    return REGULAR


HANDLERS = (
    EventHandler(
        Released,
        _release,
        nature=Nature.ACT,
        requires=IMPOSED,
        doubt=lambda s, e, _law: before_sentence(s, "released_on", e.released_on),
    ),
    EventHandler(
        ReleaseDateChanged,
        _move_release,
        nature=Nature.ACT,
        requires=IMPOSED,
        doubt=lambda s, e, _law: _impossible(s, e),
    ),
)
