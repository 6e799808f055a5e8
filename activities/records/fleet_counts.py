"""Counts over all records: what waits, fails or is overdue, by the last turn of each sentence."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, func, select

from activities.records.database import Store
from activities.records.ingest_log import DEAD_LETTER
from activities.records.schema import ROWS, heads, ingested_messages, notices, unapplied
from states.outbox import BLOCKED, DeliveryStatus
from states.vocabulary import ClockStatus, DispositionKind, State

BEHIND_AFTER: Final = timedelta(minutes=15)
"""Time after which a record that is not whole counts as behind."""


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """Counts over both kinds of logs in the database of the records.

    Attributes:
        quarantined: Messages that could not be read, and are not resolved.
        dead_letters: Messages of other systems that wait for a person, or a retry.
        notices_failing: Notices that are not sent yet, and failed at least once.
        notices_blocked: Notices that nobody can send until a person acts.
        oldest_notice_at: Since when the oldest notice waits that is not sent; None without any.
        records_behind: Records that have been incomplete for longer than `BEHIND_AFTER`.
        overdue_clocks: Overdue clocks of open sentences by timescale, of binding timescales.
    """

    quarantined: int
    dead_letters: int
    notices_failing: int
    notices_blocked: int
    oldest_notice_at: datetime | None
    records_behind: int
    overdue_clocks: Mapping[str, int]


def count_records(store: Store, now: datetime, binding: Collection[str]) -> RecordCounts:
    """Return the counts at `now`.

    Args:
        store: Both databases; victims' data are not read.
        now: Time of the count.
        binding: Ids of the timescales whose miss is a missed standard.

    Raises:
        StoreError: If the database does not answer.
    """
    is_waiting = notices.c.sending == DeliveryStatus.QUEUED.value
    is_blocked = notices.c.sending.in_([status.value for status in BLOCKED])
    with store.main.reading() as connection:

        def count(table: Table, *terms: ColumnElement[bool]) -> int:
            wanted = select(func.count()).select_from(table).where(*terms)
            return connection.execute(wanted).scalar_one()

        return RecordCounts(
            quarantined=count(
                unapplied,
                unapplied.c.disposition == DispositionKind.QUARANTINED.value,
                unapplied.c.resolved.is_not(True),
            ),
            dead_letters=count(ingested_messages, ingested_messages.c.status == DEAD_LETTER),
            notices_failing=count(notices, is_waiting, notices.c.error.is_not(None)),
            notices_blocked=count(notices, is_blocked, notices.c.acknowledged_at.is_(None)),
            oldest_notice_at=connection.execute(
                select(notices.c.since).where(is_waiting).order_by(notices.c.since).limit(1)
            ).scalar_one_or_none(),
            records_behind=count(
                heads, heads.c.whole.is_(False), heads.c.as_of < now - BEHIND_AFTER
            ),
            overdue_clocks=_overdue(connection, frozenset(binding)),
        )


def _overdue(connection: Connection, binding: frozenset[str]) -> dict[str, int]:
    clocks, sentences = ROWS["clocks"], ROWS["sentences"]
    wanted = (
        select(clocks.c.timescale, func.count())
        .select_from(sentences.join(clocks, clocks.c.workflow_id == sentences.c.workflow_id))
        .where(
            clocks.c.status == ClockStatus.MISSED.value,
            clocks.c.settled_at.is_(None),
            sentences.c.state != State.COMPLETED.value,
            sentences.c.moved_to.is_(None),
        )
        .group_by(clocks.c.timescale)
        .order_by(clocks.c.timescale)
    )
    rows = connection.execute(wanted)
    return {timescale: count for timescale, count in rows if timescale in binding}
