"""Measures of the work with a person: meetings, officers, requirements and transfers."""

from typing import Any, Final

from sqlalchemy import and_, case, exists, func, select, union_all

from runtime.report.model import Chart, Measure, MeasurePart, ReportScope, columns
from runtime.report.queries import (
    BY_SENTENCE,
    UNASSIGNED,
    Rows,
    SecondsBetween,
    clock_status,
    clocks_part,
    rows,
)
from runtime.report.tables import (
    ATTENDANCES,
    CLOCKS,
    OFFICERS,
    REQUIREMENTS,
    SENTENCES,
    TRANSFERS,
    with_sentence,
)

TOPIC: Final = "Work with people"
SHORT: Final = 10
USUAL: Final = 20
LONG: Final = 60
"""Lower bounds of the bands of a meeting's length, in minutes."""
WEEKLY_SECONDS: Final = 252 * 3600
"""Longest time between weekly meetings, ten and a half days: our interpretation."""
SOMETIMES_SECONDS: Final = 588 * 3600
"""Longest time between meetings every two to three weeks, 24.5 days: our interpretation."""


def _counted_before() -> Any:
    """Return whether another report of the same appointment counts: two systems may send one."""
    a, other = ATTENDANCES.c, ATTENDANCES.alias().c
    return exists().where(
        other.workflow_id == a.workflow_id,
        other.appointment_id == a.appointment_id,
        other.key < a.key,
    )


def _lengths(scope: ReportScope) -> Rows:
    a = ATTENDANCES.c
    column = case(
        (a.minutes.is_(None), "unknown"),
        (a.minutes < SHORT, "under_10"),
        (a.minutes < USUAL, "from_10"),
        (a.minutes < LONG, "from_20"),
        else_="from_60",
    )
    found = rows(
        scope, with_sentence(ATTENDANCES), SENTENCES.c.type, column=column, item=a.appointment_id
    )
    return found.where(scope.at(a.at), ~_counted_before())


def _gaps(scope: ReportScope) -> Rows:
    a = ATTENDANCES.c
    before = func.lag(a.at).over(partition_by=a.workflow_id, order_by=(a.at, a.key))
    meetings = select(a.workflow_id, a.key, a.at, before.label("before"))
    met = meetings.where(~_counted_before()).subquery()
    seconds = SecondsBetween(met.c.at, met.c.before)
    column = case(
        (seconds <= WEEKLY_SECONDS, "weekly"),
        (seconds <= SOMETIMES_SECONDS, "sometimes"),
        else_="rarer",
    )
    source = SENTENCES.join(met, met.c.workflow_id == SENTENCES.c.workflow_id)
    found = rows(scope, source, SENTENCES.c.type, column=column, item=met.c.key)
    return found.where(met.c.before.is_not(None), scope.at(met.c.at))


def _officers(scope: ReportScope) -> Rows:
    o, s = OFFICERS.c, SENTENCES.c
    counted = (
        select(o.workflow_id, func.count(o.officer.distinct()).label("number"))
        .where(o.temporary.is_not(True))
        .group_by(o.workflow_id)
        .subquery()
    )
    source = SENTENCES.outerjoin(counted, counted.c.workflow_id == s.workflow_id)
    number = func.coalesce(counted.c.number, 0)
    column = case((number == 0, "none"), (number == 1, "same"), else_="changed")
    return rows(scope, source, s.type, column=column).where(scope.on(s.sentenced_on))


def _requirements(scope: ReportScope) -> Any:
    r, s = REQUIREMENTS.c, SENTENCES.c
    source = with_sentence(REQUIREMENTS)

    def counted(column: str, *where: Any) -> Rows:
        found = rows(scope, source, r.code, column=column, item=r.requirement_id)
        return found.where(scope.on(s.sentenced_on), *where)

    return union_all(
        counted("made"),
        counted("started", r.started_on.is_not(None)),
        counted("completed", r.completed_on.is_not(None), r.completed_on <= s.ends_on),
        counted("evaluated", r.evaluated_on.is_not(None)),
    )


def _taker(t: Any) -> Any:
    return func.coalesce(t.provider, UNASSIGNED)


def _transfers(scope: ReportScope) -> Rows:
    t, o = TRANSFERS.c, OFFICERS.c
    named = exists().where(o.workflow_id == t.workflow_id, o.since == t.occurred_at)
    column = case((named, "named"), else_="gap")
    found = rows(scope, with_sentence(TRANSFERS), _taker(t), column=column, item=t.key)
    return found.where(scope.at(t.occurred_at))


def _plans_after(scope: ReportScope) -> Rows:
    t, c = TRANSFERS.c, CLOCKS.c
    clock = and_(c.workflow_id == t.workflow_id, c.subject == t.key)
    source = with_sentence(TRANSFERS).join(CLOCKS, clock)
    found = rows(scope, source, _taker(t), column=clock_status(scope), item=c.id)
    return found.where(c.timescale == "plan-after-transfer", scope.at(t.occurred_at))


MEASURES: Final = (
    Measure(
        "c-contact",
        "Length and frequency of meetings",
        "Attended appointments by length, and each meeting after the first by the time since "
        "the previous one: up to ten and a half days is weekly, up to twenty-four and a half is "
        "every two to three weeks. An appointment that two systems sent counts once. The bands of "
        "frequency are our own.",
        period="meetings held on a day of the period",
        source="PF 2015, Implement the sentence",
        parts=(
            MeasurePart(
                "length",
                "Length of meetings",
                "type of sentence",
                rows=_lengths,
                columns=columns(
                    under_10="under 10 minutes",
                    from_10="10 to 19 minutes",
                    from_20="20 to 59 minutes",
                    from_60="an hour or more",
                    unknown="not stated",
                ),
                whole=("under_10", "from_10", "from_20", "from_60", "unknown"),
                chart=Chart.COUNTS,
            ),
            MeasurePart(
                "frequency",
                "Time since the previous meeting",
                "type of sentence",
                rows=_gaps,
                columns=columns(weekly="weekly", sometimes="every 2 to 3 weeks", rarer="rarer"),
                whole=("weekly", "sometimes", "rarer"),
                chart=Chart.COUNTS,
            ),
        ),
    ),
    Measure(
        "c-officer",
        "Continuity of the officer",
        "Sentences with one officer throughout, of those with any. Temporary cover is not a "
        "change.",
        period=BY_SENTENCE,
        source="PF 2015, Implement the sentence",
        parts=(
            MeasurePart(
                "officers",
                "Officers",
                "type of sentence",
                rows=_officers,
                columns=columns(same="one officer", changed="changed", none="none yet"),
                whole=("same", "changed", "none"),
                good=("same",),
                of=("same", "changed"),
                share="one officer throughout",
                chart=Chart.BARS,
            ),
        ),
    ),
    Measure(
        "c-requirements",
        "Requirements",
        "Requirements and conditions that were made, started, completed by the end of the "
        "sentence, and evaluated, by kind.",
        period=BY_SENTENCE,
        source="NS 2015 12",
        parts=(
            MeasurePart(
                "kinds",
                "Requirements by kind",
                "requirement",
                rows=_requirements,
                columns=columns(
                    made="made", started="started", completed="completed", evaluated="evaluated"
                ),
                good=("completed",),
                of=("made",),
                share="completed of those made",
            ),
        ),
    ),
    Measure(
        "c-transfers",
        "Transfers",
        "Transfers between providers, by the new provider: whether the new officer was named at "
        "the same moment, because there must never be a gap, and whether the plan was updated "
        "afterwards.",
        period="transfers on a day of the period",
        source="NS 2015 5(e)",
        parts=(
            MeasurePart(
                "manager",
                "Officer of the case",
                "new provider",
                rows=_transfers,
                columns=columns(named="officer named at once", gap="gap"),
                whole=("named", "gap"),
            ),
            clocks_part("plan", "Plan updated", _plans_after, line_heading="new provider"),
        ),
    ),
    Measure(
        "c-satisfaction",
        "Satisfaction of sentencers, victims and users of reports",
        "Not computed: it needs a survey; the record has no answer.",
        period="none",
        source="PF 2015; outside data",
    ),
)
