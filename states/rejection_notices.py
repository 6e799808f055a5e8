"""Notices to the sender of a message that was not applied, so that nothing fails in silence.

An integrator may query the receipt of each message. One that does not is notified of messages that
a rule refused, that could not be read, or that were held for a day. The number of notices about
unreadable messages is bounded for each day, so that a flood does not cause another one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from states.entities import Disposition, Effect
from states.messages import DeadLetter, LogEntry
from states.outbox import OutboxLedger
from states.rules.notifications import OPS
from states.time.london import day_of
from states.vocabulary import DispositionKind

SENDER: Final = "sender"

HELD_FOR: Final = timedelta(hours=24)
"""Time for which a message is held before its sender is notified."""

DAILY_LIMIT: Final = 20
"""Most notices about unreadable messages of one London day."""

_NOT_TAKEN: Final = "message-not-taken"
_UNREADABLE: Final = "message-unreadable"


def rejection_notices(
    log: Sequence[LogEntry],
    dispositions: Mapping[str, Disposition],
    quarantined: Iterable[DeadLetter],
    *,
    outbox: OutboxLedger,
    now: datetime,
) -> dict[str, Effect]:
    """Return the notices due at `now`, by key; `log` needs no entry that was plainly applied.

    A message that is applied after all is announced by the compensation of its notice. A notice
    about an unreadable message stays wanted once queued, because the quarantine forgets messages.
    """
    found = {effect.key: effect for effect in _not_taken(log, dispositions, now)}
    return found | {effect.key: effect for effect in _unreadable(quarantined, outbox)}


def next_rejection_notice(
    log: Sequence[LogEntry], dispositions: Mapping[str, Disposition], now: datetime
) -> datetime | None:
    """Return when the next sender of a held message of `log` is notified; None if none is held."""
    waiting = (
        entry.received_at + HELD_FOR
        for entry in log
        if dispositions[entry.event.uid].verdict is DispositionKind.HELD
    )
    return min((at for at in waiting if at > now), default=None)


def _not_taken(
    log: Sequence[LogEntry], dispositions: Mapping[str, Disposition], now: datetime
) -> Iterator[Effect]:
    for entry in log:
        verdict = dispositions[entry.event.uid].verdict
        long_held = verdict is DispositionKind.HELD and now - entry.received_at >= HELD_FOR
        if verdict is DispositionKind.REFUSED or long_held:
            yield _rejection(entry, verdict)


def _rejection(entry: LogEntry, verdict: DispositionKind) -> Effect:
    event = entry.event
    facts = (
        ("digest", entry.digest),
        ("disposition", verdict.value),
        ("kind", event.KIND),
        ("organisation", event.by.organisation),
    )
    key = f"{_NOT_TAKEN}/{entry.digest}/{verdict.value}"
    return Effect(key, _NOT_TAKEN, SENDER, event.event_id, facts)


def _unreadable(quarantined: Iterable[DeadLetter], outbox: OutboxLedger) -> Iterator[Effect]:
    counted = Counter[str]()
    for entry in outbox.entries.values():
        if entry.effect.template == _UNREADABLE:
            counted[dict(entry.effect.facts)["day"]] += 1
            yield entry.effect
    for item in sorted(quarantined, key=lambda item: (item.at, item.digest, item.code)):
        effect = _of_quarantined(item)
        day = dict(effect.facts)["day"]
        if effect.key not in outbox.entries and counted[day] < DAILY_LIMIT:
            counted[day] += 1
            yield effect


def _of_quarantined(item: DeadLetter) -> Effect:
    facts = (
        ("code", item.code),
        ("day", str(day_of(item.at))),
        ("digest", item.digest),
        ("kind", item.kind),
        *((("organisation", item.organisation),) if item.organisation else ()),
    )
    # Where the sender is unknown, ops are notified.
    recipient = SENDER if item.organisation else OPS
    key = f"{_UNREADABLE}/{item.digest}/{item.code}"
    return Effect(key, _UNREADABLE, recipient, item.event_id or item.digest, facts)
