"""What the queries answer, in pages: a reply, like any message, has a size limit."""

from typing import Any, Final

from states.case_record import rows
from states.facets import clock_view
from states.identity import Identity
from states.law import Law
from states.recording import delay_days, recording
from states.unapplied import unapplied
from states.view import ordered
from states.vocabulary import Verdict
from workflows.desk import Desk

PAGE: Final = 200
"""Items of one page."""


def _paged(name: str, items: list[Any], page: int) -> dict[str, Any]:
    pages = max(1, -(-len(items) // PAGE))
    chosen = min(max(page, 1), pages)
    start = (chosen - 1) * PAGE
    shown = items[start : start + PAGE]
    return {name: shown, "page": chosen, "pages": pages, "total": len(items)}


def events_page(desk: Desk, page: int) -> dict[str, Any]:
    """Return the events applied, in the order in which they are decided, without free text."""
    if desk.decision is None:
        return _paged("events", [], page)
    verdicts = desk.decision.dispositions
    items = [
        {
            "event_id": entry.event.event_id,
            "kind": entry.event.KIND,
            "received_at": entry.received_at.isoformat(),
            "delay_days": delay_days(entry),
            "irregular": verdicts[entry.event.uid].irregular,
            "note": verdicts[entry.event.uid].reason,
            "digest": entry.digest,
            "event": entry.event.model_dump(mode="json", exclude_unset=True),
        }
        for entry in desk.event_log.log
        if verdicts[entry.event.uid].verdict is Verdict.APPLIED
    ]
    return _paged("events", items, page)


def clocks_page(desk: Desk, page: int) -> dict[str, Any]:
    """Return the clocks, soonest due first, each with why it is due when it is."""
    if desk.decision is None or desk.as_of is None:
        return _paged("clocks", [], page)
    law: Law = desk.decision.law
    items = [clock_view(clock, law, desk.as_of) for clock in ordered(desk.decision.sentence)]
    return _paged("clocks", [*items, *recording(desk.event_log, desk.decision, law)], page)


def record_page(desk: Desk, identity: Identity, page: int) -> dict[str, Any]:
    """Return every row that the case record is to hold, as table, key and values."""
    if desk.decision is None or desk.as_of is None:
        return _paged("rows", [], page)
    found = rows(identity, desk.event_log, desk.decision, desk.as_of)
    items = [[row.table, row.key, dict(row.values)] for row in found]
    return _paged("rows", items, page) | {"as_of": desk.as_of.isoformat()}


def unapplied_page(desk: Desk, page: int) -> dict[str, Any]:
    """Return held, refused and quarantined messages, newest first, and the exact counts."""
    items = unapplied(desk.event_log, desk.decision) if desk.decision is not None else []
    quarantine, repeats = desk.event_log.quarantine, desk.event_log.repeats
    return _paged("unapplied", items, page) | {
        "quarantined": {
            "count": quarantine.tally.count,
            "checksum": f"{quarantine.tally.checksum:032x}",
            "by_code": dict(sorted(quarantine.by_code.items())),
        },
        "repeats": {"count": repeats.count, "checksum": f"{repeats.checksum:032x}"},
    }
