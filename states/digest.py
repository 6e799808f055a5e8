"""Digest: one notice a day to each recipient about what is overdue in a sentence.

The fold states an alert for each overdue clock and recipient. What is urgent is sent at once and
alone; the rest waits for the digest of the day. A digest names what its recipient has not read in
an earlier one, and what an earlier one named and proved not to be overdue: it is never taken back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from states.advice import proposals
from states.advice.proposal import Proposal
from states.alerts import OVERDUE
from states.entities import Effect
from states.outbox import RETRYABLE, DeliveryStatus, OutboxEntry, OutboxLedger, base_of
from states.rules.failure_counts import failures_on
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Flag, Unit
from states.time.clock import Clock
from states.time.london import day_of
from states.view.clocks import clock_view

DIGEST: Final = "overdue-digest"
"""Template of a digest. Its facts: `day`; `overdue` and `settled`, the keys of the alerts that it
names and takes back, one a line; `text`, a sentence or more about each of them."""

_HASH_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class DigestedAlerts:
    """Alerts as they are sent: those that go alone, and the digests."""

    alerts: dict[str, Effect]
    """By key; those of earlier days are among them, because they stay wanted."""
    is_deferred: bool = False
    """True if there is more for a recipient who had the digest of the day: it waits for the next
    London day."""


@dataclass(frozen=True, slots=True)
class _News:
    """Keys of the alerts that a digest names as overdue, and as settled."""

    overdue: frozenset[str]
    settled: frozenset[str]

    @classmethod
    def of(cls, effect: Effect) -> "_News":
        # A digest that was taken up from the record lost its facts: what it named is told again.
        facts = dict(effect.facts)
        lines = (frozenset(facts.get(name, "").splitlines()) for name in ("overdue", "settled"))
        return cls(*lines)


def is_urgent(clock: Clock) -> bool:
    """Return whether an alert about `clock` goes at once: it counts hours, or escalates now."""
    row = clock.timescale
    return row.unit is Unit.HOURS or row.when_missed is Flag.ESCALATE_NOW


def digested(
    alerts: Mapping[str, Effect], outbox: OutboxLedger, s: Sentence, law: Law, now: datetime
) -> DigestedAlerts:
    """Return the alerts of the sentence at `now`, with those that can wait in digests."""
    waits = {
        key
        for key, effect in alerts.items()
        if effect.template == OVERDUE and not is_urgent(s.clocks[effect.subject])
    }
    found = {key: effect for key, effect in alerts.items() if key not in waits}
    earlier: dict[str, list[tuple[str, OutboxEntry]]] = {}
    for key, entry in sorted(outbox.entries.items()):
        if entry.effect.template == DIGEST:
            earlier.setdefault(entry.effect.recipient, []).append((key, entry))
    is_deferred = False
    for recipient in sorted({alerts[key].recipient for key in waits} | set(earlier)):
        wanted = {key for key in waits if alerts[key].recipient == recipient}
        had = earlier.get(recipient, [])
        read = [e.effect for key, e in had if _may_be_read(base_of(key), e, s)]
        found |= {effect.key: effect for effect in read}
        news = _not_read(wanted, read)
        if not (news.overdue or news.settled):
            continue
        waiting = (e.effect for _, e in had if _waits(e) and _News.of(e.effect) == news)
        effect = next(waiting, None)
        if effect is None and any(dict(e.facts).get("day") == str(day_of(now)) for e in read):
            is_deferred = True
            continue
        effect = effect or _digest(recipient, news, s, law, now)
        found[effect.key] = effect
    return DigestedAlerts(found, is_deferred)


def _waits(entry: OutboxEntry) -> bool:
    """Return whether the digest is still to be sent, and has certainly not arrived."""
    is_waiting = entry.status is DeliveryStatus.QUEUED or entry.status in RETRYABLE
    return is_waiting and not entry.may_have_arrived


def _may_be_read(base: str, entry: OutboxEntry, s: Sentence) -> bool:
    """Return whether its recipient knows a digest, by it or by a person who acknowledged it."""
    if entry.status is DeliveryStatus.CANCELLED:
        return False
    return base in s.acknowledged or not _waits(entry)


def _not_read(wanted: set[str], read: Iterable[Effect]) -> _News:
    known: set[str] = set()
    for effect in read:
        news = _News.of(effect)
        known = (known | news.overdue) - news.settled
    return _News(frozenset(wanted - known), frozenset(known - wanted))


def _digest(recipient: str, news: _News, s: Sentence, law: Law, now: datetime) -> Effect:
    day = str(day_of(now))
    advised = proposals(s, law)
    lines = [_overdue_line(s, law, key, now, advised=advised) for key in sorted(news.overdue)]
    lines += [_settled_line(s, law, key) for key in sorted(news.settled)]
    facts = (
        ("day", day),
        ("overdue", "\n".join(sorted(news.overdue))),
        ("settled", "\n".join(sorted(news.settled))),
        ("text", "\n".join(lines)),
    )
    content = sha256(repr(facts).encode()).hexdigest()[:_HASH_DIGITS]
    return Effect(f"{DIGEST}/{day}/{recipient}/{content}", DIGEST, recipient, day, facts)


def _clock_of(key: str) -> tuple[str, date]:
    """Return the id of the clock that an alert is about, and the day on which that was due."""
    about, due, _ = key.partition("/")[2].rsplit("/", 2)
    at = datetime.fromisoformat(due)
    return about, day_of(at) if at.tzinfo is not None else at.date()


def _overdue_line(
    s: Sentence, law: Law, key: str, now: datetime, *, advised: Iterable[Proposal]
) -> str:
    about, due = _clock_of(key)
    clock = s.clocks[about]
    seen = clock_view(s, clock, law, now)
    late = (day_of(now) - due).days
    days = "1 day late" if late == 1 else f"{late} days late"
    rule = f"{seen['why']['rule']} ({seen['why']['source']})"
    steps = "; ".join(_steps(s, clock, advised))
    return f"{seen['title']}: due on {due}, {days}. Rule: {rule}." + (
        f" Proposed: {steps}." if steps else ""
    )


def _steps(s: Sentence, clock: Clock, advised: Iterable[Proposal]) -> Iterator[str]:
    """Yield the proposals about the subject of `clock`, or about the failures of its day."""
    day = clock.counted_from
    failures = {f.id for f in failures_on(s, day)} if day is not None else set()
    for item in advised:
        is_about = item.subject is not None and item.subject in (clock.subject, clock.id)
        if is_about or failures & set(item.failure_ids):
            yield f"{item.step.replace('_', ' ')} ({item.reason})"


def _settled_line(s: Sentence, law: Law, key: str) -> str:
    about, due = _clock_of(key)
    clock = s.clocks.get(about)
    row = clock.timescale if clock is not None else law.edition.provision(about.partition("/")[0])
    return f"{row.title if row is not None else about}: not overdue after all, due on {due}."
