"""Import of many events: at a bounded rate, concurrently, resumable from a progress file.

The progress file holds nothing of the events. It may be behind what was sent, never ahead: an event
that is sent twice for that reason has the same request id, and the server drops it.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from runtime.streams import StreamEvent

VERSION: Final = 2

CONCURRENCY: Final = 16
"""Lanes that send at the same time; the events of one sentence share a lane."""

_LANE_SIZE: Final = 4
"""Events that wait in each lane: few, so that all sentences progress alike."""

Send = Callable[[StreamEvent], Awaitable[None]]


class ProgressError(Exception):
    """The progress file cannot be read or written, or is of another file; one sentence."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}; delete it to start again: events that were sent are not doubled"
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of the import of one file into one namespace.

    Attributes:
        file: Digest of its text.
        base: Day from which its relative times count, ISO: another day makes other events.
        target: Namespace and server that it is sent to, as `NAMESPACE@HOST:PORT`.
        through: Last line up to which every readable event was sent, or came too late.
        closed: Lines that came for closed files.
        ahead: Lines after `through` that were sent too.
    """

    file: str
    base: str
    target: str
    through: int = 0
    closed: tuple[int, ...] = ()
    ahead: tuple[int, ...] = ()

    @property
    def day(self) -> date:
        """Return the base as a date."""
        return date.fromisoformat(self.base)

    def has(self, number: int) -> bool:
        """Return whether a line is done."""
        return number <= self.through or number in self.ahead


def digest_of(text: str) -> str:
    """Return the digest that identifies a file."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def progress_path(file: str, target: str) -> Path:
    """Return where the progress of a file is stored by default: beside it, one for each target."""
    return Path(f"{file}.{re.sub('[^A-Za-z0-9._@-]', '-', target)}.progress")


def load_progress(path: Path, file: str, target: str) -> Progress | None:
    """Return the progress at `path` of the file with that digest; None if there is none.

    Raises:
        ProgressError: If it is the progress of another file or target, or cannot be read.
    """
    try:
        progress = _parse_progress(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ProgressError(path, error.strerror or "it is not a file") from error
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ProgressError(path, "it is not the progress of an import") from None
    if progress.file != file:
        raise ProgressError(path, "it belongs to another file, or the file was changed")
    if progress.target != target:
        # Elsewhere the lines that count as done may never have arrived.
        raise ProgressError(path, f"it belongs to the import into {progress.target}, not {target}")
    return progress


def save_progress(path: Path, progress: Progress) -> None:
    """Write the progress atomically.

    Raises:
        ProgressError: If it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(f"{json.dumps({'version': VERSION, **asdict(progress)})}\n", "utf-8")
        part.replace(path)
    except OSError as error:
        raise ProgressError(path, error.strerror or "it cannot be written") from error


def _parse_progress(found: dict[str, Any]) -> Progress:
    if found.pop("version") != VERSION:
        raise ValueError
    lines = {name: tuple(map(int, found[name])) for name in ("closed", "ahead")}
    progress = Progress(**{**found, **lines, "through": int(found["through"])})
    date.fromisoformat(progress.base)
    return progress


@dataclass(slots=True)
class ProgressTracker:
    """Tracker of the lines that are done, in whatever order they are sent."""

    begun: Progress
    numbers: list[int]
    """Lines to send, in their order."""
    _done: set[int] = field(default_factory=set)
    _closed: set[int] = field(default_factory=set)
    _through: int = 0
    """Number of lines from the first that are all done."""

    def __post_init__(self) -> None:
        """Start from the lines that were sent before."""
        self._done |= {number for number in self.numbers if self.begun.has(number)}
        self._closed |= set(self.begun.closed)

    @property
    def left(self) -> int:
        """Return how many lines are still to be sent."""
        return len(self.numbers) - len(self._done)

    def has(self, number: int) -> bool:
        """Return whether a line is done."""
        return number in self._done

    def count(self, number: int, *, closed: bool = False) -> None:
        """Mark a line as done; `closed` if it came for a closed file."""
        self._done.add(number)
        if closed:
            self._closed.add(number)

    def progress(self) -> Progress:
        """Return the progress now."""
        while self._through < len(self.numbers) and self.numbers[self._through] in self._done:
            self._through += 1
        through = self.numbers[self._through - 1] if self._through else 0
        ahead = tuple(sorted(number for number in self._done if number > through))
        return replace(self.begun, through=through, closed=tuple(sorted(self._closed)), ahead=ahead)


async def send_many(
    events: Iterable[StreamEvent],
    send: Send,
    *,
    per_second: float | None,
    stop: asyncio.Event,
    concurrency: int = CONCURRENCY,
) -> None:
    """Send the events until all are sent or `stop` is set; sends in progress are finished.

    The events of one sentence are sent in their order, those of others concurrently.

    Args:
        events: In the order of their lines.
        send: Sends one event, and counts it.
        per_second: Highest rate; None for no bound.
        stop: Set it to stop early.
        concurrency: Number of events sent at the same time, at most.

    Raises:
        Exception: The first error of `send`; the other sends are cancelled.
    """
    lanes = [asyncio.Queue[StreamEvent | None](_LANE_SIZE) for _ in range(concurrency)]
    limiter = SteadyRate(per_second)

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
                await limiter.wait()
                await lanes[crc32(event.workflow_id.encode()) % concurrency].put(event)
            for lane in lanes:
                await lane.put(None)
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


class SteadyRate:
    """Limiter that spreads passes evenly over each second."""

    def __init__(self, per_second: float | None) -> None:
        self._interval = None if per_second is None else 1 / per_second
        self._next: float | None = None

    async def wait(self) -> None:
        """Return when the next pass is due."""
        if self._interval is None:
            return
        now = asyncio.get_running_loop().time()
        at = now if self._next is None else max(self._next, now)
        self._next = at + self._interval
        if at > now:
            await asyncio.sleep(at - now)
