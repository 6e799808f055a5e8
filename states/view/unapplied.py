"""Messages that were received and not applied, with their reasons."""

from typing import Any

from states.entities import Disposition
from states.event_log import EventLog, FoldResult
from states.messages import DeadLetter, LogEntry
from states.vocabulary import DispositionKind

_OPEN = (DispositionKind.HELD, DispositionKind.REFUSED)


def _of_entry(entry: LogEntry, disposition: Disposition) -> dict[str, Any]:
    return {
        "event_id": entry.event.event_id,
        "kind": entry.event.KIND,
        "disposition": disposition.verdict.value,
        "code": disposition.verdict.value,
        "reason": disposition.reason,
        "at": entry.received_at.isoformat(),
        "digest": entry.digest,
        "times": 1,
    }


def _of_quarantined(item: DeadLetter) -> dict[str, Any]:
    return {
        "event_id": item.event_id,
        "kind": item.kind,
        "disposition": DispositionKind.QUARANTINED.value,
        "code": item.code,
        "reason": item.reason,
        "at": item.at.isoformat(),
        "digest": item.digest,
        "times": item.times,
    }


def unapplied(case: EventLog, decided: FoldResult) -> list[dict[str, Any]]:
    """Return every held, refused and quarantined message, newest first, with its reason.

    Of the quarantined, the last 200 are listed; the counts under `arrival` are exact for ever.
    """
    resolved = decided.sentence.resolved
    found: list[dict[str, Any]] = []
    for entry in decided.notable:
        disposition = decided.dispositions[entry.event.uid]
        if disposition.verdict in _OPEN:
            found.append(_of_entry(entry, disposition))
    found.extend(_of_quarantined(item) for item in case.quarantine.listed)
    held = {"disposition": DispositionKind.HELD.value}
    found.extend(_of_quarantined(item) | held for item in case.awaiting_key)
    found.sort(key=lambda item: (str(item["at"]), str(item["digest"])), reverse=True)
    return [
        item | {"resolved": item["digest"] in resolved or item["event_id"] in resolved}
        for item in found
    ]


def unapplied_total(case: EventLog, decided: FoldResult) -> int:
    """Return the number of held, refused and quarantined messages that are not resolved."""
    resolved = decided.sentence.resolved
    open_events = sum(
        1
        for entry in decided.notable
        if decided.dispositions[entry.event.uid].verdict in _OPEN
        and entry.digest not in resolved
        and entry.event.event_id not in resolved
    )
    quarantined = case.quarantine.tally.count - case.quarantine.dealt_with(resolved)
    return open_events + quarantined + len(case.awaiting_key)
