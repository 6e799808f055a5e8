"""Which tables of a case record are shown, and which of their columns under which heading."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, select

from activities.records.schema import MAIN
from runtime.report.present import minute, words
from runtime.report.tables import HEADS, SENTENCES
from states.vocabulary import ClockStatus


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How one table of the record is shown."""

    title: str
    caption: str
    columns: Mapping[str, str]
    """Column of the database by heading."""
    order: tuple[str, ...]
    """Columns by which its rows are ordered."""


TABLE_LAYOUTS: Final[Mapping[str, TableLayout]] = {
    "clocks": TableLayout(
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
    "duties": TableLayout(
        "Duties",
        "Duties without a time that are open",
        {"duty": "id", "what": "title", "owner": "owner", "since": "since", "standard": "standard"},
        ("since", "id"),
    ),
    "failures": TableLayout(
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
    "warnings": TableLayout(
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
    "breaches": TableLayout(
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
    "recalls": TableLayout(
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
    "requirements": TableLayout(
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
    "transitions": TableLayout(
        "Changes of state",
        "Every change of state, in turn",
        {"number": "key", "at": "at", "transition": "name", "from": "from", "to": "to"},
        ("key",),
    ),
    "officers": TableLayout(
        "Officers",
        "Who managed the case",
        {"number": "key", "officer": "officer", "provider": "provider_code", "since": "since"},
        ("key",),
    ),
    "notices": TableLayout(
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
    "deliveries": TableLayout(
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
    "documents": TableLayout(
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
    "unapplied": TableLayout(
        "Not applied",
        "Messages that were held, refused or unreadable",
        {"kind": "kind", "became": "disposition", "why": "reason", "at": "at"},
        ("at", "key"),
    ),
    "late_arrivals": TableLayout(
        "Came too late",
        "Messages that came when the file was closed, and changed nothing",
        {"kind": "kind", "came": "at", "digest": "digest"},
        ("at", "digest"),
    ),
    "events": TableLayout(
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


_Row = Any
"""A row as the database gives it, by column."""


@dataclass(frozen=True, slots=True)
class RecordCell:
    """One cell; `alarm` is for what is overdue or went wrong."""

    text: str
    href: str = ""
    alarm: bool = False
    tight: bool = False
    """Whether it stays on one line, as a day does."""


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One row."""

    cells: tuple[RecordCell, ...]


@dataclass(frozen=True, slots=True)
class RecordSection:
    """One table of the record."""

    key: str
    title: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[RecordLine, ...]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything of one sentence that is shown."""

    workflow_id: str
    as_of: datetime | None
    facts: tuple[tuple[str, str], ...]
    tables: tuple[RecordSection, ...]


_FACTS: Final = (
    *("type", "state", "phase", "outcome", "sentenced_on", "ends_on", "licence_ends_on"),
    *("pss_ends_on", "released_on", "ended_on", "provider", "provider_code", "officer", "rosh"),
    *("inducted_at", "plan_version", "counted_failures", "at_large", "flags", "moved_to"),
    *("edition", "calendar"),
)
_ALARMS: Final = frozenset(
    {ClockStatus.MISSED.value, ClockStatus.MET_LATE.value, "refused", "failed", "parked"}
)


def read_record(connection: Connection, crn: str, event_number: str) -> RecordPage | None:
    """Return the record of one sentence; None where there is none."""
    s = SENTENCES.c
    wanted = select(SENTENCES).where(s.crn == crn, s.event_number == event_number)
    found = connection.execute(wanted).mappings().first()
    if found is None:
        return None
    name = found["workflow_id"]
    turn = select(HEADS.c.as_of).where(HEADS.c.workflow_id == name)
    facts = ((words(fact), _said(found[fact])) for fact in _FACTS)
    sections = (_section(connection, key, name, crn, event_number) for key in TABLE_LAYOUTS)
    return RecordPage(
        name,
        connection.execute(turn).scalar_one_or_none(),
        tuple((fact, said) for fact, said in facts if said),
        tuple(section for section in sections if section.rows),
    )


def _section(
    connection: Connection, key: str, workflow_id: str, crn: str, event_number: str
) -> RecordSection:
    table, shape = MAIN.tables[key], TABLE_LAYOUTS[key]
    names = {*shape.columns.values(), *shape.order, *_MORE.get(key, ())}
    wanted = select(*(table.c[name] for name in sorted(names)))
    wanted = wanted.where(table.c.workflow_id == workflow_id)
    wanted = wanted.order_by(*(table.c[name] for name in shape.order))
    if key == "duties":
        wanted = wanted.where(table.c.status == "open")
    link = _LINKS.get(key, _nowhere)
    lines = []
    for row in connection.execute(wanted).mappings():
        first, *rest = (_cell(key, name, row) for name in shape.columns.values())
        lines.append(RecordLine((RecordCell(first.text, link(row, crn, event_number)), *rest)))
    return RecordSection(key, shape.title, shape.caption, tuple(shape.columns), tuple(lines))


_MORE: Final[Mapping[str, tuple[str, ...]]] = {"clocks": ("due_at",), "documents": ("key",)}
"""Columns that are read besides those shown."""


def _document(row: _Row, crn: str, event_number: str) -> str:
    return f"/sentences/{quote(crn)}/{quote(event_number)}/documents/{quote(row['key'])}"


def _nowhere(_row: _Row, _crn: str, _event_number: str) -> str:
    return ""


_LINKS: Final[Mapping[str, Callable[[_Row, str, str], str]]] = {"documents": _document}


def _cell(table: str, name: str, row: _Row) -> RecordCell:
    value = row[name]
    if table == "clocks" and name == "due_on" and value is None:
        # One that is counted in hours has an instant and no day.
        return RecordCell(_said(row["due_at"]), tight=True)
    if name == "why":
        return RecordCell(_why(value or {}))
    told = name in ("status", "disposition", "sending")
    return RecordCell(_said(value), alarm=told and value in _ALARMS, tight=isinstance(value, date))


def _why(why: Mapping[str, Any]) -> str:
    """Return the rule of a clock, what started it, and what moved its date."""
    parts = [f"{why.get('rule')} ({why.get('source')})", f"begun by {why.get('trigger')}"]
    if skipped := why.get("skipped"):
        parts.append(f"days not counted: {', '.join(skipped)}")
    if moved := why.get("moved_from"):
        parts.append(f"moved from {moved}")
    return "; ".join(parts)


def _said(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return minute(value)
        case list():
            return ", ".join(_said(item) for item in value)
        case str() if value.islower() and "/" not in value:
            return words(value)
        case _:
            return "" if value is None else str(value)
