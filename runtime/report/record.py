"""Case record of one sentence as a page: its facts, and its tables of codes and dates.

It is read from the database and needs no workflow, so it stays readable after the workflow is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, RowMapping, select

from activities.records.schema import MAIN
from runtime.report.present import minute, words
from runtime.report.tables import HEADS, SENTENCES
from states.view.clocks import status_word
from states.vocabulary import ClockStatus


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Layout of one table of the record."""

    title: str
    caption: str
    columns: Mapping[str, str]
    """Database column by heading."""
    order: tuple[str, ...]
    """Columns that its rows are ordered by."""


TABLE_LAYOUTS: Final[Mapping[str, TableLayout]] = {
    "clocks": TableLayout(
        "Clocks",
        "Every clock, with the reason for its due date",
        {
            "clock": "id",
            "status": "status",
            "due": "due_on",
            "settled": "settled_at",
            "rule": "why",
            "standard": "standard",
        },
        order=("due_at", "id"),
    ),
    "duties": TableLayout(
        "Duties",
        "Open duties without a due date",
        {"duty": "id", "what": "title", "owner": "owner", "since": "since", "standard": "standard"},
        order=("since", "id"),
    ),
    "failures": TableLayout(
        "Failures to comply",
        "Apparent failures and their judgements",
        {
            "failure": "failure_id",
            "day": "failed_on",
            "what": "what",
            "judged": "judged_at",
            "acceptable": "acceptable",
            "counts": "counts",
            "the record lacks": "record_lacks",
        },
        order=("failed_on", "failure_id"),
    ),
    "warnings": TableLayout(
        "Warnings",
        "Warnings, including withdrawn ones",
        {
            "warning": "warning_id",
            "level": "level",
            "failures": "failure_ids",
            "issued": "issued_at",
            "withdrawn": "withdrawn_at",
        },
        order=("issued_at",),
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
        order=("key",),
    ),
    "warrants": TableLayout(
        "Warrants",
        "Warrants of arrest",
        {
            "warrant": "warrant_id",
            "ground": "ground",
            "court": "court",
            "executed by": "executor",
            "issued": "issued_at",
            "executed": "executed_at",
            "withdrawn": "withdrawn_at",
        },
        order=("warrant_id",),
    ),
    "recalls": TableLayout(
        "Recalls",
        "Recalls and their outcomes",
        {
            "number": "key",
            "type": "recall_type",
            "decided": "decided_at",
            "received": "received_at",
            "revoked": "revoked_on",
            "returned": "returned_on",
            "closed": "closed_at",
        },
        order=("key",),
    ),
    "requirements": TableLayout(
        "Requirements",
        "Requirements and conditions, with progress",
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
        order=("requirement_id",),
    ),
    "transitions": TableLayout(
        "Changes of state",
        "Every change of state, in order",
        {"number": "key", "at": "at", "transition": "name", "from": "from", "to": "to"},
        order=("key",),
    ),
    "officers": TableLayout(
        "Officers",
        "Officers who managed the case",
        {"number": "key", "officer": "officer", "provider": "provider_code", "since": "since"},
        order=("key",),
    ),
    "notices": TableLayout(
        "Notices",
        "Notices with their delivery status",
        {
            "notice": "template",
            "to": "recipient",
            "about": "subject",
            "sending": "sending",
            "since": "since",
            "error": "error",
            "acknowledged": "acknowledged_at",
        },
        order=("since", "key"),
    ),
    "deliveries": TableLayout(
        "Deliveries",
        "Delivered notices",
        {
            "notice": "template",
            "to": "recipient",
            "channel": "channel",
            "delivered": "delivered_at",
        },
        order=("delivered_at", "key"),
    ),
    "documents": TableLayout(
        "Documents",
        "Documents as first rendered",
        {
            "document": "template",
            "made": "made_at",
            "edition": "edition",
            "bytes": "size",
            "SHA-256": "sha256",
        },
        order=("made_at", "key"),
    ),
    "unapplied": TableLayout(
        "Not applied",
        "Messages that are held, refused or unreadable",
        {"kind": "kind", "became": "disposition", "why": "reason", "at": "at"},
        order=("at", "key"),
    ),
    "late_arrivals": TableLayout(
        "Late messages",
        "Messages that arrived after the file was closed; they had no effect",
        {"kind": "kind", "came": "at", "digest": "digest"},
        order=("at", "digest"),
    ),
    "events": TableLayout(
        "Events",
        "Every event as received",
        {
            "event": "event_id",
            "kind": "kind",
            "happened": "occurred_at",
            "received": "received_at",
            "by": "by_id",
            "role": "by_role",
            "organisation": "organisation",
        },
        order=("occurred_at", "key"),
    ),
}
"""Layouts by table, in the order of the page."""


@dataclass(frozen=True, slots=True)
class RecordCell:
    """Cell of a table."""

    text: str
    href: str = ""
    alarm: bool = False
    """True if it is overdue, or failed."""
    tight: bool = False
    """True if it stays on one line, as a date does."""


@dataclass(frozen=True, slots=True)
class RecordSection:
    """Table of the record."""

    key: str
    title: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[RecordCell, ...], ...]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Content of the page of one sentence."""

    workflow_id: str
    as_of: datetime | None
    """Time of the last turn of its workflow."""
    facts: tuple[tuple[str, str], ...]
    tables: tuple[RecordSection, ...]


_FACTS: Final = (
    "type",
    "state",
    "phase",
    "outcome",
    "sentenced_on",
    "ends_on",
    "licence_ends_on",
    "pss_ends_on",
    "released_on",
    "ended_on",
    "provider",
    "provider_code",
    "officer",
    "rosh",
    "inducted_at",
    "plan_version",
    "counted_failures",
    "at_large",
    "flags",
    "moved_to",
    "edition",
    "calendar",
    "law_pack",
)
_STATUS_COLUMNS: Final = ("status", "disposition", "sending")
_ALARMS: Final = frozenset(
    {ClockStatus.MISSED.value, ClockStatus.MET_LATE.value, "refused", "failed"}
)
_HIDDEN_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "clocks": ("due_at", "settled_at"),
    "documents": ("key",),
}
"""Columns read besides those shown, by table."""


def read_record(connection: Connection, crn: str, event_number: str) -> RecordPage | None:
    """Return the record of one sentence; None if there is none."""
    s = SENTENCES.c
    wanted = select(SENTENCES).where(s.crn == crn, s.event_number == event_number)
    sentence = connection.execute(wanted).mappings().first()
    if sentence is None:
        return None
    workflow_id = sentence["workflow_id"]
    turn = select(HEADS.c.as_of).where(HEADS.c.workflow_id == workflow_id)
    facts = ((words(fact), _text(sentence[fact])) for fact in _FACTS)
    documents = f"/sentences/{quote(crn)}/{quote(event_number)}/documents"
    sections = (_section(connection, key, workflow_id, documents) for key in TABLE_LAYOUTS)
    return RecordPage(
        workflow_id=workflow_id,
        as_of=connection.execute(turn).scalar_one_or_none(),
        facts=tuple((fact, text) for fact, text in facts if text),
        tables=tuple(section for section in sections if section.rows),
    )


def _section(connection: Connection, key: str, workflow_id: str, documents: str) -> RecordSection:
    table, layout = MAIN.tables[key], TABLE_LAYOUTS[key]
    names = {*layout.columns.values(), *layout.order, *_HIDDEN_COLUMNS.get(key, ())}
    wanted = select(*(table.c[name] for name in sorted(names)))
    wanted = wanted.where(table.c.workflow_id == workflow_id)
    wanted = wanted.order_by(*(table.c[name] for name in layout.order))
    if key == "duties":
        wanted = wanted.where(table.c.status == "open")
    rows = []
    for row in connection.execute(wanted).mappings():
        first, *rest = (_cell(key, name, row) for name in layout.columns.values())
        href = f"{documents}/{quote(row['key'])}" if key == "documents" else ""
        rows.append((RecordCell(first.text, href), *rest))
    return RecordSection(
        key=key,
        title=layout.title,
        caption=layout.caption,
        columns=tuple(layout.columns),
        rows=tuple(rows),
    )


def _cell(table: str, name: str, row: RowMapping) -> RecordCell:
    value = row[name]
    if table == "clocks" and name == "due_on" and value is None:
        # A clock counted in hours has an instant and no day.
        return RecordCell(_text(row["due_at"]), tight=True)
    if name == "why":
        return RecordCell(_reason(value or {}))
    if table == "clocks" and name == "status":
        return RecordCell(words(status_word(value, row["settled_at"])), alarm=value in _ALARMS)
    alarm = name in _STATUS_COLUMNS and value in _ALARMS
    return RecordCell(_text(value), alarm=alarm, tight=isinstance(value, date))


def _reason(why: Mapping[str, Any]) -> str:
    """Return the rule of a clock, the event that started it, and what moved its due date."""
    parts = [f"{why.get('rule')} ({why.get('source')})", f"started by {why.get('trigger')}"]
    if skipped := why.get("skipped"):
        parts.append(f"days not counted: {', '.join(skipped)}")
    if moved := why.get("moved_from"):
        parts.append(f"moved from {moved}")
    return "; ".join(parts)


def _text(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return minute(value)
        case list():
            return ", ".join(_text(item) for item in value)
        case str() if value.islower() and "/" not in value:
            return words(value)
        case _:
            return "" if value is None else str(value)
