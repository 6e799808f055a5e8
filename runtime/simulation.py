"""Play a stream through virtual time, and take down what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from runtime.deliveries import Delivery, deliveries
from runtime.event_sender import send_event
from runtime.streams import StreamEvent
from runtime.virtual import VirtualWorld
from states.time.london import end_of

AFTERWARDS: Final = timedelta(days=1)
"""How long a simulation goes on after the last event, and after the end of each order."""

LONGEST: Final = timedelta(days=3_660)
"""How far a simulation goes: an end date in 2200 must not keep a terminal for an hour."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event of the stream and when it was sent."""

    event: StreamEvent
    sent_at: datetime
    """After the act itself where an earlier line was sent later: it was entered late."""
    receipt: dict[str, Any]
    """What became of it in the end; empty for a message that is no event."""

    @property
    def late_by(self) -> timedelta | None:
        """Return how long after its act it was sent; None where that is less than a day."""
        occurred_at = occurs_at(self.event)
        late = self.sent_at - occurred_at if occurred_at is not None else timedelta(0)
        return late if late >= timedelta(days=1) else None


@dataclass(frozen=True, slots=True)
class Life:
    """One sentence as it stands when its simulation ends."""

    view: dict[str, Any]
    arrivals: tuple[Arrival, ...]
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a stream came to."""

    began_at: datetime
    ended_at: datetime
    lives: tuple[Life, ...]


Sent = tuple[StreamEvent, datetime]


async def simulate(
    world: VirtualWorld, events: Sequence[StreamEvent], task_queue: str
) -> Simulation:
    """Send each event when its time has come, in the order of the lines, and go on to the end.

    An event whose time has passed already is sent at once.
    """
    began_at = await world.now()
    sent = [(event, await _send(world, event, task_queue)) for event in events]
    await world.sleep_until(await world.now() + AFTERWARDS)
    ids = list(dict.fromkeys(event.workflow_id for event in events))
    ends = [_over_at(await _view(world, workflow_id)) for workflow_id in ids]
    last = max((end for end in ends if end is not None), default=began_at)
    await world.sleep_until(min(last, began_at + LONGEST))
    lives = [await _life(world, workflow_id, sent) for workflow_id in ids]
    return Simulation(began_at, await world.now(), tuple(lives))


def occurs_at(event: StreamEvent) -> datetime | None:
    """Return when the act of an event happened; None for a message that is no event."""
    written = event.data.get("occurred_at")
    return datetime.fromisoformat(written) if isinstance(written, str) else None


async def _send(world: VirtualWorld, event: StreamEvent, task_queue: str) -> datetime:
    if (due := occurs_at(event)) is not None:
        await world.sleep_until(due)
    now = await world.now()
    crn, number = event.crn, event.event_number
    await send_event(world.client, crn, number, event.kind, [event.data], task_queue=task_queue)
    return now


async def _view(world: VirtualWorld, workflow_id: str) -> dict[str, Any]:
    handle = world.client.get_workflow_handle(workflow_id)
    view: dict[str, Any] = await handle.query("sentence")
    return view


def _over_at(view: dict[str, Any]) -> datetime | None:
    """Return when there is nothing more to wait for; None where that is now."""
    if view["ended_on"] is not None or view["ends_on"] is None:
        return None
    return end_of(date.fromisoformat(view["ends_on"])) + AFTERWARDS


async def _life(world: VirtualWorld, workflow_id: str, sent: Sequence[Sent]) -> Life:
    own = [(event, at) for event, at in sent if event.workflow_id == workflow_id]
    arrivals = [Arrival(event, at, await _receipt(world, event)) for event, at in own]
    told = await deliveries(world.client, workflow_id)
    return Life(await _view(world, workflow_id), tuple(arrivals), told)


async def _receipt(world: VirtualWorld, event: StreamEvent) -> dict[str, Any]:
    handle = world.client.get_workflow_handle(event.workflow_id)
    receipts = await handle.query("receipt", event.data.get("event_id", ""))
    organisation = event.data.get("by", {}).get("organisation")
    own = [item for item in receipts if item.get("organisation") in {organisation, None}]
    return own[0] if own else {}
