"""Numbers of the fleet: running sentences by visibility, and what waits by the records.

The command `status` and the watch count with the same code, so that they agree.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, func, select
from temporalio import activity
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.contracts import COUNT_FLEET, FLEET_METRIC, FleetStatus
from activities.records.database import Store
from activities.records.errors import StoreError
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


class FleetCounter:
    """Counter of the sentences of one queue and of the records of one installation."""

    def __init__(
        self,
        client: Client,
        store: Store,
        *,
        running: str,
        stuck_terms: Callable[[datetime], tuple[str, str]],
        deployment: str | None,
        binding: Collection[str],
    ) -> None:
        """Count in the namespace of the client.

        Args:
            client: Client of the server.
            store: Databases of the records.
            running: Visibility query of the running sentences of one queue.
            stuck_terms: Returns two more terms of a query, for the tasks that fail and the clocks
                that did not fire.
            deployment: Deployment of their workers; None for unversioned workers.
            binding: Ids of the timescales whose miss is a missed standard.
        """
        self._client = client
        self._store = store
        self._running = running
        self._stuck_terms = stuck_terms
        self._deployment = deployment
        self._binding = binding

    async def count(self, now: datetime) -> FleetStatus:
        """Return the numbers at `now`; those of a database that does not answer are None.

        Raises:
            RPCError: If the server does not count.
        """
        failing, late = self._stuck_terms(now)
        records = await asyncio.to_thread(self._count_records, now)
        return FleetStatus(
            counted_at=now,
            sentences=await self._count(),
            overdue=await self._count("Overdue > 0"),
            unapplied=await self._count("Unapplied > 0"),
            failing=await self._count(failing),
            late=await self._count(late),
            unversioned=await self._count("TemporalWorkerDeploymentVersion IS NULL"),
            old_builds=await self._old_builds(),
            quarantined=records.quarantined if records is not None else None,
            dead_letters=records.dead_letters if records is not None else None,
            notices_failing=records.notices_failing if records is not None else None,
            notices_blocked=records.notices_blocked if records is not None else None,
            oldest_notice_seconds=_age(records, now) if records is not None else None,
            records_behind=records.records_behind if records is not None else None,
            overdue_clocks=dict(records.overdue_clocks) if records is not None else {},
        )

    def _count_records(self, now: datetime) -> RecordCounts | None:
        try:
            return count_records(self._store, now, self._binding)
        except StoreError:
            return None

    async def _count(self, *terms: str) -> int:
        query = " AND ".join((self._running, *terms))
        return (await self._client.count_workflows(query)).count

    async def _old_builds(self) -> int:
        """Return how many sentences are pinned to a build that is not current."""
        if self._deployment is None:
            return 0
        request = DescribeWorkerDeploymentRequest(
            namespace=self._client.namespace, deployment_name=self._deployment
        )
        try:
            found = await self._client.workflow_service.describe_worker_deployment(request)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return 0
            raise
        routing = found.worker_deployment_info.routing_config
        current = f"{self._deployment}:{routing.current_deployment_version.build_id}"
        return await self._count(
            "TemporalWorkerDeploymentVersion IS NOT NULL",
            f'TemporalWorkerDeploymentVersion != "{current}"',
        )


def _age(records: RecordCounts, now: datetime) -> float:
    oldest = records.oldest_notice_at
    return max(0.0, (now - oldest).total_seconds()) if oldest is not None else 0.0


class FleetActivities:
    """Activity of the watch: it counts, and shows the numbers as gauges of this process."""

    def __init__(self, counter: FleetCounter) -> None:
        self._counter = counter
        self._lock = Lock()
        self._timescales: set[str] = set()

    @activity.defn(name=COUNT_FLEET)
    async def count_fleet(self) -> FleetStatus:
        """Return the numbers of the fleet now.

        Every worker may count in turn, so `counted_seconds` tells which one counted last.
        """
        status = await self._counter.count(datetime.now(UTC))
        self._show(status)
        return status

    def _show(self, status: FleetStatus) -> None:
        meter = activity.metric_meter()
        for name, number in status.gauges().items():
            gauge = meter.create_gauge_float(f"{FLEET_METRIC}_{name}", _meaning(name))
            gauge.set(number)
        clocks = meter.create_gauge_float(
            f"{FLEET_METRIC}_overdue_clocks", "Overdue clocks by timescale."
        )
        with self._lock:
            # A timescale that is no longer overdue shows zero, not its last number.
            self._timescales |= status.overdue_clocks.keys()
            for timescale in sorted(self._timescales):
                clocks.set(status.overdue_clocks.get(timescale, 0), {"timescale": timescale})


_MORE_GAUGES: Final = {
    "records_unreachable": "1 if the database of the records did not answer, else 0.",
    "counted_seconds": "Time of the count, in seconds since 1970.",
}


def _meaning(gauge: str) -> str:
    """Return what a gauge shows, by the end of its name: the docstring of the number."""
    field = FleetStatus.model_fields.get(gauge)
    return _MORE_GAUGES[gauge] if field is None else field.description or ""
