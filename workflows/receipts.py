"""What became of the messages under one event id, as callers and queries are told."""

from typing import Any

from states.vocabulary import Verdict
from workflows.desk import Desk
from workflows.inbox import open_letter


def receipts(desk: Desk, event_id: str) -> list[dict[str, Any]]:
    """Return what became of each message under `event_id`: one for each organisation."""
    return [*_logged(desk, event_id), *_quarantined(desk, event_id), *_lying(desk, event_id)]


def _logged(desk: Desk, event_id: str) -> list[dict[str, Any]]:
    return [
        {
            "event_id": event_id,
            "kind": entry.event.KIND,
            "organisation": entry.event.by.organisation,
            "received_at": entry.received_at.isoformat(),
            "digest": entry.digest,
            **_verdict(desk, entry.event.uid),
        }
        for entry in desk.event_log.log
        if entry.event.event_id == event_id
    ]


def _quarantined(desk: Desk, event_id: str) -> list[dict[str, Any]]:
    return [
        {
            "event_id": event_id,
            "kind": item.kind,
            "received_at": item.at.isoformat(),
            "digest": item.digest,
            "disposition": Verdict.QUARANTINED.value,
            "reason": f"{item.code}: {item.reason}",
            "irregular": False,
        }
        for item in desk.event_log.quarantine.listed
        if item.event_id == event_id
    ]


def _lying(desk: Desk, event_id: str) -> list[dict[str, Any]]:
    messages = [open_letter(item, {}) for item in desk.inbox]
    return [
        {
            "event_id": event_id,
            "kind": message.kind,
            "received_at": message.received_at.isoformat(),
            "digest": message.digest,
            "disposition": "queued",
            "reason": "it is taken as soon as the run has opened",
            "irregular": False,
        }
        for message in messages
        if message.event is not None and message.event.event_id == event_id
    ]


def _verdict(desk: Desk, uid: str) -> dict[str, Any]:
    known = desk.decision.dispositions.get(uid) if desk.decision is not None else None
    if known is None or desk.has_stale_law:
        reason = "it is decided as soon as the law of its day has been chosen"
        return {"disposition": "queued", "reason": reason, "irregular": False}
    return {
        "disposition": known.verdict.value,
        "reason": known.reason,
        "irregular": known.irregular,
    }
