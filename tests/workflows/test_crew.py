"""A task beside the main loop that breaks stalls the sentence: it never goes unseen."""

import asyncio

import pytest

from workflows.crew import BrokenTaskError, Crew


async def test_a_broken_task_reaches_whoever_looks() -> None:
    """The main loop is stirred, and finds the task's own error as the cause."""
    stirred: list[bool] = []
    crew = Crew(lambda: stirred.append(True))

    async def breaks() -> None:
        raise KeyError("x")

    task = crew.start(breaks())
    await asyncio.wait([task])
    assert [True] == stirred
    with pytest.raises(BrokenTaskError) as caught:
        crew.raise_failed()
    assert isinstance(caught.value.__cause__, KeyError)


async def test_a_task_that_ends_or_is_cancelled_is_well() -> None:
    """Cancelling a timer is no fault."""
    crew = Crew(lambda: None)
    ended, cancelled = crew.start(asyncio.sleep(0)), crew.start(asyncio.sleep(60))
    cancelled.cancel()
    await asyncio.wait([ended, cancelled])
    crew.raise_failed()
