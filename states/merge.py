"""Take over the case file of a sentence that goes on here: log, ledger and what was quarantined.

Nothing is overwritten and nothing counts twice. An event that both files hold is one event; what
the world was told by either is told.
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
}
"""Of two lines under one key, the one that has come further is believed."""


def merge(case: EventLog, other: EventLog, source: str, own: str) -> None:
    """Put into `case`, of the sentence `own`, all that `other` of the sentence `source` kept.

    It can be done again, with a later state of the same file, and changes only what is new.
    """
    for entry in other.log:
        case.import_entry(entry)
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


def _merge_outbox(ledger: OutboxLedger, other: OutboxLedger) -> None:
    other.recover()
    for key, line in sorted(other.entries.items()):
        known = ledger.entries.get(key)
        if known is None or _rank(known) < _rank(line):
            ledger.put(key, line)


def _rank(line: OutboxEntry) -> tuple[int, datetime]:
    return _PROGRESS[line.status], line.since


def _merge_quarantine(case: EventLog, other: Quarantine, source: str, own: str) -> None:
    # Each file counts its own messages, and knows the latest account of those it took over.
    for origin, account in {**other.merged, source: other.own}.items():
        known = case.quarantine.merged.get(origin)
        if origin != own and (known is None or _is_later(known, account)):
            case.quarantine.merged[origin] = account
    case.list_dead_letters(other.listed)


def _is_later(known: QuarantineStats, account: QuarantineStats) -> bool:
    before = (known.tally.count, known.repeats.count, sum(known.dealt_with.values()))
    after = (account.tally.count, account.repeats.count, sum(account.dealt_with.values()))
    return before < after
