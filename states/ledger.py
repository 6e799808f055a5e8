"""The ledger: what the world was told, held against what it is to be told.

A key is never sent twice. What no longer stands and never left is cancelled; what left is
countered by a message of its own; what stands again after that is the next generation of its key.
"""

from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import datetime

from states.lines import (
    COUNTER,
    INTERRUPTED,
    MENDABLE,
    STUCK,
    Line,
    Sending,
    base_of,
    counter_to,
    generation_of,
    reinstated,
)
from states.records import Effect


class Ledger:
    """Every effect that was ever desired, by key and generation."""

    def __init__(self, lines: Mapping[str, Line] | None = None) -> None:
        self.entries: dict[str, Line] = dict(lines or {})
        self._latest: dict[str, str] = {}
        for key in self.entries:
            self._index(key)

    def _index(self, key: str) -> None:
        base = base_of(key)
        known = self._latest.get(base)
        if known is None or generation_of(key) > generation_of(known):
            self._latest[base] = key

    def put(self, key: str, line: Line) -> None:
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
            if base not in wanted and base not in alarms and not base.startswith(COUNTER):
                self._unwant(self._latest[base], now, withhold=withhold)

    def _want(self, key: str, effect: Effect, now: datetime, *, withhold: bool) -> None:
        queued = Sending.WITHHELD if withhold else Sending.QUEUED
        latest = self._latest.get(key)
        if latest is None:
            self.put(key, Line(effect, queued, now))
            return
        line = self.entries[latest]
        if line.status is Sending.CANCELLED:
            self.put(latest, Line(effect, queued, now))
        elif line.status is Sending.SUPERSEDED:
            self.put(latest, reinstated(line, now))
        elif line.status is Sending.COMPENSATED and not self._recall_counter(latest, now):
            self.put(f"{key}#{generation_of(latest) + 1}", Line(effect, queued, now))

    def _recall_counter(self, key: str, now: datetime) -> bool:
        # What was taken back stands again before the taking back had left: say nothing at all.
        counter = self.entries.get(COUNTER + key)
        if counter is None or not _waits(counter) or counter.may_have_arrived:
            return False
        self.put(COUNTER + key, replace(counter, status=Sending.CANCELLED, since=now))
        self.put(key, reinstated(self.entries[key], now))
        return True

    def _unwant(self, key: str, now: datetime, *, withhold: bool) -> None:
        line = self.entries[key]
        never_left = _waits(line) and not line.may_have_arrived
        if never_left or line.status in (Sending.WITHHELD, Sending.CONFLICTING):
            self.put(key, replace(line, status=Sending.CANCELLED, since=now))
        elif not _waits(line) and line.status is not Sending.SENT:
            # One in flight is judged when it has landed: a counter must not overtake it.
            return
        elif withhold:
            self.put(key, replace(line, status=Sending.SUPERSEDED, since=now))
        else:
            self.put(key, replace(line, status=Sending.COMPENSATED, since=now))
            self.put(COUNTER + key, Line(counter_to(key, line.effect), Sending.QUEUED, now))

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
        return any(line.status is Sending.QUEUED for line in self.entries.values())

    def start(self, key: str, now: datetime) -> Effect:
        """Mark `key` as under way and return its effect, under that very key."""
        line = self.entries[key]
        self.put(key, replace(line, status=Sending.IN_FLIGHT, since=now))
        return replace(line.effect, key=key)

    def mark_sent(self, key: str, now: datetime) -> None:
        """Record that `key` has arrived. If it stands no longer, `reconcile` counters it next."""
        line = self.entries[key]
        if line.status is Sending.IN_FLIGHT:
            self.put(
                key,
                replace(
                    line,
                    status=Sending.SENT,
                    since=now,
                    next_try_at=None,
                    error="",
                    may_have_arrived=False,
                ),
            )

    def mark_failed(self, key: str, error: str, next_try_at: datetime) -> None:
        """Record a failed round of attempts; `key` is tried again at `next_try_at`."""
        line = self.entries[key]
        if line.status is Sending.IN_FLIGHT:
            self.put(
                key,
                replace(
                    line,
                    status=Sending.QUEUED,
                    attempts=line.attempts + 1,
                    next_try_at=next_try_at,
                    error=error,
                    may_have_arrived=True,
                ),
            )

    def block(
        self,
        key: str,
        sending: Sending,
        error: str,
        now: datetime,
        next_try_at: datetime | None = None,
    ) -> None:
        """Record that `key` cannot be sent until a person has done something: one of `STUCK`."""
        line = self.entries[key]
        if line.status is Sending.IN_FLIGHT:
            stuck = replace(line, status=sending, since=now, error=error)
            self.put(key, replace(stuck, attempts=line.attempts + 1, next_try_at=next_try_at))

    def blocked(self, acknowledged: Container[str]) -> tuple[str, ...]:
        """Return the keys that wait for a person, less those acknowledged in any generation."""
        return tuple(
            key
            for key, line in sorted(self.entries.items())
            if line.status in STUCK and base_of(key) not in acknowledged
        )

    def retry(self, acknowledged: Container[str]) -> None:
        """Queue again, under its key, what is stuck and can be tried: somebody says so."""
        for key in self.blocked(acknowledged):
            line = self.entries[key]
            if line.status in MENDABLE:
                self.put(key, replace(line, status=Sending.QUEUED, next_try_at=None))

    def recover(self) -> None:
        """Queue again what was under way when the last run ended: an attempt may run twice."""
        for key, line in self.entries.items():
            if line.status is Sending.IN_FLIGHT:
                self.entries[key] = replace(
                    line, status=Sending.QUEUED, error=INTERRUPTED, may_have_arrived=True
                )

    def in_effect(self) -> frozenset[str]:
        """Return the first-generation keys of what the world was told and still holds."""
        return frozenset(
            base_of(key)
            for key, line in self.entries.items()
            if line.status is Sending.SENT and not key.startswith(COUNTER)
        )


def _waits(line: Line) -> bool:
    """Whether it is still to be sent, by itself or once somebody has mended something."""
    return line.status is Sending.QUEUED or line.status in MENDABLE


def _is_tried(key: str, line: Line, acknowledged: Container[str]) -> bool:
    if line.status is Sending.NO_RECIPIENT:
        return base_of(key) not in acknowledged
    return line.status is Sending.QUEUED
