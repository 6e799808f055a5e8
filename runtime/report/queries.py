"""The columns that the query of every part has, and the standing of a clock by the time asked."""

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
"""Missed, and still to be answered; the record itself calls both missed."""

CLOCK_STATUSES: Final = columns(
    met="met",
    met_late="met late",
    missed="missed",
    overdue="overdue",
    running="running",
    stopped="fell away",
)
ARMED: Final = ("met", "met_late", "missed", "overdue", "running")
DECIDED: Final = ("met", "met_late", "missed", "overdue")

UNASSIGNED: Final = "nobody yet"
"""The line of sentences that have no provider or officer."""

Rows = Select[tuple[Any, ...]]

Query = Callable[[ReportScope], Rows]
"""What a part counts, of what is asked."""


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
    """Return the query of a part over `source`, which has the sentences in it.

    Args:
        scope: Limits it to what one provider holds; the period is the caller's.
        source: Where its rows come from.
        line: The line of the table that a row counts in; text, or an expression.
        column: The column; likewise.
        item: What of the sentence the row is; likewise.
        weight: How much the row counts.
        span: The two times between which days are reckoned.
    """
    since, until = span
    return (
        select(
            SENTENCES.c.workflow_id,
            SENTENCES.c.crn,
            SENTENCES.c.event_number,
            _said(line).label("line"),
            _said(column).label("column"),
            _said(item).label("item"),
            (literal(weight) if isinstance(weight, int) else weight).label("weight"),
            (null() if since is None else since).label("since"),
            (null() if until is None else until).label("until"),
        )
        .select_from(source)
        .where(scope.held())
    )


def person_rows(scope: ReportScope, source: FromClause, line: Any, column: Any) -> Rows:
    """Return the query of a part that counts persons: a row for each, and one of the sentences."""
    s = SENTENCES.c
    return (
        select(
            func.min(s.workflow_id).label("workflow_id"),
            s.crn,
            func.min(s.event_number).label("event_number"),
            _said(line).label("line"),
            _said(column).label("column"),
            _said("").label("item"),
            literal(1).label("weight"),
            null().label("since"),
            null().label("until"),
        )
        .select_from(source)
        .where(scope.held())
        .group_by(s.crn)
    )


def _said(value: Any) -> Any:
    return literal(value, String) if isinstance(value, str) else value


def clock_status(scope: ReportScope) -> ColumnElement[str]:
    """Return where a clock stands at the time of the report.

    What ran at the last turn of its workflow and whose time is over since then is overdue, unless
    it is a term or a window, which ends or opens of itself.
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
    """Return whether the time of a clock is over: a day at its midnight, hours after the last."""
    c, now = CLOCKS.c, literal(scope.as_of, Instant)
    return or_(
        and_(c.due_on.is_not(None), c.due_at <= now), and_(c.due_on.is_(None), c.due_at < now)
    )


def in_period(scope: ReportScope) -> ColumnElement[bool]:
    """Return whether a clock belongs to the period: by its start, or, counted back, by its end."""
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
    """Return the clocks of these timescales, a line for each unless `line` says otherwise."""
    found = rows(
        scope,
        with_sentence(CLOCKS) if source is None else source,
        CLOCKS.c.timescale if line is None else line,
        clock_status(scope),
        CLOCKS.c.id,
    )
    return found.where(CLOCKS.c.timescale.in_(ids) if ids else false(), in_period(scope))


def applied() -> ColumnElement[bool]:
    """Return whether an event was applied: what was not has a row that says so."""
    d, e = DISPOSITIONS.c, EVENTS.c
    return ~exists().where(
        d.workflow_id == e.workflow_id,
        d.key == e.key,
        d.verdict != DispositionKind.APPLIED.value,
    )


BY_START: Final = (
    "clocks that began on a day of the period; those counted back from a date, such as a release "
    "or the end of the sentence, by the day on which they are or were due"
)
BY_SENTENCE: Final = "sentences imposed on a day of the period"
ORDERS: Final = (
    SentenceType.COMMUNITY_ORDER.value,
    SentenceType.SUSPENDED_SENTENCE_ORDER.value,
)


def clocks_part(key: str, title: str, query: Query, lines: str = "timescale") -> MeasurePart:
    """Return a part whose columns are the standings of clocks."""
    return MeasurePart(
        key,
        title,
        lines,
        query,
        CLOCK_STATUSES,
        whole=ARMED,
        good=("met",),
        of=DECIDED,
        share="met of those decided",
        chart=Chart.BARS,
    )


def clocks_of(*ids: str) -> Query:
    """Return the query of the clocks of these timescales, a line for each."""
    return lambda scope: clock_rows(scope, *ids)


class DaysBetween(FunctionElement[int]):
    """Days from the second date to the first; either may be an ISO date in a text."""

    type = Integer()
    inherit_cache = True


class SecondsBetween(FunctionElement[int]):
    """Whole seconds from the second instant to the first."""

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
    # Not the difference itself: its microseconds would round otherwise than SQLite's do.
    parts = [compiler.process(part, **more) for part in item.clauses]
    later, earlier = (f"CAST(floor(extract(epoch FROM {part})) AS BIGINT)" for part in parts)
    return f"({later} - {earlier})"


def as_text(value: Any) -> ColumnElement[str]:
    """Return a date, a list or a map as text: both databases write the same."""
    return cast(value, Text)


def is_empty(listed: Any) -> ColumnElement[bool]:
    """Return whether a list is empty or missing."""
    return func.coalesce(as_text(listed), "[]") == "[]"
