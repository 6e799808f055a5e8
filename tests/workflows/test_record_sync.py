"""The case record converges to the view, whatever happens to its database."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.contracts import WRITE_RECORD
from activities.records.database import FILE, VICTIMS_FILE, open_store
from activities.records.read import read_rows, read_sync_head
from runtime.event_sender import send_event
from states.time.london import day_of
from tests.isolation import Working, becomes, eventually
from tests.workflows.scene import (
    Handle,
    act,
    begin,
    day,
    delivered,
    failed,
    imposed,
    runs,
    serving,
    shows,
    tell,
    view_of,
    warned,
)
from workflows.retry import pause_after
from workflows.sentence import SentenceWorkflow

pytestmark = pytest.mark.timeout(180)

STREAM = [
    *serving(-60),
    *failed("F1", -30),
    warned("W1", "F1", -30),
    act("rosh_assessed", day(-20)),
    *failed("F2", -3)[:1],
    act("victim_contact_offered", day(-2), victim_ref="V1", every_victim=True),
]

Rows = dict[tuple[str, str], dict[str, Any]]


async def _expected(handle: Handle) -> Rows:
    """Return the rows that the record should hold, as the workflow says."""
    first = await handle.query("record", 1)
    found = list(first["rows"])
    for page in range(2, first["pages"] + 1):
        found += (await handle.query("record", page))["rows"]
    return {(table, key): _known(values) for table, key, values in found}


def _held(folder: Path, workflow_id: str) -> Rows:
    """Return the rows that the databases hold."""
    store = open_store(folder)
    try:
        found = read_rows(store, workflow_id)
    finally:
        store.close()
    return {(row.table, row.key): _known(dict(row.values)) for row in found}


def _known(values: dict[str, Any]) -> dict[str, Any]:
    # A table has a column for every value that any of its rows may hold.
    return {name: value for name, value in values.items() if value is not None}


async def _is_even(handle: Handle) -> bool:
    found: bool = (await view_of(handle))["arrival"]["record"]["in_sync"]
    return found


async def _in_sync(folder: Path, handle: Handle) -> Rows:
    """Wait until the databases hold the expected rows and nothing is in flight; return them."""
    wanted: Rows = {}

    async def even_and_not_held() -> tuple[bool, Rows]:
        even = await _is_even(handle)
        # A notice that is sent meanwhile changes the expected rows.
        wanted.clear()
        wanted.update(await _expected(handle))
        held = _held(folder, handle.id)
        return even, {key: row for key, row in wanted.items() if row != held.pop(key, None)} | held

    await becomes((True, {}), even_and_not_held)
    return wanted


async def _failing(handle: Handle) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def is_stuck() -> bool:
        found.update((await view_of(handle))["arrival"]["record"])
        return found["error"] is not None and not found["in_flight"]

    await eventually(is_stuck, 120)
    return found


async def test_the_record_converges_to_the_view(client: Client, working: Working) -> None:
    """Clocks, actions, messages and notices; and victims in a database of their own."""
    async with working([SentenceWorkflow], quiet_minutes=0) as settings:
        handle = await begin(client, settings, *STREAM)
        await shows(handle, events_total=len(STREAM), state="warned")

        rows = await _in_sync(settings.data_dir, handle)

        tables = {table for table, _ in rows}
        assert {"clocks", "failures", "judgements", "notices", "victim_contacts"} <= tables
        assert len(STREAM) == sum(table == "events" for table, _ in rows)


async def test_only_changed_rows_are_written_also_after_continue_as_new(
    client: Client, working: Working
) -> None:
    """The next run does not write the whole record again."""
    async with working([SentenceWorkflow], continue_after_events=30) as settings:
        handle = await begin(client, settings, *STREAM)
        await shows(handle, events_total=len(STREAM))
        await _in_sync(settings.data_dir, handle)
        sent = (await view_of(handle))["arrival"]["record"]["sequence"]
        before = len(await runs(client, handle))
        for minute in range(10, 20):
            await tell(handle, [act("contact_recorded", f"{day(-1)} 10:{minute}")])
            rows = await _in_sync(settings.data_dir, handle)

        histories = await runs(client, handle)
        batches = [
            json.loads(found.activity_task_scheduled_event_attributes.input.payloads[0].data)
            for events in histories
            for found in events
            if found.activity_task_scheduled_event_attributes.activity_type.name == WRITE_RECORD
        ]
        later = [len(batch["rows"]) for batch in batches if batch["sequence"] > sent]
        assert len(histories) > before
        # A message, its text and notices change a handful of rows each.
        assert sum(later) < len(rows)
        assert max(later) < len(rows) / 4


async def test_a_failing_database_is_shown_and_delays_no_clock(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """Its error is shown and messages are decided; later the database gets every row."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow]) as settings:
        _sql(settings.data_dir, "ALTER TABLE clocks RENAME TO elsewhere")
        handle = await begin(skipping.client, settings, *serving(-9, today))
        await shows(handle, events_total=7)
        failing = await _failing(handle)
        assert failing["next_try_at"] is not None
        assert "elsewhere" not in str(failing)

        await tell(handle, [act("contact_recorded", day(-1, today))])
        seen = await shows(handle, events_total=8)
        assert any(clock["status"] == "running" for clock in seen["clocks"])

        _sql(settings.data_dir, "ALTER TABLE elsewhere RENAME TO clocks")
        await skipping.sleep(timedelta(minutes=70))
        await _in_sync(settings.data_dir, handle)


EVENTS_A_ROUND = 13
"""An activity (3), the timer of the next round and the one it replaces (4), two tasks (6)."""

EVENTS_A_MESSAGE = 10
"""A signal (1), two tasks (6), a changed timer (2), search attributes (1)."""

EVENTS_A_RUN = 40
"""The end of the last run and the start of the next (2), two tasks (6), two lookups (2), search
attributes (1), and a timer for each clock."""

EVENTS_OF_CLOCKS = 30
"""Those of five clocks that fire in the day: a timer (2), a task (3), an upsert (1)."""


def _rounds_within(span: timedelta) -> int:
    """Return how many rounds may begin in `span`, with the one that is under way at its start."""
    count, begins_at = 1, timedelta(0)
    while begins_at <= span:
        begins_at += pause_after(count - 1)
        count += 1
    return count


async def test_a_database_that_is_away_for_a_day_loses_nothing_and_costs_little_history(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """Texts and rows wait; messages are decided meanwhile; each is stored once it is back.

    A round of attempts is made 1, 3, 7, 15, 31 and 63 minutes after the first, then every hour: 30
    in a day. Messages and further runs of the sentence add none, and each has a number of events.
    """
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow], continue_after_events=120) as settings:
        handle = await begin(skipping.client, settings, *serving(-9, today))
        await shows(handle, events_total=7)
        await _in_sync(settings.data_dir, handle)
        _sql(settings.data_dir, "ALTER TABLE heads RENAME TO elsewhere")
        before = await runs(skipping.client, handle)
        for hour in range(3):
            note = act("contact_recorded", f"{day(-1, today)} 1{hour}:00", fact=f"Came {hour}.")
            await tell(handle, [note])
            await shows(handle, events_total=8 + hour)
            await skipping.sleep(timedelta(hours=8))
        after = await runs(skipping.client, handle)

        rounds = _rounds_within(timedelta(days=1))
        assert 30 == rounds
        new_runs = len(after) - len(before)
        assert new_runs >= 1
        events = sum(map(len, after)) - sum(map(len, before))
        assert _writes(after) - _writes(before) <= rounds
        assert events <= (
            rounds * EVENTS_A_ROUND
            + 3 * EVENTS_A_MESSAGE
            + new_runs * EVENTS_A_RUN
            + EVENTS_OF_CLOCKS
        )

        _sql(settings.data_dir, "ALTER TABLE elsewhere RENAME TO heads")
        await skipping.sleep(timedelta(hours=2))
        await _in_sync(settings.data_dir, handle)
        with closing(sqlite3.connect(settings.data_dir / FILE)) as database:
            texts = database.execute("SELECT text FROM texts ORDER BY text").fetchall()
        assert [("Came 0.",), ("Came 1.",), ("Came 2.",)] == texts


def _writes(histories: list[list[HistoryEvent]]) -> int:
    return sum(
        found.activity_task_scheduled_event_attributes.activity_type.name == WRITE_RECORD
        for events in histories
        for found in events
    )


async def test_a_sentence_that_was_terminated_is_taken_up_from_its_record(
    client: Client, working: Working
) -> None:
    """Any start under its id, also by a client of its own, finds every event and keeps every row.

    What was sent is not sent again, and what was due stays due.
    """
    async with working([SentenceWorkflow], quiet_minutes=0) as settings:
        handle = await begin(client, settings, *STREAM)
        before = await shows(handle, events_total=len(STREAM), state="warned")
        rows = await _in_sync(settings.data_dir, handle)
        sent = delivered(settings, handle)
        await handle.terminate("by mistake")

        kind, data = act("contact_recorded", day(-1), fact="Came in.")
        await client.start_workflow(
            "SentenceWorkflow",
            {"crn": handle.id.split("-")[1], "event_number": "1"},
            id=handle.id,
            task_queue=settings.task_queue,
            start_signal=kind,
            start_signal_args=[data],
        )
        after = await shows(handle, events_total=len(STREAM) + 1, state="warned")

        assert _due(before) == _due(after)
        assert "taken up from the record" in str(after)
        later = await _in_sync(settings.data_dir, handle)
        assert {name for name in rows if name[0] == "events"} < set(later)
        assert set(rows) <= set(later)
        keys = [notice["key"] for notice in delivered(settings, handle)]
        assert {notice["key"] for notice in sent} <= set(keys)
        assert len(keys) == len(set(keys))


async def test_a_sentence_that_was_terminated_is_restored_whole_by_a_reset(
    client: Client, working: Working
) -> None:
    """As `temporal workflow reset --type LastWorkflowTask` does it, while its history is there."""
    async with working([SentenceWorkflow]) as settings:
        handle = await begin(client, settings, *serving(-9))
        await shows(handle, events_total=7)
        await _in_sync(settings.data_dir, handle)
        await handle.terminate("by mistake")
        run = (await handle.describe()).run_id
        (*_, history) = await runs(client, handle)
        done = [
            e.event_id for e in history if e.HasField("workflow_task_completed_event_attributes")
        ]
        request = ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=handle.id, run_id=run),
            workflow_task_finish_event_id=done[-1],
            request_id=uuid4().hex,
        )
        await client.workflow_service.reset_workflow_execution(request)

        await tell(handle, [act("contact_recorded", day(-1))])
        await shows(handle, events_total=8)
        await _in_sync(settings.data_dir, handle)


def _due(view: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(clock["id"], clock["due_at"], clock["status"]) for clock in view["clocks"]]


async def test_our_own_sender_takes_up_a_terminated_sentence_too(
    client: Client, working: Working
) -> None:
    """It starts no run after a file that was closed, but after one that was cut off."""
    async with working([SentenceWorkflow]) as settings:
        handle = await begin(client, settings, *serving(-9))
        await shows(handle, events_total=7)
        await _in_sync(settings.data_dir, handle)
        await handle.terminate("by mistake")

        crn, kind, data = handle.id.split("-")[1], *act("contact_recorded", day(-1))
        await send_event(client, crn, "1", kind, [data], task_queue=settings.task_queue)

        await shows(handle, events_total=8)


async def test_a_restored_backup_is_complete_again_after_the_next_change(
    client: Client, working: Working
) -> None:
    """Everything is written again; no row is doubled or stale."""
    async with working([SentenceWorkflow]) as settings:
        folder = settings.data_dir
        handle = await begin(client, settings, *STREAM[:3])
        await shows(handle, events_total=3)
        await _in_sync(folder, handle)
        _copy(folder, folder / "backup")
        await tell(handle, STREAM[3:])
        await shows(handle, events_total=len(STREAM))
        await _in_sync(folder, handle)

        _copy(folder / "backup", folder)
        await tell(handle, [act("contact_recorded", day(-1))])
        await shows(handle, events_total=len(STREAM) + 1)

        await _in_sync(folder, handle)


async def test_the_record_outlives_its_workflow(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """A case closes only once everything is recorded; then the record stands by itself."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow], closing_days=1) as settings:
        died = act("sentence_ended", day(-1, today), ended_on=day(-1, today), reason="death")
        handle = await begin(skipping.client, settings, imposed(-9, today), died)
        await shows(handle, state="completed")
        wanted = await _in_sync(settings.data_dir, handle)
        _sql(settings.data_dir, "ALTER TABLE clocks RENAME TO elsewhere")
        await tell(handle, [act("contact_recorded", day(-2, today))])
        await _failing(handle)
        await skipping.sleep(timedelta(hours=30))
        assert "completed" == (await view_of(handle))["state"]

        _sql(settings.data_dir, "ALTER TABLE elsewhere RENAME TO clocks")
        await skipping.sleep(timedelta(hours=2))
        assert "closed" == (await handle.result())["ended"]

        held = _held(settings.data_dir, handle.id)
        assert set(wanted) < set(held)
        store = open_store(settings.data_dir)
        head = read_sync_head(store, handle.id)
        store.close()
        assert head is not None
        assert head.whole


def _sql(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / FILE)) as database, database:
        database.execute(statement)


def _copy(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for name in (FILE, VICTIMS_FILE):
        with (
            closing(sqlite3.connect(source / name)) as old,
            closing(sqlite3.connect(target / name)) as new,
        ):
            old.backup(new)
