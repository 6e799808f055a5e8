"""Record of a failure: its items, and when it is complete (D4).

The failure itself is the first item (D4.1): it is kept whether it is excused, counted or neither
(inv-record-all). The copy of a warning (D4.5) is the warning letter, kept under the key of its
notice, and every recorded recall has the time of its decision (D4.7).
"""

from states.entities import Failure
from states.events.envelope import Event
from states.rules import clocks
from states.rules.failure_counts import is_spent
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement
from states.time.clock import ClockOutcome

ANSWER_KINDS = frozenset({"contributors_told", "reporter_told", "warning_understood"})
"""Kinds of contact that can complete a record."""

_NOTIFYING_PROVISIONS = ("notice-non-compliance", "ev-feedback-provider")
"""Provisions by which others are notified of a failure and of the response (D4.8)."""


def missing_items(s: Sentence, failure: Failure) -> tuple[str, ...]:
    """Return the items that the record of `failure` lacks, in words.

    They stand in the order of the table: D4.2, D4.3, D4.4, D4.6, D4.8.
    """
    judged = failure.acceptable is not None
    explained = failure.explained_on is not None
    found = {
        # A judgement without an explanation states that none was received (D3.3).
        "whether, when and by whom it was explained": not (explained or judged),
        "the explanation": not (explained or judged),
        "the decision on it": not judged,
        "the answer to the warning": _unanswered_warning(s, failure),
        "the action taken and who was informed": _nothing_done(s, failure)
        or not _is_notified(s, failure),
    }
    return tuple(item for item, lacking in found.items() if lacking)


def _unanswered_warning(s: Sentence, failure: Failure) -> bool:
    return any(
        failure.id in warning.failure_ids
        and warning.withdrawn_at is None
        and not (warning.answered or _understood(s, warning.id))
        for warning in s.warnings.values()
    )


def _understood(s: Sentence, warning_id: str) -> bool:
    duty = s.duties.get(clocks.clock_id("ev-warning-understood", warning_id))
    return duty is not None and duty.settled is ClockOutcome.DONE


def _nothing_done(s: Sentence, failure: Failure) -> bool:
    if failure.acceptable is not False or is_spent(s, failure):
        return False
    steps = (
        *(warning.failure_ids for warning in s.warnings.values()),
        *(breach.failure_ids for breach in s.breaches),
        *(recall.failure_ids for recall in s.recalls),
    )
    return not any(failure.id in failure_ids for failure_ids in steps)


def _is_notified(s: Sentence, failure: Failure) -> bool:
    for provision_id in _NOTIFYING_PROVISIONS:
        key = clocks.clock_id(provision_id, failure.id)
        owed = s.clocks.get(key) or s.duties.get(key)
        if owed is not None and owed.settled is not ClockOutcome.DONE:
            return False
    return True


def complete_records(
    s: Sentence, law: Law, e: Event, failure_ids: tuple[str, ...] | None = None
) -> None:
    """Settle the records that `e` has completed, of these failures or of all when None."""
    named = failure_ids if failure_ids is not None else tuple(s.failures)
    for failure_id in named:
        duty = s.duties.get(clocks.clock_id("ev-failure-record", failure_id))
        if duty is None or duty.settled_at is not None or missing_items(s, s.failures[failure_id]):
            continue
        done = Settlement.FAILURE_RECORD_COMPLETED
        clocks.settle(s, law, done, at=e.occurred_at, by=e.uid, subject=failure_id)
