"""Measures of single timescales: was the act done, and in time?"""

from typing import Any, Final

from sqlalchemy import and_, case, exists, func, or_, select, union_all

from runtime.report.model import Chart, Mean, Measure, MeasurePart, ReportScope, columns
from runtime.report.queries import (
    ARMED,
    BY_SENTENCE,
    BY_START,
    CLOCK_STATUSES,
    DECIDED,
    ORDERS,
    OVERDUE,
    UNASSIGNED,
    Query,
    Rows,
    applied,
    as_text,
    clock_rows,
    clock_status,
    clocks_of,
    clocks_part,
    in_period,
    rows,
)
from runtime.report.tables import (
    CLOCKS,
    EVENTS,
    FAILURE_DAYS,
    PLANS,
    REQUIREMENTS,
    SENTENCES,
    TRANSITIONS,
    with_sentence,
)
from states.vocabulary import RequirementKind


def _first_appointments(scope: ReportScope) -> Rows:
    """Return the orders by whether they need a first appointment."""
    s = SENTENCES.c
    column = case((s.electronic_only.is_(True), "exempt"), else_="owed")
    return rows(scope, SENTENCES, s.type, column=column).where(
        s.type.in_(ORDERS), scope.on(s.sentenced_on)
    )


FIRST_APPOINTMENTS: Final = MeasurePart(
    "apart",
    "Orders that need a first appointment",
    "type of sentence",
    rows=_first_appointments,
    columns=columns(owed="needed", exempt="electronically monitored only"),
    whole=("owed", "exempt"),
)


def _plan_age(scope: ReportScope) -> Rows:
    """Return the sentences by whether they have a complete plan, and the days until the first."""
    p, s = PLANS.c, SENTENCES.c
    first = (
        select(p.workflow_id, func.min(p.occurred_at).label("done_at"))
        .where(p.event_kind == "plan_completed", p.interim.is_not(True))
        .group_by(p.workflow_id)
        .subquery()
    )
    source = SENTENCES.outerjoin(first, first.c.workflow_id == s.workflow_id)
    column = case((first.c.done_at.is_(None), "none"), else_="completed")
    return rows(
        scope, source, s.type, column=column, item="", span=(s.sentenced_on, first.c.done_at)
    ).where(s.sentenced_on.is_not(None), scope.on(s.sentenced_on))


PLAN_AGE: Final = MeasurePart(
    "age",
    "Days from sentence to the first complete plan",
    "type of sentence",
    rows=_plan_age,
    columns=columns(completed="completed", none="none yet"),
    whole=("completed", "none"),
    timed=True,
)


def _unpaid_work(scope: ReportScope) -> Any:
    """Return the requirements of unpaid work by progress, and their hours left."""
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
        found = rows(scope, source, s.type, column=column, item=r.requirement_id, weight=weight)
        return found.where(work, *where)

    return union_all(
        counted("made"),
        counted("started", r.started_on.is_not(None)),
        counted("finished", r.completed_on.is_not(None)),
        rows(scope, happened, s.type, column="extended", item=r.requirement_id).where(
            work, extended
        ),
        rows(scope, happened, s.type, column="varied", item=r.requirement_id).where(work, varied),
        counted("outstanding", r.terminated_on.is_(None), left > 0, weight=left),
    )


UNPAID_WORK: Final = MeasurePart(
    "counts",
    "Requirements of unpaid work",
    "type of sentence",
    rows=_unpaid_work,
    columns=columns(
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


def _recorded(scope: ReportScope) -> Any:
    """Return the entries made on the same day, those made later, and their days of delay."""
    c, s = CLOCKS.c, SENTENCES.c
    where = (c.timescale == "record-same-day", scope.on(s.sentenced_on))

    def counted(name: str) -> Rows:
        number = c.count[name].as_integer()
        found = rows(
            scope,
            with_sentence(CLOCKS),
            func.coalesce(s.provider, UNASSIGNED),
            column=name,
            item="",
            weight=number,
        )
        return found.where(*where, number > 0)

    return union_all(counted("same_day"), counted("late"), counted("delay_days"))


ENTRIES: Final = MeasurePart(
    "entries",
    "Entries",
    "provider",
    rows=_recorded,
    columns=columns(same_day="same day", late="later", delay_days="days of delay"),
    good=("same_day",),
    of=("same_day", "late"),
    share="on the same day",
    mean=Mean("mean delay in days", "delay_days", ("same_day", "late")),
)


def _fixed_term(scope: ReportScope) -> Rows:
    """Return the clocks of fixed term recalls, by the day of release relative to the 28th day."""
    c, e = CLOCKS.c, EVENTS.c
    source = with_sentence(CLOCKS).outerjoin(
        EVENTS, and_(e.workflow_id == c.workflow_id, e.key == c.settled_by, e.kind == "released")
    )
    released, day = e.said["released_on"].as_string(), as_text(c.due_on)
    column = case(
        (released == day, "on_the_day"),
        (released < day, "before"),
        (released > day, "after"),
        (c.settled_at.is_not(None), "otherwise"),
        (clock_status(scope) == "ended", OVERDUE),
        else_="running",
    )
    found = rows(scope, source, SENTENCES.c.type, column=column, item=c.id)
    return found.where(c.timescale == "ftr-28-days", in_period(scope))


FIXED_TERM: Final = MeasurePart(
    "release",
    "Released",
    "type of sentence",
    rows=_fixed_term,
    columns=columns(
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


def every_clock(scope: ReportScope) -> Rows:
    """Return every started clock, with a line for each timescale."""
    found = rows(
        scope,
        with_sentence(CLOCKS),
        CLOCKS.c.timescale,
        column=clock_status(scope),
        item=CLOCKS.c.id,
    )
    return found.where(CLOCKS.c.started_at.is_not(None), in_period(scope))


def contact_on_release(scope: ReportScope) -> Rows:
    """Return the clocks of the first contact, separated into first releases and re-releases."""
    t, c = TRANSITIONS.c, CLOCKS.c
    again = exists().where(
        t.workflow_id == c.workflow_id, t.arrow.in_(("T12", "T22")), t.at <= c.started_at
    )
    line = c.timescale + case((again, " · re-release"), else_=" · first release")
    return clock_rows(scope, "first-contact-release", "first-contact-release-day", line=line)


def enforced(scope: ReportScope) -> Rows:
    """Return the clocks of acting on a failure, by the judgement of its day."""
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
    """Return the clocks that a failure on licence starts, by whether the answer was a recall."""

    def query(scope: ReportScope) -> Rows:
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


TOPIC: Final = "Timescales"


def _on_time(
    key: str,
    title: str,
    definition: str,
    *,
    source: str,
    done: str,
    query: Query,
    line_heading: str = "timescale",
) -> Measure:
    """Return a measure of clocks only; `done` is the title of its one part."""
    part = clocks_part("clocks", done, query, line_heading=line_heading)
    return Measure(key, title, definition, period=BY_START, source=source, parts=(part,))


MEASURES: Final = (
    Measure(
        "t-all",
        "Every clock",
        "Every clock that was started, by status: met, met late, missed with nothing left to "
        "do, overdue, running, or cancelled before its due date. Shares are of all but the "
        "cancelled clocks; terms end and windows open by themselves.",
        period=BY_START,
        source="NS 2015, every standard",
        parts=(
            MeasurePart(
                "status",
                "Status of every clock",
                "timescale",
                rows=every_clock,
                columns=(*CLOCK_STATUSES, *columns(opened="window open", ended="ended")),
                whole=ARMED,
                good=("met",),
                of=DECIDED,
                share="met of those decided",
                chart=Chart.BARS,
            ),
        ),
    ),
    Measure(
        "t-first-community",
        "First appointment of an order",
        "Allocated orders whose first appointment was arranged within 5 working days, and those "
        "where it was held. Orders with electronic monitoring only need none and are shown "
        "separately.",
        period=BY_START,
        source="NS 2015 5(a)",
        parts=(
            clocks_part(
                "clocks",
                "Arranged and held",
                clocks_of("first-appt-community", "first-appt-community-held"),
            ),
            FIRST_APPOINTMENTS,
        ),
    ),
    _on_time(
        "t-first-release",
        "First contact on release",
        "Releases with a first contact arranged within 1 working day, and on the same day. "
        "Releases after a recall or a committal are shown separately.",
        source="NS 2015 5(b); PF 2015, Implement the sentence",
        done="Arranged",
        query=contact_on_release,
        line_heading="timescale and release",
    ),
    _on_time(
        "t-enforce-6wd",
        "Failures acted on",
        "Failures to comply that were acted on within 6 working days, or at once to protect the "
        "public, by the judgement of the day of the failure.",
        source="NS 2015 9(a)",
        done="Acted on",
        query=enforced,
        line_heading="timescale and judgement",
    ),
    _on_time(
        "t-recall-2h",
        "Emergency recall within 2 hours",
        "Decided emergency recalls whose report reached the casework section within 2 hours.",
        source="NS 2015 9(b)",
        done="Reported",
        query=clocks_of("recall-emergency-2h"),
    ),
    _on_time(
        "t-recall-24h",
        "Other recall within 24 hours",
        "Other recalls whose report was received within 24 hours.",
        source="NS 2015 9(b)",
        done="Reported",
        query=clocks_of("recall-nonemergency-24h"),
    ),
    _on_time(
        "t-9wd",
        "Decision within 9 working days of a failure on licence",
        "Each failure on licence starts the clock; its line shows whether the answer was a "
        "recall, another step, or still open.",
        source="PF 2015, recall",
        done="Decided",
        query=recalled("recall-decision-9wd"),
        line_heading="timescale and answer",
    ),
    _on_time(
        "t-10day",
        "Enforcement started within 10 working days of a failure on licence",
        "As the measure of 9 working days, for the receipt of the recall report or another answer.",
        source="NS 2015 9(b); PF 2015, recall",
        done="Started",
        query=recalled("recall-10-day-timescale"),
        line_heading="timescale and answer",
    ),
    Measure(
        "t-victim",
        "Contact offered to victims within 8 weeks",
        "Sentences with victims in the statutory scheme, by whether contact was offered within 8 "
        "weeks of the sentence.",
        period=BY_START,
        source="PF 2015, Victims",
        parts=(clocks_part("clocks", "Offered", clocks_of("victim-offer-8w")),),
        caveat=(
            "Counted from the clocks only: victims are recorded in another database, which this "
            "report does not open."
        ),
    ),
    Measure(
        "t-plan",
        "Plans",
        "Plans in custody prepared within the 12 weeks before release; an earlier plan does not "
        "count as met. Also the days from sentence to the first complete plan, for which no "
        "document sets a limit.",
        period=f"{BY_START}; the days to the first plan: {BY_SENTENCE}",
        source="NS 2015 4(b)-(c)",
        parts=(
            clocks_part("window", "Prepared before release", clocks_of("plan-custody-prepared")),
            PLAN_AGE,
        ),
    ),
    _on_time(
        "t-evaluation",
        "Evaluation at the end",
        "Sentences evaluated within their last 8 weeks; an earlier evaluation does not count as "
        "met.",
        source="NS 2015 11(a); PF 2015, Complete the sentence",
        done="Evaluated",
        query=clocks_of("evaluation-by-end"),
    ),
    Measure(
        "t-upw",
        "Unpaid work",
        "Unpaid work started within 7 working days of allocation and finished within 12 months; "
        "the requirements made, started, finished, extended and varied by a court; and the "
        "hours left in sentences that have not ended.",
        period=f"{BY_START}; the counts: {BY_SENTENCE}",
        source="PF 2015, Unpaid work",
        parts=(
            clocks_part(
                "clocks", "Started and finished", clocks_of("upw-start-7wd", "upw-finish-12-months")
            ),
            UNPAID_WORK,
        ),
    ),
    Measure(
        "t-record",
        "Entries made on the same day",
        "Entries made on the London day of the act they record, of all entries; and the mean "
        "delay in days over all entries.",
        period=f"{BY_SENTENCE}: each sentence is counted with all its entries",
        source="NS 2015 1(b); PF 2015, record keeping",
        parts=(ENTRIES,),
    ),
    _on_time(
        "t-ap",
        "Approved premises prepared 3 months ahead",
        "Placements in approved premises from custody that were prepared 3 months before release.",
        source="PF 2015, Plan",
        done="Prepared",
        query=clocks_of("ap-prep-3-months"),
    ),
    Measure(
        "t-ftr",
        "Fixed term recall of 28 days",
        "Fixed term recalls with a return to custody, by whether release was on the 28th day, "
        "counting the day of return as the first.",
        period="recalls with a return to custody on a day of the period",
        source="APP, recall",
        parts=(FIXED_TERM,),
    ),
)
