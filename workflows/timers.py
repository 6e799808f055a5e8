"""Run tasks beside the main loop so that none of them fails in silence.

The loop holds tasks weakly, and an error that nobody awaits is only logged: a notice would be under
way for ever. Kept here, it reaches the main loop, which stalls until a mended worker takes it up.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

from temporalio import workflow

from states.schedule import HOUSEKEEPING, Wakeup


class BackgroundTaskError(Exception):
    """Raised in the main loop for a task beside it that broke.

    It is no failure that ends a workflow, whatever the task itself raised.
    """

    def __init__(self) -> None:
        super().__init__("a task beside the main loop broke; the sentence waits for a mended build")


class BackgroundTasks:
    """The tasks that run beside the main loop of one sentence."""

    def __init__(self, stirred: Callable[[], None]) -> None:
        self._wake = stirred
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work`, held until it ends; whoever starts it may cancel it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failure = error
            self._wake()

    def raise_failed(self) -> None:
        """Return when all is well.

        Raises:
            BrokenTaskError: If a task broke; its own error is the cause.
        """
        if self._failure is not None:
            raise BackgroundTaskError from self._failure


class Timers:
    """The running timers of one sentence."""

    def __init__(self, crew: BackgroundTasks, fired: Callable[[], None]) -> None:
        self._crew = crew
        self._fired = fired
        self._running: dict[str, tuple[Wakeup, asyncio.Task[None]]] = {}

    @property
    def is_idle(self) -> bool:
        """Whether no timer runs."""
        return not self._running

    def sync(self, wanted: Mapping[str, Wakeup]) -> None:
        """Run exactly the timers in `wanted`: cancel what is not, start what is new.

        Both go in the order of the keys: replay must arm them as the first run did. A timer whose
        time has come is left to fire, or all but the first of a midnight would show as cancelled.
        """
        now = workflow.now()
        for key in sorted(self._running):
            wake, task = self._running[key]
            if wake.at > now and not _still_serves(key, wake, wanted.get(key)):
                del self._running[key]
                task.cancel()
        for key in sorted(wanted):
            if key not in self._running:
                task = self._crew.start(self._wait(key, wanted[key]))
                self._running[key] = (wanted[key], task)

    async def _wait(self, key: str, wake: Wakeup) -> None:
        while (left := wake.at - workflow.now()) > timedelta(0):
            await workflow.sleep(left, summary=wake.summary)
        self._running.pop(key, None)
        self._fired()


def _still_serves(key: str, running: Wakeup, wanted: Wakeup | None) -> bool:
    # Housekeeping that wakes too early looks again and sleeps on: cheaper than a new timer for
    # every message of a busy hour. A clock is shown to people, so its timer is always exact.
    if wanted is not None and key == HOUSEKEEPING:
        return running.at <= wanted.at
    return running == wanted
