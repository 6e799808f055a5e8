"""What was done about the failures of one day, and what left nothing to be done about them."""

from collections.abc import Iterator
from datetime import date, datetime

from states.records import Breach, Failure, Recall
from states.sentence import Sentence
from states.timescale import Settlement

Answer = tuple[Settlement, datetime, str | None]
"""What was done about a failure-day, when, and by which event."""


def answers(s: Sentence, failures: tuple[Failure, ...]) -> Iterator[Answer]:
    """Yield everything that was done about the failures of one day."""
    excused = all(f.acceptable for f in failures)
    if excused:
        last = max(failures, key=lambda f: (f.judged_at, f.id))
        if last.judged_at is not None:
            yield Settlement.EXPLANATION_ACCEPTED, last.judged_at, last.judged_by
    ids = {failure.id for failure in failures}
    for warning in s.warnings.values():
        # Taken back because the explanation was accepted after it, it was still the answer in time.
        stands = warning.withdrawn_at is None or excused
        if stands and ids.intersection(warning.failure_ids):
            yield Settlement.WARNING_ISSUED, warning.issued_at, warning.cause
            if warning.departure:
                yield Settlement.DEPARTURE_RECORDED, warning.issued_at, warning.cause
    for breach in s.breaches:
        if ids.intersection(breach.failure_ids):
            yield from _proceedings(breach)
    for recall in s.recalls:
        # One that was not carried out leaves its failures to be answered otherwise (T13).
        if recall.undone_at is None and ids.intersection(recall.failure_ids):
            yield from _recall(recall)


def _recall(recall: Recall) -> Iterator[Answer]:
    yield Settlement.RECALL_DECIDED, recall.decided_at, recall.cause
    if recall.received_at:
        yield Settlement.RECALL_REPORT_RECEIVED, recall.received_at, recall.received_by


def _proceedings(breach: Breach) -> Iterator[Answer]:
    yield Settlement.BREACH_DECIDED, breach.decided_at, breach.cause
    if breach.presented_at:
        yield Settlement.BREACH_REFERRED, breach.presented_at, breach.presented_by
    if breach.received_at:
        yield Settlement.REFERRAL_RECEIVED, breach.received_at, breach.received_by
    if breach.warrant_at:
        yield Settlement.WARRANT_SOUGHT, breach.warrant_at, breach.warrant_by


def before_court(s: Sentence, failure: Failure) -> bool:
    """Return whether a failure was judged while a breach or a recall was already under way.

    It goes there as further evidence, and neither a second step nor a new warning is left to do
    (D7.12, D7.13).
    """
    at = failure.judged_at
    # A recall that was not carried out took nothing with it.
    recalls = (recall for recall in s.recalls if recall.undone_at is None)
    under_way: tuple[Breach | Recall, ...] = (*s.breaches, *recalls)
    return at is not None and any(
        step.decided_at <= at and (step.closed_at is None or at < step.closed_at)
        for step in under_way
        if failure.id not in step.failure_ids
    )


def in_prison(s: Sentence, day: date, failures: tuple[Failure, ...]) -> datetime | None:
    """Return when a return to custody left nothing to be decided on a day of the licence (5.3).

    The failures that a recall names wait on for its report: they were its ground.
    """
    ids = {failure.id for failure in failures}
    held = (
        recall.returned_at
        for recall in s.recalls
        if recall.returned_on is not None
        and day <= recall.returned_on
        and not ids.intersection(recall.failure_ids)
    )
    return min((at for at in held if at is not None), default=None)
