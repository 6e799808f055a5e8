"""Durable timers by name: one task around one sleep, which looks at its time again on waking.

The second look is what makes them safe: a timer that replay hands to another task, that a reset
brings back or that fires early finds that its time has not come and sleeps on.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

from temporalio import workflow

from states.waking import HOUSEKEEPING, Wake
from workflows.crew import Crew


class Timers:
    """The running timers of one sentence."""

    def __init__(self, crew: Crew, fired: Callable[[], None]) -> None:
        self._crew = crew
        self._fired = fired
        self._running: dict[str, tuple[Wake, asyncio.Task[None]]] = {}

    @property
    def is_idle(self) -> bool:
        """Whether no timer runs."""
        return not self._running

    def sync(self, wanted: Mapping[str, Wake]) -> None:
        """Run exactly the timers in `wanted`: cancel what is not, start what is new.

        Both go in the order of the keys: replay must arm them as the first run did. A timer whose
        time has come is left to fire, or all but the first of a midnight would show as cancelled.
        """
        now = workflow.now()
        for key in sorted(self._running):
            wake, task = self._running[key]
            if wake.at > now and not _serves(key, wake, wanted.get(key)):
                del self._running[key]
                task.cancel()
        for key in sorted(wanted):
            if key not in self._running:
                task = self._crew.start(self._wait(key, wanted[key]))
                self._running[key] = (wanted[key], task)

    async def _wait(self, key: str, wake: Wake) -> None:
        while (left := wake.at - workflow.now()) > timedelta(0):
            await workflow.sleep(left, summary=wake.summary)
        self._running.pop(key, None)
        self._fired()


def _serves(key: str, running: Wake, wanted: Wake | None) -> bool:
    # Housekeeping that wakes too early looks again and sleeps on: cheaper than a new timer for
    # every message of a busy hour. A clock is shown to people, so its timer is always exact.
    if wanted is not None and key == HOUSEKEEPING:
        return running.at <= wanted.at
    return running == wanted
