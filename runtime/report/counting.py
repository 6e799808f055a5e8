"""Count the rows of every part into its table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from statistics import median
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, func, select

from activities.records import Database
from runtime.report.reference import REFERENCES
from runtime.report.register import MEASURES
from runtime.report.scope import Scope
from runtime.report.shape import Measure, Part
from runtime.report.tables import HEADS
from states.london import day_of


class Told(BaseModel):
    """A part of a report: it never changes, and is written as JSON."""

    model_config = ConfigDict(frozen=True)


class Line(Told):
    """One line of a table."""

    line: str
    counts: dict[str, int]
    """By column; 0 where there is none."""
    shares: dict[str, float]
    """Of the whole of the line, between 0 and 1; empty where it has no whole, or none is there."""
    share: float | None = None
    """The share that the part is about, between 0 and 1; None where nothing is decided."""
    mean: float | None = None
    median_days: float | None = None


class Heading(Told):
    """One column of a table."""

    id: str
    title: str


class Counted(Told):
    """One part of a measure, counted."""

    id: str
    title: str
    lines_are: str
    columns: tuple[Heading, ...]
    lines: tuple[Line, ...]
    share_is: str | None
    mean_is: str | None


class Printed(Told):
    """A figure that others printed: to read beside ours, never a threshold."""

    label: str
    value: str
    confidence: str
    source: str


class Answer(Told):
    """One measure, with its definition."""

    id: str
    title: str
    topic: str
    asks: str
    period: str
    source: str
    caveat: str
    parts: tuple[Counted, ...]
    references: tuple[Printed, ...]


class Report(Told):
    """The whole report."""

    as_of: datetime
    """Up to when running clocks are judged; what else the record says is of the last turn."""
    provider: str | None
    first: date | None
    last: date | None
    sentences: int
    """In the record, whatever is asked."""
    oldest_turn: datetime | None
    """The time of the view of the sentence that was looked at longest ago."""
    measures: tuple[Answer, ...]


def report(database: Database, scope: Scope) -> Report:
    """Return every measure over the records in `database`, in one view of it.

    Raises:
        StoreError: If the database does not answer.
    """
    with database.reading() as connection:
        sentences, oldest = connection.execute(
            select(func.count(), func.min(HEADS.c.as_of)).select_from(HEADS)
        ).one()
        return Report(
            as_of=scope.as_of,
            provider=scope.provider,
            first=scope.first,
            last=scope.last,
            sentences=sentences,
            oldest_turn=oldest,
            measures=tuple(answer(connection, m, scope) for m in MEASURES.values()),
        )


def answer(connection: Connection, measure: Measure, scope: Scope) -> Answer:
    """Return one measure, counted."""
    return Answer(
        id=measure.id,
        title=measure.title,
        topic=measure.topic,
        asks=measure.asks,
        period=measure.period,
        source=measure.source,
        caveat=measure.caveat,
        parts=tuple(count(connection, part, scope) for part in measure.parts),
        references=tuple(
            Printed(label=r.label, value=r.value, confidence=r.confidence.value, source=r.source)
            for r in REFERENCES.get(measure.id, ())
        ),
    )


def count(connection: Connection, part: Part, scope: Scope) -> Counted:
    """Return one part, counted."""
    found = part.rows(scope).subquery()
    line, column = found.c.line, found.c.column
    counted = select(line, column, func.sum(found.c.weight)).group_by(line, column)
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for name, key, number in connection.execute(counted):
        lines[name][key] = int(number)
    days = _days(connection, found) if part.timed else {}
    return Counted(
        id=part.id,
        title=part.title,
        lines_are=part.lines,
        columns=tuple(Heading(id=c.id, title=c.title) for c in part.columns),
        lines=tuple(_line(part, name, lines[name], days.get(name)) for name in sorted(lines)),
        share_is=part.share or None,
        mean_is=part.mean.title if part.mean else None,
    )


def _days(connection: Connection, found: Any) -> dict[str, list[int]]:
    wanted = select(found.c.line, found.c.since, found.c.until)
    wanted = wanted.where(found.c.since.is_not(None), found.c.until.is_not(None))
    days: dict[str, list[int]] = defaultdict(list)
    for name, since, until in connection.execute(wanted):
        days[name].append((_day(until) - _day(since)).days)
    return days


def _day(value: date | datetime) -> date:
    return day_of(value) if isinstance(value, datetime) else value


def _line(part: Part, name: str, found: Mapping[str, int], days: list[int] | None) -> Line:
    counts = {column.id: found.get(column.id, 0) for column in part.columns}
    whole = _sum(counts, part.whole)
    mean = part.mean
    return Line(
        line=name,
        counts=counts,
        shares={key: counts[key] / whole for key in part.whole if key in counts} if whole else {},
        share=_ratio(_sum(counts, part.good), _sum(counts, part.of)),
        mean=_ratio(counts[mean.total], _sum(counts, mean.of)) if mean else None,
        median_days=float(median(days)) if days else None,
    )


def _sum(counts: Mapping[str, int], keys: Iterable[str]) -> int:
    return sum(counts.get(key, 0) for key in keys)


def _ratio(some: int, whole: int) -> float | None:
    return some / whole if whole else None
