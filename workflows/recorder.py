"""Keep the case record equal to the view: send what changed, in order, one batch at a time.

A record that cannot be written holds up nothing but the crossing into the next run, for as long as
an attempt is under way, and the closing of the file: clocks and notices go on.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.names import WRITE_RECORD, RecordBatch, Recorded, RecordRow
from states.case_record import Row
from states.case_record.kept import Change, Kept
from states.identity import Identity
from workflows.crew import Crew
from workflows.log import warn
from workflows.outbox import ATTEMPT, LONGEST_ROUND, ROUND, pause_after, type_of


class Recorder:
    """The way of one sentence into the case record."""

    def __init__(self, identity: Identity, crew: Crew, stirred: Callable[[], None]) -> None:
        self.io_queue = ""
        self.waits_until: datetime | None = None
        """When a batch that could not be written is tried again."""
        self.is_idle = True
        """Whether no batch is on its way."""
        self.is_even = False
        """Whether the record holds everything that the last turn came to."""
        self._identity, self._crew, self._stirred = identity, crew, stirred
        self._kept = Kept()
        self._rounds = 0
        self._error = ""

    def keep(self, rows: Sequence[Row], as_of: datetime) -> None:
        """Send what differs from the record, unless a batch is on its way or waits its time."""
        self.is_even = False
        now = workflow.now()
        if not self.is_idle or (self.waits_until or now) > now:
            return
        change = self._kept.change(rows)
        if change is None:
            self.is_even = True
            return
        self.is_idle = False
        self._crew.start(self._write(change, as_of))

    def leave(self) -> None:
        """Send nothing in this turn: the next run does."""
        self.is_even = False

    async def _write(self, change: Change, as_of: datetime) -> None:
        batch = RecordBatch(
            workflow_id=self._identity.workflow_id,
            crn=self._identity.crn,
            event_number=self._identity.event_number,
            sequence=change.sequence,
            afresh=change.afresh,
            whole=change.whole,
            as_of=as_of,
            rows=[RecordRow(table=r.table, key=r.key, values=dict(r.values)) for r in change.rows],
            removed=list(change.removed),
        )
        try:
            found: Recorded = await workflow.execute_activity(
                WRITE_RECORD,
                batch,
                result_type=Recorded,
                task_queue=self.io_queue,
                start_to_close_timeout=ATTEMPT,
                schedule_to_close_timeout=LONGEST_ROUND,
                retry_policy=ROUND,
                summary=f"record {len(batch.rows)} rows",
            )
        except ActivityError as error:
            self._failed(type_of(error))
        else:
            self._rounds, self._error, self.waits_until = 0, "", None
            self._answered(change, found)
        self.is_idle = True
        self._stirred()

    def _failed(self, error: str) -> None:
        self._error = error
        self.waits_until = workflow.now() + pause_after(self._rounds)
        self._rounds += 1
        warn("record_not_written", reason_code=error, attempt=self._rounds)

    def _answered(self, change: Change, found: Recorded) -> None:
        if found.accepted:
            self._kept.taken(change)
            return
        warn("record_sent_afresh", count=found.sequence)
        self._kept.lost(found.sequence)

    def view(self) -> dict[str, Any]:
        """Return how the recording goes, for ops."""
        return {
            "sequence": self._kept.sequence,
            "in_flight": not self.is_idle,
            "even": self.is_even,
            "rounds": self._rounds,
            "error": self._error or None,
            "next_try_at": self.waits_until.isoformat() if self.waits_until is not None else None,
        }

    def dump(self) -> dict[str, Any]:
        """Return what the next run is given."""
        return self._kept.dump()

    def load(self, data: Mapping[str, Any] | None) -> None:
        """Take over from the run before; one of an older build knows of no record."""
        if data is not None:
            self._kept.load(data)
