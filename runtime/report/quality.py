"""What the inspectors' questions count: a query for each of their parts, by provider."""

from typing import Any, Final

from sqlalchemy import and_, case, exists, func, select, union_all

from runtime.report.caseload import INSPECTION
from runtime.report.model import Chart, Column, Measure, MeasurePart, ReportScope, columns
from runtime.report.queries import (
    BY_START,
    ORDERS,
    UNASSIGNED,
    Query,
    Rows,
    as_text,
    clock_rows,
    clocks_part,
    is_empty,
    rows,
)
from runtime.report.tables import (
    ATTENDANCES,
    DECISIONS,
    FAILURES,
    JUDGEMENTS,
    PLANS,
    RECALLS,
    SENTENCES,
    with_sentence,
)
from states.vocabulary import PlanPart, SentenceType

THRESHOLDS: Final = ("breach-co-2-in-12m", "breach-sso-unstated", "breach-pss-3-in-12m")
CUSTODY: Final = SentenceType.CUSTODY.value
BREACH, RECALL = "breach_decided", "recall_decided"

_HOLDER: Final = func.coalesce(SENTENCES.c.provider, UNASSIGNED)


def _whole_plan(by: Any, workflow_id: Any) -> Any:
    """Return whether a whole plan with its level of risk was made by that instant."""
    p = PLANS.c
    return exists().where(
        p.workflow_id == workflow_id,
        p.event_kind == "plan_completed",
        p.interim.is_not(True),
        p.rosh.is_not(None),
        p.occurred_at <= by,
        *(as_text(p.parts).contains(f'"{part.value}"') for part in PlanPart),
    )


def _of_order() -> Any:
    return SENTENCES.c.type.in_(ORDERS)


def assessed_before_judgement(scope: ReportScope) -> Rows:
    """Return the orders with an unacceptable failure, by whether a whole plan came before it."""
    f = FAILURES.c
    judged = (
        select(f.workflow_id, func.min(f.judged_at).label("at"))
        .where(f.acceptable.is_(False), scope.at(f.judged_at))
        .group_by(f.workflow_id)
        .subquery()
    )
    source = SENTENCES.join(judged, judged.c.workflow_id == SENTENCES.c.workflow_id)
    column = case((_whole_plan(judged.c.at, judged.c.workflow_id), "yes"), else_="no")
    return rows(scope, source, _HOLDER, column).where(_of_order())


def assessed_before_recall(scope: ReportScope) -> Rows:
    """Return the recalls, by whether a whole plan was made by the decision."""
    r = RECALLS.c
    column = case((_whole_plan(r.decided_at, r.workflow_id), "yes"), else_="no")
    found = rows(scope, with_sentence(RECALLS), _HOLDER, column, r.key)
    return found.where(scope.at(r.decided_at))


def in_time(*ids: str, orders: bool) -> Query:
    """Return the query of the clocks of these timescales, of orders or of custody."""

    def query(scope: ReportScope) -> Rows:
        held = _of_order() if orders else SENTENCES.c.type == CUSTODY
        return clock_rows(scope, *ids, line=_HOLDER).where(held)

    return query


def reasoned(*, orders: bool) -> Query:
    """Return the judged failures by whether reasons are filed and the record lacks nothing."""

    def query(scope: ReportScope) -> Rows:
        f, j = FAILURES.c, JUDGEMENTS.c
        reasons = exists().where(
            j.workflow_id == f.workflow_id, j.failure_id == f.failure_id, j.rationale.is_not(None)
        )
        column = case(
            (f.judged_at.is_(None), "open"),
            (and_(reasons, is_empty(f.record_lacks)), "yes"),
            else_="no",
        )
        held = _of_order() if orders else SENTENCES.c.type == CUSTODY
        found = rows(scope, with_sentence(FAILURES), _HOLDER, column, f.key)
        return found.where(held, scope.on(f.failed_on))

    return query


def threshold(scope: ReportScope) -> Rows:
    """Return the clocks that the expected breach of an order starts."""
    return clock_rows(scope, *THRESHOLDS, line=_HOLDER).where(_of_order())


def alternatives(scope: ReportScope) -> Any:
    """Return the judgements and breaches of orders, by whether alternatives are on record."""
    j, d = JUDGEMENTS.c, DECISIONS.c
    judged = rows(scope, with_sentence(JUDGEMENTS), _HOLDER, _considered(JUDGEMENTS), j.key).where(
        _of_order(), scope.at(j.occurred_at)
    )
    decided = rows(scope, with_sentence(DECISIONS), _HOLDER, _considered(DECISIONS), d.key).where(
        _of_order(), d.event_kind == BREACH, scope.at(d.occurred_at)
    )
    return union_all(judged, decided)


def recall_alternatives(scope: ReportScope) -> Rows:
    """Return the decisions to recall, by whether alternatives are on record."""
    d = DECISIONS.c
    found = rows(scope, with_sentence(DECISIONS), _HOLDER, _considered(DECISIONS), d.key)
    return found.where(d.event_kind == RECALL, scope.at(d.occurred_at))


def _considered(table: Any) -> Any:
    return case((is_empty(table.c.alternatives_considered), "no"), else_="yes")


def returned_to_prison(scope: ReportScope) -> Rows:
    """Return the recalls, by whether the licence was revoked."""
    r = RECALLS.c
    column = case(
        (r.revoked_on.is_not(None), "yes"),
        (r.refused_at.is_not(None), "no"),
        (r.undone_at.is_not(None), "no"),
        else_="open",
    )
    found = rows(scope, with_sentence(RECALLS), _HOLDER, column, r.key)
    return found.where(scope.at(r.decided_at))


def managed(scope: ReportScope) -> Rows:
    """Return the decisions to breach an order, by what of a plan and a meeting came before."""
    d, a = DECISIONS.c, ATTENDANCES.c
    seen = exists().where(a.workflow_id == d.workflow_id, a.at <= d.occurred_at)
    column = case(
        (~_whole_plan(d.occurred_at, d.workflow_id), "no_plan"),
        (seen, "yes"),
        else_="no_contact",
    )
    found = rows(scope, with_sentence(DECISIONS), _HOLDER, column, d.key)
    return found.where(_of_order(), d.event_kind == BREACH, scope.at(d.occurred_at))


TOPIC: Final = "Quality, by provider"

_ANSWERS: Final = columns(yes="yes", no="no")
_OPEN: Final = Column("open", "open")
_DECIDED: Final = "decisions taken on a day of the period"


def _answered(key: str, title: str, query: Query, *more: Column) -> MeasurePart:
    columns = (*_ANSWERS, *more)
    return MeasurePart(
        key,
        title,
        "provider",
        query,
        columns,
        whole=tuple(column.id for column in columns),
        good=("yes",),
        of=("yes", "no"),
        share="yes",
        chart=Chart.BARS,
    )


def _absences(*ids: str, orders: bool) -> tuple[MeasurePart, MeasurePart]:
    """Return whether failures were met in the time of these clocks, and with reasons."""
    reasons = reasoned(orders=orders)
    return (
        clocks_part("time", "In time", in_time(*ids, orders=orders), "provider"),
        _answered("reason", "With a reason and a whole record", reasons, _OPEN),
    )


MEASURES: Final = (
    Measure(
        "q-enf-assessment",
        "Orders: is there an assessment to decide by?",
        "Orders with an unacceptable failure: yes where, by the first such judgement, a plan with "
        "all four parts and a level of risk was on record.",
        "orders of which a judgement lies in the period",
        INSPECTION,
        (_answered("yes", "Whole plan before the judgement", assessed_before_judgement),),
    ),
    Measure(
        "q-enf-absences",
        "Orders: are failures decided in time and with a reason?",
        "Days with a failure by the standing of their clock of 6 working days; and failures, yes "
        "where they are judged, reasons are filed and the record of them lacks nothing.",
        f"{BY_START}; failures by their own day",
        INSPECTION,
        _absences("enforce-6wd", "enforce-immediate", orders=True),
    ),
    Measure(
        "q-enf-court",
        "Orders: is the way back to court taken where it is due?",
        "Orders that reached the number of unacceptable failures from which breach is expected: "
        "met where proceedings were begun or reasons against them were recorded.",
        BY_START,
        INSPECTION,
        (clocks_part("threshold", "Answered", threshold, "provider"),),
    ),
    Measure(
        "q-enf-alternatives",
        "Orders: are alternatives considered?",
        "Judgements of failures and decisions to breach: yes where at least one alternative that "
        "was considered is on record.",
        _DECIDED,
        INSPECTION,
        (_answered("yes", "Alternatives on record", alternatives),),
    ),
    Measure(
        "q-rec-assessment",
        "Recall: is there an assessment to decide by?",
        "Recalls decided: yes where a plan with all four parts and a level of risk was on record "
        "by then.",
        _DECIDED,
        INSPECTION,
        (_answered("yes", "Whole plan before the recall", assessed_before_recall),),
    ),
    Measure(
        "q-rec-absences",
        "Licence and supervision: are failures decided in time and with a reason?",
        "As for orders, by the clock of 10 working days on licence and of 6 in supervision.",
        f"{BY_START}; failures by their own day",
        INSPECTION,
        _absences("recall-10-day-timescale", "enforce-6wd", orders=False),
    ),
    Measure(
        "q-rec-alternatives",
        "Recall: are alternatives considered?",
        "Recalls decided: yes where at least one alternative that was considered is on record.",
        _DECIDED,
        INSPECTION,
        (_answered("yes", "Alternatives on record", recall_alternatives),),
    ),
    Measure(
        "q-rec-prison",
        "Recall: was the return to prison upheld?",
        "Recalls decided: yes where the licence was revoked, no where that was refused or the "
        "recall was taken back.",
        _DECIDED,
        INSPECTION,
        (_answered("yes", "Licence revoked", returned_to_prison, _OPEN),),
    ),
    Measure(
        "q-case-management",
        "Orders: was the case managed before it went to court?",
        "Decisions to breach an order: yes where a whole plan with a level of risk and at least "
        "one attended meeting were on record by then.",
        _DECIDED,
        INSPECTION,
        (
            MeasurePart(
                "managed",
                "Assessment, plan and contact before the decision",
                "provider",
                managed,
                columns(yes="yes", no_plan="no whole plan", no_contact="no meeting"),
                whole=("yes", "no_plan", "no_contact"),
                good=("yes",),
                of=("yes", "no_plan", "no_contact"),
                share="yes",
                chart=Chart.BARS,
            ),
        ),
    ),
)
