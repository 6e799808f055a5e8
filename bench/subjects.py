"""Subjects of the benchmark: the baselines and the sentence, each driven in the same way."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from bench.baselines import FloorWorkflow, NaiveWorkflow
from bench.sample_events import opening
from runtime.event_sender import send_event
from states.sentence_ref import SentenceRef

STABLE_SECONDS = 1.3
"""A history that has not grown for this long is at rest: a server fires timers to a second."""

POLL_SECONDS = 0.1
PARALLEL = 20

ACTIONS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: 1,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 1,
    EventType.EVENT_TYPE_TIMER_STARTED: 1,
    EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED: 1,
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: 1,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: 1,
}
"""Events that Temporal Cloud bills (docs.temporal.io/cloud/actions). All local activities of a
workflow task are one more action together."""


@dataclass(frozen=True)
class History:
    """Size of a history."""

    events: int
    size_bytes: int
    actions: int
    workflow_tasks: int
    kinds: Counter[str] = field(default_factory=Counter, repr=False)


@dataclass(frozen=True)
class Subject:
    """One sort of workflow on one worker."""

    name: str
    client: Client
    queue: str

    @property
    def is_baseline(self) -> bool:
        """Return whether it is no sentence."""
        return self.name in ("floor", "naive")

    def workflow_id(self, number: int) -> str:
        """Return the id of the workflow of this number."""
        if self.is_baseline:
            return f"{self.queue}-{number}"
        return SentenceRef(self.crn(number), "1").workflow_id

    @staticmethod
    def crn(number: int) -> str:
        """Return the CRN of the sentence of this number."""
        return f"B{number:06}"

    def handle(self, number: int) -> WorkflowHandle[Any, Any]:
        """Return the handle of the workflow of this number."""
        return self.client.get_workflow_handle(self.workflow_id(number))

    async def open(self, number: int) -> None:
        """Start a workflow with the two events of an opening."""
        for kind, data in opening():
            await self.send(number, kind, data)

    async def send(self, number: int, kind: str, data: dict[str, Any]) -> None:
        """Send one event, by signal-with-start."""
        if not self.is_baseline:
            await send_event(
                self.client, self.crn(number), "1", kind, [data], task_queue=self.queue
            )
            return
        workflow = FloorWorkflow if self.name == "floor" else NaiveWorkflow
        await self.client.start_workflow(
            workflow.run,
            {"crn": self.crn(number)},
            id=self.workflow_id(number),
            task_queue=self.queue,
            start_signal="event",
            start_signal_args=[data],
        )

    async def has_applied(self, number: int, event_id: str, count: int) -> bool:
        """Return whether the workflow has taken the event, which is its `count`th one."""
        if self.is_baseline:
            return int(await self.handle(number).query("count")) >= count
        receipts = await self.handle(number).query("receipt", event_id)
        return bool(receipts) and receipts[0].get("outcome", "") != "queued"

    async def settle(self, numbers: range) -> None:
        """Wait until no task, no activity and no change is left of these workflows."""
        loop = asyncio.get_running_loop()
        last: list[tuple[int, bool]] = []
        since = loop.time()
        while True:
            now = await gather(self._state(number) for number in numbers)
            if now != last or any(busy for _, busy in now):
                last = now
                since = loop.time()
            if loop.time() - since > STABLE_SECONDS:
                return
            await asyncio.sleep(POLL_SECONDS)

    async def _state(self, number: int) -> tuple[int, bool]:
        described = (await self.handle(number).describe()).raw_description
        busy = described.HasField("pending_workflow_task") or bool(described.pending_activities)
        return described.workflow_execution_info.history_length, busy

    async def history(self, number: int) -> History:
        """Return the size of the history of the present run."""
        described = (await self.handle(number).describe()).raw_description
        kinds: Counter[str] = Counter()
        actions = 0
        has_local = False
        async for event in self.handle(number).fetch_history_events():
            kinds[EventType.Name(event.event_type)] += 1
            actions += ACTIONS.get(event.event_type, 0)
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                has_local = False
            if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED and not has_local:
                has_local = True
                actions += 1
        return History(
            events=kinds.total(),
            size_bytes=described.workflow_execution_info.history_size_bytes,
            actions=actions,
            workflow_tasks=kinds["EVENT_TYPE_WORKFLOW_TASK_COMPLETED"],
            kinds=kinds,
        )

    async def exported(self, number: int) -> dict[str, Any]:
        """Return the history as JSON, for a replay."""
        history = await self.handle(number).fetch_history()
        return {"workflow_id": history.workflow_id, "history": json.loads(history.to_json())}


async def gather(calls: Any) -> list[Any]:
    """Await all calls, some at a time, and return their results in order."""
    gate = asyncio.Semaphore(PARALLEL)

    async def one(call: Any) -> Any:
        async with gate:
            return await call

    return list(await asyncio.gather(*map(one, calls)))
