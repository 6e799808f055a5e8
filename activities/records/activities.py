"""Activities that write the case record, and the register of closed sentences.

Every write may be repeated and leaves the same rows: the first one stands.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select
from temporalio import activity

from activities.contracts import (
    CLOSE_SENTENCE,
    READ_RECORD,
    RECORD_LAG_METRIC,
    RECORD_LATE_MESSAGES,
    WRITE_RECORD,
    BatchRow,
    ClosedSentence,
    LateMessages,
    RecordBatch,
    RecordedRows,
    RecordHead,
    RecordProgress,
    RecordRequest,
)
from activities.records.database import Store, insert_new
from activities.records.read import read_rows, read_sync_head
from activities.records.row_codec import clean
from activities.records.schema import closed_sentences, late_arrivals
from activities.records.write import write_batch
from states.snapshot import SOURCE_TABLES

PAGE_BYTES: Final = 400_000
"""Bytes of one page of a record, except for a single longer row: far below a message's limit."""


class RecordActivities:
    """Activities over the case record in both databases."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn(name=WRITE_RECORD)
    def write_record(self, batch: RecordBatch) -> RecordProgress:
        """Write a batch of changes of one sentence, and return the progress of its record."""
        progress = write_batch(self._store, batch)
        if progress.accepted and activity.in_activity():
            meter = activity.metric_meter()
            lag = meter.create_histogram_timedelta(
                RECORD_LAG_METRIC, "Time from a decision to the record that shows it."
            )
            lag.record(max(datetime.now(UTC) - batch.as_of, timedelta(0)))
        return progress

    @activity.defn(name=CLOSE_SENTENCE)
    def close_sentence(self, closed: ClosedSentence) -> None:
        """Enter a sentence in the register of closed sentences."""
        with self._store.main.writing() as connection:
            insert_new(connection, closed_sentences, [closed.model_dump()])

    @activity.defn(name=RECORD_LATE_MESSAGES)
    def record_late_messages(self, late: LateMessages) -> None:
        """Record each message that arrived after the end; the first arrival of a digest stands."""
        whose = {"workflow_id": late.workflow_id, "at": late.at}
        pairs = zip(late.digests, late.kinds, strict=True)
        rows = [whose | {"digest": digest, "kind": clean(kind)} for digest, kind in pairs]
        with self._store.main.writing() as connection:
            insert_new(connection, late_arrivals, rows)

    @activity.defn(name=READ_RECORD)
    def read_record(self, asked: RecordRequest) -> RecordedRows:
        """Return one page of the rows from which a sentence is taken up again.

        Raises:
            StoreError: If a database does not answer.
        """
        rows = read_rows(self._store, asked.workflow_id, SOURCE_TABLES)[asked.start :]
        page: list[BatchRow] = []
        size = 0
        for row in rows:
            size += len(json.dumps(row.values))
            if page and size > PAGE_BYTES:
                return RecordedRows(rows=page, is_last=False)
            page.append(BatchRow(table=row.table, key=row.key, values=dict(row.values)))
        return RecordedRows(rows=page, is_last=True)

    def head(self, workflow_id: str) -> RecordHead | None:
        """Return the progress of a record; None if nothing of the sentence was recorded."""
        found = read_sync_head(self._store, workflow_id)
        if found is None or found.as_of is None:
            return None
        return RecordHead(sequence=found.sequence, as_of=found.as_of, is_complete=found.whole)

    def is_closed(self, workflow_id: str) -> bool:
        """Return whether the register of closed sentences has the workflow id."""
        wanted = select(1).where(closed_sentences.c.workflow_id == workflow_id)
        with self._store.main.reading() as connection:
            return connection.execute(wanted).first() is not None
