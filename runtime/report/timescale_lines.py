"""Queries of clocks whose lines are told apart by more than their timescale."""

from sqlalchemy import and_, case, exists

from runtime.report.rows import Query, Rows, begun, clock_rows, rows, standing
from runtime.report.scope import Scope
from runtime.report.tables import CLOCKS, EVENTS, FAILURE_DAYS, TRANSITIONS, with_sentence


def every_clock(scope: Scope) -> Rows:
    """Return every clock that has begun, a line for each timescale."""
    found = rows(scope, with_sentence(CLOCKS), CLOCKS.c.timescale, standing(scope), CLOCKS.c.id)
    return found.where(CLOCKS.c.started_at.is_not(None), begun(scope))


def contact_on_release(scope: Scope) -> Rows:
    """Return the clocks of the first contact, apart by whether prison was left before."""
    t, c = TRANSITIONS.c, CLOCKS.c
    again = exists().where(
        t.workflow_id == c.workflow_id, t.arrow.in_(("T12", "T22")), t.at <= c.started_at
    )
    line = c.timescale + case((again, " · re-release"), else_=" · first release")
    return clock_rows(scope, "first-contact-release", "first-contact-release-day", line=line)


def enforced(scope: Scope) -> Rows:
    """Return the clocks of acting on a failure, by what its day was judged to be."""
    c, d = CLOCKS.c, FAILURE_DAYS.c
    source = with_sentence(CLOCKS).outerjoin(
        FAILURE_DAYS, and_(d.workflow_id == c.workflow_id, d.key == c.subject)
    )
    verdict = case(
        (d.acceptable.is_(False), " · unacceptable"),
        (d.acceptable.is_(True), " · acceptable"),
        else_=" · not judged",
    )
    ids = ("enforce-6wd", "enforce-immediate")
    return clock_rows(scope, *ids, line=c.timescale + verdict, source=source)


def recalled(*ids: str) -> Query:
    """Return the clocks that every failure on licence starts, by whether a recall answered it."""

    def query(scope: Scope) -> Rows:
        c, e = CLOCKS.c, EVENTS.c
        source = with_sentence(CLOCKS).outerjoin(
            EVENTS, and_(e.workflow_id == c.workflow_id, e.key == c.settled_by)
        )
        recall = ("recall_decided", "recall_report_sent", "recall_report_received")
        answer = case(
            (e.kind.in_(recall), " · recall"),
            (c.settled_at.is_(None), " · open"),
            else_=" · other answer",
        )
        return clock_rows(scope, *ids, line=c.timescale + answer, source=source)

    return query
