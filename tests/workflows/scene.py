"""Helpers for tests with sentences on a server: start one, send to it, look at its traces.

Times are relative to today, for a real server keeps the real time.
"""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Final

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle

from activities.notices.folder import OUTBOX
from settings import Settings
from states.digest import DIGEST
from states.outbox import COMPENSATION_PREFIX, base_of
from states.sentence_ref import SentenceRef
from states.time.london import day_of
from tests.isolation import eventually
from tests.states.orders import Act
from tests.states.stream import wire
from workflows.ids import WORKFLOW_TYPE

Handle = WorkflowHandle[Any, Any]

EVENT_NUMBER: Final = "1"

_numbers = count(100_000)


def new_crn() -> str:
    """Return a case reference that no other test of the session uses."""
    return f"T{next(_numbers)}"


def day(offset: int, today: date | None = None) -> str:
    """Return the London day so many days from today."""
    return str((today or day_of(datetime.now(UTC))) + timedelta(days=offset))


def act(kind: str, when: str, **fields: Any) -> Act:
    """Return one message: the signal's name, and the event as JSON holds it."""
    return kind, wire(kind, when, **fields)


def refusable(offset: int, **fields: Any) -> Act:
    """Return an event with a text that a rule refuses: the end of an order is no duty."""
    asked = {"duty": "order-end", "rationale": "Asked for."}
    return act("duty_discharged", f"{day(offset)} 10:30", **asked | fields)


def imposed(offset: int, today: date | None = None, **fields: Any) -> Act:
    """Return the imposition of a one-year order so many days from today."""
    dates = {"sentenced_on": day(offset, today), "ends_on": day(offset + 364, today)}
    return act("sentence_imposed", f"{day(offset, today)} 10:30", **{**dates, **fields})


def allocated(offset: int, today: date | None = None) -> list[Act]:
    """Return an order and, on the same day, its allocation."""
    return [imposed(offset, today), act("case_allocated", day(offset, today))]


def serving(offset: int, today: date | None = None, **order: Any) -> list[Act]:
    """Return an order of so many days from today, with the events that make it `active`."""
    first = day(offset, today)
    met = f"{day(offset + 2, today)} 10:00"
    return [
        imposed(offset, today, **order),
        act("case_allocated", first),
        act("officer_assigned", f"{first} 14:00"),
        act("appointment_arranged", f"{first} 15:00", at=wire("nudge", met)["occurred_at"]),
        act("appointment_attended", met),
        act("induction_completed", f"{day(offset + 2, today)} 10:30"),
        act("plan_completed", day(offset + 6, today)),
    ]


def failed(failure_id: str, offset: int, today: date | None = None) -> list[Act]:
    """Return a failure so many days from today, and an hour later the judgement against it."""
    when = day(offset, today)
    reported = act(
        "failure_reported", when, event_id=f"{failure_id}.reported", failure_id=failure_id
    )
    judged = act(
        "failure_judged",
        f"{when} 13:00",
        event_id=f"{failure_id}.judged",
        failure_id=failure_id,
        acceptable=False,
    )
    return [reported, judged]


def warned(warning_id: str, failure_id: str, offset: int, today: date | None = None) -> Act:
    """Return the warning for one failure."""
    named = {"warning_id": warning_id, "failure_ids": [failure_id]}
    event_id = f"{warning_id}.issued"
    return act("warning_issued", f"{day(offset, today)} 15:00", event_id=event_id, **named)


async def begin(client: Client, settings: Settings, first: Act, *more: Act) -> Handle:
    """Start a sentence by signal-with-start, as an integrator does, and send it the rest."""
    crn = new_crn()
    kind, data = first
    handle = await client.start_workflow(
        WORKFLOW_TYPE,
        {"crn": crn, "event_number": EVENT_NUMBER},
        id=SentenceRef(crn, EVENT_NUMBER).workflow_id,
        task_queue=settings.task_queue,
        start_signal=kind,
        start_signal_args=[data],
    )
    # The chain, not its first run.
    handle = client.get_workflow_handle(handle.id)
    await tell(handle, more)
    return handle


async def tell(handle: Handle, acts: Iterable[Act]) -> None:
    """Signal each message in turn."""
    for kind, data in acts:
        await handle.signal(kind, data)


async def view_of(handle: Handle) -> dict[str, Any]:
    """Return the whole view; ask again while the server is too busy to answer."""
    found: dict[str, Any] = {}

    async def answers() -> bool:
        found.update(await handle.query("sentence"))
        return True

    await eventually(answers)
    return found


async def shows(handle: Handle, **fields: Any) -> dict[str, Any]:
    """Wait until the view has these fields, and return it."""
    seen: dict[str, Any] = {}

    async def has_them() -> bool:
        seen.update(await view_of(handle))
        return all(seen.get(name) == value for name, value in fields.items())

    try:
        await eventually(has_them)
    except TimeoutError:
        assert fields == {name: seen.get(name) for name in fields}
    return seen


async def submit(handle: Handle, sent: Act) -> list[dict[str, Any]]:
    """Send one message as an update, and return its receipt."""
    kind, data = sent
    receipt: list[dict[str, Any]] = await handle.execute_update(
        "submit", {"kind": kind, "data": data}
    )
    return receipt


async def runs(client: Client, handle: Handle) -> list[list[HistoryEvent]]:
    """Return the history of every run of the chain, the first one first."""
    run_id: str | None = (
        await handle.describe()
    ).raw_description.workflow_execution_info.first_run_id
    found = []
    while run_id:
        run = client.get_workflow_handle(handle.id, run_id=run_id)
        events = [event async for event in run.fetch_history_events()]
        found.append(events)
        run_id = events[
            -1
        ].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


async def nothing_under_way(client: Client, handle: Handle) -> None:
    """Wait until every activity that any run of the chain scheduled has ended."""

    async def all_have_ended() -> bool:
        types = [event.event_type for events in await runs(client, handle) for event in events]
        return types.count(_SCHEDULED) == sum(map(types.count, _ENDED))

    await eventually(all_have_ended)


_SCHEDULED: Final = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
_ENDED: Final = (
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT,
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED,
)

_OF_THE_SERVER: Final = frozenset(
    {
        # A new signal arrived meanwhile, so the task is repeated.
        WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
        # The server cut it short because too many signals waited for its end.
        WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
    }
)


def task_faults(events: Iterable[HistoryEvent]) -> list[str]:
    """Return the failed workflow tasks, but not those that the server itself repeats."""
    return [
        str(event.workflow_task_failed_event_attributes)
        for event in events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
        and event.workflow_task_failed_event_attributes.cause not in _OF_THE_SERVER
    ]


def open_timers(events: Iterable[HistoryEvent]) -> dict[str, datetime]:
    """Return the timers of one run that still wait, by summary, and when each fires."""
    waiting: dict[str, tuple[str, datetime]] = {}
    for event in events:
        started = event.timer_started_event_attributes
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            fires = event.event_time.ToDatetime(UTC) + started.start_to_fire_timeout.ToTimedelta()
            waiting[started.timer_id] = (
                event.user_metadata.summary.data.decode().strip('"'),
                fires,
            )
        elif event.event_type == EventType.EVENT_TYPE_TIMER_FIRED:
            waiting.pop(event.timer_fired_event_attributes.timer_id, None)
        elif event.event_type == EventType.EVENT_TYPE_TIMER_CANCELED:
            waiting.pop(event.timer_canceled_event_attributes.timer_id, None)
    return dict(waiting.values())


def law_part(view: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a view that depends on events, law and time alone."""
    own = {"workflow_id", "crn", "event_number", "now", "arrival", "unapplied", "unapplied_total"}
    whole = {name: value for name, value in view.items() if name not in own}
    # The delay of recording depends on arrival.
    whole["clocks"] = [c for c in whole["clocks"] if c["timescale"] != "record-same-day"]
    return whole


def delivered(settings: Settings, handle: Handle) -> list[dict[str, Any]]:
    """Return the notices in the outbox folder, by file name."""
    folder = settings.data_dir / OUTBOX / handle.id
    return [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))]


def in_effect(settings: Settings, handle: Handle) -> set[str]:
    """Return the first-generation keys of the notices sent and not compensated.

    A digest is without the hash of its content, which depends on what was known when it was sent.
    """
    keys = {notice["key"] for notice in delivered(settings, handle)}
    return {
        base.rpartition("/")[0] if base.startswith(f"{DIGEST}/") else base
        for key in keys
        if not key.startswith(COMPENSATION_PREFIX) and COMPENSATION_PREFIX + key not in keys
        for base in [base_of(key)]
    }
