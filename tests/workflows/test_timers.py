"""Timers of a sentence are named, fire on the right day, and follow their clocks."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.testing import WorkflowEnvironment

from states.schedule import JITTER_SECONDS, jitter
from states.time.london import LONDON, day_of, end_of, start_of
from tests.isolation import Working
from tests.states.orders import Act
from tests.workflows.scene import (
    Handle,
    act,
    allocated,
    begin,
    day,
    failed,
    open_timers,
    serving,
    shows,
    tell,
    view_of,
    warned,
)
from workflows.sentence import SentenceWorkflow
from workflows.timers import BackgroundTaskError, BackgroundTasks

pytestmark = pytest.mark.timeout(180)

QUARTER = timedelta(seconds=JITTER_SECONDS)


async def _today(env: WorkflowEnvironment) -> date:
    return day_of(await env.get_current_time())


async def _until(env: WorkflowEnvironment, moment: datetime) -> None:
    await env.sleep(moment - await env.get_current_time())


async def _timers(handle: Handle) -> dict[str, datetime]:
    return open_timers([event async for event in handle.fetch_history_events()])


async def _status(handle: Handle, clock: str) -> list[str]:
    clocks = (await view_of(handle))["clocks"]
    return [found["status"] for found in clocks if found["timescale"] == clock]


async def test_a_clock_is_a_timer_under_its_name_that_fires_after_its_last_day(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """The clock is running through its due date, and missed once that London day is over."""
    today = await _today(skipping)
    async with skipped([SentenceWorkflow]) as settings:
        handle = await begin(skipping.client, settings, *allocated(-1, today))
        seen = await shows(handle, state="allocated")
        (clock,) = (c for c in seen["clocks"] if c["timescale"] == "first-appt-community")
        due = date.fromisoformat(clock["due_on"])
        name = f"{clock['id']} due {due}"
        fires = (await _timers(handle))[name]
        assert abs(end_of(due) + jitter(handle.id) - fires) < timedelta(seconds=2)

        await _until(skipping, end_of(due) - timedelta(minutes=1))
        assert ["running"] == await _status(handle, "first-appt-community")
        await _until(skipping, end_of(due) + QUARTER + timedelta(minutes=1))
        assert ["missed"] == await _status(handle, "first-appt-community")
        fired = [
            event
            async for event in handle.fetch_history_events()
            if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED
        ]
        # Those of one midnight all fire, and none is cancelled by the first.
        assert len(fired) > 2
        assert name not in await _timers(handle)


async def test_a_moved_end_date_moves_its_timers(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """The timer of the old date is cancelled; one of the new date takes its place."""
    today = await _today(skipping)
    async with skipped([SentenceWorkflow]) as settings:
        handle = await begin(skipping.client, settings, *serving(-20, today))
        await shows(handle, state="active")
        end = day(344, today)
        moved = day(400, today)
        assert f"order-end due {end}" in await _timers(handle)

        await tell(handle, [act("end_date_changed", day(-1, today), ends_on=moved)])
        await shows(handle, ends_on=moved)
        timers = await _timers(handle)
        assert f"order-end due {end}" not in timers
        fires = timers[f"order-end due {moved}"]
        due_at = end_of(date.fromisoformat(moved))
        assert abs(due_at + jitter(handle.id) - fires) < timedelta(seconds=2)


def _change_of_clocks(after: date, *, forward: bool) -> date:
    """Return the next Sunday on which London's clocks go forward, or back: of 23 or 25 hours."""
    length = timedelta(hours=23 if forward else 25)
    days = (after + timedelta(days=n) for n in range(1, 400))
    return next(found for found in days if end_of(found) - start_of(found) == length)


@pytest.mark.parametrize("forward", [True, False], ids=["forward", "back"])
async def test_an_order_ends_at_londons_midnight_also_on_the_day_the_clocks_change(
    skipping: WorkflowEnvironment, skipped: Working, *, forward: bool
) -> None:
    """It is active to the last minute of that day in London, and completed after it."""
    today = await _today(skipping)
    last = _change_of_clocks(today + timedelta(days=60), forward=forward)
    assert (23 if forward else 0) == end_of(last).hour
    async with skipped([SentenceWorkflow]) as settings:
        handle = await begin(skipping.client, settings, *serving(-20, today, ends_on=str(last)))
        await shows(handle, state="active")
        await _until(skipping, end_of(last) - timedelta(minutes=1))
        assert "active" == (await view_of(handle))["state"]
        await _until(skipping, end_of(last) + QUARTER + timedelta(minutes=1))
        seen = await view_of(handle)
        assert ("completed", "expired", str(last)) == (
            seen["state"],
            seen["outcome"],
            seen["ended_on"],
        )
        (move,) = (m for m in seen["transitions"] if m["arrow"] == "T30")
        assert end_of(last) == datetime.fromisoformat(move["at"]).astimezone(UTC)


async def test_a_warning_is_spent_twelve_months_after_the_failure(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """The order returns from `warned` to `active` by T09, at a London midnight, by itself."""
    today = await _today(skipping)
    acts: list[Act] = [
        *serving(-20, today, ends_on=day(700, today)),
        *failed("F1", -3, today),
        warned("W1", "F1", -3, today=today),
    ]
    async with skipped([SentenceWorkflow]) as settings:
        handle = await begin(skipping.client, settings, *acts)
        await shows(handle, state="warned")
        await skipping.sleep(timedelta(days=360))
        assert "warned" == (await view_of(handle))["state"]
        await skipping.sleep(timedelta(days=5))
        seen = await view_of(handle)
        assert "active" == seen["state"]
        (move,) = (m for m in seen["transitions"] if m["arrow"] == "T09")
        at = datetime.fromisoformat(move["at"]).astimezone(LONDON)
        assert (0, 0) == (at.hour, at.minute)


async def test_an_event_in_the_future_is_decided_when_its_time_comes(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """It is held, wakes the sentence by itself, and is then applied."""
    today = await _today(skipping)
    async with skipped([SentenceWorkflow]) as settings:
        handle = await begin(skipping.client, settings, *allocated(-1, today))
        await tell(handle, [act("officer_assigned", day(2, today), event_id="early")])
        await shows(handle, events_total=3, officer=None)
        await skipping.sleep(timedelta(days=3))
        await shows(handle, officer="N07A001")


async def test_a_failed_background_task_fails_the_main_loop() -> None:
    """The main loop is woken, and finds the task's own error as the cause."""
    woken: list[bool] = []
    tasks = BackgroundTasks(lambda: woken.append(True))

    async def fails() -> None:
        raise KeyError("x")

    task = tasks.start(fails())
    await asyncio.wait([task])
    assert [True] == woken
    with pytest.raises(BackgroundTaskError) as caught:
        tasks.raise_failed()
    assert isinstance(caught.value.__cause__, KeyError)


async def test_a_task_that_ends_or_is_cancelled_is_no_failure() -> None:
    """A cancelled activity ends in another error than `CancelledError`."""
    woken: list[bool] = []
    tasks = BackgroundTasks(lambda: woken.append(True))

    async def activity() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise KeyError("x") from None

    started = [tasks.start(work) for work in (activity(), asyncio.sleep(60))]
    await asyncio.sleep(0)
    assert not tasks.is_idle
    for task in started:
        task.cancel()
    assert tasks.is_idle
    await asyncio.wait([*started, tasks.start(asyncio.sleep(0))])
    tasks.raise_failed()
    assert [True] == woken
