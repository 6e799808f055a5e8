"""Count the rows of every part into its table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, func, select

from activities.records.database import Database
from runtime.report.catalogue import MEASURES, REFERENCES
from runtime.report.model import Measure, MeasurePart, ReportScope
from runtime.report.tables import HEADS, SENTENCES
from states.time.london import day_of


class ResultModel(BaseModel):
    """A part of a report: it never changes, and is written as JSON."""

    model_config = ConfigDict(frozen=True)


class ReportLine(ResultModel):
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


class ColumnHeading(ResultModel):
    """One column of a table."""

    id: str
    title: str


class PartResult(ResultModel):
    """One part of a measure, counted."""

    id: str
    title: str
    lines_are: str
    columns: tuple[ColumnHeading, ...]
    lines: tuple[ReportLine, ...]
    share_is: str | None
    mean_is: str | None


class PrintedFigure(ResultModel):
    """A figure that others printed: to read beside ours, never a threshold."""

    label: str
    value: str
    confidence: str
    source: str


class MeasureResult(ResultModel):
    """One measure, with its definition."""

    id: str
    title: str
    topic: str
    asks: str
    period: str
    source: str
    caveat: str
    parts: tuple[PartResult, ...]
    references: tuple[PrintedFigure, ...]


class CaseloadReport(ResultModel):
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
    measures: tuple[MeasureResult, ...]


def build_report(database: Database, scope: ReportScope) -> CaseloadReport:
    """Return every measure over the records in `database`, in one view of it.

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
    """Return one measure, counted."""
    return MeasureResult(
        id=measure.id,
        title=measure.title,
        topic=measure.topic,
        asks=measure.asks,
        period=measure.period,
        source=measure.source,
        caveat=measure.caveat,
        parts=tuple(count_part(connection, part, scope) for part in measure.parts),
        references=tuple(
            PrintedFigure(
                label=r.label, value=r.value, confidence=r.confidence.value, source=r.source
            )
            for r in REFERENCES.get(measure.id, ())
        ),
    )


def count_part(connection: Connection, part: MeasurePart, scope: ReportScope) -> PartResult:
    """Return one part, counted."""
    found = part.rows(scope).subquery()
    line, column = found.c.line, found.c.column
    counted = select(line, column, func.sum(found.c.weight)).group_by(line, column)
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for name, key, number in connection.execute(counted):
        lines[name][key] = int(number)
    days = _days(connection, found) if part.timed else {}
    return PartResult(
        id=part.id,
        title=part.title,
        lines_are=part.lines,
        columns=tuple(ColumnHeading(id=c.id, title=c.title) for c in part.columns),
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


def _line(
    part: MeasurePart, name: str, found: Mapping[str, int], days: list[int] | None
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


PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One row that a figure counts."""

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
    """Some of the rows of a figure."""

    rows: tuple[CountedRow, ...]
    total: int
    """Rows in all; their weights may add up to another number."""
    weight: int
    """What the figure shows."""
    number: int
    """From 1."""
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
    """Return a page of what one figure counts; None stands for every line or every column."""
    found = part.rows(scope).subquery()
    where = [found.c.line == line] if line is not None else []
    where += [found.c.column == column] if column is not None else []
    total, weight = connection.execute(
        select(func.count(), func.coalesce(func.sum(found.c.weight), 0))
        .select_from(found)
        .where(*where)
    ).one()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    s = SENTENCES.c
    wanted = (
        select(
            *(found.c.crn, found.c.event_number),
            *(s.type, s.state, s.provider_code, s.officer),
            *(found.c.line, found.c.column, found.c.item, found.c.weight),
        )
        .select_from(found.join(SENTENCES, s.workflow_id == found.c.workflow_id))
        .where(*where)
        .order_by(found.c.crn, found.c.event_number, found.c.line, found.c.column, found.c.item)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    rows = tuple(CountedRow(*_plain(row)) for row in connection.execute(wanted))
    return ListPage(rows, total, int(weight), number, pages)


def _plain(row: Any) -> list[Any]:
    *most, weight = row
    return [*most, int(weight)]
