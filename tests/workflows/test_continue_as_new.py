"""Continue-as-new carries over everything that was kept, and repeats nothing."""

import asyncio
import re
from pathlib import Path
from types import SimpleNamespace

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
    in_effect,
    law_part,
    nothing_under_way,
    open_timers,
    runs,
    serving,
    shows,
    task_faults,
    tell,
    view_of,
    warned,
)
from workflows.continue_as_new import WARN_BYTES, ContinueAsNewPolicy
from workflows.sentence import SentenceWorkflow

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
"""An order with a warning that counts, a failure not judged yet, and running clocks."""


async def _clock_timers(client: Client, handle: Handle) -> dict[str, int]:
    """Return the timers of clocks that wait now, and when each fires without the jitter."""
    (*_, latest) = await runs(client, handle)
    later = jitter(handle.id)
    return {
        name: round((at - later).timestamp() / 60)
        for name, at in open_timers(latest).items()
        if re.search(r" due \d{4}-", name)
    }


async def test_a_sentence_that_continued_five_times_equals_one_that_never_did(
    client: Client, working: Working
) -> None:
    """The view, the named timers with their times, and the notices in effect are the same."""
    often_continues = working([SentenceWorkflow], continue_after_events=10, quiet_minutes=0)
    never_continues = working([SentenceWorkflow], continue_after_events=10_000, quiet_minutes=0)
    async with often_continues as continued_settings, never_continues as unbroken_settings:
        continued = await begin(client, continued_settings, STREAM[0])
        unbroken = await begin(client, unbroken_settings, *STREAM)
        for sent in STREAM[1:]:
            await tell(continued, [sent])
            # Let each be decided by itself, or one run takes them all.
            await view_of(continued)
        seen = await shows(unbroken, events_total=len(STREAM))
        other = await shows(continued, events_total=len(STREAM))

        histories = await runs(client, continued)
        assert len(histories) > 5
        assert 1 == len(await runs(client, unbroken))
        assert law_part(seen) == law_part(other)
        timers = await _clock_timers(client, unbroken)
        assert len(timers) > 2

        async def same_timers() -> bool:
            return timers == await _clock_timers(client, continued)

        await eventually(same_timers)
        assert [] == [fault for events in histories for fault in task_faults(events)]

        async def same_notices() -> bool:
            return in_effect(unbroken_settings, unbroken) == in_effect(
                continued_settings, continued
            )

        await eventually(same_notices)
        assert len(in_effect(unbroken_settings, unbroken)) > 3


async def test_activities_in_flight_delay_continue_as_new_and_run_once(
    client: Client, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """Without a worker for notices the run does not continue; with one it does.

    Meanwhile it takes messages and keeps its clocks.
    """
    settings = isolated(tmp_path, continue_after_events=10)
    activities = build_activities(settings, catalogue)
    async with sentence_worker(client, settings, activities, workflows=[SentenceWorkflow]):
        handle = await begin(client, settings, *STREAM[:10])
        for minute in range(10, 16):
            await tell(handle, [act("contact_recorded", f"{day(-1)} 10:{minute}")])
            await view_of(handle)
        seen = await shows(handle, events_total=16)
        assert seen["arrival"]["notices"]["counts"]["in_flight"] > 0
        assert 1 == len(await runs(client, handle))

        async with io_worker(client, settings, activities):

            async def continued() -> bool:
                return len(await runs(client, handle)) > 1

            await eventually(continued)
            await tell(handle, [act("contact_recorded", f"{day(-1)} 11:00")])
            await shows(handle, events_total=17)
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


async def test_search_attributes_carry_over_without_another_upsert(
    client: Client, working: Working
) -> None:
    """The next run knows what the server holds, and sends only what has changed."""
    async with working([SentenceWorkflow], continue_after_events=10) as settings:
        handle = await begin(client, settings, *serving(-20))
        for minute in range(10, 22):
            await tell(handle, [act("contact_recorded", f"{day(-1)} 10:{minute}")])
            await view_of(handle)
        await shows(handle, events_total=19)
        first, *_, latest = await runs(client, handle)
        assert first != latest
        sent = [
            e for e in latest if e.HasField("upsert_workflow_search_attributes_event_attributes")
        ]
        assert [] == sent

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
    """Timers that the first turn starts do not count, or every message would start a new run."""
    async with working([SentenceWorkflow], continue_after_events=25) as settings:
        failures = [sent for n in range(30) for sent in failed(f"F{n}", -1 - n)[:1]]
        handle = await begin(client, settings, *serving(-60), *failures)
        await shows(handle, events_total=37)

        await nothing_under_way(client, handle)
        before = len(await runs(client, handle))
        for minute in range(10, 14):
            await tell(handle, [act("contact_recorded", f"{day(-1)} 10:{minute}")])
            await view_of(handle)
        await nothing_under_way(client, handle)
        # Each may add enough events for another run; how many depends on the server.
        assert len(await runs(client, handle)) < before + 4


@pytest.mark.prove
async def test_a_snapshot_of_five_hundred_events_is_far_below_the_limit(
    client: Client, working: Working
) -> None:
    """It takes a quarter at most of the size from which ops are warned."""
    acts = [
        imposed(-200),
        *(act("contact_recorded", day(-1), event_id=f"c{n}") for n in range(500)),
    ]
    async with working([SentenceWorkflow], continue_after_events=50) as settings:
        handle = await begin(client, settings, acts[0])
        for start in range(1, len(acts), 50):
            await asyncio.gather(*(tell(handle, [sent]) for sent in acts[start : start + 50]))
        await shows(handle, events_total=len(acts))
        # How many runs a flood takes depends on the server, which ends no run with signals waiting.
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


@pytest.mark.parametrize("changed", [True, False])
def test_another_current_build_is_reason_enough_at_the_next_wake_up(
    monkeypatch: pytest.MonkeyPatch, *, changed: bool
) -> None:
    """A quiet sentence follows its own clocks to a new build; it needs no message for that."""
    info = SimpleNamespace(
        get_current_history_length=lambda: 30,
        is_continue_as_new_suggested=lambda: False,
        is_target_worker_deployment_version_changed=lambda: changed,
    )
    monkeypatch.setattr("temporalio.workflow.info", lambda: info)
    policy = ContinueAsNewPolicy()

    assert not policy.is_due(new_messages=0, after_events=250)
    policy.start()
    assert changed == policy.is_due(new_messages=0, after_events=250)
