"""What crosses continue-as-new: everything that was kept, and nothing twice."""

import asyncio
import re
from pathlib import Path

import pytest
from temporalio.client import Client

from runtime.worker import build_activities, io_worker, sentence_worker
from states.schedule import jitter
from states.standards.law import StandardsCatalogue
from tests.isolation import Working, becomes, eventually, isolated
from tests.states.orders import Act
from tests.workflows.scene import (
    Handle,
    act,
    begin,
    day,
    failed,
    imposed,
    law_part,
    nothing_under_way,
    open_timers,
    runs,
    serving,
    shows,
    standing,
    task_faults,
    tell,
    view_of,
    warned,
)
from workflows.sentence import SentenceWorkflow
from workflows.snapshot import WARN_BYTES

STREAM: list[Act] = [
    *serving(-60),
    *failed("F1", -30),
    warned("W1", "F1", -30),
    act("rosh_assessed", day(-20)),
    act("contact_recorded", day(-19)),
    *failed("F2", -3)[:1],
    act("appointment_arranged", day(-2), appointment_id="A2", at=f"{day(5)}T10:00:00+00:00"),
    *(act("contact_recorded", f"{day(-1)} 10:{minute}") for minute in range(10, 30)),
]
"""An order with a warning that counts, a failure nobody has judged, and clocks that run."""


async def _clock_timers(client: Client, handle: Handle) -> dict[str, int]:
    """The timers of clocks that wait now, and when each fires but for the sentence's own spread."""
    (*_, latest) = await runs(client, handle)
    later = jitter(handle.id)
    return {
        name: round((at - later).timestamp() / 60)
        for name, at in open_timers(latest).items()
        if re.search(r" due \d{4}-", name)
    }


async def test_a_sentence_that_crossed_five_times_is_as_one_that_never_did(
    client: Client, working: Working
) -> None:
    """The same view, the same named timers due at the same times, the same notices
    standing in the world."""
    often = working([SentenceWorkflow], continue_after_events=10, quiet_minutes=0)
    never = working([SentenceWorkflow], continue_after_events=10_000, quiet_minutes=0)
    async with often as crossing, never as staying:
        crossed = await begin(client, crossing, STREAM[0])
        stayed = await begin(client, staying, *STREAM)
        for told in STREAM[1:]:
            await tell(crossed, [told])
            # Let each be decided by itself, or one run takes them all.
            await view_of(crossed)
        seen = await shows(stayed, events_total=len(STREAM))
        other = await shows(crossed, events_total=len(STREAM))

        histories = await runs(client, crossed)
        assert len(histories) > 5
        assert 1 == len(await runs(client, stayed))
        assert law_part(seen) == law_part(other)
        timers = await _clock_timers(client, stayed)
        assert len(timers) > 2

        async def same_timers() -> bool:
            return timers == await _clock_timers(client, crossed)

        await eventually(same_timers)
        assert [] == [fault for events in histories for fault in task_faults(events)]

        async def same_notices() -> bool:
            return standing(staying, stayed) == standing(crossing, crossed)

        await eventually(same_notices)
        assert len(standing(staying, stayed)) > 3


async def test_what_is_under_way_holds_up_the_crossing_and_is_not_done_twice(
    client: Client, shelf: StandardsCatalogue, tmp_path: Path
) -> None:
    """Without a worker for notices the run does not continue; with one it does, and each went once.

    Meanwhile it takes messages and keeps its clocks: only the crossing waits.
    """
    settings = isolated(tmp_path, continue_after_events=10)
    hands = build_activities(settings, shelf)
    async with sentence_worker(client, settings, hands, [SentenceWorkflow]):
        handle = await begin(client, settings, *STREAM[:10])
        for minute in range(10, 30):
            await tell(handle, [act("contact_recorded", f"{day(-1)} 10:{minute}")])
            await view_of(handle)
        seen = await shows(handle, events_total=30)
        assert seen["arrival"]["notices"]["counts"]["in_flight"] > 0
        assert 1 == len(await runs(client, handle))

        async with io_worker(client, settings, hands):

            async def crossed() -> bool:
                return len(await runs(client, handle)) > 1

            await eventually(crossed)
            await tell(handle, [act("contact_recorded", f"{day(-1)} 11:00")])
            await shows(handle, events_total=31)
            await nothing_under_way(client, handle)
            histories = await runs(client, handle)
    keys = [
        event.activity_task_scheduled_event_attributes.input.payloads[0].data
        for events in histories
        for event in events
        if event.activity_task_scheduled_event_attributes.activity_type.name == "deliver_notice"
    ]
    assert len(keys) > 0
    assert sorted(set(keys)) == sorted(keys)


async def test_search_attributes_cross_without_being_told_again(
    client: Client, working: Working
) -> None:
    """The next run knows what the server was told, and tells what has changed since."""
    async with working([SentenceWorkflow], continue_after_events=10) as settings:
        handle = await begin(client, settings, *serving(-20))
        for minute in range(10, 40):
            await tell(handle, [act("contact_recorded", f"{day(-1)} 10:{minute}")])
            await view_of(handle)
        await shows(handle, events_total=37)
        (*_, latest) = await runs(client, handle)
        told = [
            e for e in latest if e.HasField("upsert_workflow_search_attributes_event_attributes")
        ]
        assert [] == told

        async def listed() -> list[str]:
            query = (
                f"SentenceState='active' AND Officer='N07A001' AND WorkflowId='{handle.id}'"
                " AND ExecutionStatus='Running'"
            )
            return [found.id async for found in client.list_workflows(query)]

        await becomes([handle.id], listed)


async def test_a_sentence_with_many_timers_does_not_continue_for_each_message(
    client: Client, working: Working
) -> None:
    """What the first turn of a run arms is no growth: else every message would start a run."""
    async with working([SentenceWorkflow], continue_after_events=25) as settings:
        failures = [told for n in range(30) for told in failed(f"F{n}", -1 - n)[:1]]
        handle = await begin(client, settings, *serving(-60), *failures)
        await shows(handle, events_total=37)

        await nothing_under_way(client, handle)
        before = len(await runs(client, handle))
        for minute in range(10, 14):
            await tell(handle, [act("contact_recorded", f"{day(-1)} 10:{minute}")])
            await view_of(handle)
        await nothing_under_way(client, handle)
        # Each takes events enough for a run more here and there; how many is the server's pace.
        assert len(await runs(client, handle)) < before + 4


@pytest.mark.prove
async def test_a_snapshot_of_five_hundred_events_is_far_below_the_budget(
    client: Client, working: Working
) -> None:
    """A life of 500 events crosses in a fraction of the size from which ops are told."""
    acts = [
        imposed(-200),
        *(act("contact_recorded", day(-1), event_id=f"c{n}") for n in range(500)),
    ]
    async with working([SentenceWorkflow], continue_after_events=50) as settings:
        handle = await begin(client, settings, acts[0])
        for start in range(1, len(acts), 50):
            await asyncio.gather(*(tell(handle, [told]) for told in acts[start : start + 50]))
        await shows(handle, events_total=len(acts))
        # How many runs a flood takes is the server's pace: it does not end one that has mail.
        before = len(await runs(client, handle))
        for minute in range(10, 40):
            await tell(handle, [act("contact_recorded", f"{day(-1)} 10:{minute}")])
            await view_of(handle)

        async def crossed_with_all() -> bool:
            return len(await runs(client, handle)) > before

        await eventually(crossed_with_all)
        (*_, latest) = await runs(client, handle)
        begun = latest[0].workflow_execution_started_event_attributes
        assert len(begun.input.payloads[0].data) < WARN_BYTES // 4
