"""Measures of open work: due today and this week, overdue, and open duties by owner."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import and_, case, func, literal, or_

from activities.records.columns import Instant
from runtime.report.model import Chart, Measure, MeasurePart, ReportScope, columns
from runtime.report.queries import OVERDUE, UNASSIGNED, Rows, clock_status, rows
from runtime.report.tables import CLOCKS, DUTIES, SENTENCES, with_sentence
from states.time.london import end_of, start_of
from states.vocabulary import ClockStatus

TOPIC: Final = "Open work"
NO_PERIOD: Final = "not limited by a period: open at the time of the report"
WEEK: Final = timedelta(days=6)
"""Today and the next six days, as in `list --due week`."""

_DUE: Final = columns(
    overdue="overdue standard",
    overdue_prompt="overdue prompt",
    today="due today",
    week="due in 6 days more",
)


def _due_by(line: Any) -> Any:
    def query(scope: ReportScope) -> Rows:
        c = CLOCKS.c
        now = clock_status(scope)
        binds = c.timescale.in_(scope.kinds.binding)
        column = case(
            (and_(now == OVERDUE, binds), "overdue"),
            (now == OVERDUE, "overdue_prompt"),
            (_within(scope, timedelta()), "today"),
            else_="week",
        )
        running = and_(
            now == ClockStatus.RUNNING.value,
            c.timescale.not_in((*scope.kinds.until, *scope.kinds.opening)),
            _within(scope, WEEK),
        )
        found = rows(scope, with_sentence(CLOCKS), line, column=column, item=c.id)
        return found.where(or_(now == OVERDUE, running), SENTENCES.c.moved_to.is_(None))

    return query


def _within(scope: ReportScope, more: timedelta) -> Any:
    """Return whether a clock is due from today to `more` days later."""
    c, last = CLOCKS.c, scope.today + more
    first = literal(start_of(scope.today), Instant)
    return or_(
        and_(c.due_on >= scope.today, c.due_on <= last),
        and_(c.due_on.is_(None), c.due_at >= first, c.due_at < literal(end_of(last), Instant)),
    )


def _duties(scope: ReportScope) -> Rows:
    d = DUTIES.c
    found = rows(
        scope, with_sentence(DUTIES), func.coalesce(d.owner, UNASSIGNED), column="open", item=d.id
    )
    return found.where(d.status == "open", SENTENCES.c.moved_to.is_(None))


MEASURES: Final = (
    Measure(
        "w-due",
        "Due and overdue",
        "Clocks that are overdue, due today, or due in the six days after it. The due date of a "
        "standard comes from a document; that of a prompt is our own.",
        period=NO_PERIOD,
        source="NS 2015, every standard",
        parts=(
            MeasurePart(
                "officer",
                "By officer",
                "officer",
                rows=_due_by(func.coalesce(SENTENCES.c.officer, UNASSIGNED)),
                columns=_DUE,
                chart=Chart.COUNTS,
            ),
            MeasurePart(
                "timescale",
                "By timescale",
                "timescale",
                rows=_due_by(CLOCKS.c.timescale),
                columns=_DUE,
                detail=True,
            ),
        ),
    ),
    Measure(
        "w-duties",
        "Open duties",
        "Open duties for which no document sets a time, by owner.",
        period=NO_PERIOD,
        source="NS 2015, every standard",
        parts=(
            MeasurePart(
                "owner",
                "By owner",
                "owner",
                rows=_duties,
                columns=columns(open="open"),
                chart=Chart.LINES,
            ),
        ),
    ),
)
