"""Run tasks beside the main loop so that none of them fails in silence.

The loop holds tasks weakly, and an error that nobody awaits is only logged: a notice would be under
way for ever. Kept here, it reaches the main loop, which stalls until a mended worker takes it up.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class BrokenTaskError(Exception):
    """Raised in the main loop for a task beside it that broke.

    It is no failure that ends a workflow, whatever the task itself raised.
    """

    def __init__(self) -> None:
        super().__init__("a task beside the main loop broke; the sentence waits for a mended build")


class Crew:
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
            raise BrokenTaskError from self._failure
