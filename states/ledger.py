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
        self.lines: dict[str, Line] = dict(lines or {})
        self._latest: dict[str, str] = {}
        for key in self.lines:
            self._index(key)

    def _index(self, key: str) -> None:
        base = base_of(key)
        known = self._latest.get(base)
        if known is None or generation_of(key) > generation_of(known):
            self._latest[base] = key

    def put(self, key: str, line: Line) -> None:
        """Enter or replace one line."""
        self.lines[key] = line
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
        line = self.lines[latest]
        if line.sending is Sending.CANCELLED:
            self.put(latest, Line(effect, queued, now))
        elif line.sending is Sending.LEFT:
            self.put(latest, reinstated(line, now))
        elif line.sending is Sending.COUNTERED and not self._recall_counter(latest, now):
            self.put(f"{key}#{generation_of(latest) + 1}", Line(effect, queued, now))

    def _recall_counter(self, key: str, now: datetime) -> bool:
        # What was taken back stands again before the taking back had left: say nothing at all.
        counter = self.lines.get(COUNTER + key)
        if counter is None or not _waits(counter) or counter.doubtful:
            return False
        self.put(COUNTER + key, replace(counter, sending=Sending.CANCELLED, since=now))
        self.put(key, reinstated(self.lines[key], now))
        return True

    def _unwant(self, key: str, now: datetime, *, withhold: bool) -> None:
        line = self.lines[key]
        never_left = _waits(line) and not line.doubtful
        if never_left or line.sending in (Sending.WITHHELD, Sending.CONFLICTING):
            self.put(key, replace(line, sending=Sending.CANCELLED, since=now))
        elif not _waits(line) and line.sending is not Sending.SENT:
            # One in flight is judged when it has landed: a counter must not overtake it.
            return
        elif withhold:
            self.put(key, replace(line, sending=Sending.LEFT, since=now))
        else:
            self.put(key, replace(line, sending=Sending.COUNTERED, since=now))
            self.put(COUNTER + key, Line(counter_to(key, line.effect), Sending.QUEUED, now))

    def queued(self, now: datetime, acknowledged: Container[str] = ()) -> tuple[str, ...]:
        """Return the keys whose next attempt is due at `now`, sorted.

        What nobody can be found for is among them once a day, until it is `acknowledged`.
        """
        return tuple(
            key
            for key, line in sorted(self.lines.items())
            if _is_tried(key, line, acknowledged)
            and (line.next_try_at is None or line.next_try_at <= now)
        )

    def next_try_at(self, acknowledged: Container[str] = ()) -> datetime | None:
        """Return when the next attempt that waits for its time is due."""
        waiting = (
            line.next_try_at
            for key, line in self.lines.items()
            if _is_tried(key, line, acknowledged) and line.next_try_at is not None
        )
        return min(waiting, default=None)

    def is_waiting(self) -> bool:
        """Return whether something is still to be sent."""
        return any(line.sending is Sending.QUEUED for line in self.lines.values())

    def take(self, key: str, now: datetime) -> Effect:
        """Mark `key` as under way and return its effect, under that very key."""
        line = self.lines[key]
        self.put(key, replace(line, sending=Sending.IN_FLIGHT, since=now))
        return replace(line.effect, key=key)

    def sent(self, key: str, now: datetime) -> None:
        """Record that `key` has arrived. If it stands no longer, `reconcile` counters it next."""
        line = self.lines[key]
        if line.sending is Sending.IN_FLIGHT:
            self.put(
                key,
                replace(
                    line,
                    sending=Sending.SENT,
                    since=now,
                    next_try_at=None,
                    error="",
                    doubtful=False,
                ),
            )

    def failed(self, key: str, error: str, next_try_at: datetime) -> None:
        """Record a failed round of attempts; `key` is tried again at `next_try_at`."""
        line = self.lines[key]
        if line.sending is Sending.IN_FLIGHT:
            self.put(
                key,
                replace(
                    line,
                    sending=Sending.QUEUED,
                    attempts=line.attempts + 1,
                    next_try_at=next_try_at,
                    error=error,
                    doubtful=True,
                ),
            )

    def stick(
        self,
        key: str,
        sending: Sending,
        error: str,
        now: datetime,
        next_try_at: datetime | None = None,
    ) -> None:
        """Record that `key` cannot be sent until a person has done something: one of `STUCK`."""
        line = self.lines[key]
        if line.sending is Sending.IN_FLIGHT:
            stuck = replace(line, sending=sending, since=now, error=error)
            self.put(key, replace(stuck, attempts=line.attempts + 1, next_try_at=next_try_at))

    def stuck(self, acknowledged: Container[str]) -> tuple[str, ...]:
        """Return the keys that wait for a person, less those acknowledged in any generation."""
        return tuple(
            key
            for key, line in sorted(self.lines.items())
            if line.sending in STUCK and base_of(key) not in acknowledged
        )

    def mended(self, acknowledged: Container[str]) -> None:
        """Queue again, under its key, what is stuck and can be tried: somebody says so."""
        for key in self.stuck(acknowledged):
            line = self.lines[key]
            if line.sending in MENDABLE:
                self.put(key, replace(line, sending=Sending.QUEUED, next_try_at=None))

    def recover(self) -> None:
        """Queue again what was under way when the last run ended: an attempt may run twice."""
        for key, line in self.lines.items():
            if line.sending is Sending.IN_FLIGHT:
                self.lines[key] = replace(
                    line, sending=Sending.QUEUED, error=INTERRUPTED, doubtful=True
                )

    def standing(self) -> frozenset[str]:
        """Return the first-generation keys of what the world was told and still holds."""
        return frozenset(
            base_of(key)
            for key, line in self.lines.items()
            if line.sending is Sending.SENT and not key.startswith(COUNTER)
        )


def _waits(line: Line) -> bool:
    """Whether it is still to be sent, by itself or once somebody has mended something."""
    return line.sending is Sending.QUEUED or line.sending in MENDABLE


def _is_tried(key: str, line: Line, acknowledged: Container[str]) -> bool:
    if line.sending is Sending.UNADDRESSED:
        return base_of(key) not in acknowledged
    return line.sending is Sending.QUEUED
