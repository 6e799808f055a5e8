"""Parts of the measures of timescales that have columns of their own, each with its query."""

from typing import Any, Final

from sqlalchemy import and_, case, func, or_, select, union_all

from runtime.report.parts import ORDERS
from runtime.report.rows import NOBODY, OVERDUE, Rows, applied, begun, rows, standing
from runtime.report.scope import Scope
from runtime.report.shape import Chart, Mean, Part, columns
from runtime.report.sql import written
from runtime.report.tables import CLOCKS, EVENTS, PLANS, REQUIREMENTS, SENTENCES, with_sentence
from states.vocabulary import RequirementKind


def _kept_apart(scope: Scope) -> Rows:
    """Return the orders by whether they owe a first appointment."""
    s = SENTENCES.c
    column = case((s.electronic_only.is_(True), "exempt"), else_="owed")
    return rows(scope, SENTENCES, s.type, column).where(
        s.type.in_(ORDERS), scope.on(s.sentenced_on)
    )


KEPT_APART: Final = Part(
    "apart",
    "Orders that owe a first appointment",
    "type of sentence",
    _kept_apart,
    columns(owed="owe one", exempt="electronically monitored only"),
    whole=("owed", "exempt"),
)


def _plan_age(scope: Scope) -> Rows:
    """Return the sentences by whether they have a whole plan, and the days until the first."""
    p, s = PLANS.c, SENTENCES.c
    first = (
        select(p.workflow_id, func.min(p.occurred_at).label("done_at"))
        .where(p.event_kind == "plan_completed", p.interim.is_not(True))
        .group_by(p.workflow_id)
        .subquery()
    )
    source = SENTENCES.outerjoin(first, first.c.workflow_id == s.workflow_id)
    column = case((first.c.done_at.is_(None), "none"), else_="completed")
    return rows(scope, source, s.type, column, "", span=(s.sentenced_on, first.c.done_at)).where(
        s.sentenced_on.is_not(None), scope.on(s.sentenced_on)
    )


PLAN_AGE: Final = Part(
    "age",
    "Days from sentence to the first whole plan",
    "type of sentence",
    _plan_age,
    columns(completed="completed", none="none yet"),
    whole=("completed", "none"),
    timed=True,
)


def _unpaid_work(scope: Scope) -> Any:
    """Return the requirements of unpaid work by how far they came, and the hours left of them."""
    r, s, e = REQUIREMENTS.c, SENTENCES.c, EVENTS.c
    work = and_(r.kind == RequirementKind.UNPAID_WORK.value, scope.on(s.sentenced_on))
    source = with_sentence(REQUIREMENTS)
    left = func.coalesce(r.hours, 0) - func.coalesce(r.hours_done, 0)
    happened = source.join(EVENTS, and_(e.workflow_id == r.workflow_id, applied()))
    extended = and_(
        e.kind == "court_decided",
        e.said["outcome"].as_string() == "unpaid_work_extended",
        or_(
            e.said["requirement_id"].as_string().is_(None),
            e.said["requirement_id"].as_string() == r.requirement_id,
        ),
    )
    varied = and_(
        e.kind == "requirement_changed",
        e.said["why"].as_string() == "court",
        e.said[("requirement", "requirement_id")].as_string() == r.requirement_id,
    )

    def counted(column: str, *where: Any, weight: Any = 1) -> Rows:
        found = rows(scope, source, s.type, column, r.requirement_id, weight=weight)
        return found.where(work, *where)

    return union_all(
        counted("made"),
        counted("started", r.started_on.is_not(None)),
        counted("finished", r.completed_on.is_not(None)),
        rows(scope, happened, s.type, "extended", r.requirement_id).where(work, extended),
        rows(scope, happened, s.type, "varied", r.requirement_id).where(work, varied),
        counted("outstanding", r.terminated_on.is_(None), left > 0, weight=left),
    )


UNPAID_WORK: Final = Part(
    "counts",
    "Requirements of unpaid work",
    "type of sentence",
    _unpaid_work,
    columns(
        made="made",
        started="started",
        finished="finished",
        extended="extended",
        varied="varied",
        outstanding="hours outstanding",
    ),
    good=("finished",),
    of=("made",),
    share="finished of those made",
)


def _recorded(scope: Scope) -> Any:
    """Return how many entries were made on the same day, how many later, and by how many days."""
    c, s = CLOCKS.c, SENTENCES.c
    where = (c.timescale == "record-same-day", scope.on(s.sentenced_on))

    def counted(name: str) -> Rows:
        number = c.count[name].as_integer()
        found = rows(
            scope, with_sentence(CLOCKS), func.coalesce(s.provider, NOBODY), name, "", weight=number
        )
        return found.where(*where, number > 0)

    return union_all(counted("same_day"), counted("late"), counted("delay_days"))


ENTRIES: Final = Part(
    "entries",
    "Entries",
    "provider",
    _recorded,
    columns(same_day="same day", late="later", delay_days="days of delay"),
    good=("same_day",),
    of=("same_day", "late"),
    share="on the same day",
    mean=Mean("mean delay in days", "delay_days", ("same_day", "late")),
)


def _fixed_term(scope: Scope) -> Rows:
    """Return the clocks of fixed term recalls, by how the day of release lies to the 28th."""
    c, e = CLOCKS.c, EVENTS.c
    source = with_sentence(CLOCKS).outerjoin(
        EVENTS, and_(e.workflow_id == c.workflow_id, e.key == c.settled_by, e.kind == "released")
    )
    released, day = e.said["released_on"].as_string(), written(c.due_on)
    column = case(
        (released == day, "on_the_day"),
        (released < day, "before"),
        (released > day, "after"),
        (c.settled_at.is_not(None), "otherwise"),
        (standing(scope) == "ended", OVERDUE),
        else_="running",
    )
    found = rows(scope, source, SENTENCES.c.type, column, c.id)
    return found.where(c.timescale == "ftr-28-days", begun(scope))


FIXED_TERM: Final = Part(
    "release",
    "Released",
    "type of sentence",
    _fixed_term,
    columns(
        on_the_day="on the 28th day",
        before="before",
        after="after",
        overdue="overdue",
        running="running",
        otherwise="ended otherwise",
    ),
    whole=("on_the_day", "before", "after", "overdue", "running", "otherwise"),
    good=("on_the_day",),
    of=("on_the_day", "before", "after", "overdue"),
    share="on the 28th day",
    chart=Chart.BARS,
)
