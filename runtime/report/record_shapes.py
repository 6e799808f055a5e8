"""Which tables of a case record are shown, and which of their columns under which heading."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shape:
    """How one table of the record is shown."""

    title: str
    caption: str
    columns: Mapping[str, str]
    """Column of the database by heading."""
    order: tuple[str, ...]
    """Columns by which its rows are ordered."""


SHAPES: Final[Mapping[str, Shape]] = {
    "clocks": Shape(
        "Clocks",
        "Every clock, and why it is due when it is",
        {
            "clock": "id",
            "standing": "status",
            "due": "due_on",
            "settled": "settled_at",
            "rule": "why",
            "standard": "standard",
        },
        ("due_at", "id"),
    ),
    "duties": Shape(
        "Duties",
        "Duties without a time that are open",
        {"duty": "id", "what": "title", "owner": "owner", "since": "since", "standard": "standard"},
        ("since", "id"),
    ),
    "failures": Shape(
        "Failures to comply",
        "Apparent failures and what they were judged to be",
        {
            "failure": "failure_id",
            "day": "failed_on",
            "what": "what",
            "judged": "judged_at",
            "acceptable": "acceptable",
            "counts": "counts",
            "the record lacks": "record_lacks",
        },
        ("failed_on", "failure_id"),
    ),
    "warnings": Shape(
        "Warnings",
        "Warnings, also those withdrawn",
        {
            "warning": "warning_id",
            "level": "level",
            "failures": "failure_ids",
            "issued": "issued_at",
            "withdrawn": "withdrawn_at",
        },
        ("issued_at",),
    ),
    "breaches": Shape(
        "Breaches",
        "Proceedings for breach",
        {
            "number": "key",
            "reason": "reason",
            "decided": "decided_at",
            "referred": "referred_at",
            "received": "received_at",
            "hearing": "hearing_on",
            "closed": "closed_at",
        },
        ("key",),
    ),
    "recalls": Shape(
        "Recalls",
        "Recalls and what followed",
        {
            "number": "key",
            "type": "recall_type",
            "decided": "decided_at",
            "received": "received_at",
            "revoked": "revoked_on",
            "returned": "returned_on",
            "closed": "closed_at",
        },
        ("key",),
    ),
    "requirements": Shape(
        "Requirements",
        "Requirements and conditions with their progress",
        {
            "requirement": "requirement_id",
            "kind": "kind",
            "started": "started_on",
            "hours done": "hours_done",
            "days done": "days_done",
            "completed": "completed_on",
            "ended by": "ended_by",
            "evaluated": "evaluated_on",
        },
        ("requirement_id",),
    ),
    "transitions": Shape(
        "Changes of state",
        "Every change of state, in turn",
        {"number": "key", "at": "at", "arrow": "arrow", "from": "from", "to": "to"},
        ("key",),
    ),
    "officers": Shape(
        "Officers",
        "Who managed the case",
        {"number": "key", "officer": "officer", "provider": "provider_code", "since": "since"},
        ("key",),
    ),
    "notices": Shape(
        "Notices",
        "Notices and how far each has come",
        {
            "notice": "template",
            "to": "recipient",
            "about": "subject",
            "sending": "sending",
            "since": "since",
            "error": "error",
            "acknowledged": "acknowledged_at",
        },
        ("since", "key"),
    ),
    "deliveries": Shape(
        "Deliveries",
        "Notices that were delivered",
        {
            "notice": "template",
            "to": "recipient",
            "channel": "channel",
            "delivered": "delivered_at",
        },
        ("delivered_at", "key"),
    ),
    "documents": Shape(
        "Documents",
        "Documents as they were first made",
        {
            "document": "template",
            "made": "made_at",
            "edition": "edition",
            "bytes": "size",
            "SHA-256": "sha256",
        },
        ("made_at", "key"),
    ),
    "unapplied": Shape(
        "Not applied",
        "Messages that were held, refused or unreadable",
        {"kind": "kind", "became": "disposition", "why": "reason", "at": "at"},
        ("at", "key"),
    ),
    "late_arrivals": Shape(
        "Came too late",
        "Messages that came when the file was closed, and changed nothing",
        {"kind": "kind", "came": "at", "digest": "digest"},
        ("at", "digest"),
    ),
    "events": Shape(
        "Events",
        "Every event as it was received",
        {
            "event": "event_id",
            "kind": "kind",
            "happened": "occurred_at",
            "received": "received_at",
            "by": "by_id",
            "role": "by_role",
            "organisation": "organisation",
        },
        ("occurred_at", "key"),
    ),
}
"""By table, in the order in which they are shown."""
