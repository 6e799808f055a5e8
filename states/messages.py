"""Messages as they arrive, and what is kept of those that cannot be events."""

from collections import Counter, deque
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from states.events.envelope import Event

LISTED_DEAD_LETTERS: Final = 200
"""Quarantined messages whose metadata is kept; the counts are kept for ever."""

UNSIGNED: Final = "plain"
"""The sender of a message that nobody signed: its `by` is what it says of itself."""

_MODULUS: Final = 1 << 128


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """One message, read or found unreadable."""

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
    """One event of the log: sealed, with what is known of its arrival."""

    event: Event
    digest: str
    received_at: datetime
    size: int
    sender: str = UNSIGNED
    """Who vouches for its `by`: nobody but itself, or a signature and whose it is."""


@dataclass(slots=True)
class DigestCounter:
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
class DeadLetter:
    """A message that cannot be an event, by its metadata."""

    digest: str
    kind: str
    code: str
    reason: str
    at: datetime
    event_id: str | None = None
    times: int = 1
    organisation: str | None = None
    """Of its sender, where that could be read."""


@dataclass(slots=True)
class QuarantineStats:
    """An exact account of the messages that one file could not read, and of its repeats."""

    tally: DigestCounter = field(default_factory=DigestCounter)
    by_code: dict[str, int] = field(default_factory=dict)
    dealt_with: dict[str, int] = field(default_factory=dict)
    """How often what was resolved and is listed no more had come, by what resolved it."""
    repeats: DigestCounter = field(default_factory=DigestCounter)


@dataclass(slots=True)
class Quarantine:
    """The last messages that could not be events, and an account of all there ever were."""

    listed: deque[DeadLetter] = field(default_factory=deque)
    own: QuarantineStats = field(default_factory=QuarantineStats)
    merged: dict[str, QuarantineStats] = field(default_factory=dict)
    """The accounts of the files that this one took over, by their workflow ids."""

    @property
    def tally(self) -> DigestCounter:
        """All messages that ever came, here or to a file that this one took over."""
        return _sum(account.tally for account in self._accounts())

    @property
    def repeats(self) -> DigestCounter:
        """All repeats that ever came, in the same manner."""
        return _sum(account.repeats for account in self._accounts())

    @property
    def by_code(self) -> dict[str, int]:
        """The number of messages by what was wrong with them."""
        found = Counter[str]()
        for account in self._accounts():
            found.update(account.by_code)
        return dict(sorted(found.items()))

    def _accounts(self) -> tuple[QuarantineStats, ...]:
        return (self.own, *(self.merged[key] for key in sorted(self.merged)))

    def add(self, item: DeadLetter, resolved: AbstractSet[str] = frozenset()) -> None:
        """Account for one more; the same message again is one line with its number of times.

        What is `resolved`, by digest or event id, makes room for the others.
        """
        self.own.tally.add(item.digest)
        self.own.by_code[item.code] = self.own.by_code.get(item.code, 0) + 1
        self.enlist(item, resolved)

    def lists(self, item: DeadLetter) -> bool:
        """Whether the same message is listed with the same fault."""
        return any((i.digest, i.code) == (item.digest, item.code) for i in self.listed)

    def enlist(self, item: DeadLetter, resolved: AbstractSet[str]) -> None:
        """List a message that is accounted for already."""
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
        # The list is short, the account is for ever: also of what somebody dealt with.
        if (reference := resolved_by(out, resolved)) is not None:
            dealt_with = self.own.dealt_with
            dealt_with[reference] = dealt_with.get(reference, 0) + out.times

    def dealt_with(self, resolved: AbstractSet[str]) -> int:
        """Return how many of all messages somebody dealt with."""
        listed = sum(item.times for item in self.listed if resolved_by(item, resolved))
        gone = (
            times
            for account in self._accounts()
            for reference, times in account.dealt_with.items()
            if reference in resolved
        )
        return listed + sum(gone)


def resolved_by(item: DeadLetter, resolved: AbstractSet[str]) -> str | None:
    """Return the digest or the event id by which a message was resolved; None where it was not."""
    if item.digest in resolved:
        return item.digest
    return item.event_id if item.event_id is not None and item.event_id in resolved else None


def _sum(tallies: Iterable[DigestCounter]) -> DigestCounter:
    found = DigestCounter()
    for tally in tallies:
        found.count += tally.count
        found.checksum = (found.checksum + tally.checksum) % _MODULUS
    return found
