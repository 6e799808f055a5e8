"""One effect in the ledger: how far it has come, and the keys of its generations and counter."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from states.entities import Effect
from states.rules.notifications import LINE_MANAGER

COMPENSATION_PREFIX = "counter/"
"""Prefix of the key of a counter-effect."""


class DeliveryStatus(StrEnum):
    """How far an effect has come."""

    QUEUED = "queued"
    IN_FLIGHT = "in_flight"
    """An attempt is under way, or was when a worker died: it may have arrived."""
    SENT = "sent"
    CANCELLED = "cancelled"
    COMPENSATED = "countered"
    WITHHELD = "withheld"
    """A new build would send it where the old one did not; a person looks first."""
    CONFLICTING = "conflicting"
    """Its key was used for other content out there, so it can never arrive; a person looks."""
    SUPERSEDED = "left"
    """Sent, and a new build would take it back where the old one did not; as above."""
    NO_RECIPIENT = "unaddressed"
    """The directory names nobody to whom it goes; a person looks, and it is tried every day."""
    REFUSED = "refused"
    """Its channel refused it for good; a person looks, and says when it is tried again."""
    DOCUMENT_FAILED = "unwritten"
    """The document that goes with it cannot be made; as above."""


RETRYABLE: Final = (
    DeliveryStatus.NO_RECIPIENT,
    DeliveryStatus.REFUSED,
    DeliveryStatus.DOCUMENT_FAILED,
)
"""What is tried again under its key once somebody has mended what kept it here."""

BLOCKED: Final = (DeliveryStatus.CONFLICTING, *RETRYABLE)
"""What cannot be sent until a person has done something about it."""

INTERRUPTED = "Interrupted"
"""The error of an attempt whose end nobody saw."""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One effect of one generation."""

    effect: Effect
    status: DeliveryStatus
    since: datetime
    attempts: int = 0
    next_try_at: datetime | None = None
    error: str = ""
    """How the last attempt failed, as a type and never its message; empty once one arrived."""
    may_have_arrived: bool = False
    """Whether an attempt that failed may have arrived nevertheless, its answer lost."""


def base_of(key: str) -> str:
    """Return the key of the first generation of `key`."""
    return key.partition("#")[0]


def compensation_for(key: str, effect: Effect) -> Effect:
    """Return the effect that takes back the one sent under `key`.

    One that touches liberty is drafted for a person and told to a manager, never sent.
    """
    facts = (*effect.facts, ("withdraws", key))
    if effect.liberty:
        template = f"{effect.template}-review"
        return Effect(
            COMPENSATION_PREFIX + key, template, LINE_MANAGER, effect.subject, facts, liberty=True
        )
    template = f"{effect.template}-withdrawn"
    return Effect(COMPENSATION_PREFIX + key, template, effect.recipient, effect.subject, facts)


def generation_of(key: str) -> int:
    """Return the generation of `key`, from 1."""
    _, _, number = key.partition("#")
    return int(number) if number else 1


def reinstated(line: OutboxEntry, now: datetime) -> OutboxEntry:
    """Return `line` as it was before it was taken back.

    What may never have arrived is tried again, under its own key.
    """
    before = DeliveryStatus.QUEUED if line.error else DeliveryStatus.SENT
    return replace(line, status=before, since=now)


class OutboxLedger:
    """Every effect that was ever desired, by key and generation."""

    def __init__(self, lines: Mapping[str, OutboxEntry] | None = None) -> None:
        self.entries: dict[str, OutboxEntry] = dict(lines or {})
        self._latest: dict[str, str] = {}
        for key in self.entries:
            self._index(key)

    def _index(self, key: str) -> None:
        base = base_of(key)
        known = self._latest.get(base)
        if known is None or generation_of(key) > generation_of(known):
            self._latest[base] = key

    def put(self, key: str, line: OutboxEntry) -> None:
        """Enter or replace one line."""
        self.entries[key] = line
        self._index(key)

    def reconcile(
        self,
        wanted: Mapping[str, Effect],
        alarms: Mapping[str, Effect],
        now: datetime,
        *,
        quiet: bool,
        withhold: bool = False,
    ) -> None:
        """Queue what is new, cancel or counter what no longer stands.

        `alarms` are new only when it is `quiet`. With `withhold`, after an upgrade, nothing is
        queued or countered: the difference is left for a person.
        """
        for key in sorted(wanted):
            self._want(key, wanted[key], now, withhold=withhold)
        for key in sorted(alarms):
            if quiet or key in self._latest:
                self._want(key, alarms[key], now, withhold=withhold)
        for base in sorted(self._latest):
            if (
                base not in wanted
                and base not in alarms
                and not base.startswith(COMPENSATION_PREFIX)
            ):
                self._unwant(self._latest[base], now, withhold=withhold)

    def _want(self, key: str, effect: Effect, now: datetime, *, withhold: bool) -> None:
        queued = DeliveryStatus.WITHHELD if withhold else DeliveryStatus.QUEUED
        latest = self._latest.get(key)
        if latest is None:
            self.put(key, OutboxEntry(effect, queued, now))
            return
        line = self.entries[latest]
        if line.status is DeliveryStatus.CANCELLED:
            self.put(latest, OutboxEntry(effect, queued, now))
        elif line.status is DeliveryStatus.SUPERSEDED:
            self.put(latest, reinstated(line, now))
        elif line.status is DeliveryStatus.COMPENSATED and not self._recall_counter(latest, now):
            self.put(f"{key}#{generation_of(latest) + 1}", OutboxEntry(effect, queued, now))

    def _recall_counter(self, key: str, now: datetime) -> bool:
        # What was taken back stands again before the taking back had left: say nothing at all.
        counter = self.entries.get(COMPENSATION_PREFIX + key)
        if counter is None or not _waits(counter) or counter.may_have_arrived:
            return False
        self.put(
            COMPENSATION_PREFIX + key, replace(counter, status=DeliveryStatus.CANCELLED, since=now)
        )
        self.put(key, reinstated(self.entries[key], now))
        return True

    def _unwant(self, key: str, now: datetime, *, withhold: bool) -> None:
        line = self.entries[key]
        never_left = _waits(line) and not line.may_have_arrived
        if never_left or line.status in (DeliveryStatus.WITHHELD, DeliveryStatus.CONFLICTING):
            self.put(key, replace(line, status=DeliveryStatus.CANCELLED, since=now))
        elif not _waits(line) and line.status is not DeliveryStatus.SENT:
            # One in flight is judged when it has landed: a counter must not overtake it.
            return
        elif withhold:
            self.put(key, replace(line, status=DeliveryStatus.SUPERSEDED, since=now))
        else:
            self.put(key, replace(line, status=DeliveryStatus.COMPENSATED, since=now))
            self.put(
                COMPENSATION_PREFIX + key,
                OutboxEntry(compensation_for(key, line.effect), DeliveryStatus.QUEUED, now),
            )

    def queued(self, now: datetime, acknowledged: Container[str] = ()) -> tuple[str, ...]:
        """Return the keys whose next attempt is due at `now`, sorted.

        What nobody can be found for is among them once a day, until it is `acknowledged`.
        """
        return tuple(
            key
            for key, line in sorted(self.entries.items())
            if _is_tried(key, line, acknowledged)
            and (line.next_try_at is None or line.next_try_at <= now)
        )

    def next_try_at(self, acknowledged: Container[str] = ()) -> datetime | None:
        """Return when the next attempt that waits for its time is due."""
        waiting = (
            line.next_try_at
            for key, line in self.entries.items()
            if _is_tried(key, line, acknowledged) and line.next_try_at is not None
        )
        return min(waiting, default=None)

    def has_queued(self) -> bool:
        """Return whether something is still to be sent."""
        return any(line.status is DeliveryStatus.QUEUED for line in self.entries.values())

    def start(self, key: str, now: datetime) -> Effect:
        """Mark `key` as under way and return its effect, under that very key."""
        line = self.entries[key]
        self.put(key, replace(line, status=DeliveryStatus.IN_FLIGHT, since=now))
        return replace(line.effect, key=key)

    def mark_sent(self, key: str, now: datetime) -> None:
        """Record that `key` has arrived. If it stands no longer, `reconcile` counters it next."""
        line = self.entries[key]
        if line.status is DeliveryStatus.IN_FLIGHT:
            self.put(
                key,
                replace(
                    line,
                    status=DeliveryStatus.SENT,
                    since=now,
                    next_try_at=None,
                    error="",
                    may_have_arrived=False,
                ),
            )

    def mark_failed(self, key: str, error: str, next_try_at: datetime) -> None:
        """Record a failed round of attempts; `key` is tried again at `next_try_at`."""
        line = self.entries[key]
        if line.status is DeliveryStatus.IN_FLIGHT:
            self.put(
                key,
                replace(
                    line,
                    status=DeliveryStatus.QUEUED,
                    attempts=line.attempts + 1,
                    next_try_at=next_try_at,
                    error=error,
                    may_have_arrived=True,
                ),
            )

    def block(
        self,
        key: str,
        sending: DeliveryStatus,
        error: str,
        now: datetime,
        next_try_at: datetime | None = None,
    ) -> None:
        """Record that `key` cannot be sent until a person has done something: one of `STUCK`."""
        line = self.entries[key]
        if line.status is DeliveryStatus.IN_FLIGHT:
            stuck = replace(line, status=sending, since=now, error=error)
            self.put(key, replace(stuck, attempts=line.attempts + 1, next_try_at=next_try_at))

    def blocked(self, acknowledged: Container[str]) -> tuple[str, ...]:
        """Return the keys that wait for a person, less those acknowledged in any generation."""
        return tuple(
            key
            for key, line in sorted(self.entries.items())
            if line.status in BLOCKED and base_of(key) not in acknowledged
        )

    def retry(self, acknowledged: Container[str]) -> None:
        """Queue again, under its key, what is stuck and can be tried: somebody says so."""
        for key in self.blocked(acknowledged):
            line = self.entries[key]
            if line.status in RETRYABLE:
                self.put(key, replace(line, status=DeliveryStatus.QUEUED, next_try_at=None))

    def recover(self) -> None:
        """Queue again what was under way when the last run ended: an attempt may run twice."""
        for key, line in self.entries.items():
            if line.status is DeliveryStatus.IN_FLIGHT:
                self.entries[key] = replace(
                    line, status=DeliveryStatus.QUEUED, error=INTERRUPTED, may_have_arrived=True
                )

    def in_effect(self) -> frozenset[str]:
        """Return the first-generation keys of what the world was told and still holds."""
        return frozenset(
            base_of(key)
            for key, line in self.entries.items()
            if line.status is DeliveryStatus.SENT and not key.startswith(COMPENSATION_PREFIX)
        )


def _waits(line: OutboxEntry) -> bool:
    """Whether it is still to be sent, by itself or once somebody has mended something."""
    return line.status is DeliveryStatus.QUEUED or line.status in RETRYABLE


def _is_tried(key: str, line: OutboxEntry, acknowledged: Container[str]) -> bool:
    if line.status is DeliveryStatus.NO_RECIPIENT:
        return base_of(key) not in acknowledged
    return line.status is DeliveryStatus.QUEUED
