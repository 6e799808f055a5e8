"""Queries of the report: the columns of every part, clocks by status, and SQL of both databases."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from activities.records.columns import Instant
from runtime.report.model import Chart, MeasurePart, ReportScope, columns
from runtime.report.tables import CLOCKS, DISPOSITIONS, EVENTS, SENTENCES, with_sentence
from states.vocabulary import ClockStatus, DispositionKind, SentenceType

OVERDUE: Final = "overdue"
"""Missed and still to be answered; the record itself has only `missed`."""

CLOCK_STATUSES: Final = columns(
    met="met",
    met_late="met late",
    missed="missed",
    overdue="overdue",
    running="running",
    stopped="cancelled",
)
ARMED: Final = ("met", "met_late", "missed", "overdue", "running")
DECIDED: Final = ("met", "met_late", "missed", "overdue")

UNASSIGNED: Final = "not assigned"
"""Line of the sentences that have no provider or officer."""

Rows = Select[tuple[Any, ...]]

Query = Callable[[ReportScope], Rows]
"""Query of a part within a scope."""


def rows(
    scope: ReportScope,
    source: FromClause,
    line: Any,
    column: Any,
    item: Any = "",
    *,
    weight: Any = 1,
    span: tuple[Any, Any] = (None, None),
) -> Rows:
    """Return the query of a part over `source`, a join that includes the sentences.

    Args:
        scope: Limits it to the sentences of one provider; the caller applies the period.
        source: Tables of its rows.
        line: Line that a row counts in; text or an expression.
        column: Column that it counts in; likewise.
        item: Part of the sentence that the row counts; likewise.
        weight: Value that the row adds.
        span: Two times between which days are counted.
    """
    since, until = span
    return (
        select(
            SENTENCES.c.workflow_id,
            SENTENCES.c.crn,
            SENTENCES.c.event_number,
            _expression(line).label("line"),
            _expression(column).label("column"),
            _expression(item).label("item"),
            (literal(weight) if isinstance(weight, int) else weight).label("weight"),
            (null() if since is None else since).label("since"),
            (null() if until is None else until).label("until"),
        )
        .select_from(source)
        .where(scope.held())
    )


def person_rows(scope: ReportScope, source: FromClause, line: Any, column: Any) -> Rows:
    """Return the query of a part that counts persons, with one row and one sentence for each."""
    s = SENTENCES.c
    return (
        select(
            func.min(s.workflow_id).label("workflow_id"),
            s.crn,
            func.min(s.event_number).label("event_number"),
            _expression(line).label("line"),
            _expression(column).label("column"),
            _expression("").label("item"),
            literal(1).label("weight"),
            null().label("since"),
            null().label("until"),
        )
        .select_from(source)
        .where(scope.held())
        .group_by(s.crn)
    )


def _expression(value: Any) -> Any:
    return literal(value, String) if isinstance(value, str) else value


def clock_status(scope: ReportScope) -> ColumnElement[str]:
    """Return the status of a clock at the time of the report.

    A clock that was running at the last turn of its workflow, and is due since then, is overdue;
    a term ends instead, and a window opens.
    """
    c, status = CLOCKS.c, ClockStatus
    is_open = c.settled_at.is_(None)
    ran_out = and_(c.status == status.RUNNING.value, is_past_due(scope))
    return case(
        (and_(c.status == status.MISSED.value, is_open), OVERDUE),
        (and_(ran_out, c.timescale.in_(scope.kinds.until)), status.ENDED.value),
        (and_(ran_out, c.timescale.in_(scope.kinds.opening)), status.OPENED.value),
        (ran_out, OVERDUE),
        else_=c.status,
    )


def is_past_due(scope: ReportScope) -> ColumnElement[bool]:
    """Return whether a clock is due: a day from its midnight on, hours after the last instant."""
    c, now = CLOCKS.c, literal(scope.as_of, Instant)
    return or_(
        and_(c.due_on.is_not(None), c.due_at <= now), and_(c.due_on.is_(None), c.due_at < now)
    )


def in_period(scope: ReportScope) -> ColumnElement[bool]:
    """Return whether a clock is in the period: by its start, or by its due date if counted back."""
    if scope.is_open:
        return CLOCKS.c.started_at.is_not(None)
    backward = CLOCKS.c.timescale.in_(scope.kinds.backward)
    return or_(
        and_(backward, scope.on(CLOCKS.c.due_on)),
        and_(~backward, scope.at(CLOCKS.c.started_at)),
    )


def clock_rows(
    scope: ReportScope, *ids: str, line: Any = None, source: FromClause | None = None
) -> Rows:
    """Return the clocks of these timescales, with a line for each unless `line` is given."""
    found = rows(
        scope,
        with_sentence(CLOCKS) if source is None else source,
        CLOCKS.c.timescale if line is None else line,
        column=clock_status(scope),
        item=CLOCKS.c.id,
    )
    return found.where(CLOCKS.c.timescale.in_(ids) if ids else false(), in_period(scope))


def applied() -> ColumnElement[bool]:
    """Return whether an event was applied: any other has a disposition row."""
    d, e = DISPOSITIONS.c, EVENTS.c
    return ~exists().where(
        d.workflow_id == e.workflow_id,
        d.key == e.key,
        d.verdict != DispositionKind.APPLIED.value,
    )


BY_START: Final = (
    "clocks that started on a day of the period; those counted back from a date, such as a release "
    "or the end of the sentence, by their due date"
)
BY_SENTENCE: Final = "sentences imposed on a day of the period"
ORDERS: Final = (
    SentenceType.COMMUNITY_ORDER.value,
    SentenceType.SUSPENDED_SENTENCE_ORDER.value,
)


def clocks_part(key: str, title: str, query: Query, line_heading: str = "timescale") -> MeasurePart:
    """Return a part whose columns are the statuses of clocks."""
    return MeasurePart(
        key,
        title,
        line_heading,
        rows=query,
        columns=CLOCK_STATUSES,
        whole=ARMED,
        good=("met",),
        of=DECIDED,
        share="met of those decided",
        chart=Chart.BARS,
    )


def clocks_of(*ids: str) -> Query:
    """Return the query of the clocks of these timescales, with a line for each."""
    return lambda scope: clock_rows(scope, *ids)


class DaysBetween(FunctionElement[int]):
    """SQL function: days from the second date to the first; either may be a text in ISO format."""

    type = Integer()
    inherit_cache = True


class SecondsBetween(FunctionElement[int]):
    """SQL function: whole seconds from the second instant to the first."""

    type = Integer()
    inherit_cache = True


@compiles(DaysBetween, "sqlite")
def _days_in_sqlite(item: DaysBetween, compiler: SQLCompiler, **more: Any) -> str:
    later, earlier = (compiler.process(part, **more) for part in item.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(DaysBetween, "postgresql")
def _days_in_postgresql(item: DaysBetween, compiler: SQLCompiler, **more: Any) -> str:
    later, earlier = (compiler.process(part, **more) for part in item.clauses)
    return f"(CAST({later} AS DATE) - CAST({earlier} AS DATE))"


@compiles(SecondsBetween, "sqlite")
def _seconds_in_sqlite(item: SecondsBetween, compiler: SQLCompiler, **more: Any) -> str:
    later, earlier = (compiler.process(part, **more) for part in item.clauses)
    return (
        f"(CAST(strftime('%s', {later}) AS INTEGER) - CAST(strftime('%s', {earlier}) AS INTEGER))"
    )


@compiles(SecondsBetween, "postgresql")
def _seconds_in_postgresql(item: SecondsBetween, compiler: SQLCompiler, **more: Any) -> str:
    # Not the difference itself: its microseconds would be rounded differently from SQLite's.
    parts = [compiler.process(part, **more) for part in item.clauses]
    later, earlier = (f"CAST(floor(extract(epoch FROM {part})) AS BIGINT)" for part in parts)
    return f"({later} - {earlier})"


def as_text(value: Any) -> ColumnElement[str]:
    """Return a date, a list or a map as text, the same in both databases."""
    return cast(value, Text)


def is_empty(listed: Any) -> ColumnElement[bool]:
    """Return whether a list is empty or missing."""
    return func.coalesce(as_text(listed), "[]") == "[]"
