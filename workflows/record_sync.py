"""Keep the case record equal to the view: send what changed, in order, one batch at a time.

A record that cannot be written holds up nothing but the crossing into the next run, for as long as
an attempt is under way, and the closing of the file: clocks and notices go on.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.contracts import WRITE_RECORD, BatchRow, RecordBatch, RecordProgress
from states.record import RecordDelta, RecordRow, SyncState
from states.sentence_ref import SentenceRef
from workflows.log import warn
from workflows.outbox import ATTEMPT_TIMEOUT, RETRY, ROUND_TIMEOUT, error_type, pause_after
from workflows.timers import BackgroundTasks


class RecordSync:
    """The way of one sentence into the case record."""

    def __init__(
        self, identity: SentenceRef, crew: BackgroundTasks, stirred: Callable[[], None]
    ) -> None:
        self.io_queue = ""
        self.retry_at: datetime | None = None
        """When a batch that could not be written is tried again."""
        self.is_idle = True
        """Whether no batch is on its way."""
        self.in_sync = False
        """Whether the record holds everything that the last turn came to."""
        self._identity, self._crew, self._stirred = identity, crew, stirred
        self._state = SyncState()
        self._rounds = 0
        self._error = ""

    def sync(self, rows: Sequence[RecordRow], as_of: datetime) -> None:
        """Send what differs from the record, unless a batch is on its way or waits its time."""
        self.in_sync = False
        now = workflow.now()
        if not self.is_idle or (self.retry_at or now) > now:
            return
        change = self._state.next_delta(rows)
        if change is None:
            self.in_sync = True
            return
        self.is_idle = False
        self._crew.start(self._write(change, as_of))

    def skip(self) -> None:
        """Send nothing in this turn: the next run does."""
        self.in_sync = False

    async def _write(self, change: RecordDelta, as_of: datetime) -> None:
        batch = RecordBatch(
            workflow_id=self._identity.workflow_id,
            crn=self._identity.crn,
            event_number=self._identity.event_number,
            sequence=change.sequence,
            afresh=change.full_resync,
            whole=change.complete,
            as_of=as_of,
            rows=[BatchRow(table=r.table, key=r.key, values=dict(r.values)) for r in change.rows],
            removed=list(change.removed),
        )
        try:
            found: RecordProgress = await workflow.execute_activity(
                WRITE_RECORD,
                batch,
                result_type=RecordProgress,
                task_queue=self.io_queue,
                start_to_close_timeout=ATTEMPT_TIMEOUT,
                schedule_to_close_timeout=ROUND_TIMEOUT,
                retry_policy=RETRY,
                summary=f"record {len(batch.rows)} rows",
            )
        except ActivityError as error:
            self._failed(error_type(error))
        else:
            self._rounds, self._error, self.retry_at = 0, "", None
            self._answered(change, found)
        self.is_idle = True
        self._stirred()

    def _failed(self, error: str) -> None:
        self._error = error
        self.retry_at = workflow.now() + pause_after(self._rounds)
        self._rounds += 1
        warn("record_not_written", reason_code=error, attempt=self._rounds)

    def _answered(self, change: RecordDelta, found: RecordProgress) -> None:
        if found.accepted:
            self._state.acknowledge(change)
            return
        warn("record_sent_afresh", count=found.sequence)
        self._state.restart_from(found.sequence)

    def status(self) -> dict[str, Any]:
        """Return how the recording goes, for ops."""
        return {
            "sequence": self._state.sequence,
            "in_flight": not self.is_idle,
            "even": self.in_sync,
            "rounds": self._rounds,
            "error": self._error or None,
            "next_try_at": self.retry_at.isoformat() if self.retry_at is not None else None,
        }

    def dump(self) -> dict[str, Any]:
        """Return what the next run is given."""
        return self._state.dump()

    def load(self, data: Mapping[str, Any] | None) -> None:
        """Take over from the run before; one of an older build knows of no record."""
        if data is not None:
            self._state.load(data)
