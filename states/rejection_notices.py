"""What the sender of a message is told that was not taken, so that nothing fails in silence.

An integrator may ask for the receipt of each message. One that never asks is told here: of what a
rule refused, of what could not be read, and of what has waited for a day for something that never
came. Whoever floods a sentence is not told of each: there is a bound for a day.
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
"""How long a message is held before its sender is told."""

DAILY_LIMIT: Final = 20
"""Unreadable messages of one London day of which anybody is told."""

_NOT_TAKEN: Final = "message-not-taken"
_UNREADABLE: Final = "message-unreadable"


def rejection_notices(
    log: Sequence[LogEntry],
    dispositions: Mapping[str, Disposition],
    quarantined: Iterable[DeadLetter],
    ledger: OutboxLedger,
    now: datetime,
) -> dict[str, Effect]:
    """Return what senders are to be told at `now`, by key.

    What is taken after all is told by the counter-effect. Of what cannot be read, a notice stands
    once it was queued: the list of such messages is short, and forgets.
    """
    found = {effect.key: effect for effect in _not_taken(log, dispositions, now)}
    return found | {effect.key: effect for effect in _unreadable(quarantined, ledger)}


def next_rejection_notice(
    log: Sequence[LogEntry], dispositions: Mapping[str, Disposition], now: datetime
) -> datetime | None:
    """Return when the sender of a message that is held will be told; None where none is."""
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


def _unreadable(quarantined: Iterable[DeadLetter], ledger: OutboxLedger) -> Iterator[Effect]:
    told = Counter[str]()
    for line in ledger.entries.values():
        if line.effect.template == _UNREADABLE:
            told[dict(line.effect.facts)["day"]] += 1
            yield line.effect
    for item in sorted(quarantined, key=lambda item: (item.at, item.digest, item.code)):
        effect = _of_quarantined(item)
        day = dict(effect.facts)["day"]
        if effect.key not in ledger.entries and told[day] < DAILY_LIMIT:
            told[day] += 1
            yield effect


def _of_quarantined(item: DeadLetter) -> Effect:
    facts = (
        ("code", item.code),
        ("day", str(day_of(item.at))),
        ("digest", item.digest),
        ("kind", item.kind),
        *((("organisation", item.organisation),) if item.organisation else ()),
    )
    # Where nobody can tell who sent it, whoever runs the system is told.
    recipient = SENDER if item.organisation else OPS
    key = f"{_UNREADABLE}/{item.digest}/{item.code}"
    return Effect(key, _UNREADABLE, recipient, item.event_id or item.digest, facts)
