"""Send many events: those of one sentence in their order, those of others side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final
from zlib import crc32

from runtime.streams import StreamEvent

AT_ONCE: Final = 16
"""Sentences that are sent to at one time."""
_WAITING: Final = 4
"""Events that lie ready for each of them: few, so that all come on alike."""

Send = Callable[[StreamEvent], Awaitable[None]]


async def send_many(
    events: Iterable[StreamEvent],
    send: Send,
    *,
    per_second: float | None,
    stop: asyncio.Event,
    at_once: int = AT_ONCE,
) -> None:
    """Send the events until all are sent, or `stop` is set; what is on its way is finished.

    Args:
        events: In the order of their lines.
        send: Sends one, and counts it off.
        per_second: The most that are sent in a second; None for no bound.
        stop: Asks to leave off.
        at_once: How many are on their way at one time, at most.

    Raises:
        Exception: Whatever `send` raised first; the others are broken off.
    """
    lanes = [asyncio.Queue[StreamEvent | None](_WAITING) for _ in range(at_once)]
    pace = Ticks(per_second)

    async def drive(lane: asyncio.Queue[StreamEvent | None]) -> None:
        while (event := await lane.get()) is not None:
            if not stop.is_set():
                await send(event)

    try:
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(drive(lane))
            for event in events:
                if stop.is_set():
                    break
                await pace.wait()
                await lanes[crc32(event.workflow_id.encode()) % at_once].put(event)
            for lane in lanes:
                await lane.put(None)
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


class Ticks:
    """Lets so many pass in a second, evenly."""

    def __init__(self, per_second: float | None) -> None:
        self._apart = None if per_second is None else 1 / per_second
        self._next: float | None = None

    async def wait(self) -> None:
        """Return when the next one may pass."""
        if self._apart is None:
            return
        now = asyncio.get_running_loop().time()
        at = now if self._next is None else max(self._next, now)
        self._next = at + self._apart
        if at > now:
            await asyncio.sleep(at - now)
