"""Background tasks of a sentence, and the durable timers that are such tasks."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

from temporalio import workflow

from states.schedule import HOUSEKEEPING, Wakeup


class BackgroundTaskError(Exception):
    """Raised in the main loop when a background task failed.

    It fails the workflow task, not the workflow, whatever the background task itself raised: the
    server retries the task until a corrected worker takes it up.
    """

    def __init__(self) -> None:
        super().__init__("a background task failed; the sentence waits for a corrected build")


class BackgroundTasks:
    """The asyncio tasks that run beside the main loop of one sentence.

    asyncio holds its tasks weakly, and only logs an error that no caller awaits: a notice would
    look in flight for ever. This class holds the tasks, and reports an error to the main loop.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever a task ends by itself, well or not; a cancelled one is ignored."""
        self._wake = wake
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._has_news = False

    @property
    def is_idle(self) -> bool:
        """True if no task can still end by itself: no timer and no activity is under way."""
        return all(task.done() or task.cancelling() for task in self._tasks)

    def report_news(self) -> None:
        """Note that a task has learnt something that the sentence must be decided again for."""
        self._has_news = True

    def take_news(self) -> bool:
        """Return whether a task has reported news, and forget it."""
        has_news = self._has_news
        self._has_news = False
        return has_news

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` as a task and hold it until it ends; the caller may cancel it.

        The end of a task alone is no news: `work` itself calls `report_news` if it has some.
        """
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        # The SDK ends a cancelled activity with an ActivityError, so `cancelled()` would not do.
        if task.cancelling():
            return
        error = task.exception()
        if error is not None:
            self._failure = error
        # The SDK checks the main loop's wait condition only after all callbacks have run, so the
        # loop sees this change in the same activation.
        self._wake()

    def raise_failed(self) -> None:
        """Do nothing when no task has failed.

        Raises:
            BackgroundTaskError: If a task has failed; its own error is the cause.
        """
        if self._failure is not None:
            raise BackgroundTaskError from self._failure


class Timers:
    """The durable timers of one sentence, by key: one task around one sleep.

    Each task checks the time again when its sleep ends. That makes timers safe: one that replay
    passes to another task, that a reset restores or that fires early sleeps until its time.
    """

    def __init__(self, tasks: BackgroundTasks) -> None:
        self._tasks = tasks
        self._running: dict[str, tuple[Wakeup, asyncio.Task[None]]] = {}

    def sync(self, wanted: Mapping[str, Wakeup]) -> None:
        """Run exactly the timers in `wanted`: cancel the others, start the missing ones.

        Both happen in the order of the keys, because replay must issue the same commands. A timer
        whose time has come is left to fire; otherwise the first of several midnight timers would
        cancel the rest, and the history would show them as cancelled.
        """
        now = workflow.now()
        for key in sorted(self._running):
            wakeup, task = self._running[key]
            if wakeup.at > now and not _still_serves(key, wakeup, wanted.get(key)):
                del self._running[key]
                task.cancel()
        for key in sorted(wanted):
            if key not in self._running:
                task = self._tasks.start(self._wait(key, wanted[key]))
                self._running[key] = (wanted[key], task)

    async def _wait(self, key: str, wakeup: Wakeup) -> None:
        while (remaining := wakeup.at - workflow.now()) > timedelta(0):
            # `sync` may cancel this sleep: then the key already belongs to another task, or to
            # none, and the lines below must not run. CancelledError sees to that.
            await workflow.sleep(remaining, summary=wakeup.summary)
        self._running.pop(key, None)
        self._tasks.report_news()


def _still_serves(key: str, running: Wakeup, wanted: Wakeup | None) -> bool:
    # A housekeeping timer that fires too early only looks and sleeps again: cheaper than a new
    # timer for every message of a busy hour. People see the clocks, so their timers are exact.
    if wanted is not None and key == HOUSEKEEPING:
        return running.at <= wanted.at
    return running == wanted
