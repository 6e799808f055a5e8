"""Outbox of a sentence: delivers the queued notices, at least once each.

Every notice has its own background task, and only so many run at once; so a receiver that is down
for a day delays nothing else. A round of attempts is bounded. After a failed round the notice waits
for a time of its own and stays visible.
"""

from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.contracts import (
    DELIVER_NOTICE,
    DOCUMENT_FAILED,
    NOTICE_DEFERRED,
    NOTICE_KEY_CONFLICT,
    NOTICE_REFUSED,
    RECIPIENT_UNKNOWN,
    TEXT_MISSING,
    NoticeReceipt,
    NoticeRequest,
)
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
"""Activities of one sentence's outbox that run at the same time."""

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
        for key in ledger.queued(now, case.decision.sentence.acknowledged):
            if self._in_flight >= MAX_IN_FLIGHT:
                return
            self._in_flight += 1
            effect = ledger.start(key, now)
            notice = self._request(effect, case.event_log, case.decision, now=now)
            work = self._deliver(case, notice, io_queue, all_stored=not case.texts)
            self._tasks.start(work)

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
                task_queue=io_queue,
                start_to_close_timeout=ATTEMPT_TIMEOUT,
                schedule_to_close_timeout=ROUND_TIMEOUT,
                retry_policy=RETRY_ROUND,
                summary=f"{notice.template} {notice.subject} to {notice.recipient}",
            )
        except ActivityError as error:
            _mark_failed(ledger, notice.key, error, all_stored=all_stored)
            self._tasks.report_news()
        else:
            self._mark_sent(case, receipt)
        self._in_flight -= 1

    def _mark_sent(self, case: SentenceCase, receipt: NoticeReceipt) -> None:
        """Mark a notice as sent; it is news only if the sentence must act on it."""
        ledger = case.event_log.outbox
        had_failed = bool(ledger.entries[receipt.key].error)
        ledger.mark_sent(receipt.key, receipt.delivered_at or workflow.now())
        # A notice that was withdrawn meanwhile is compensated; a failure is no longer shown.
        if had_failed or not _is_wanted(case, receipt.key):
            self._tasks.report_news()


def _is_wanted(case: SentenceCase, key: str) -> bool:
    if key.startswith(COMPENSATION_PREFIX):
        return True
    decision = case.decision
    base = base_of(key)
    return decision is not None and (base in decision.effects or base in decision.alerts)


def _mark_failed(ledger: OutboxLedger, key: str, error: ActivityError, *, all_stored: bool) -> None:
    now = workflow.now()
    name = error_type(error)
    status = _BLOCKING.get(name)
    # A text that was stored before the round began and is missing now was erased: it stays missing.
    if name == TEXT_MISSING and all_stored:
        status = DeliveryStatus.DOCUMENT_FAILED
    if status is not None:
        warn("notice_blocked", reason_code=name)
        retry_at = now + RECIPIENT_RETRY if name == RECIPIENT_UNKNOWN else None
        ledger.block(key, status, name, now=now, next_try_at=retry_at)
    else:
        pause = max(pause_after(ledger.entries[key].attempts), deferral(error))
        ledger.mark_failed(key, name, now + pause)


def deferral(error: ActivityError) -> timedelta:
    """Return how long the receiver of a notice asked to be left alone, at most `MAX_DEFERRAL`."""
    cause = error.cause
    if not isinstance(cause, ApplicationError) or cause.type != NOTICE_DEFERRED:
        return timedelta(0)
    requested = next(iter(cause.details), 0)
    seconds = requested if isinstance(requested, int | float) else 0
    return timedelta(seconds=max(0, min(seconds, MAX_DEFERRAL.total_seconds())))
