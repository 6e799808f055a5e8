"""How the main loop waits: no cancel request ends it, and no look-up lets later mail in."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Final, TypeVar

from temporalio import workflow

from workflows.desk import Desk
from workflows.log import warn

_T = TypeVar("_T")

_BARRIER: Final = timedelta(milliseconds=1)


class Waiting:
    """The waits of the main loop of one sentence."""

    def __init__(self, desk: Desk, is_at_rest: Callable[[], bool]) -> None:
        """Wait for `desk`; `is_at_rest` tells that no timer and no activity is under way."""
        self.batch_limit: int | None = None
        """Letters that lay in the mail before the last look-up; None once they are taken."""
        self.is_looking_up = False
        """Whether a look-up is under way: then nothing else is decided."""
        self._desk, self._is_at_rest = desk, is_at_rest

    def take_batch_limit(self) -> int | None:
        """Return how many letters this turn takes, None for all, and leave the next one free."""
        ahead, self.batch_limit = self.batch_limit, None
        return ahead

    async def lookup(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Return what a local activity finds, and leave alone whatever comes meanwhile.

        Where a query falls between, the SDK hands the result over together with the signals and
        the answers of activities of the next task, after them; in replay it comes before them, and
        at an earlier time. So where anything else may end meanwhile, what is done next waits for a
        timer, whose end has one place in the history; else its commands would not be those of it.
        """
        self.batch_limit, self.is_looking_up = len(self._desk.inbox), True
        something_may_end = not self._is_at_rest()
        found = await self.shielded(work)
        if something_may_end:
            await self.shielded(workflow.sleep(_BARRIER, summary="a look-up is taken in"))
        self.is_looking_up = False
        return found

    async def shielded(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Return what `work` comes to, whatever is asked of the sentence meanwhile."""
        # A cancel request would reach an activity that the main loop awaits itself.
        task = asyncio.create_task(work)
        await self.until(task.done)
        return task.result()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return when `holds` does; a cancel request is declined."""
        while not holds():
            try:
                await workflow.wait_condition(holds)
            except asyncio.CancelledError:
                self._decline()

    def _decline(self) -> None:
        # A cancel request is no way to end a court's sentence: it is recorded, and life goes on.
        warn("cancel_declined")
        self._desk.event_log.audit_notes.append(f"{workflow.now().isoformat()} a cancel request was declined")
