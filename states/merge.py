"""Merge the log, outbox and quarantine of another sentence into this one, which continues it.

Nothing is overwritten and nothing counts twice. An event of both logs is one event; an effect that
either sentence sent is sent.
"""

from datetime import datetime
from typing import Final

from states.event_log import EventLog
from states.messages import Quarantine, QuarantineStats
from states.outbox import DeliveryStatus, OutboxEntry, OutboxLedger

_PROGRESS: Final = {
    DeliveryStatus.CANCELLED: 0,
    DeliveryStatus.QUEUED: 1,
    DeliveryStatus.WITHHELD: 1,
    DeliveryStatus.IN_FLIGHT: 2,
    DeliveryStatus.NO_RECIPIENT: 2,
    DeliveryStatus.DOCUMENT_FAILED: 2,
    DeliveryStatus.REFUSED: 2,
    DeliveryStatus.CONFLICTING: 3,
    DeliveryStatus.SENT: 4,
    DeliveryStatus.SUPERSEDED: 4,
    DeliveryStatus.COMPENSATED: 4,
    DeliveryStatus.REPLACED: 4,
}
"""Rank of each status: of two entries under one key, the higher one is kept."""


def merge(case: EventLog, other: EventLog, source: str, own: str) -> None:
    """Merge `other`, of the workflow id `source`, into `case`, of the workflow id `own`.

    A repeated merge, with a later state of `other`, adds only what is new.
    """
    for logged in other.log:
        case.import_entry(logged)
    _merge_outbox(case.outbox, other.outbox)
    _merge_quarantine(case, other.quarantine, source, own)
    for note in other.audit_notes:
        if note not in case.audit_notes:
            case.audit_notes.append(note)
    times = (case.last_received_at, other.last_received_at)
    case.last_received_at = max((at for at in times if at is not None), default=None)
    for origin in (*other.origins, source):
        if origin not in (*case.origins, own):
            case.origins.append(origin)


def _merge_outbox(outbox: OutboxLedger, other: OutboxLedger) -> None:
    other.recover()
    for key, entry in sorted(other.entries.items()):
        known = outbox.entries.get(key)
        if known is None or _rank(known) < _rank(entry):
            outbox.put(key, entry)


def _rank(entry: OutboxEntry) -> tuple[int, datetime]:
    return _PROGRESS[entry.status], entry.since


def _merge_quarantine(case: EventLog, other: Quarantine, source: str, own: str) -> None:
    # Each sentence counts its own messages, and keeps the latest counts of those merged into it.
    for origin, stats in {**other.merged, source: other.own}.items():
        known = case.quarantine.merged.get(origin)
        if origin != own and (known is None or _is_later(known, stats)):
            case.quarantine.merged[origin] = stats
    case.list_dead_letters(other.listed)


def _is_later(known: QuarantineStats, stats: QuarantineStats) -> bool:
    before = (known.tally.count, known.repeats.count, sum(known.dealt_with.values()))
    after = (stats.tally.count, stats.repeats.count, sum(stats.dealt_with.values()))
    return before < after
