"""Bulk import: progress is never ahead of what was sent; events of a sentence keep their order."""

import asyncio
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from runtime.bulk_import import (
    Progress,
    ProgressError,
    ProgressTracker,
    SteadyRate,
    digest_of,
    load_progress,
    save_progress,
    send_many,
)
from runtime.streams import StreamEvent

TARGET = "sentences@temporal:7233"
BEGUN = Progress(digest_of("a file"), "2026-11-22", TARGET)


def test_lines_are_counted_off_in_whatever_order_they_are_sent() -> None:
    """Up to the first that is missing all are done; those after it are listed."""
    tally = ProgressTracker(BEGUN, [1, 2, 4, 5])
    for number in (4, 1):
        tally.count(number)
    assert (1, (4,), 2) == (tally.progress().through, tally.progress().ahead, tally.left)
    tally.count(2, closed=True)
    found = tally.progress()
    assert (4, (), (2,), 1) == (found.through, found.ahead, found.closed, tally.left)


def test_an_import_goes_on_where_it_was(tmp_path: Path) -> None:
    """Lines that were sent, and lines for closed files, are restored."""
    path = tmp_path / "p"
    tally = ProgressTracker(BEGUN, [1, 2, 3, 4])
    for number, closed in ((1, False), (2, True), (4, False)):
        tally.count(number, closed=closed)
    save_progress(path, tally.progress())
    held = load_progress(path, BEGUN.file, TARGET)

    assert held is not None
    again = ProgressTracker(held, [1, 2, 3, 4])
    assert [3] == [number for number in (1, 2, 3, 4) if not again.has(number)]
    again.count(3)
    assert (4, (2,), 0) == (again.progress().through, again.progress().closed, again.left)


@pytest.mark.parametrize(
    "change",
    [
        {"file": "other"},
        {"version": 1},
        {"target": "sentences@elsewhere:7233"},
        {"through": "all"},
        {"base": "today"},
        {"more": 1},
        {"closed": 7},
    ],
)
def test_what_is_of_something_else_is_not_gone_on_with(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    """It is said, with what to do; nothing is sent on a guess."""
    path = tmp_path / "p"
    save_progress(path, BEGUN)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")

    with pytest.raises(ProgressError, match="delete it to start again"):
        load_progress(path, BEGUN.file, TARGET)


def test_what_cannot_be_read_or_written_is_one_sentence(tmp_path: Path) -> None:
    """A folder that is missing or in the way, and half a file."""
    assert load_progress(tmp_path / "none", BEGUN.file, TARGET) is None
    with pytest.raises(ProgressError, match="No such file"):
        save_progress(tmp_path / "none" / "p", BEGUN)
    with pytest.raises(ProgressError, match="Is a directory"):
        load_progress(tmp_path, BEGUN.file, TARGET)
    (tmp_path / "half").write_text("{", "utf-8")
    with pytest.raises(ProgressError, match="not the progress of an import"):
        load_progress(tmp_path / "half", BEGUN.file, TARGET)


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

    sent_events = events(500, 40)
    await send_many(sent_events, send, per_second=None, stop=asyncio.Event(), concurrency=8)

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

    await send_many(events(1_000, 40), send, per_second=None, stop=stop, concurrency=4)

    assert begun == done
    assert 20 <= done < 40


async def test_the_first_failure_ends_it() -> None:
    """It is raised unchanged, so that the command can report it."""

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

    pace = SteadyRate(4)
    with monkeypatch.context() as patched:
        patched.setattr(loop, "time", lambda: at[0])
        patched.setattr(asyncio, "sleep", sleep)
        for _ in range(3):
            await pace.wait()
        at[0] += 10
        for _ in range(2):
            await pace.wait()

    assert [0.25, 0.25, 0.25] == slept
