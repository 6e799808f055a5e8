"""On a real server, no order of arrival changes the view or the notices in effect."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client

from settings import Settings
from tests.isolation import Working, becomes, eventually
from tests.states.orders import Act, Stream, arrivals, batches, stream
from tests.workflows.scene import Handle, begin, in_effect, law_part, runs, task_faults, view_of
from workflows.sentence import SentenceWorkflow

pytestmark = [pytest.mark.prove, pytest.mark.timeout(900)]

STREAMS = 20
ORDERS = 3
LONGEST = timedelta(days=1_200)
"""A stream that begins so long ago lies wholly in the past."""


async def _play(client: Client, settings: Settings, sent: Stream, number: int) -> Handle:
    rnd = random.Random(f"server {sent.seed} {number}")  # noqa: S311 - a test repeats itself
    _, order = arrivals(sent, number)
    handle = await begin(client, settings, order[0])
    for batch in batches(order[1:], rnd):
        await _tell_at_once(handle, batch)
        if rnd.random() < 0.3:
            # Let it be decided, so that notices are sent which a later message withdraws.
            await asyncio.sleep(rnd.random() / 5)
    return handle


async def _tell_at_once(handle: Handle, batch: list[Act]) -> None:
    for kind, data in batch:
        await handle.signal(kind, data)


async def _settled(handle: Handle, sent: Stream) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    async def is_settled() -> bool:
        seen.update(await view_of(handle))
        counts = seen["arrival"]["notices"]["counts"] if seen["state"] else {"queued": 1}
        return len(sent.acts) == seen["events_total"] and not {"queued", "in_flight"} & set(counts)

    # A notice whose texts are stored only after its round waits a minute for the next.
    await eventually(is_settled, 240)
    return seen


@pytest.mark.parametrize("seed", range(STREAMS))
async def test_three_orders_of_arrival_give_one_view_and_one_set_of_notices(
    client: Client, working: Working, seed: int
) -> None:
    """Across forced continue-as-new, with pauses in which notices are sent and compensated."""
    sent = stream(seed, datetime.now(UTC) - LONGEST)
    async with working([SentenceWorkflow], continue_after_events=25, quiet_minutes=0) as settings:
        handles = await asyncio.gather(
            *(_play(client, settings, sent, number=number) for number in range(ORDERS))
        )
        views = [await _settled(handle, sent) for handle in handles]
        laws = [law_part(view) for view in views]
        assert laws[0] == laws[1]
        assert laws[0] == laws[2]

        # The view may be read between a decision and the sending of its notices.
        async def differences() -> list[set[str]]:
            first, *others = (in_effect(settings, handle) for handle in handles)
            return [first ^ other for other in others]

        await becomes([set(), set()], differences)
        for handle in handles:
            histories = await runs(client, handle)
            assert [] == [fault for events in histories for fault in task_faults(events)]
