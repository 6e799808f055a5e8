"""Return to custody: arrest, return on recall, committal (T12, T22, D12.9).

A return opens reasons and representations (D12.10, D14.recall-reasons). Every event here is a fact.
An unexplained return is applied as well: the person is in prison, and an explanation is due at
once.
"""

from states.events.custody import ReturnedToCustody, ReturnReason
from states.events.recall import Arrested
from states.rules import clocks
from states.rules.breach import amend_breach
from states.rules.event_dates import before_sentence, latest_time_on
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
from states.rules.notifications import CASEWORK_SECTION, LINE_MANAGER, notify
from states.rules.phases import cancel_liberty_clocks
from states.rules.recall_report import amend_recall
from states.rules.recall_term import date_term, start_term
from states.rules.revocation import (
    record_unknown_recall,
    start_recall_notice,
    start_unexplained_custody,
)
from states.rules.state_changes import change_state
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.calendar import shift
from states.transitions import COMMIT_TO_CUSTODY, RETURN_TO_CUSTODY
from states.vocabulary import Phase, SentenceType, State


def _doubt(s: Sentence, e: ReturnedToCustody, _law: Law) -> str | None:
    early = before_sentence(s, "returned_on", e.returned_on)
    if early is None and s.released_on is not None and e.returned_on < s.released_on:
        early = f"returned_on {e.returned_on} lies before the release on {s.released_on}"
    return early


def _return(s: Sentence, e: ReturnedToCustody, law: Law) -> HandlerOutcome:
    if s.state is State.COMPLETED:
        return after_end(s)
    if e.why is ReturnReason.COMMITTAL:
        return _commit(s, e, law)
    if s.phase is Phase.RECALL_CUSTODY:
        return _update_return(s, e, law)
    if s.kind is not SentenceType.CUSTODY or s.phase not in (Phase.LICENCE, Phase.CUSTODY):
        return unexpected(f"in {s.phase.value} no licence is in force")
    return _recall(s, e, law)


def _update_return(s: Sentence, e: ReturnedToCustody, law: Law) -> HandlerOutcome:
    """Take over the prison's date from a repeated report of one return."""
    if e.release_due_on is not None:
        amend_recall(s, release_due_on=e.release_due_on)
        date_term(s, law)
    note = f"the person was back in custody since {s.recalls[-1].returned_on}"
    return unexpected(note)


def _recall(s: Sentence, e: ReturnedToCustody, law: Law) -> HandlerOutcome:
    surprise = _unexpected_return(s)
    if s.recall is None:
        record_unknown_recall(s, e)
    if s.recalls[-1].type is None:
        # No recall was decided, even if the licence was revoked: the ground of the custody is to be
        # found.
        start_unexplained_custody(s, e, law)
        notify(
            s,
            e,
            "custody-unexplained",
            subject=e.event_id,
            to=LINE_MANAGER,
            returned_on=e.returned_on,
        )
        notify(
            s,
            e,
            "custody-unexplained",
            subject=e.event_id,
            to=CASEWORK_SECTION,
            returned_on=e.returned_on,
        )
    at = latest_time_on(e, e.returned_on)
    amend_recall(s, returned_on=e.returned_on, returned_at=at, release_due_on=e.release_due_on)
    # The day of return itself still counts as licence, and a failure can fall on it.
    since = shift(e.returned_on, 1)
    irregular = change_state(
        s, RETURN_TO_CUSTODY, State.RECALLED, at=e.occurred_at, cause=e.uid, since=since
    )
    recall = s.recalls[-1]
    subject = recall.id
    clocks.settle(s, law, Settlement.RETURNED_TO_CUSTODY, at=at, by=e.uid, subject=subject)
    cancel_liberty_clocks(s, law, at=at, by=e.uid)
    returned = trigger_context(e, f"back in custody on {e.returned_on}", at=at, on=e.returned_on)
    start_recall_notice(s, law, returned)
    start_term(s, law, returned)
    refresh_days(s, law)
    return HandlerOutcome(irregular or surprise is not None, surprise or "")


def _unexpected_return(s: Sentence) -> str | None:
    """Return what the tables did not expect of a return on recall (T12); None if nothing."""
    recall = s.recall
    if s.phase is Phase.CUSTODY:
        return "back in custody, and no release was reported"
    if recall is None:
        return "back in custody, and no recall is in force"
    if recall.revoked_on is None:
        return "back in custody, and the licence was not known to be revoked"
    return None


def _commit(s: Sentence, e: ReturnedToCustody, law: Law) -> HandlerOutcome:
    """Add the dates of a committal; the court's decision is another event (T22)."""
    if s.phase not in (Phase.PSS, Phase.PSS_COMMITTAL):
        return unexpected(f"in {s.phase.value} no committal for breach is possible")
    told_by_court = s.phase is Phase.PSS_COMMITTAL
    at = latest_time_on(e, e.returned_on)
    if not told_by_court:
        since = shift(e.returned_on, 1)
        change_state(
            s, COMMIT_TO_CUSTODY, State.BREACHED, at=e.occurred_at, cause=e.uid, since=since
        )
        committed = trigger_context(
            e, f"back in custody on {e.returned_on}", at=at, on=e.returned_on
        )
        clocks.start(s, law, Trigger.COMMITTAL, context=committed, subject=str(e.returned_on))
    if s.breach is not None and e.release_due_on is not None:
        amend_breach(s, committed_until=e.release_due_on)
    clocks.settle(s, law, Settlement.RETURNED_TO_CUSTODY, at=at, by=e.uid)
    cancel_liberty_clocks(s, law, at=at, by=e.uid)
    refresh_days(s, law)
    if told_by_court:
        return REGULAR
    return unexpected("committed, and no court was reported to have done so")


def _arrest(s: Sentence, e: Arrested, law: Law) -> HandlerOutcome:
    recall = s.recall
    if recall is None:
        return unexpected("no recall is under way")
    amend_recall(s, arrested_at=min(recall.arrested_at or e.arrested_at, e.arrested_at))
    clocks.settle(s, law, Settlement.ARRESTED, at=e.arrested_at, by=e.uid, subject=recall.id)
    return REGULAR


HANDLERS = (
    EventHandler(ReturnedToCustody, _return, nature=Nature.ACT, requires=IMPOSED, doubt=_doubt),
    EventHandler(Arrested, _arrest, nature=Nature.ACT, requires=IMPOSED),
)
