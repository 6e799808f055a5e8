"""Answers to the queries of a sentence: nothing personal, and nothing that costs history.

Each answers from the case as the last turn left it. A reply has a size limit like any message, so
long lists come in pages.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from temporalio import workflow

from activities.contracts import Imposition
from states.dry_run import DryRun, dry_run
from states.events.imposition import SentenceImposed
from states.record import record_rows
from states.rules.imposition import imposed_content
from states.standards.law import ReferenceKind
from states.view.clocks import clock_view, ordered_clocks
from states.view.sentence import sentence_view
from states.view.timeliness import timeliness
from states.view.unapplied import unapplied
from states.vocabulary import DispositionKind
from workflows.case import SentenceCase
from workflows.inbox import parse_message
from workflows.law import UnknownNameError, recorded_result
from workflows.record_sync import RecordSync

PAGE_SIZE: Final = 200
"""Items of one page."""


PAGE_BYTES: Final = 500_000
"""Bytes of one page of rows, except for a single longer one: far below a message's limit."""


def _paged(
    name: str, items: list[Any], page: int, size_of: Callable[[Any], int] = lambda _item: 0
) -> dict[str, Any]:
    starts = [0]
    size = 0
    for index, item in enumerate(items):
        size += size_of(item)
        if index - starts[-1] >= PAGE_SIZE or (size > PAGE_BYTES and index > starts[-1]):
            starts.append(index)
            size = size_of(item)
    number = min(max(page, 1), len(starts))
    end = starts[number] if number < len(starts) else len(items)
    return {
        name: items[starts[number - 1] : end],
        "page": number,
        "pages": len(starts),
        "total": len(items),
    }


def _size(item: Any) -> int:
    return len(json.dumps(item))


def whole_view(case: SentenceCase, record: RecordSync) -> dict[str, Any]:
    """Return the whole view, with the progress of the case record."""
    if case.decision is None or case.as_of is None:
        # A run that is refused has no sentence, but a workflow id.
        workflow_id = workflow.info().workflow_id
        return {"workflow_id": workflow_id, "state": None, "opening": True}
    view = sentence_view(
        case.ref, case.event_log, case.decision, law=case.decision.law, now=case.as_of
    )
    view["arrival"]["record"] = record.status()
    return view


def impositions(case: SentenceCase) -> list[Imposition]:
    """Return the impositions in the log, that in force first; none while none is in force."""
    in_force = case.sentence.imposed
    events = [
        entry.event for entry in case.event_log.log if isinstance(entry.event, SentenceImposed)
    ]
    return [
        Imposition(uid=event.uid, content=imposed_content(event))
        for event in sorted(events, key=lambda event: event != in_force)
        if in_force is not None
    ]


def clocks_page(case: SentenceCase, page: int) -> dict[str, Any]:
    """Return the clocks, soonest due first, each with the reason for its due date."""
    if case.decision is None or case.as_of is None:
        return _paged("clocks", [], page)
    law = case.decision.law
    clocks = [
        clock_view(case.sentence, clock, law, case.as_of) for clock in ordered_clocks(case.sentence)
    ]
    return _paged("clocks", [*clocks, *timeliness(case.event_log, case.decision, law)], page)


def events_page(case: SentenceCase, page: int) -> dict[str, Any]:
    """Return the applied events without their free text, in the order of the log."""
    if case.decision is None:
        return _paged("events", [], page)
    dispositions = case.decision.dispositions
    items = [
        {
            "event_id": entry.event.event_id,
            "kind": entry.event.KIND,
            "received_at": entry.received_at.isoformat(),
            "delay_days": entry.delay_days,
            "irregular": dispositions[entry.event.uid].irregular,
            "note": dispositions[entry.event.uid].reason,
            "digest": entry.digest,
            "event": entry.event.model_dump(mode="json", exclude_unset=True),
        }
        for entry in case.event_log.log
        if dispositions[entry.event.uid].verdict is DispositionKind.APPLIED
    ]
    return _paged("events", items, page)


def unapplied_page(case: SentenceCase, page: int) -> dict[str, Any]:
    """Return held, refused and quarantined messages, newest first, and the exact counts."""
    items = unapplied(case.event_log, case.decision) if case.decision is not None else []
    quarantine = case.event_log.quarantine
    repeats = case.event_log.repeats
    return _paged("unapplied", items, page) | {
        "quarantined": {
            "count": quarantine.tally.count,
            "checksum": f"{quarantine.tally.checksum:032x}",
            "by_code": dict(sorted(quarantine.by_code.items())),
        },
        "repeats": {"count": repeats.count, "checksum": f"{repeats.checksum:032x}"},
    }


def record_page(case: SentenceCase, record: RecordSync, page: int) -> dict[str, Any]:
    """Return the rows that the case record should hold, and the progress of writing them."""
    if case.decision is None or case.as_of is None:
        return _paged("rows", [], page) | record.status()
    rows = record_rows(case.ref, case.event_log, case.decision, now=case.as_of)
    items = [[row.table, row.key, dict(row.values)] for row in rows]
    return (
        _paged("rows", items, page, size_of=_size)
        | {"as_of": case.as_of.isoformat()}
        | record.status()
    )


def dry_run_result(
    case: SentenceCase, edition: str | None, calendar: str | None, pack: str | None = None
) -> dict[str, Any]:
    """Return the clocks that another edition, calendar or law pack would move; change nothing.

    It reads the catalogue of the worker that answers, so the answer holds for now only.
    """
    if case.law is None or case.as_of is None:
        return DryRun().plain()
    try:
        other_edition = edition and recorded_result(ReferenceKind.EDITION, edition, None)
        other_calendar = calendar and recorded_result(ReferenceKind.CALENDAR, calendar, None)
        other_pack = pack and recorded_result(ReferenceKind.LAW, pack, None)
    except UnknownNameError as error:
        return DryRun(refused=str(error)).plain()
    found = dry_run(
        case.event_log,
        case.law,
        case.as_of,
        edition=other_edition or None,
        calendar=other_calendar or None,
        pack=other_pack or None,
    )
    return found.plain()


def receipts(case: SentenceCase, event_id: str) -> list[dict[str, Any]]:
    """Return the outcome of each message under `event_id`: one for each organisation."""
    return [*_logged(case, event_id), *_quarantined(case, event_id), *_queued(case, event_id)]


def _logged(case: SentenceCase, event_id: str) -> list[dict[str, Any]]:
    return [
        {
            "event_id": event_id,
            "kind": entry.event.KIND,
            "organisation": entry.event.by.organisation,
            "received_at": entry.received_at.isoformat(),
            "digest": entry.digest,
            **_disposition(case, entry.event.uid),
        }
        for entry in case.event_log.log
        if entry.event.event_id == event_id
    ]


def _quarantined(case: SentenceCase, event_id: str) -> list[dict[str, Any]]:
    return [
        {
            "event_id": event_id,
            "kind": item.kind,
            "received_at": item.at.isoformat(),
            "digest": item.digest,
            "disposition": DispositionKind.QUARANTINED.value,
            "reason": f"{item.code}: {item.reason}",
            "irregular": False,
        }
        for item in case.event_log.quarantine.listed
        if item.event_id == event_id
    ]


def _queued(case: SentenceCase, event_id: str) -> list[dict[str, Any]]:
    # A query must be answered within two seconds, and thousands may wait: most are not even read.
    wanted = event_id.encode()
    found = (item for item in case.inbox if any(wanted in part.data for part in item.payloads))
    messages = [parse_message(message, {}) for message in found]
    return [
        {
            "event_id": event_id,
            "kind": message.kind,
            "received_at": message.received_at.isoformat(),
            "digest": message.digest,
            "disposition": "queued",
            "reason": "it is decided as soon as the run is ready",
            "irregular": False,
        }
        for message in messages
        if message.event is not None and message.event.event_id == event_id
    ]


def _disposition(case: SentenceCase, uid: str) -> dict[str, Any]:
    known = case.decision.dispositions.get(uid) if case.decision is not None else None
    if known is None or case.has_stale_law:
        reason = "it is decided as soon as its law is known"
        return {"disposition": "queued", "reason": reason, "irregular": False}
    return {
        "disposition": known.verdict.value,
        "reason": known.reason,
        "irregular": known.irregular,
    }
