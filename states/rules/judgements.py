"""Judgements: the explanation of a failure and the officer's judgement of it (D3, T10).

A public protection concern hurries every step (D6.6, inv-protect-first).
"""

from dataclasses import replace

from states.entities import Failure
from states.events.enforcement import (
    ExplanationReceived,
    FailureJudged,
    PublicProtectionConcernRaised,
)
from states.events.envelope import Event
from states.rules import clocks
from states.rules.authorisation import Permission, denied, roles_for
from states.rules.failure_counts import (
    breach_threshold,
    countable_days,
    counted_days,
    counted_warnings,
    record_failure,
)
from states.rules.failure_days import refresh_days, refresh_days_of, refresh_warning_window
from states.rules.failure_record import complete_records
from states.rules.failures import known_failures, missing_failure
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.notifications import LINE_MANAGER, OFFICER, REPORTER, notify
from states.rules.state_changes import change_state, supported_state
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement
from states.time.london import day_of, start_of
from states.transitions import WITHDRAW_WARNING
from states.vocabulary import State


def _named(s: Sentence, e: ExplanationReceived | FailureJudged) -> str | None:
    return None if e.failure_id in s.failures else f"failure {e.failure_id}"


def _explain(s: Sentence, e: ExplanationReceived, law: Law) -> HandlerOutcome:
    failure = s.failures[e.failure_id]
    if failure.explained_on is None or e.received_on < failure.explained_on:
        record_failure(s, replace(failure, explained_on=e.received_on, explained_by=e.from_whom))
    received = Settlement.EXPLANATION_RECEIVED
    at = min(e.occurred_at, max(start_of(e.received_on), failure.reported_at))
    clocks.settle(s, law, received, at=at, by=e.uid, subject=failure.id)
    complete_records(s, law, e, failure_ids=(failure.id,))
    return REGULAR


def _judge(s: Sentence, e: FailureJudged, law: Law) -> HandlerOutcome:
    """Record the officer's judgement: an accepted failure is answered and no longer counts.

    D3.1 and D3.2; the officer also weighs that no explanation came (D3.3).
    """
    failure = s.failures[e.failure_id]
    judged = replace(
        failure,
        judged_at=e.occurred_at,
        judged_by=e.uid,
        first_judged_at=min(failure.first_judged_at or e.occurred_at, e.occurred_at),
        acceptable=e.acceptable,
        factors=e.factors,
    )
    record_failure(s, judged)
    judgement = Settlement.FAILURE_JUDGED
    clocks.settle(s, law, judgement, at=e.occurred_at, by=e.uid, subject=failure.id)
    refresh_days(s, law, failure.failed_on)
    leave_warned(s, law, e)
    if failure.by_provider:
        notify(s, e, "failure-outcome", subject=failure.id, to=REPORTER, acceptable=e.acceptable)
    if not e.acceptable and s.breach is None and breach_is_advised(s, law, failure):
        notify(s, e, "breach-advised", subject=e.failure_id, to=OFFICER)
    complete_records(s, law, e, failure_ids=(failure.id,))
    return REGULAR


def breach_is_advised(s: Sentence, law: Law, failure: Failure) -> bool:
    """Return whether this failure completes a count at which breach is advised (D7).

    A failure that is entered late can complete the count of a later day (D5.8).
    """
    limit = breach_threshold(s, law, failure.regime)
    if failure.regime is None or limit is None:
        return False
    counts = (counted_days(s, day, failure.regime) for day in countable_days(s, failure.regime))
    return any(failure.failed_on in days and len(days) >= limit for days in counts)


def leave_warned(s: Sentence, law: Law, e: Event) -> None:
    """Leave `warned` where no warning counts any more."""
    if s.state is State.WARNED and not counted_warnings(s, day_of(e.occurred_at)):
        change_state(s, WITHDRAW_WARNING, supported_state(s), at=e.occurred_at, cause=e.uid)
        refresh_warning_window(s, law)


def _raise_concern(s: Sentence, e: PublicProtectionConcernRaised, law: Law) -> HandlerOutcome:
    failure_ids = known_failures(s, e.failure_ids)
    for failure_id in failure_ids:
        failure = s.failures[failure_id]
        since = min(failure.concern_at or e.occurred_at, e.occurred_at)
        record_failure(s, replace(failure, concern_at=since))
    refresh_days_of(s, law, failure_ids)
    notify(s, e, "public-protection", subject=".".join(e.failure_ids[:3]), to=LINE_MANAGER)
    return REGULAR


HANDLERS = (
    EventHandler(ExplanationReceived, _explain, nature=Nature.FACT, depends_on=_named),
    EventHandler(
        FailureJudged,
        _judge,
        roles=roles_for(Permission.EXCUSE),
        depends_on=_named,
        guard=lambda s, e, _law: denied(s, Permission.EXCUSE, e),
        satisfies=lambda e: (f"judgement of {e.failure_id}",),
    ),
    EventHandler(
        PublicProtectionConcernRaised,
        _raise_concern,
        depends_on=lambda s, e: missing_failure(s, e.failure_ids),
        # Where the public needs protection, breach waits for no judgement (G15).
        satisfies=lambda e: tuple(f"judgement of {f}" for f in e.failure_ids),
    ),
)
