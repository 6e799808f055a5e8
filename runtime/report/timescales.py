"""Measures of single timescales: was the thing done, and was it done in time?"""

from typing import Any, Final

from sqlalchemy import and_, case, exists, func, or_, select, union_all

from runtime.report.rows import (
    ARMED,
    DECIDED,
    NOBODY,
    OVERDUE,
    STANDINGS,
    Rows,
    applied,
    begun,
    clock_rows,
    rows,
    standing,
)
from runtime.report.scope import Scope
from runtime.report.shape import Chart, Column, Mean, Measure, Part
from runtime.report.sql import written
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
from states.vocabulary import RequirementKind, SentenceType

TOPIC: Final = "Timescales"
BY_START: Final = (
    "clocks that began on a day of the period; those counted back from a date, such as a release "
    "or the end of the sentence, by the day on which they are or were due"
)
BY_SENTENCE: Final = "sentences imposed on a day of the period"
ORDERS: Final = (
    SentenceType.COMMUNITY_ORDER.value,
    SentenceType.SUSPENDED_SENTENCE_ORDER.value,
)


def clocks_part(key: str, title: str, query: Any, lines: str = "timescale") -> Part:
    """Return a part whose columns are the standings of clocks."""
    return Part(
        key,
        title,
        lines,
        query,
        STANDINGS,
        whole=ARMED,
        good=("met",),
        of=DECIDED,
        share="met of those decided",
        chart=Chart.BARS,
    )


def _of(*ids: str) -> Any:
    return lambda scope: clock_rows(scope, *ids)


def _every_clock(scope: Scope) -> Rows:
    found = rows(scope, with_sentence(CLOCKS), CLOCKS.c.timescale, standing(scope), CLOCKS.c.id)
    return found.where(CLOCKS.c.started_at.is_not(None), begun(scope))


def _kept_apart(scope: Scope) -> Rows:
    s = SENTENCES.c
    column = case((s.electronic_only.is_(True), "exempt"), else_="owed")
    return rows(scope, SENTENCES, s.type, column).where(
        s.type.in_(ORDERS), scope.on(s.sentenced_on)
    )


def _contact_on_release(scope: Scope) -> Rows:
    t, c = TRANSITIONS.c, CLOCKS.c
    again = exists().where(
        t.workflow_id == c.workflow_id, t.arrow.in_(("T12", "T22")), t.at <= c.started_at
    )
    line = c.timescale + case((again, " · re-release"), else_=" · first release")
    return clock_rows(scope, "first-contact-release", "first-contact-release-day", line=line)


def _enforced(scope: Scope) -> Rows:
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


def _recalled(*ids: str) -> Any:
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


def _plan_age(scope: Scope) -> Rows:
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


def _unpaid_work(scope: Scope) -> Any:
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


def _recorded(scope: Scope) -> Any:
    c, s = CLOCKS.c, SENTENCES.c
    where = (c.timescale == "record-same-day", scope.on(s.sentenced_on))

    def counted(name: str) -> Rows:
        number = c.count[name].as_integer()
        found = rows(
            scope, with_sentence(CLOCKS), func.coalesce(s.provider, NOBODY), name, "", weight=number
        )
        return found.where(*where, number > 0)

    return union_all(counted("same_day"), counted("late"), counted("delay_days"))


def _fixed_term(scope: Scope) -> Rows:
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


MEASURES: Final = (
    Measure(
        "t-all",
        "Every clock",
        "Each timescale that was started, by how it stands: met, met late, missed with nothing "
        "left to do, overdue, running, or fallen away before its time. Shares are of what was "
        "armed, which is all but what fell away; terms and windows end or open of themselves.",
        BY_START,
        "NS 2015, every standard",
        (
            Part(
                "standing",
                "Standing of every clock",
                "timescale",
                _every_clock,
                (*STANDINGS, Column("opened", "window open"), Column("ended", "ended")),
                whole=ARMED,
                good=("met",),
                of=DECIDED,
                share="met of those decided",
                chart=Chart.BARS,
            ),
        ),
        topic=TOPIC,
    ),
    Measure(
        "t-first-community",
        "First appointment of an order",
        "Orders allocated whose first appointment was arranged within 5 working days, and those "
        "where it was held; electronically monitored orders owe none and are shown apart.",
        BY_START,
        "NS 2015 5(a)",
        (
            clocks_part(
                "clocks",
                "Arranged, and held",
                _of("first-appt-community", "first-appt-community-held"),
            ),
            Part(
                "apart",
                "Orders that owe a first appointment",
                "type of sentence",
                _kept_apart,
                (
                    Column("owed", "owe one"),
                    Column("exempt", "electronically monitored only"),
                ),
                whole=("owed", "exempt"),
            ),
        ),
        topic=TOPIC,
    ),
    Measure(
        "t-first-release",
        "First contact on release",
        "Releases with a first contact arranged within 1 working day, and on the day itself; "
        "releases after a recall or a committal are apart.",
        BY_START,
        "NS 2015 5(b); PF 2015, Implement the sentence",
        (clocks_part("clocks", "Arranged", _contact_on_release, "timescale and release"),),
        topic=TOPIC,
    ),
    Measure(
        "t-enforce-6wd",
        "Failures acted on",
        "Failures to comply that were acted on within 6 working days, and at once where the public "
        "has to be protected, by what the day of the failure was judged to be.",
        BY_START,
        "NS 2015 9(a)",
        (clocks_part("clocks", "Acted on", _enforced, "timescale and judgement"),),
        topic=TOPIC,
    ),
    Measure(
        "t-recall-2h",
        "Emergency recall within 2 hours",
        "Emergency recalls decided whose report reached the casework section within 2 hours.",
        BY_START,
        "NS 2015 9(b)",
        (clocks_part("clocks", "Reported", _of("recall-emergency-2h")),),
        topic=TOPIC,
    ),
    Measure(
        "t-recall-24h",
        "Other recall within 24 hours",
        "Recalls that are no emergency whose report was received within 24 hours.",
        BY_START,
        "NS 2015 9(b)",
        (
            clocks_part(
                "clocks", "Reported", _of("recall-nonemergency-24h", "recall-report-ppcs-24h")
            ),
        ),
        topic=TOPIC,
    ),
    Measure(
        "t-9wd",
        "Decision within 9 working days of a failure on licence",
        "Each failure on licence starts the clock, so it is told apart whether a recall was the "
        "answer, another step, or nothing yet.",
        BY_START,
        "PF 2015, recall",
        (
            clocks_part(
                "clocks", "Decided", _recalled("recall-decision-9wd"), "timescale and answer"
            ),
        ),
        topic=TOPIC,
    ),
    Measure(
        "t-10day",
        "Enforcement begun within 10 working days of a failure on licence",
        "As the measure of 9 working days, for the receipt of the recall report or another answer.",
        BY_START,
        "NS 2015 9(b); PF 2015, recall",
        (
            clocks_part(
                "clocks", "Begun", _recalled("recall-10-day-timescale"), "timescale and answer"
            ),
        ),
        topic=TOPIC,
    ),
    Measure(
        "t-victim",
        "Contact offered to victims within 8 weeks",
        "Sentences with victims in the statutory scheme, by whether contact was offered within 8 "
        "weeks of the sentence.",
        BY_START,
        "PF 2015, Victims",
        (clocks_part("clocks", "Offered", _of("victim-offer-8w")),),
        "From the clocks alone: what is recorded of victims lies in another database, which this "
        "report neither opens nor joins.",
        TOPIC,
    ),
    Measure(
        "t-plan",
        "Plans",
        "Plans in custody prepared within the 12 weeks before release: one made before the window "
        "opened does not count as met. Beside them the days from sentence to the first whole plan, "
        "for which no document sets a limit.",
        f"{BY_START}; the days to the first plan: {BY_SENTENCE}",
        "NS 2015 4(b)-(c)",
        (
            clocks_part("window", "Prepared before release", _of("plan-custody-prepared")),
            Part(
                "age",
                "Days from sentence to the first whole plan",
                "type of sentence",
                _plan_age,
                (Column("completed", "completed"), Column("none", "none yet")),
                whole=("completed", "none"),
                timed=True,
            ),
        ),
        topic=TOPIC,
    ),
    Measure(
        "t-evaluation",
        "Evaluation at the end",
        "Sentences evaluated within the last 8 weeks and by their end: an evaluation before the "
        "window opened does not count as met.",
        BY_START,
        "NS 2015 11(a); PF 2015, Complete the sentence",
        (clocks_part("clocks", "Evaluated", _of("evaluation-by-end")),),
        topic=TOPIC,
    ),
    Measure(
        "t-upw",
        "Unpaid work",
        "Unpaid work begun within 7 working days of allocation and finished within 12 months; how "
        "much was made, started, finished, extended and varied by a court, and the hours still to "
        "be worked in what has not ended.",
        f"{BY_START}; the counts: {BY_SENTENCE}",
        "PF 2015, Unpaid work",
        (
            clocks_part(
                "clocks", "Begun, and finished", _of("upw-start-7wd", "upw-finish-12-months")
            ),
            Part(
                "counts",
                "Requirements of unpaid work",
                "type of sentence",
                _unpaid_work,
                (
                    Column("made", "made"),
                    Column("started", "started"),
                    Column("finished", "finished"),
                    Column("extended", "extended"),
                    Column("varied", "varied"),
                    Column("outstanding", "hours outstanding"),
                ),
                good=("finished",),
                of=("made",),
                share="finished of those made",
            ),
        ),
        topic=TOPIC,
    ),
    Measure(
        "t-record",
        "Entries made on the same day",
        "Entries in the record that were made on the London day of what they tell of, of all "
        "entries; and the mean delay in days over all entries.",
        f"{BY_SENTENCE}: each sentence is counted with all its entries",
        "NS 2015 1(b); PF 2015, record keeping",
        (
            Part(
                "entries",
                "Entries",
                "provider",
                _recorded,
                (
                    Column("same_day", "same day"),
                    Column("late", "later"),
                    Column("delay_days", "days of delay"),
                ),
                good=("same_day",),
                of=("same_day", "late"),
                share="on the same day",
                mean=Mean("mean delay in days", "delay_days", ("same_day", "late")),
            ),
        ),
        topic=TOPIC,
    ),
    Measure(
        "t-ap",
        "Approved premises prepared 3 months ahead",
        "Placements in approved premises from custody that were prepared 3 months before release.",
        BY_START,
        "PF 2015, Plan",
        (clocks_part("clocks", "Prepared", _of("ap-prep-3-months")),),
        topic=TOPIC,
    ),
    Measure(
        "t-ftr",
        "Fixed term recall of 28 days",
        "Fixed term recalls with a return to custody, by whether release came on the 28th day, of "
        "which the day of return is the first.",
        "recalls whose return to custody lies on a day of the period",
        "APP, recall",
        (
            Part(
                "release",
                "Released",
                "type of sentence",
                _fixed_term,
                (
                    Column("on_the_day", "on the 28th day"),
                    Column("before", "before"),
                    Column("after", "after"),
                    Column("overdue", "overdue"),
                    Column("running", "running"),
                    Column("otherwise", "ended otherwise"),
                ),
                whole=("on_the_day", "before", "after", "overdue", "running", "otherwise"),
                good=("on_the_day",),
                of=("on_the_day", "before", "after", "overdue"),
                share="on the 28th day",
                chart=Chart.BARS,
            ),
        ),
        topic=TOPIC,
    ),
)
