"""Outbox of a sentence: every effect that was ever wanted, with its delivery status.

A key is never sent twice. An effect that is no longer wanted is cancelled if it was never sent, and
compensated by an effect of its own if it was. One that is wanted again after that is the next
generation of its key. One whose cause was corrected is replaced by that of the correction: nothing
is sent again that says the same, and nothing is taken back that the correction says anew.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, StrEnum
from typing import Final

from states.entities import Effect
from states.rules.notifications import LINE_MANAGER

COMPENSATION_PREFIX: Final = "counter/"
"""Prefix of the key of an effect that compensates another."""


class DeliveryStatus(StrEnum):
    """Delivery status of an effect."""

    QUEUED = "queued"
    IN_FLIGHT = "in_flight"
    """An attempt runs, or ran when a worker died: it may have arrived."""
    SENT = "sent"
    CANCELLED = "cancelled"
    COMPENSATED = "compensated"
    REPLACED = "replaced"
    """Sent, and its cause was corrected since: the notice of the correction stands in its place."""
    WITHHELD = "withheld"
    """A new build would send it and the old one did not; a person decides."""
    CONFLICTING = "conflicting"
    """The receiver knows its key with other content, so it can never arrive; a person decides."""
    SUPERSEDED = "superseded"
    """Sent, and a new build would compensate it where the old one did not; a person decides."""
    NO_RECIPIENT = "no_recipient"
    """The directory has no recipient for it; ops add one, and it is tried every day."""
    REFUSED = "refused"
    """Its channel refused it for good; a person has it tried again."""
    DOCUMENT_FAILED = "document_failed"
    """Its document cannot be rendered; a person has it tried again."""


RETRYABLE: Final = (
    DeliveryStatus.NO_RECIPIENT,
    DeliveryStatus.REFUSED,
    DeliveryStatus.DOCUMENT_FAILED,
)
"""Statuses of effects that are tried again under their key once the cause is mended."""

BLOCKED: Final = (DeliveryStatus.CONFLICTING, *RETRYABLE)
"""Statuses of effects that cannot be sent until a person acts."""

INTERRUPTED: Final = "Interrupted"
"""Error of an attempt that was under way when its run ended."""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """Effect of one generation, with its delivery status."""

    effect: Effect
    status: DeliveryStatus
    since: datetime
    attempts: int = 0
    next_try_at: datetime | None = None
    error: str = ""
    """The type of the last failure, never its message; empty once an attempt arrived."""
    may_have_arrived: bool = False
    """True if a failed attempt may have arrived, with its answer lost."""


class Correction(Enum):
    """Comparison of the notice of a correction with that of the corrected event."""

    UNCHANGED = "unchanged"
    """It says the same to the same recipient."""
    CHANGED = "changed"


Compare = Callable[[Effect, Effect], Correction | None]
"""Comparison of a notice with a later one; None where the later one corrects something else."""


def unrelated(_before: Effect, _after: Effect) -> None:
    """Find no notice to be the correction of another."""


def base_of(key: str) -> str:
    """Return the key of the first generation of `key`."""
    return key.partition("#")[0]


def compensation_for(key: str, effect: Effect) -> Effect:
    """Return the effect that compensates the one sent under `key`.

    Where liberty is at stake it asks a manager to review, and takes nothing back by itself.
    """
    return replace(
        effect,
        key=COMPENSATION_PREFIX + key,
        template=f"{effect.template}-{'review' if effect.liberty else 'withdrawn'}",
        recipient=LINE_MANAGER if effect.liberty else effect.recipient,
        facts=(*effect.facts, ("withdraws", key)),
    )


def generation_of(key: str) -> int:
    """Return the generation of `key`, from 1."""
    _, _, number = key.partition("#")
    return int(number) if number else 1


def reinstated(entry: OutboxEntry, now: datetime) -> OutboxEntry:
    """Return `entry` as it was before it was compensated or superseded.

    One that may never have arrived is tried again, under its own key.
    """
    before = DeliveryStatus.QUEUED if entry.error else DeliveryStatus.SENT
    return replace(entry, status=before, since=now)


class OutboxLedger:
    """Effects of a sentence, by key and generation."""

    def __init__(self, entries: Mapping[str, OutboxEntry] | None = None) -> None:
        self.entries: dict[str, OutboxEntry] = dict(entries or {})
        self._latest: dict[str, str] = {}
        for key in self.entries:
            self._index(key)

    def _index(self, key: str) -> None:
        base = base_of(key)
        known = self._latest.get(base)
        if known is None or generation_of(key) > generation_of(known):
            self._latest[base] = key

    def put(self, key: str, entry: OutboxEntry) -> None:
        """Insert or replace one entry."""
        self.entries[key] = entry
        self._index(key)

    def reconcile(
        self,
        wanted: Mapping[str, Effect],
        alerts: Mapping[str, Effect],
        now: datetime,
        *,
        quiet: bool,
        withhold: bool = False,
        silenced: frozenset[str] = frozenset(),
        compare: Compare = unrelated,
    ) -> None:
        """Queue new effects, and cancel, replace or compensate those that are no longer wanted.

        New `alerts` are queued only when it is `quiet`. With `withhold`, after an upgrade, nothing
        is queued or compensated: the difference is left to a person. Recipients that are
        `silenced` get nothing more: neither what is new or waiting, nor what takes back. `compare`
        finds the notice of a correction.
        """
        wanted = {key: effect for key, effect in wanted.items() if effect.recipient not in silenced}
        kept = self._replace(wanted, alerts, now, compare=compare)
        for key in sorted(wanted):
            if key not in kept:
                self._want(key, wanted[key], now, withhold=withhold)
        for key in sorted(alerts):
            if quiet or key in self._latest:
                self._want(key, alerts[key], now, withhold=withhold)
        for base in sorted(self._latest):
            is_wanted = base in wanted or base in alerts or base in kept
            muted = self.entries[self._latest[base]].effect.recipient in silenced
            if muted:
                self._cancel_waiting(self._latest[base], now)
            elif not is_wanted and not base.startswith(COMPENSATION_PREFIX):
                self._unwant(self._latest[base], now, withhold=withhold)

    def _cancel_waiting(self, key: str, now: datetime) -> None:
        entry = self.entries[key]
        if _waits(entry):
            self.put(key, replace(entry, status=DeliveryStatus.CANCELLED, since=now))

    def _replace(
        self,
        wanted: Mapping[str, Effect],
        alerts: Mapping[str, Effect],
        now: datetime,
        compare: Compare,
    ) -> set[str]:
        """Let the notices of corrections stand for those sent; return the keys to leave alone.

        A notice that may be on its way is decided once it has arrived, and an unchanged one that
        would follow it waits for that.
        """
        kept: set[str] = set()
        for base in sorted(self._latest):
            latest = self._latest[base]
            entry = self.entries[latest]
            if base in wanted or base in alerts or not _may_be_replaced(base, entry):
                continue
            key, how = _correction(entry.effect, wanted, compare)
            if how is None:
                continue
            if entry.status is not DeliveryStatus.SENT:
                kept |= {base, key} if how is Correction.UNCHANGED else {base}
                continue
            known = self._latest.get(key)
            fresh = known is None or self.entries[known].status in _ANEW
            if how is Correction.UNCHANGED and fresh:
                stands = OutboxEntry(wanted[key], DeliveryStatus.SENT, entry.since, entry.attempts)
                self.put(key if known is None else known, stands)
            self.put(latest, replace(entry, status=DeliveryStatus.REPLACED, since=now))
        return kept

    def _want(self, key: str, effect: Effect, now: datetime, *, withhold: bool) -> None:
        queued = DeliveryStatus.WITHHELD if withhold else DeliveryStatus.QUEUED
        latest = self._latest.get(key)
        if latest is None:
            self.put(key, OutboxEntry(effect, queued, now))
            return
        entry = self.entries[latest]
        if entry.status is DeliveryStatus.CANCELLED:
            self.put(latest, OutboxEntry(effect, queued, now))
        elif entry.status is DeliveryStatus.SUPERSEDED:
            self.put(latest, reinstated(entry, now))
        elif entry.status is DeliveryStatus.REPLACED or (
            entry.status is DeliveryStatus.COMPENSATED
            and not self._cancel_compensation(latest, now)
        ):
            self.put(f"{key}#{generation_of(latest) + 1}", OutboxEntry(effect, queued, now))

    def _cancel_compensation(self, key: str, now: datetime) -> bool:
        # Wanted again before its compensation was sent: then nothing needs to be sent.
        compensation = self.entries.get(COMPENSATION_PREFIX + key)
        if compensation is None or not _waits(compensation) or compensation.may_have_arrived:
            return False
        cancelled = replace(compensation, status=DeliveryStatus.CANCELLED, since=now)
        self.put(COMPENSATION_PREFIX + key, cancelled)
        self.put(key, reinstated(self.entries[key], now))
        return True

    def _unwant(self, key: str, now: datetime, *, withhold: bool) -> None:
        entry = self.entries[key]
        never_left = _waits(entry) and not entry.may_have_arrived
        if never_left or entry.status in (DeliveryStatus.WITHHELD, DeliveryStatus.CONFLICTING):
            self.put(key, replace(entry, status=DeliveryStatus.CANCELLED, since=now))
        elif not _waits(entry) and entry.status is not DeliveryStatus.SENT:
            # One in flight is decided once it has arrived: its compensation must not overtake it.
            return
        elif withhold:
            self.put(key, replace(entry, status=DeliveryStatus.SUPERSEDED, since=now))
        else:
            self.put(key, replace(entry, status=DeliveryStatus.COMPENSATED, since=now))
            compensation = compensation_for(key, entry.effect)
            self.put(compensation.key, OutboxEntry(compensation, DeliveryStatus.QUEUED, now))

    def queued(self, now: datetime, acknowledged: Container[str] = ()) -> tuple[str, ...]:
        """Return the keys whose next attempt is due at `now`, sorted.

        An effect without a recipient is among them once a day, until it is `acknowledged`.
        """
        return tuple(
            key
            for key, entry in sorted(self.entries.items())
            if _is_tried(key, entry, acknowledged)
            and (entry.next_try_at is None or entry.next_try_at <= now)
        )

    def next_try_at(self, acknowledged: Container[str] = ()) -> datetime | None:
        """Return the time of the earliest scheduled attempt; None where none is scheduled."""
        waiting = (
            entry.next_try_at
            for key, entry in self.entries.items()
            if _is_tried(key, entry, acknowledged) and entry.next_try_at is not None
        )
        return min(waiting, default=None)

    def has_queued(self) -> bool:
        """Return whether any effect is queued."""
        return any(entry.status is DeliveryStatus.QUEUED for entry in self.entries.values())

    def start(self, key: str, now: datetime) -> Effect:
        """Mark `key` as in flight and return its effect, under the key of that generation."""
        entry = self.entries[key]
        self.put(key, replace(entry, status=DeliveryStatus.IN_FLIGHT, since=now))
        return replace(entry.effect, key=key)

    def mark_sent(self, key: str, now: datetime) -> None:
        """Record that `key` has arrived; `reconcile` compensates it if it is no longer wanted."""
        entry = self.entries[key]
        if entry.status is DeliveryStatus.IN_FLIGHT:
            self.put(key, OutboxEntry(entry.effect, DeliveryStatus.SENT, now, entry.attempts))

    def mark_failed(self, key: str, error: str, next_try_at: datetime) -> None:
        """Record a failed round of attempts; `key` is tried again at `next_try_at`."""
        entry = self.entries[key]
        if entry.status is DeliveryStatus.IN_FLIGHT:
            failed = replace(
                entry,
                status=DeliveryStatus.QUEUED,
                attempts=entry.attempts + 1,
                next_try_at=next_try_at,
                error=error,
                may_have_arrived=True,
            )
            self.put(key, failed)

    def block(
        self,
        key: str,
        status: DeliveryStatus,
        error: str,
        now: datetime,
        next_try_at: datetime | None = None,
    ) -> None:
        """Record that `key` cannot be sent until a person acts; `status` is one of `BLOCKED`."""
        entry = self.entries[key]
        if entry.status is DeliveryStatus.IN_FLIGHT:
            blocked = replace(
                entry,
                status=status,
                since=now,
                attempts=entry.attempts + 1,
                next_try_at=next_try_at,
                error=error,
            )
            self.put(key, blocked)

    def blocked(self, acknowledged: Container[str]) -> tuple[str, ...]:
        """Return the blocked keys that a person has not acknowledged, in any generation, sorted."""
        return tuple(
            key
            for key, entry in sorted(self.entries.items())
            if entry.status in BLOCKED and base_of(key) not in acknowledged
        )

    def retry(self, acknowledged: Container[str]) -> None:
        """Queue again, under their keys, the blocked effects that can be retried."""
        for key in self.blocked(acknowledged):
            entry = self.entries[key]
            if entry.status in RETRYABLE:
                self.put(key, replace(entry, status=DeliveryStatus.QUEUED, next_try_at=None))

    def recover(self) -> None:
        """Queue again what was in flight when the last run ended: an attempt may run twice."""
        for key, entry in self.entries.items():
            if entry.status is DeliveryStatus.IN_FLIGHT:
                self.entries[key] = replace(
                    entry, status=DeliveryStatus.QUEUED, error=INTERRUPTED, may_have_arrived=True
                )

    def in_effect(self) -> frozenset[str]:
        """Return the first-generation keys of the effects that were sent and not compensated."""
        return frozenset(
            base_of(key)
            for key, entry in self.entries.items()
            if entry.status is DeliveryStatus.SENT and not key.startswith(COMPENSATION_PREFIX)
        )


def _may_be_replaced(base: str, entry: OutboxEntry) -> bool:
    """Return whether the notice of a correction can stand for `entry`: it arrived, or may have."""
    if base.startswith(COMPENSATION_PREFIX):
        return False
    if _waits(entry):
        return entry.may_have_arrived
    return entry.status in (DeliveryStatus.SENT, DeliveryStatus.IN_FLIGHT)


_ANEW: Final = (DeliveryStatus.CANCELLED, DeliveryStatus.REPLACED)
"""Statuses from which a notice that is wanted again would be sent anew."""


def _correction(
    effect: Effect, wanted: Mapping[str, Effect], compare: Compare
) -> tuple[str, Correction | None]:
    """Return the key of the notice that corrects `effect`, and how it compares."""
    about = f"{effect.template}/{effect.subject}/"
    for key, after in sorted(wanted.items()):
        if key.startswith(about) and after.recipient == effect.recipient:
            how = compare(effect, after)
            if how is not None:
                return key, how
    return "", None


def _waits(entry: OutboxEntry) -> bool:
    """Return whether `entry` is still to be sent, by itself or once its cause is mended."""
    return entry.status is DeliveryStatus.QUEUED or entry.status in RETRYABLE


def _is_tried(key: str, entry: OutboxEntry, acknowledged: Container[str]) -> bool:
    if entry.status is DeliveryStatus.NO_RECIPIENT:
        return base_of(key) not in acknowledged
    return entry.status is DeliveryStatus.QUEUED
