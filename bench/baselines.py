"""Two small entity workflows, with which the costs of the sentence are compared.

*Floor* issues the commands that an event cannot do without: a local activity that writes one row,
one timer, one search attribute. *Naive* is the usual entity workflow of public samples: an activity
that writes a row for each event, and every timer armed again.
"""

import asyncio
import sqlite3
from collections import deque
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio import activity, workflow
from temporalio.common import SearchAttributeKey

COUNT = SearchAttributeKey.for_int("CountedFailures")
"""A registered attribute that counts the events."""

NAIVE_TIMERS = 10
TIMER = timedelta(days=30)
BOUND = timedelta(seconds=10)


class RowStore:
    """One table in a SQLite file, with one connection for all threads."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(
            folder / "rows.sqlite", check_same_thread=False, isolation_level=None
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS rows (id TEXT, number INT, data TEXT)")

    @activity.defn
    async def write_row(self, number: int, data: str) -> None:
        """Write one row."""
        row = (activity.info().workflow_id, number, data)
        self._connection.execute("INSERT INTO rows VALUES (?, ?, ?)", row)


class _Entity:
    def __init__(self) -> None:
        self._inbox: deque[dict[str, Any]] = deque()
        self._count = 0
        self._timers: list[asyncio.Task[None]] = []

    def _arm(self, number: int) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers = [
            asyncio.create_task(workflow.sleep(TIMER + timedelta(minutes=index)))
            for index in range(number)
        ]

    async def _next(self) -> dict[str, Any]:
        await workflow.wait_condition(lambda: bool(self._inbox))
        self._count += 1
        return self._inbox.popleft()

    def _show(self) -> None:
        workflow.upsert_search_attributes([COUNT.value_set(self._count)])


@workflow.defn
class FloorWorkflow(_Entity):
    """The commands of an event, and nothing else."""

    @workflow.run
    async def run(self, _start: dict[str, str]) -> None:
        """Take events for ever."""
        while True:
            event = await self._next()
            row = event["event_id"]
            await workflow.execute_local_activity_method(
                RowStore.write_row,
                args=[self._count, row],
                start_to_close_timeout=BOUND,
            )
            self._arm(1)
            self._show()

    @workflow.signal
    def event(self, event: dict[str, Any]) -> None:
        """Take an event."""
        self._inbox.append(event)

    @workflow.query
    def count(self) -> int:
        """Return the number of events that were taken."""
        return self._count


@workflow.defn
class NaiveWorkflow(_Entity):
    """The usual entity workflow."""

    @workflow.run
    async def run(self, _start: dict[str, str]) -> None:
        """Take events for ever."""
        while True:
            event = await self._next()
            await workflow.execute_activity_method(
                RowStore.write_row,
                args=[self._count, event["event_id"]],
                start_to_close_timeout=BOUND,
            )
            self._arm(NAIVE_TIMERS)
            self._show()

    @workflow.signal
    def event(self, event: dict[str, Any]) -> None:
        """Take an event."""
        self._inbox.append(event)

    @workflow.query
    def count(self) -> int:
        """Return the number of events that were taken."""
        return self._count


@workflow.defn
class TimerWorkflow:
    """Timers that are due one after the other, to measure how late a server fires them."""

    @workflow.run
    async def run(self, number: int, milliseconds: int) -> None:
        """Wait for so many timers of this length, all armed at the start."""
        waits = [
            workflow.sleep(timedelta(milliseconds=milliseconds * (index + 1)))
            for index in range(number)
        ]
        await asyncio.gather(*waits)
