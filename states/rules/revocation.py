"""Revocation: a decision to recall is withdrawn or refused, or the licence revoked (T13, D12.7)."""

from datetime import date, datetime

from states.entities import Recall
from states.events.envelope import Event
from states.events.recall import LicenceRevoked, RecallWithdrawn, RevocationRefused
from states.rules import clocks
from states.rules.authorisation import Permission, denied, roles_for
from states.rules.event_dates import latest_time_on
from states.rules.failure_counts import counted_warnings
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
from states.rules.notifications import AGENCIES, CASEWORK_SECTION, OFFICER, notify
from states.rules.recall import recall_id
from states.rules.recall_report import amend_recall, missing_recall
from states.rules.state_changes import change_state, supported_state
from states.rules.triggers import TriggerContext, trigger_context
from states.rules.victims import open_key_stage
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Trigger
from states.time.london import day_of
from states.transitions import CANCEL_RECALL, RECALL
from states.vocabulary import Phase, State

_DECIDED = (Trigger.EMERGENCY_RECALL_DECIDED, Trigger.NONEMERGENCY_RECALL_DECIDED)
_STEPS = (*_DECIDED, Trigger.ENDORSEMENT_NEEDED)
"""Triggers of the steps towards a revocation, which have no object once the recall is over."""


def record_unknown_recall(s: Sentence, e: Event) -> Recall:
    """Record a recall that was never reported: its type and ground are open."""
    day = str(day_of(e.occurred_at))
    recall = Recall(
        None,
        None,
        (),
        decided_at=e.occurred_at,
        cause=e.uid,
        came_from=s.state,
        id=recall_id(s, day),
    )
    s.recalls.append(recall)
    return recall


def undo_recall(s: Sentence, e: Event, law: Law) -> bool:
    """Undo the recall as if it had not happened (T13); return whether that was irregular.

    The person returns to the state that the facts support, and to `warned` where a warning counts.
    The clocks of the recall are cancelled. Those of its failures run on where they had not run out,
    and a warning answers them again.
    """
    recall = s.recalls[-1]
    at = e.occurred_at
    amend_recall(s, undone_at=at, closed_at=at)
    cancel_recall_steps(s, law, recall, at=at, by=e.uid)
    clocks.cancel_triggered(s, law, Trigger.RECALL_NOTIFIED, at=at, by=e.uid, subject=recall.id)
    irregular = change_state(
        s, CANCEL_RECALL, state_after_recall(s, day_of(at)), at=at, cause=e.uid
    )
    refresh_days(s, law)
    notify(s, e, "recall-withdrawn", subject=recall.id, to=AGENCIES, liberty=True)
    return irregular


def cancel_recall_steps(
    s: Sentence, law: Law, recall: Recall, *, at: datetime, by: str | None
) -> None:
    """Cancel the open steps of a recall that is over; missed ones stay missed."""
    for trigger in _STEPS:
        clocks.cancel_triggered(s, law, trigger, at=at, by=by, subject=recall.id)


def state_after_recall(s: Sentence, on: date) -> State:
    """Return the state after a recall: `warned` on the day `on` while a warning counts (T13)."""
    return State.WARNED if counted_warnings(s, on) else supported_state(s)


def _refuse_withdrawal(s: Sentence, e: RecallWithdrawn, _law: Law) -> str | None:
    if (stranger := denied(s, Permission.RECOMMEND_RECALL, e)) is not None:
        return stranger
    revoked_on = s.recalls[-1].revoked_on
    if revoked_on is not None:
        return f"the licence was revoked on {revoked_on}; a recall is withdrawn before that"
    return None


def _withdraw(s: Sentence, e: RecallWithdrawn, law: Law) -> HandlerOutcome:
    undo_recall(s, e, law)
    notify(s, e, "recall-withdrawn", subject=s.recalls[-1].id, to=CASEWORK_SECTION, liberty=True)
    return REGULAR


def _refuse_revocation(s: Sentence, e: RevocationRefused, law: Law) -> HandlerOutcome:
    if s.recall is None:
        return unexpected("no recall is under way any more")
    amend_recall(s, refused_at=e.occurred_at)
    if s.phase is Phase.RECALL_CUSTODY:
        # A person in custody stays there until the prison reports a release (design 3.1).
        note = "the person is back in custody, which nothing explains now"
        start_unexplained_custody(s, e, law)
        return unexpected(note)
    revoked_on = s.recalls[-1].revoked_on
    irregular = undo_recall(s, e, law)
    notify(s, e, "revocation-refused", subject=s.recalls[-1].id, to=OFFICER)
    if revoked_on is not None:
        return unexpected(f"the licence had been revoked on {revoked_on}")
    return HandlerOutcome(irregular)


def start_unexplained_custody(s: Sentence, e: Event, law: Law) -> None:
    """Start the urgent duty to explain a custody that no recall in force explains."""
    subject = s.recalls[-1].id
    clocks.start(
        s,
        law,
        Trigger.UNEXPLAINED_CUSTODY,
        context=trigger_context(e, "no recall is in force"),
        subject=subject,
    )


def _revoke(s: Sentence, e: LicenceRevoked, law: Law) -> HandlerOutcome:
    if s.state is State.COMPLETED:
        return after_end(s)
    if s.phase not in (Phase.LICENCE, Phase.RECALL_CUSTODY):
        return unexpected(f"in {s.phase.value} no licence is in force")
    surprise = None
    if s.recall is None:
        surprise = "no recall in force was decided"
        record_unknown_recall(s, e)
        change_state(s, RECALL, State.RECALLED, at=e.occurred_at, cause=e.uid)
        refresh_days(s, law)
    elif (first := s.recalls[-1].revoked_on) is not None:
        return unexpected(f"the licence was revoked on {first} already")
    amend_recall(s, revoked_on=e.revoked_on, police_told_at=e.police_notified_at)
    start_recall_notice(
        s,
        law,
        trigger_context(
            e, f"licence revoked on {e.revoked_on}", at=latest_time_on(e, e.revoked_on)
        ),
    )
    return unexpected(surprise)


def start_recall_notice(s: Sentence, law: Law, notified: TriggerContext) -> None:
    """Start the consequences of the notice of recall, on its first report (D12.8, D12.11).

    The plan is reviewed (D14.plan-review), the police act in their own time, victims are notified.
    """
    recall = s.recalls[-1]
    if recall.notified_at is None:
        amend_recall(s, notified_at=notified.at)
        clocks.start(s, law, Trigger.RECALL_NOTIFIED, context=notified, subject=recall.id)
        open_key_stage(s, law, "recall", reached=notified)


HANDLERS = (
    EventHandler(
        RecallWithdrawn,
        _withdraw,
        transition=CANCEL_RECALL,
        roles=roles_for(Permission.RECOMMEND_RECALL),
        depends_on=missing_recall,
        guard=_refuse_withdrawal,
    ),
    EventHandler(
        RevocationRefused,
        _refuse_revocation,
        nature=Nature.ACT,
        requires=IMPOSED,
        roles=roles_for(Permission.REVOKE),
        doubt=lambda s, e, _law: denied(s, Permission.REVOKE, e),
    ),
    EventHandler(
        LicenceRevoked,
        _revoke,
        nature=Nature.ACT,
        requires=IMPOSED,
        roles=roles_for(Permission.REVOKE),
        doubt=lambda s, e, _law: denied(s, Permission.REVOKE, e),
    ),
)
