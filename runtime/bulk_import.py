"""Remember how far a file was sent, so that sending it again goes on from there.

What is remembered holds nothing of the events. It may be behind what was sent, never ahead: what is
sent twice for that has the same request id, and the server drops it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from runtime.streams import StreamEvent

VERSION: Final = 1


class ProgressError(Exception):
    """What is remembered cannot be read or written, or is of something else; one sentence."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one file was sent.

    Attributes:
        file: Digest of its text.
        base: The day from which its relative times count, ISO: another would make other events.
        through: The last line up to which everything readable was sent, or found to be too late.
        closed: Lines that came for closed files.
        ahead: Lines after `through` that were sent as well.
    """

    file: str
    base: str
    through: int = 0
    closed: tuple[int, ...] = ()
    ahead: tuple[int, ...] = ()

    @property
    def day(self) -> date:
        """Return the base as a day."""
        return date.fromisoformat(self.base)

    def has(self, number: int) -> bool:
        """Return whether a line was dealt with."""
        return number <= self.through or number in self.ahead


def digest_of(text: str) -> str:
    """Return what tells one file from another."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def load_progress(path: Path, file: str) -> Progress | None:
    """Return what is remembered at `path` of the file with that digest; None where nothing is.

    Raises:
        ProgressError: If something else is remembered there, or it cannot be read.
    """
    try:
        held = _made_of(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _broken(path, error.strerror or "it is no file") from error
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _broken(path, "it is not what an import remembers") from None
    if held.file != file:
        raise _broken(path, "it is of another file, or of this one before it was changed")
    return held


def save_progress(path: Path, progress: Progress) -> None:
    """Write it down, whole or not at all.

    Raises:
        ProgressError: If it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(f"{json.dumps({'version': VERSION, **asdict(progress)})}\n", "utf-8")
        part.replace(path)
    except OSError as error:
        raise _broken(path, error.strerror or "it cannot be written") from error


def _made_of(found: dict[str, Any]) -> Progress:
    if found.pop("version") != VERSION:
        raise ValueError
    lines = {name: tuple(map(int, found[name])) for name in ("closed", "ahead")}
    held = Progress(**{**found, **lines, "through": int(found["through"])})
    date.fromisoformat(held.base)
    return held


def _broken(path: Path, why: str) -> ProgressError:
    return ProgressError(
        f"{path}: {why}; take it away to begin anew: what was sent already is sent only once"
    )


@dataclass(slots=True)
class ProgressTracker:
    """Counts lines off as they are sent, in whatever order that comes to pass."""

    begun: Progress
    numbers: list[int]
    """The lines that are to be sent, in their order."""
    _done: set[int] = field(default_factory=set)
    _closed: set[int] = field(default_factory=set)
    _place: int = 0

    def __post_init__(self) -> None:
        """Take up what was sent before."""
        self._done |= {number for number in self.numbers if self.begun.has(number)}
        self._closed |= set(self.begun.closed)

    @property
    def left(self) -> int:
        """Return how many lines are still to be sent."""
        return len(self.numbers) - len(self._done)

    def has(self, number: int) -> bool:
        """Return whether a line was dealt with."""
        return number in self._done

    def count(self, number: int, *, closed: bool = False) -> None:
        """Count one line off."""
        self._done.add(number)
        if closed:
            self._closed.add(number)

    def progress(self) -> Progress:
        """Return how far it has come."""
        while self._place < len(self.numbers) and self.numbers[self._place] in self._done:
            self._place += 1
        through = self.numbers[self._place - 1] if self._place else 0
        ahead = tuple(sorted(number for number in self._done if number > through))
        return replace(self.begun, through=through, closed=tuple(sorted(self._closed)), ahead=ahead)


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
    pace = RateLimiter(per_second)

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


class RateLimiter:
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
