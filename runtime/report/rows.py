"""The columns that the query of every part has, and the standing of a clock by the time asked."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
)

from activities.records.schema.columns import Instant
from runtime.report.scope import Scope
from runtime.report.shape import columns
from runtime.report.tables import CLOCKS, DISPOSITIONS, EVENTS, SENTENCES, with_sentence
from states.vocabulary import ClockStatus, Verdict

OVERDUE: Final = "overdue"
"""Missed, and still to be answered; the record itself calls both missed."""

STANDINGS: Final = columns(
    met="met",
    met_late="met late",
    missed="missed",
    overdue="overdue",
    running="running",
    stopped="fell away",
)
ARMED: Final = ("met", "met_late", "missed", "overdue", "running")
DECIDED: Final = ("met", "met_late", "missed", "overdue")

NOBODY: Final = "nobody yet"
"""The line of sentences that have no provider or officer."""

Rows = Select[tuple[Any, ...]]

Query = Callable[[Scope], Rows]
"""What a part counts, of what is asked."""


def rows(
    scope: Scope,
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


def person_rows(scope: Scope, source: FromClause, line: Any, column: Any) -> Rows:
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


def standing(scope: Scope) -> ColumnElement[str]:
    """Return where a clock stands at the time of the report.

    What ran at the last turn of its workflow and whose time is over since then is overdue, unless
    it is a term or a window, which ends or opens of itself.
    """
    c, status = CLOCKS.c, ClockStatus
    is_open = c.settled_at.is_(None)
    ran_out = and_(c.status == status.RUNNING.value, past(scope))
    return case(
        (and_(c.status == status.MISSED.value, is_open), OVERDUE),
        (and_(ran_out, c.timescale.in_(scope.kinds.until)), status.ENDED.value),
        (and_(ran_out, c.timescale.in_(scope.kinds.opening)), status.OPENED.value),
        (ran_out, OVERDUE),
        else_=c.status,
    )


def past(scope: Scope) -> ColumnElement[bool]:
    """Return whether the time of a clock is over: a day at its midnight, hours after the last."""
    c, now = CLOCKS.c, literal(scope.as_of, Instant)
    return or_(
        and_(c.due_on.is_not(None), c.due_at <= now), and_(c.due_on.is_(None), c.due_at < now)
    )


def begun(scope: Scope) -> ColumnElement[bool]:
    """Return whether a clock belongs to the period: by its start, or, counted back, by its end."""
    if scope.is_open:
        return CLOCKS.c.started_at.is_not(None)
    backward = CLOCKS.c.timescale.in_(scope.kinds.backward)
    return or_(
        and_(backward, scope.on(CLOCKS.c.due_on)),
        and_(~backward, scope.at(CLOCKS.c.started_at)),
    )


def clock_rows(scope: Scope, *ids: str, line: Any = None, source: FromClause | None = None) -> Rows:
    """Return the clocks of these timescales, a line for each unless `line` says otherwise."""
    found = rows(
        scope,
        with_sentence(CLOCKS) if source is None else source,
        CLOCKS.c.timescale if line is None else line,
        standing(scope),
        CLOCKS.c.id,
    )
    return found.where(CLOCKS.c.timescale.in_(ids) if ids else false(), begun(scope))


def applied() -> ColumnElement[bool]:
    """Return whether an event was applied: what was not has a row that says so."""
    d, e = DISPOSITIONS.c, EVENTS.c
    return ~exists().where(
        d.workflow_id == e.workflow_id,
        d.key == e.key,
        d.verdict != Verdict.APPLIED.value,
    )
