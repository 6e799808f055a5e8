"""Many events go at a pace, side by side, and those of one sentence in their order."""

import asyncio
from collections import defaultdict

import pytest

from runtime.bulk.sending import Ticks, send_many
from runtime.streams import StreamEvent


def events(count: int, sentences: int) -> list[StreamEvent]:
    """So many events, dealt out to so many sentences."""
    return [StreamEvent(n, f"X{n % sentences:06}", "1", "nudge", {}) for n in range(1, count + 1)]


async def test_each_sentence_gets_its_events_in_order() -> None:
    """However many go side by side, and never more than are allowed."""
    got: dict[str, list[int]] = defaultdict(list)
    now, most = 0, 0

    async def send(event: StreamEvent) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        got[event.crn].append(event.number)
        now -= 1

    told = events(500, 40)
    await send_many(told, send, per_second=None, stop=asyncio.Event(), at_once=8)

    assert 500 == sum(map(len, got.values()))
    assert [] == [numbers for numbers in got.values() if numbers != sorted(numbers)]
    assert 1 < most <= 8


async def test_what_is_on_its_way_is_finished_when_it_is_stopped() -> None:
    """Nothing more is begun."""
    stop, begun, done = asyncio.Event(), 0, 0

    async def send(event: StreamEvent) -> None:
        nonlocal begun, done
        begun += 1
        if event.number == 20:
            stop.set()
        await asyncio.sleep(0.001)
        done += 1

    await send_many(events(1_000, 40), send, per_second=None, stop=stop, at_once=4)

    assert begun == done
    assert 20 <= done < 40


async def test_the_first_failure_ends_it() -> None:
    """As itself, so that it can be told."""

    async def send(event: StreamEvent) -> None:
        await asyncio.sleep(0)
        if event.number == 30:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await send_many(events(1_000, 40), send, per_second=None, stop=asyncio.Event())


async def test_a_pace_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many in a second, evenly; time that passed unused is not made up for."""
    loop, slept, at = asyncio.get_running_loop(), [], [100.0]

    async def sleep(seconds: float) -> None:
        slept.append(round(seconds, 6))
        at[0] += seconds

    pace = Ticks(4)
    with monkeypatch.context() as patched:
        patched.setattr(loop, "time", lambda: at[0])
        patched.setattr(asyncio, "sleep", sleep)
        for _ in range(3):
            await pace.wait()
        at[0] += 10
        for _ in range(2):
            await pace.wait()

    assert [0.25, 0.25, 0.25] == slept
