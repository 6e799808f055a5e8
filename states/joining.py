"""Take over the case file of a sentence that goes on here: log, ledger and what was quarantined.

Nothing is overwritten and nothing counts twice. An event that both files hold is one event; what
the world was told by either is told.
"""

from datetime import datetime
from typing import Final

from states.casefile import CaseFile
from states.ledger import Ledger
from states.lines import Line, Sending
from states.messages import Account, Quarantine

_HOW_FAR: Final = {
    Sending.CANCELLED: 0,
    Sending.QUEUED: 1,
    Sending.WITHHELD: 1,
    Sending.IN_FLIGHT: 2,
    Sending.NO_RECIPIENT: 2,
    Sending.DOCUMENT_FAILED: 2,
    Sending.REFUSED: 2,
    Sending.CONFLICTING: 3,
    Sending.SENT: 4,
    Sending.SUPERSEDED: 4,
    Sending.COMPENSATED: 4,
}
"""Of two lines under one key, the one that has come further is believed."""


def join(case: CaseFile, other: CaseFile, source: str, own: str) -> None:
    """Put into `case`, of the sentence `own`, all that `other` of the sentence `source` kept.

    It can be done again, with a later state of the same file, and changes only what is new.
    """
    for entry in other.log:
        case.import_entry(entry)
    _join_ledger(case.outbox, other.outbox)
    _join_quarantine(case, other.quarantine, source, own)
    for note in other.audit_notes:
        if note not in case.audit_notes:
            case.audit_notes.append(note)
    times = (case.last_received_at, other.last_received_at)
    case.last_received_at = max((at for at in times if at is not None), default=None)
    for origin in (*other.origins, source):
        if origin not in (*case.origins, own):
            case.origins.append(origin)


def _join_ledger(ledger: Ledger, other: Ledger) -> None:
    other.recover()
    for key, line in sorted(other.entries.items()):
        known = ledger.entries.get(key)
        if known is None or _rank(known) < _rank(line):
            ledger.put(key, line)


def _rank(line: Line) -> tuple[int, datetime]:
    return _HOW_FAR[line.status], line.since


def _join_quarantine(case: CaseFile, other: Quarantine, source: str, own: str) -> None:
    # Each file counts its own messages, and knows the latest account of those it took over.
    for origin, account in {**other.merged, source: other.own}.items():
        known = case.quarantine.merged.get(origin)
        if origin != own and (known is None or _is_later(known, account)):
            case.quarantine.merged[origin] = account
    case.list_dead_letters(other.listed)


def _is_later(known: Account, account: Account) -> bool:
    before = (known.tally.count, known.repeats.count, sum(known.dealt_with.values()))
    after = (account.tally.count, account.repeats.count, sum(account.dealt_with.values()))
    return before < after
