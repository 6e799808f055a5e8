"""Read from a history which notices were delivered, to whom and when."""

from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from activities.contracts import DELIVER_NOTICE, NoticeRequest


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice that reached the outbox."""

    at: datetime
    notice: NoticeRequest


async def deliveries(client: Client, workflow_id: str) -> tuple[Delivery, ...]:
    """Return the notices of a sentence in the order of their delivery, over all of its runs."""
    found = list[Delivery]()
    latest = await _history(client, workflow_id, None)
    run_id = latest[0].workflow_execution_started_event_attributes.first_execution_run_id
    while run_id:
        events = await _history(client, workflow_id, run_id)
        found += await _delivered(client, events)
        next_run = events[-1].workflow_execution_continued_as_new_event_attributes
        run_id = next_run.new_execution_run_id
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
        done = event.activity_task_completed_event_attributes
        asked = by_id[done.scheduled_event_id].activity_task_scheduled_event_attributes
        if asked.activity_type.name == DELIVER_NOTICE:
            at = event.event_time.ToDatetime(UTC)
            (notice,) = await client.data_converter.decode(asked.input.payloads, [NoticeRequest])
            found.append(Delivery(at, notice))
    return found
