"""Deliver what the ledger has queued, and file free text, each by an activity that may run twice.

An attempt is bounded; after it the entry waits for a time of its own and stays visible. What is
down for a day delays nothing else: every entry has its own task, and only so many run at once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from activities.contracts import (
    DELIVER_NOTICE,
    DOCUMENT_FAULT,
    NOTICE_DEFERRED,
    NOTICE_KEY_CONFLICT,
    NOTICE_REFUSED,
    RECIPIENT_UNKNOWN,
    STORE_FREE_TEXT,
    TEXT_MISSING,
    NoticeRequest,
    StoreFreeText,
)
from states.documents import document_data
from states.entities import Effect
from states.event_log import EventLog, FoldResult
from states.outbox import DeliveryStatus, OutboxLedger
from states.recipients import route_of
from states.sentence_ref import SentenceRef
from workflows.log import warn
from workflows.timers import BackgroundTasks

MAX_IN_FLIGHT: Final = 8
"""Attempts of one sentence under way at the same time."""

TEXTS_PER_BATCH: Final = 50
"""Texts filed by one activity: of 4,000 characters each, they stay far below the message limit."""

ATTEMPT_TIMEOUT: Final = timedelta(seconds=30)
ROUND_TIMEOUT: Final = timedelta(minutes=5)
"""After this a round has failed also where no worker ever took it up."""

RETRY: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(seconds=20),
    maximum_attempts=5,
)
MIN_PAUSE: Final = timedelta(minutes=1)
MAX_PAUSE: Final = timedelta(hours=1)
RECIPIENT_RETRY: Final = timedelta(days=1)
"""How often the directory is asked again for somebody whom it did not name."""

MAX_DEFERRAL: Final = timedelta(days=1)
"""How long a receiver can put a notice off."""

_BLOCKING: Final = {
    NOTICE_KEY_CONFLICT: DeliveryStatus.CONFLICTING,
    RECIPIENT_UNKNOWN: DeliveryStatus.NO_RECIPIENT,
    NOTICE_REFUSED: DeliveryStatus.REFUSED,
    DOCUMENT_FAULT: DeliveryStatus.DOCUMENT_FAILED,
}
"""Errors that would come back for ever: trying again only hides that somebody has to look."""

TEXTS_GONE: Final = "texts-gone"
"""Patch: runs from before it go on trying, as their histories say."""


def pause_after(rounds: int) -> timedelta:
    """Return how long to wait after so many failed rounds: a minute, doubling up to an hour."""
    return min(MIN_PAUSE * (1 << min(rounds, 10)), MAX_PAUSE)


class Outbox:
    """The effects of one sentence on their way into the world."""

    def __init__(
        self,
        identity: SentenceRef,
        texts: dict[str, str],
        crew: BackgroundTasks,
        stirred: Callable[[], None],
    ) -> None:
        self.texts = texts
        """Free text not yet filed, by digest."""
        self.io_queue = ""
        self._identity = identity
        self._crew = crew
        self._stirred = stirred
        self._under_way = 0
        self.texts_retry_at: datetime | None = None
        """When texts that could not be filed are tried again."""
        self._filing = False
        self._text_rounds = 0

    @property
    def is_idle(self) -> bool:
        """Whether no attempt is under way."""
        return self._under_way == 0

    def dispatch_due(self, case: EventLog, decided: FoldResult | None) -> None:
        """Start attempts for what is due, in the order of the keys."""
        self.store_texts()
        if decided is None:
            return
        now, ledger = workflow.now(), case.outbox
        for key in ledger.queued(now, decided.sentence.acknowledged):
            if self._under_way >= MAX_IN_FLIGHT:
                return
            self._under_way += 1
            notice = self._notice(ledger.start(key, now), case, decided)
            self._crew.start(self._deliver(ledger, notice))

    def store_texts(self) -> None:
        """Start to file texts, where there are any and their time has come."""
        now = workflow.now()
        if self.texts and not self._filing and (self.texts_retry_at or now) <= now:
            self._filing = True
            self._under_way += 1
            self._crew.start(self._file())

    def _notice(self, effect: Effect, case: EventLog, decided: FoldResult) -> NoticeRequest:
        # Who is meant, and what the document says, are those of the moment at which it goes.
        return NoticeRequest(
            key=effect.key,
            workflow_id=self._identity.workflow_id,
            crn=self._identity.crn,
            event_number=self._identity.event_number,
            template=effect.template,
            recipient=effect.recipient,
            subject=effect.subject,
            facts=dict(effect.facts),
            route=route_of(effect, case, decided),
            paper=document_data(self._identity, case, decided, effect, workflow.now()),
        )

    async def _deliver(self, ledger: OutboxLedger, notice: NoticeRequest) -> None:
        all_filed = not self.texts
        try:
            await workflow.execute_activity(
                DELIVER_NOTICE,
                notice,
                task_queue=self.io_queue,
                start_to_close_timeout=ATTEMPT_TIMEOUT,
                schedule_to_close_timeout=ROUND_TIMEOUT,
                retry_policy=RETRY,
                summary=f"{notice.template} {notice.subject} to {notice.recipient}",
            )
        except ActivityError as error:
            self._failed(ledger, notice.key, error, all_filed=all_filed)
        else:
            ledger.mark_sent(notice.key, workflow.now())
        self._under_way -= 1
        self._stirred()

    def _failed(
        self, ledger: OutboxLedger, key: str, error: ActivityError, *, all_filed: bool
    ) -> None:
        now, named = workflow.now(), error_type(error)
        sticks = _BLOCKING.get(named)
        # What was filed before the round began and is not there now was erased: it will not come.
        if named == TEXT_MISSING and all_filed and workflow.patched(TEXTS_GONE):
            sticks = DeliveryStatus.DOCUMENT_FAILED
        if sticks is not None:
            warn("notice_stuck", reason_code=named)
            daily = now + RECIPIENT_RETRY if named == RECIPIENT_UNKNOWN else None
            ledger.block(key, sticks, named, now, daily)
        else:
            pause = max(pause_after(ledger.entries[key].attempts), deferral(error))
            ledger.mark_failed(key, named, now + pause)

    async def _file(self) -> None:
        batch = dict(sorted(self.texts.items())[:TEXTS_PER_BATCH])
        try:
            await workflow.execute_activity(
                STORE_FREE_TEXT,
                StoreFreeText(workflow_id=self._identity.workflow_id, texts=batch),
                task_queue=self.io_queue,
                start_to_close_timeout=ATTEMPT_TIMEOUT,
                schedule_to_close_timeout=ROUND_TIMEOUT,
                retry_policy=RETRY,
                summary=f"file {len(batch)} texts",
            )
        except ActivityError:
            self.texts_retry_at = workflow.now() + pause_after(self._text_rounds)
            self._text_rounds += 1
        else:
            self._text_rounds, self.texts_retry_at = 0, None
            for digest in batch:
                self.texts.pop(digest, None)
        self._filing = False
        self._under_way -= 1
        self._stirred()


def error_type(error: ActivityError) -> str:
    """Return the type of what made an activity fail: types are shown, messages never."""
    cause = error.cause
    named = cause.type if isinstance(cause, ApplicationError) else None
    return named or type(cause).__name__


def deferral(error: ActivityError) -> timedelta:
    """Return how long the receiver of a notice asked to be left alone, at most a day."""
    cause = error.cause
    if not isinstance(cause, ApplicationError) or cause.type != NOTICE_DEFERRED:
        return timedelta(0)
    asked = next(iter(cause.details), 0)
    seconds = asked if isinstance(asked, int | float) else 0
    return timedelta(seconds=max(0, min(seconds, MAX_DEFERRAL.total_seconds())))
