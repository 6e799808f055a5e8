"""Messages as they arrive, and what is kept of those that cannot be events."""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from states.events.event import Event

KEPT: Final = 200
"""Quarantined messages whose metadata is kept; the counts are kept for ever."""

_MODULUS: Final = 1 << 128


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message, read or found unreadable."""

    kind: str
    digest: str
    received_at: datetime
    size: int
    event: Event | None = None
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the log: sealed, with what is known of its arrival."""

    event: Event
    digest: str
    received_at: datetime
    size: int


@dataclass(slots=True)
class Tally:
    """An exact account of messages without keeping them: how many, and the sum of their digests.

    Whoever holds the list of what was sent can check that each one, as often as it was sent, was
    counted here: the sum does not depend on order.
    """

    count: int = 0
    checksum: int = 0

    def add(self, digest: str) -> None:
        """Count one message by its digest of 32 hexadecimal digits."""
        self.count += 1
        self.checksum = (self.checksum + int(digest, 16)) % _MODULUS


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A message that cannot be an event, by its metadata."""

    digest: str
    kind: str
    code: str
    reason: str
    at: datetime
    event_id: str | None = None
    times: int = 1


@dataclass(slots=True)
class Quarantine:
    """The last messages that could not be events, and an account of all there ever were."""

    kept: deque[Quarantined] = field(default_factory=lambda: deque(maxlen=KEPT))
    tally: Tally = field(default_factory=Tally)
    by_code: dict[str, int] = field(default_factory=dict)

    def add(self, item: Quarantined) -> None:
        """Account for one more; the same message again is one line with its number of times."""
        self.tally.add(item.digest)
        self.by_code[item.code] = self.by_code.get(item.code, 0) + 1
        for index, known in enumerate(self.kept):
            if (known.digest, known.code) == (item.digest, item.code):
                self.kept[index] = replace(known, times=known.times + 1)
                return
        self.kept.append(item)
