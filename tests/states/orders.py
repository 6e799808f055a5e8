"""Random streams of a community order, as an integrator would send them, from a seed.

A stream is wire data: kinds, JSON objects with their own `occurred_at`. It holds what the world
holds: repeats, refusals, corrections in chains and rings, withdrawals of all sorts, two systems
that use one id, clocks that are seconds wrong. Nothing here looks at a real clock or at our models,
so the same stream can be signalled to a server.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.states.event_writer import Writer

Act = tuple[str, dict[str, Any]]
"""One message: the kind, which is the signal's name, and the event as JSON holds it."""

BEGINS: Final = datetime(2025, 1, 6, 10, tzinfo=UTC)
"""The first stream begins in the year after this, and none lasts longer than another."""

_ORDERS: Final = ("as it happened", "reversed", "shuffled")


@dataclass(frozen=True, slots=True)
class Stream:
    """Events of one order, and the time by which all have arrived."""

    seed: int
    acts: tuple[Act, ...]
    """Everything that can be an event, in the order in which it was written down."""
    conflicts: tuple[Act, ...]
    """Messages that use an id of `acts` for other content; they count only after the original."""
    begins: datetime
    known_at: datetime
    """Time after which no act lies."""


def stream(seed: int, begins: datetime = BEGINS) -> Stream:
    """Return the stream of this seed, which starts within 300 days after `begins`."""
    rnd = random.Random(f"stream {seed}")  # noqa: S311 - a test repeats itself
    start = begins + timedelta(days=rnd.randrange(300), minutes=15 * rnd.randrange(24))
    writer = Writer(rnd, start)
    writer.write()
    days = rnd.randrange(5, rnd.choice((60, 300, 800, 800)))
    known_at = start + timedelta(days=days, minutes=rnd.randrange(1440))
    acts = tuple(act for act in writer.acts if occurred_at(act) <= known_at)
    conflicts = tuple(_other_content(act) for act in rnd.sample(acts, min(2, len(acts))))
    return Stream(seed, acts, conflicts, start, known_at)


def occurred_at(act: Act) -> datetime:
    """Return when the act happened, by its own word."""
    return datetime.fromisoformat(act[1]["occurred_at"])


def _other_content(act: Act) -> Act:
    kind, data = act
    moved = datetime.fromisoformat(data["occurred_at"]) + timedelta(minutes=1)
    return kind, data | {"occurred_at": moved.isoformat()}


def arrivals(told: Stream, number: int) -> tuple[str, list[Act]]:
    """Return one order of arrival by its name: `number` 0 and 1 are plain, all others shuffled.

    A tenth of the messages comes twice or more. What uses a known id for other content comes
    somewhere after the original, for which of the two is believed is a matter of arrival.
    """
    rnd = random.Random(f"arrivals {told.seed} {number}")  # noqa: S311 - a test repeats itself
    order = list(told.acts)
    if number == 1:
        order.reverse()
    elif number > 1:
        rnd.shuffle(order)
    for act in rnd.choices(order, k=max(2, len(order) // 10)) if order else ():
        order.insert(rnd.randrange(len(order) + 1), act)
    for act in told.conflicts:
        first = next(i for i, known in enumerate(order) if _same_id(known, act))
        order.insert(rnd.randrange(first + 1, len(order) + 1), act)
    return _ORDERS[min(number, 2)], order


def _same_id(left: Act, right: Act) -> bool:
    return _identity(left) == _identity(right)


def _identity(act: Act) -> tuple[str, str]:
    return act[1]["event_id"], act[1]["by"]["organisation"]


def batches(order: Sequence[Act], rnd: random.Random) -> list[list[Act]]:
    """Return `order` cut into batches of one to nine messages."""
    found: list[list[Act]] = []
    at = 0
    while at < len(order):
        size = rnd.choice((1, 1, 2, 3, 5, 9))
        found.append(list(order[at : at + size]))
        at += size
    return found


def receipts(told: Stream, cut: Sequence[Sequence[Act]], rnd: random.Random) -> list[datetime]:
    """Return when each batch is received, in order and not after `known_at`.

    Either everything comes after it happened, most of it late; or receipt is spread over the
    whole time, and much lies in the future of its receiver, whose clock must be wrong.
    """
    span = told.known_at - told.begins
    if rnd.random() < 0.5:
        return sorted(told.begins + span * rnd.random() for _ in cut)
    found: list[datetime] = []
    latest = told.begins
    for batch in cut:
        happened = max(occurred_at(act) for act in batch)
        delay = timedelta(minutes=rnd.choice((0, 1, 60, 1440)))
        latest = min(told.known_at, max(latest, happened) + delay)
        found.append(latest)
    return found
