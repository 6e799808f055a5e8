"""Outbox of a sentence: delivers the queued notices, at least once each.

The notices of a turn travel together in one activity, which sends each by itself. What fails there,
and what has a document, has an activity of its own; only so many run at once. So a receiver that is
down for a day delays nothing else. A round of attempts is bounded. After a failed round the notice
waits for a time of its own and stays visible.
"""

from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.contracts import (
    DELIVER_NOTICE,
    DELIVER_NOTICES,
    DOCUMENT_FAILED,
    NOTICE_DEFERRED,
    NOTICE_KEY_CONFLICT,
    NOTICE_REFUSED,
    RECIPIENT_UNKNOWN,
    TEXT_MISSING,
    NoticeBatch,
    NoticeReceipt,
    NoticeRequest,
    NoticeResult,
    NoticeResults,
    notice_queue,
)
from states.digest import DIGEST
from states.documents import document_data
from states.entities import Effect
from states.event_log import EventLog, FoldResult
from states.outbox import COMPENSATION_PREFIX, DeliveryStatus, OutboxLedger, base_of
from states.recipients import route_of
from states.sentence_ref import SentenceRef
from workflows.case import SentenceCase
from workflows.log import warn
from workflows.retry import ATTEMPT_TIMEOUT, RETRY_ROUND, ROUND_TIMEOUT, error_type, pause_after
from workflows.timers import BackgroundTasks

MAX_IN_FLIGHT: Final = 8
"""Notices of one sentence that are in flight at the same time."""

RECIPIENT_RETRY: Final = timedelta(days=1)
"""Pause before the directory is asked again for a recipient that it does not name."""

MAX_DEFERRAL: Final = timedelta(days=1)
"""Longest time for which a receiver may defer a notice."""

_BLOCKING: Final = {
    NOTICE_KEY_CONFLICT: DeliveryStatus.CONFLICTING,
    RECIPIENT_UNKNOWN: DeliveryStatus.NO_RECIPIENT,
    NOTICE_REFUSED: DeliveryStatus.REFUSED,
    DOCUMENT_FAILED: DeliveryStatus.DOCUMENT_FAILED,
}
"""Errors that a retry would repeat for ever, and would hide from the person who must act."""

_DECIDED: Final = frozenset({*_BLOCKING, NOTICE_DEFERRED})
"""Errors after which an immediate attempt is of no use."""


class Outbox:
    """Delivery of the effects of one sentence to the world outside."""

    def __init__(self, ref: SentenceRef, tasks: BackgroundTasks) -> None:
        self._ref = ref
        self._tasks = tasks
        self._in_flight = 0

    @property
    def is_idle(self) -> bool:
        """True if no activity is in flight."""
        return self._in_flight == 0

    def dispatch_due(self, case: SentenceCase, io_queue: str) -> None:
        """Start to deliver the notices that are due, in the order of keys."""
        if case.decision is None:
            return
        now = workflow.now()
        ledger = case.event_log.outbox
        all_stored = not case.texts
        together: list[NoticeRequest] = []
        due = ledger.queued(now, case.decision.sentence.acknowledged)
        for key in due[: MAX_IN_FLIGHT - self._in_flight]:
            effect = ledger.start(key, now)
            notice = self._request(effect, case.event_log, case.decision, now=now)
            if notice.document is None:
                together.append(notice)
            else:
                # Its data may be large, its document takes time, and may wait for a text.
                self._tasks.start(self._deliver(case, notice, io_queue, all_stored=all_stored))
            self._in_flight += 1
        if len(together) == 1:
            self._tasks.start(self._deliver(case, together[0], io_queue, all_stored=all_stored))
        elif together:
            self._tasks.start(self._deliver_together(case, together, io_queue))

    def _request(
        self, effect: Effect, event_log: EventLog, decision: FoldResult, *, now: datetime
    ) -> NoticeRequest:
        # The route and the document are those of the moment of sending, not of queueing.
        return NoticeRequest(
            key=effect.key,
            workflow_id=self._ref.workflow_id,
            crn=self._ref.crn,
            event_number=self._ref.event_number,
            template=effect.template,
            recipient=effect.recipient,
            subject=effect.subject,
            facts=dict(effect.facts),
            route=route_of(effect, event_log, decision),
            document=document_data(self._ref, event_log, decision, effect=effect, now=now),
        )

    async def _deliver(
        self, case: SentenceCase, notice: NoticeRequest, io_queue: str, *, all_stored: bool
    ) -> None:
        ledger = case.event_log.outbox
        try:
            # The decision may change meanwhile. The ledger entry is `in flight`, so a withdrawn
            # notice is compensated after this one is sent, and not dropped.
            receipt: NoticeReceipt = await workflow.execute_activity(
                DELIVER_NOTICE,
                notice,
                result_type=NoticeReceipt,
                task_queue=notice_queue(io_queue),
                start_to_close_timeout=ATTEMPT_TIMEOUT,
                schedule_to_close_timeout=ROUND_TIMEOUT,
                retry_policy=RETRY_ROUND,
                summary=f"{notice.template} {notice.subject} to {notice.recipient}",
            )
        except ActivityError as error:
            name = error_type(error)
            # A text that was stored before the round and is missing now was erased.
            is_erased = name == TEXT_MISSING and all_stored
            _mark_failed(ledger, notice.key, name, deferral(error), is_erased=is_erased)
            self._tasks.report_news()
        else:
            self._mark_sent(case, receipt)
        self._in_flight -= 1

    async def _deliver_together(
        self, case: SentenceCase, notices: list[NoticeRequest], io_queue: str
    ) -> None:
        try:
            # As in `_deliver`: the ledger entries are `in flight` meanwhile.
            answer: NoticeResults = await workflow.execute_activity(
                DELIVER_NOTICES,
                NoticeBatch(notices=notices),
                result_type=NoticeResults,
                task_queue=notice_queue(io_queue),
                start_to_close_timeout=ATTEMPT_TIMEOUT,
                schedule_to_close_timeout=ROUND_TIMEOUT,
                retry_policy=RETRY_ROUND,
            )
        except ActivityError as error:
            # Each has failed one round, whatever became of the others.
            for notice in notices:
                _mark_failed(case.event_log.outbox, notice.key, error_type(error), timedelta(0))
                self._in_flight -= 1
            self._tasks.report_news()
            return
        results = {result.key: result for result in answer.results}
        for notice in notices:
            self._take_result(case, notice, results[notice.key], io_queue=io_queue)

    def _take_result(
        self, case: SentenceCase, notice: NoticeRequest, result: NoticeResult, *, io_queue: str
    ) -> None:
        if result.receipt is not None:
            self._mark_sent(case, result.receipt)
        elif result.error_type in _DECIDED:
            pause = _bounded(result.deferred_seconds)
            _mark_failed(case.event_log.outbox, notice.key, result.error_type, pause)
            self._tasks.report_news()
        else:
            # It is still in flight, and has its round of attempts alone.
            self._tasks.start(self._deliver(case, notice, io_queue, all_stored=True))
            return
        self._in_flight -= 1

    def _mark_sent(self, case: SentenceCase, receipt: NoticeReceipt) -> None:
        """Mark a notice as sent; it is news only if the sentence must act on it."""
        ledger = case.event_log.outbox
        had_failed = bool(ledger.entries[receipt.key].error)
        ledger.mark_sent(receipt.key, receipt.delivered_at)
        # A notice that was withdrawn meanwhile is compensated; a failure is no longer shown.
        if had_failed or not _is_wanted(case, receipt.key):
            self._tasks.report_news()


def _is_wanted(case: SentenceCase, key: str) -> bool:
    base = base_of(key)
    if base.startswith((COMPENSATION_PREFIX, f"{DIGEST}/")):
        # A digest is never taken back: the next one says what was not overdue.
        return True
    decision = case.decision
    return decision is not None and (base in decision.effects or base in decision.alerts)


def _mark_failed(
    ledger: OutboxLedger, key: str, name: str, deferred: timedelta, *, is_erased: bool = False
) -> None:
    """Block a notice, or plan its next round, after the error `name`."""
    now = workflow.now()
    status = DeliveryStatus.DOCUMENT_FAILED if is_erased else _BLOCKING.get(name)
    if status is not None:
        warn("notice_blocked", reason_code=name)
        retry_at = now + RECIPIENT_RETRY if name == RECIPIENT_UNKNOWN else None
        ledger.block(key, status, name, now=now, next_try_at=retry_at)
    else:
        pause = max(pause_after(ledger.entries[key].attempts), deferred)
        ledger.mark_failed(key, name, now + pause)


def deferral(error: ActivityError) -> timedelta:
    """Return how long the receiver of a notice asked to be left alone, at most `MAX_DEFERRAL`."""
    cause = error.cause
    if not isinstance(cause, ApplicationError) or cause.type != NOTICE_DEFERRED:
        return timedelta(0)
    requested = next(iter(cause.details), 0)
    return _bounded(requested if isinstance(requested, int | float) else 0)


def _bounded(seconds: float) -> timedelta:
    return timedelta(seconds=max(0, min(seconds, MAX_DEFERRAL.total_seconds())))
