"""The case record of one sentence, read from the database, as tables of codes and days.

It needs no workflow: it is what stays readable when the workflow is gone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, select

from activities.records.schema import MAIN
from runtime.report.record_shapes import SHAPES
from runtime.report.tables import HEADS, SENTENCES
from runtime.report.wording import minute, words
from states.vocabulary import ClockStatus

Row = Any
"""A row as the database gives it, by column."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `alarm` is for what is overdue or went wrong."""

    text: str
    href: str = ""
    alarm: bool = False
    tight: bool = False
    """Whether it stays on one line, as a day does."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the record."""

    key: str
    title: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """Everything of one sentence that is shown."""

    workflow_id: str
    as_of: datetime | None
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Section, ...]


_FACTS: Final = (
    *("type", "state", "phase", "outcome", "sentenced_on", "ends_on", "licence_ends_on"),
    *("pss_ends_on", "released_on", "ended_on", "provider", "provider_code", "officer", "rosh"),
    *("inducted_at", "plan_version", "counted_failures", "at_large", "flags", "moved_to"),
    *("edition", "calendar"),
)
_ALARMS: Final = frozenset(
    {ClockStatus.MISSED.value, ClockStatus.MET_LATE.value, "refused", "failed", "parked"}
)


def read_record(connection: Connection, crn: str, event_number: str) -> CaseRecord | None:
    """Return the record of one sentence; None where there is none."""
    s = SENTENCES.c
    wanted = select(SENTENCES).where(s.crn == crn, s.event_number == event_number)
    found = connection.execute(wanted).mappings().first()
    if found is None:
        return None
    name = found["workflow_id"]
    turn = select(HEADS.c.as_of).where(HEADS.c.workflow_id == name)
    facts = ((words(fact), _said(found[fact])) for fact in _FACTS)
    sections = (_section(connection, key, name, crn, event_number) for key in SHAPES)
    return CaseRecord(
        name,
        connection.execute(turn).scalar_one_or_none(),
        tuple((fact, said) for fact, said in facts if said),
        tuple(section for section in sections if section.rows),
    )


def _section(
    connection: Connection, key: str, workflow_id: str, crn: str, event_number: str
) -> Section:
    table, shape = MAIN.tables[key], SHAPES[key]
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
        lines.append(Line((Cell(first.text, link(row, crn, event_number)), *rest)))
    return Section(key, shape.title, shape.caption, tuple(shape.columns), tuple(lines))


_MORE: Final[Mapping[str, tuple[str, ...]]] = {"clocks": ("due_at",), "documents": ("key",)}
"""Columns that are read besides those shown."""


def _document(row: Row, crn: str, event_number: str) -> str:
    return f"/sentences/{quote(crn)}/{quote(event_number)}/documents/{quote(row['key'])}"


def _nowhere(_row: Row, _crn: str, _event_number: str) -> str:
    return ""


_LINKS: Final[Mapping[str, Callable[[Row, str, str], str]]] = {"documents": _document}


def _cell(table: str, name: str, row: Row) -> Cell:
    value = row[name]
    if table == "clocks" and name == "due_on" and value is None:
        # One that is counted in hours has an instant and no day.
        return Cell(_said(row["due_at"]), tight=True)
    if name == "why":
        return Cell(_why(value or {}))
    told = name in ("status", "disposition", "sending")
    return Cell(_said(value), alarm=told and value in _ALARMS, tight=isinstance(value, date))


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
