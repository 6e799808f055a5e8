"""Synchronisation of the case record with the sentence: one batch of changes at a time.

A batch holds the rows that a turn changed and the free texts that it brought. It is written in one
transaction, by an activity and not by a local one: see `WorkerEnvironment` for the trap.

A record that cannot be written delays two things only: continue-as-new, while an attempt is in
flight, and the closing of the case. Clocks and notices do not wait for it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.contracts import WRITE_RECORD, BatchRow, RecordBatch, RecordProgress
from states.messages import LogEntry
from states.record import RecordDelta, SyncState, open_rows
from states.sentence_ref import SentenceRef
from workflows.case import SentenceCase
from workflows.continue_as_new import RecordSyncSnapshot
from workflows.log import warn
from workflows.retry import ATTEMPT_TIMEOUT, RETRY_ROUND, ROUND_TIMEOUT, error_type, pause_after
from workflows.timers import BackgroundTasks

MAX_BATCH_TEXTS: Final = 50
MAX_TEXT_BYTES: Final = 256_000
"""Texts of one batch, and bytes of them, except for a single longer one."""


class RecordSync:
    """Keeper of the case record of one sentence: sends what differs from it."""

    def __init__(
        self,
        ref: SentenceRef,
        tasks: BackgroundTasks,
        snapshot: RecordSyncSnapshot | None,
        log: Iterable[LogEntry] = (),
    ) -> None:
        """Begin with an empty record, or go on from the snapshot, which was made with `log`."""
        kept = snapshot or RecordSyncSnapshot(state=SyncState().dump())
        self.retry_at = kept.retry_at
        """Time at which a batch that could not be written is sent again; None if none waits."""
        self.is_idle = True
        """False while a batch is in flight."""
        self.in_sync = False
        """True once the record holds all that the last decision led to."""
        self._ref = ref
        self._tasks = tasks
        self._state = SyncState()
        self._state.load(kept.state, _uids(log))
        self._is_behind = False
        self._failed_rounds = kept.failed_rounds
        self._error = kept.error

    def sync(self, case: SentenceCase, io_queue: str) -> None:
        """Send the rows that differ from the record, unless a batch is in flight or waits."""
        if case.decision is None or case.as_of is None:
            return
        self.in_sync = False
        self._is_behind = True
        must_wait = self.retry_at is not None and self.retry_at > workflow.now()
        if must_wait or not self.is_idle:
            return
        self._is_behind = False
        rows, is_all = open_rows(
            self._ref, case.event_log, case.decision, now=case.as_of, state=self._state
        )
        texts = _first_texts(case.texts)
        delta = self._state.next_delta(rows, is_all=is_all, has_texts=bool(texts))
        if delta is None:
            self.in_sync = True
            return
        self.is_idle = False
        batch = self._batch(delta, texts, case.as_of)
        self._tasks.start(self._write(case, delta, batch, io_queue=io_queue))

    def resume(self, case: SentenceCase, io_queue: str) -> None:
        """Send what changed while the last batch was in flight; do nothing if nothing did."""
        if self._is_behind:
            self.sync(case, io_queue)

    def skip(self) -> None:
        """Leave this turn's changes to the next run."""
        self.in_sync = False
        self._is_behind = True

    def _batch(self, delta: RecordDelta, texts: dict[str, str], as_of: datetime) -> RecordBatch:
        return RecordBatch(
            workflow_id=self._ref.workflow_id,
            crn=self._ref.crn,
            event_number=self._ref.event_number,
            sequence=delta.sequence,
            full_resync=delta.full_resync,
            is_complete=delta.complete,
            as_of=as_of,
            rows=[
                BatchRow(table=row.table, key=row.key, values=dict(row.values))
                for row in delta.rows
            ],
            removed=list(delta.removed),
            texts=texts,
        )

    async def _write(
        self, case: SentenceCase, delta: RecordDelta, batch: RecordBatch, *, io_queue: str
    ) -> None:
        try:
            # The sentence may change meanwhile; the next `sync` sends the difference.
            progress: RecordProgress = await workflow.execute_activity(
                WRITE_RECORD,
                batch,
                result_type=RecordProgress,
                task_queue=io_queue,
                start_to_close_timeout=ATTEMPT_TIMEOUT,
                schedule_to_close_timeout=ROUND_TIMEOUT,
                retry_policy=RETRY_ROUND,
            )
        except ActivityError as error:
            self._fail(error_type(error))
        else:
            self._succeed(delta, progress)
            if progress.accepted:
                # New texts may have come meanwhile, so only those of the batch are removed.
                for digest in batch.texts:
                    case.texts.pop(digest, None)
        if case.texts:
            self._is_behind = True
            self.in_sync = False
        self.is_idle = True

    def _fail(self, error: str) -> None:
        self._tasks.report_news()
        self._error = error
        self.retry_at = workflow.now() + pause_after(self._failed_rounds)
        self._failed_rounds += 1
        warn("record_not_written", reason_code=error, attempt=self._failed_rounds)

    def _succeed(self, delta: RecordDelta, progress: RecordProgress) -> None:
        if self._error:
            # The timer of the next attempt is no longer wanted.
            self._tasks.report_news()
        self._error = ""
        self.retry_at = None
        self._failed_rounds = 0
        if progress.accepted:
            self._state.acknowledge(delta)
            self._is_behind = self._is_behind or not delta.complete
            self.in_sync = not self._is_behind
        else:
            # The record lacks a batch or holds one that is unknown here: send everything again.
            warn("record_full_resync", count=progress.sequence)
            self._state.restart_from(progress.sequence)
            self._is_behind = True

    def take_up(self, sequence: int) -> None:
        """Go on from a record that an earlier run has written: all of it is compared and sent."""
        self._state.restart_from(sequence)

    def status(self) -> dict[str, Any]:
        """Return the progress of the synchronisation, for the view."""
        return {
            "sequence": self._state.sequence,
            "in_flight": not self.is_idle,
            "in_sync": self.in_sync,
            "rounds": self._failed_rounds,
            "error": self._error or None,
            "next_try_at": self.retry_at.isoformat() if self.retry_at is not None else None,
        }

    def snapshot(self, log: Iterable[LogEntry]) -> RecordSyncSnapshot:
        """Return what the next run needs, which has the same `log`."""
        return RecordSyncSnapshot(
            state=self._state.dump(_uids(log)),
            failed_rounds=self._failed_rounds,
            error=self._error,
            retry_at=self.retry_at,
        )


def _uids(log: Iterable[LogEntry]) -> list[str]:
    return [entry.event.uid for entry in log]


def _first_texts(texts: Mapping[str, str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    size = 0
    for digest, text in sorted(texts.items())[:MAX_BATCH_TEXTS]:
        size += len(text.encode())
        if chosen and size > MAX_TEXT_BYTES:
            break
        chosen[digest] = text
    return chosen
