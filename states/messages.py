"""Messages as they arrive, and the quarantine of those that cannot be events."""

from collections import Counter, deque
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from states.events.administration import EventWithdrawn, MessageResolved, NoticeAcknowledged
from states.events.envelope import Event
from states.time.london import day_of

LISTED_DEAD_LETTERS: Final = 200
"""Dead letters whose metadata is kept; their counts are kept for ever."""

UNSIGNED: Final = "plain"
"""Sender of an unsigned message, whose `by` is its own claim."""

_ABOUT_MESSAGES: Final = (EventWithdrawn, MessageResolved, NoticeAcknowledged)

_MODULUS: Final = 1 << 128


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """Message that was parsed into an event, or found unreadable."""

    kind: str
    digest: str
    received_at: datetime
    size: int
    event: Event | None = None
    code: str = ""
    reason: str = ""
    sender: str = UNSIGNED


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Event of the log, with its digest and its arrival."""

    event: Event
    digest: str
    received_at: datetime
    size: int
    sender: str = UNSIGNED
    """Who authenticated its `by`: `UNSIGNED`, or a signature and its owner."""

    @property
    def delay_days(self) -> int:
        """London days between the act and its receipt; 0 on the same day, never less."""
        return max(0, (day_of(self.received_at) - day_of(self.event.occurred_at)).days)

    @property
    def is_timed(self) -> bool:
        """True if timeliness counts the event: it is about the person, and not about messages."""
        return not isinstance(self.event, _ABOUT_MESSAGES)


@dataclass(slots=True)
class DigestCounter:
    """Exact count of messages that are not kept: their number, and the sum of their digests.

    A sender that lists its own messages can check that each, as often as it was sent, was counted
    here: the sum does not depend on order.
    """

    count: int = 0
    checksum: int = 0

    def add(self, digest: str) -> None:
        """Count one message by its digest of 32 hexadecimal digits."""
        self.count += 1
        self.checksum = (self.checksum + int(digest, 16)) % _MODULUS


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Metadata of a message that cannot be an event."""

    digest: str
    kind: str
    code: str
    reason: str
    at: datetime
    event_id: str | None = None
    times: int = 1
    organisation: str | None = None
    """The organisation of its sender, where that could be read."""


@dataclass(slots=True)
class QuarantineStats:
    """Exact counts of the dead letters and the repeats of one sentence."""

    tally: DigestCounter = field(default_factory=DigestCounter)
    by_code: dict[str, int] = field(default_factory=dict)
    dealt_with: dict[str, int] = field(default_factory=dict)
    """Number of resolved messages that are no longer listed, by the resolving reference."""
    repeats: DigestCounter = field(default_factory=DigestCounter)


@dataclass(slots=True)
class Quarantine:
    """The latest dead letters, and exact counts of all there ever were."""

    listed: deque[DeadLetter] = field(default_factory=deque)
    own: QuarantineStats = field(default_factory=QuarantineStats)
    merged: dict[str, QuarantineStats] = field(default_factory=dict)
    """The counts of the sentences that were merged into this one, by workflow id."""

    @property
    def tally(self) -> DigestCounter:
        """All dead letters ever, of this sentence and of those merged into it."""
        return _sum(stats.tally for stats in self._all_stats())

    @property
    def repeats(self) -> DigestCounter:
        """All repeats ever, of this sentence and of those merged into it."""
        return _sum(stats.repeats for stats in self._all_stats())

    @property
    def by_code(self) -> dict[str, int]:
        """The number of dead letters by their fault."""
        found = Counter[str]()
        for stats in self._all_stats():
            found.update(stats.by_code)
        return dict(sorted(found.items()))

    def _all_stats(self) -> tuple[QuarantineStats, ...]:
        return (self.own, *(self.merged[key] for key in sorted(self.merged)))

    def add(self, item: DeadLetter, resolved: AbstractSet[str] = frozenset()) -> None:
        """Count and list one dead letter; the same message again only raises its `times`.

        When the list is full, dead letters that are `resolved`, by digest or event id, leave first.
        """
        self.own.tally.add(item.digest)
        self.own.by_code[item.code] = self.own.by_code.get(item.code, 0) + 1
        self.enlist(item, resolved)

    def lists(self, item: DeadLetter) -> bool:
        """Return whether the same message is listed with the same fault."""
        return any((i.digest, i.code) == (item.digest, item.code) for i in self.listed)

    def enlist(self, item: DeadLetter, resolved: AbstractSet[str]) -> None:
        """List a dead letter that is counted already."""
        for index, known in enumerate(self.listed):
            if (known.digest, known.code) == (item.digest, item.code):
                self.listed[index] = replace(known, times=known.times + item.times)
                return
        self._make_room(resolved)
        self.listed.append(item)

    def _make_room(self, resolved: AbstractSet[str]) -> None:
        if len(self.listed) < LISTED_DEAD_LETTERS:
            return
        done = (i for i, known in enumerate(self.listed) if resolved_by(known, resolved))
        index = next(done, 0)
        out = self.listed[index]
        del self.listed[index]
        # The list is short, the counts are for ever: also those of resolved messages.
        if (reference := resolved_by(out, resolved)) is not None:
            dealt_with = self.own.dealt_with
            dealt_with[reference] = dealt_with.get(reference, 0) + out.times

    def dealt_with(self, resolved: AbstractSet[str]) -> int:
        """Return how many of all dead letters are resolved."""
        listed = sum(item.times for item in self.listed if resolved_by(item, resolved))
        gone = (
            times
            for stats in self._all_stats()
            for reference, times in stats.dealt_with.items()
            if reference in resolved
        )
        return listed + sum(gone)


def resolved_by(item: DeadLetter, resolved: AbstractSet[str]) -> str | None:
    """Return the digest or event id that resolved a message; None where it is unresolved."""
    if item.digest in resolved:
        return item.digest
    return item.event_id if item.event_id is not None and item.event_id in resolved else None


def _sum(counters: Iterable[DigestCounter]) -> DigestCounter:
    found = DigestCounter()
    for counter in counters:
        found.count += counter.count
        found.checksum = (found.checksum + counter.checksum) % _MODULUS
    return found
