"""Results of the report: the figures of every part, and the rows behind one figure.

A figure and the list behind it come from the same query, so they cannot disagree.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, func, select

from activities.records.database import Database
from runtime.report.catalogue import MEASURES, REFERENCES, ReferenceFigure
from runtime.report.model import Column, Measure, MeasurePart, ReportScope
from runtime.report.tables import HEADS, SENTENCES
from states.time.london import day_of

PAGE_SIZE: Final = 50


class ResultModel(BaseModel):
    """Base of the parts of a report; immutable, and serialised as JSON."""

    model_config = ConfigDict(frozen=True)


class ReportLine(ResultModel):
    """Line of a table."""

    line: str
    counts: dict[str, int]
    """Count by column; 0 if there is no row."""
    shares: dict[str, float]
    """Share of the line's whole by column, from 0 to 1; empty if the whole is 0 or not defined."""
    share: float | None = None
    """Share that the part is about, from 0 to 1; None if nothing is decided."""
    mean: float | None = None
    median_days: float | None = None


class PartResult(ResultModel):
    """Table of one part of a measure."""

    id: str
    title: str
    line_heading: str
    columns: tuple[Column, ...]
    lines: tuple[ReportLine, ...]
    share_heading: str | None
    mean_heading: str | None
    measure_id: str = Field(exclude=True)
    spec: MeasurePart = Field(exclude=True, repr=False)

    @property
    def total(self) -> ReportLine:
        """Return all lines added up; without a median, which cannot be added up."""
        counts = {c.id: sum(line.counts[c.id] for line in self.lines) for c in self.columns}
        return _line(self.spec, "", counts)


class MeasureResult(ResultModel):
    """Results of one measure, with its definition."""

    id: str
    title: str
    topic: str
    definition: str
    period: str
    source: str
    caveat: str
    parts: tuple[PartResult, ...]
    references: tuple[ReferenceFigure, ...]


class CaseloadReport(ResultModel):
    """Results of every measure."""

    as_of: datetime
    """Time at which running clocks are judged; everything else is of the sentence's last turn."""
    provider: str | None
    first: date | None
    last: date | None
    sentences: int
    """Number of sentences in the records, whatever the scope."""
    oldest_turn: datetime | None
    """Time of the oldest last turn of any sentence."""
    measures: tuple[MeasureResult, ...]


def build_report(database: Database, scope: ReportScope) -> CaseloadReport:
    """Return the results of every measure, from one snapshot of the database.

    Raises:
        StoreError: If the database does not answer.
    """
    with database.reading() as connection:
        sentences, oldest = connection.execute(
            select(func.count(), func.min(HEADS.c.as_of)).select_from(HEADS)
        ).one()
        return CaseloadReport(
            as_of=scope.as_of,
            provider=scope.provider,
            first=scope.first,
            last=scope.last,
            sentences=sentences,
            oldest_turn=oldest,
            measures=tuple(measure_result(connection, m, scope) for m in MEASURES.values()),
        )


def measure_result(connection: Connection, measure: Measure, scope: ReportScope) -> MeasureResult:
    """Return the results of one measure."""
    return MeasureResult(
        id=measure.id,
        title=measure.title,
        topic=measure.topic,
        definition=measure.definition,
        period=measure.period,
        source=measure.source,
        caveat=measure.caveat,
        parts=tuple(
            count_part(connection, part, scope, measure_id=measure.id) for part in measure.parts
        ),
        references=REFERENCES.get(measure.id, ()),
    )


def count_part(
    connection: Connection, part: MeasurePart, scope: ReportScope, *, measure_id: str = ""
) -> PartResult:
    """Return the table of one part."""
    rows = part.rows(scope).subquery()
    line, column = rows.c.line, rows.c.column
    sums = select(line, column, func.sum(rows.c.weight)).group_by(line, column)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for name, key, number in connection.execute(sums):
        counts[name][key] = int(number)
    days = _days(connection, rows) if part.timed else {}
    return PartResult(
        id=part.id,
        title=part.title,
        line_heading=part.line_heading,
        columns=part.columns,
        lines=tuple(
            _line(part, name, counts[name], days=days.get(name)) for name in sorted(counts)
        ),
        share_heading=part.share or None,
        mean_heading=part.mean.title if part.mean else None,
        measure_id=measure_id,
        spec=part,
    )


def _days(connection: Connection, rows: Any) -> dict[str, list[int]]:
    wanted = select(rows.c.line, rows.c.since, rows.c.until)
    wanted = wanted.where(rows.c.since.is_not(None), rows.c.until.is_not(None))
    days: dict[str, list[int]] = defaultdict(list)
    for name, since, until in connection.execute(wanted):
        days[name].append((_day(until) - _day(since)).days)
    return days


def _day(value: date | datetime) -> date:
    return day_of(value) if isinstance(value, datetime) else value


def _line(
    part: MeasurePart, name: str, found: Mapping[str, int], *, days: list[int] | None = None
) -> ReportLine:
    counts = {column.id: found.get(column.id, 0) for column in part.columns}
    whole = _sum(counts, part.whole)
    mean = part.mean
    return ReportLine(
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


@dataclass(frozen=True, slots=True)
class CountedRow:
    """Row that a figure counts."""

    crn: str
    event_number: str
    type: str | None
    state: str | None
    provider_code: str | None
    officer: str | None
    line: str
    column: str
    item: str
    weight: int


@dataclass(frozen=True, slots=True)
class ListPage:
    """Page of the rows behind a figure."""

    rows: tuple[CountedRow, ...]
    total: int
    """Number of rows on all pages; the sum of their weights may differ."""
    weight: int
    """Value of the figure."""
    number: int
    """Number of this page, from 1."""
    pages: int


def list_rows(
    connection: Connection,
    part: MeasurePart,
    scope: ReportScope,
    *,
    line: str | None,
    column: str | None,
    number: int = 1,
) -> ListPage:
    """Return a page of the rows behind a figure; None means every line, or every column."""
    rows = part.rows(scope).subquery()
    where = [rows.c.line == line] if line is not None else []
    where += [rows.c.column == column] if column is not None else []
    total, weight = connection.execute(
        select(func.count(), func.coalesce(func.sum(rows.c.weight), 0))
        .select_from(rows)
        .where(*where)
    ).one()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    s = SENTENCES.c
    wanted = (
        select(
            rows.c.crn,
            rows.c.event_number,
            s.type,
            s.state,
            s.provider_code,
            s.officer,
            rows.c.line,
            rows.c.column,
            rows.c.item,
            rows.c.weight,
        )
        .select_from(rows.join(SENTENCES, s.workflow_id == rows.c.workflow_id))
        .where(*where)
        .order_by(rows.c.crn, rows.c.event_number, rows.c.line, rows.c.column, rows.c.item)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    # PostgreSQL sums integers to a Decimal.
    found = tuple(
        CountedRow(**{**row, "weight": int(row["weight"])})
        for row in connection.execute(wanted).mappings()
    )
    return ListPage(rows=found, total=total, weight=int(weight), number=number, pages=pages)
