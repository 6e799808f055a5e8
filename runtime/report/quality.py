"""Questions of the inspectors, as far as our own data answer them, by provider.

A reviewer reads cases, while we count what the record holds. So each answer only indicates where to
read, and its definition is shown with it.
"""

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
BREACH: Final = "breach_decided"
RECALL: Final = "recall_decided"

_HOLDER: Final = func.coalesce(SENTENCES.c.provider, UNASSIGNED)


def _whole_plan(by: Any, workflow_id: Any) -> Any:
    """Return whether a complete plan with a level of risk was made by that instant."""
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
    """Return the orders with an unacceptable failure, by whether a complete plan preceded it."""
    f = FAILURES.c
    judged = (
        select(f.workflow_id, func.min(f.judged_at).label("at"))
        .where(f.acceptable.is_(False), scope.at(f.judged_at))
        .group_by(f.workflow_id)
        .subquery()
    )
    source = SENTENCES.join(judged, judged.c.workflow_id == SENTENCES.c.workflow_id)
    column = case((_whole_plan(judged.c.at, judged.c.workflow_id), "yes"), else_="no")
    return rows(scope, source, _HOLDER, column=column).where(_of_order())


def assessed_before_recall(scope: ReportScope) -> Rows:
    """Return the recalls, by whether a complete plan was made before the decision."""
    r = RECALLS.c
    column = case((_whole_plan(r.decided_at, r.workflow_id), "yes"), else_="no")
    found = rows(scope, with_sentence(RECALLS), _HOLDER, column=column, item=r.key)
    return found.where(scope.at(r.decided_at))


def in_time(*ids: str, orders: bool) -> Query:
    """Return the query of the clocks of these timescales, of orders or of custody."""

    def query(scope: ReportScope) -> Rows:
        held = _of_order() if orders else SENTENCES.c.type == CUSTODY
        return clock_rows(scope, *ids, line=_HOLDER).where(held)

    return query


def reasoned(*, orders: bool) -> Query:
    """Return the judged failures, by whether reasons are on file and the record is complete."""

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
        found = rows(scope, with_sentence(FAILURES), _HOLDER, column=column, item=f.key)
        return found.where(held, scope.on(f.failed_on))

    return query


def threshold(scope: ReportScope) -> Rows:
    """Return the clocks that an expected breach of an order starts."""
    return clock_rows(scope, *THRESHOLDS, line=_HOLDER).where(_of_order())


def alternatives(scope: ReportScope) -> Any:
    """Return the judgements and breaches of orders, by whether alternatives are on record."""
    j, d = JUDGEMENTS.c, DECISIONS.c
    judged = rows(
        scope, with_sentence(JUDGEMENTS), _HOLDER, column=_considered(JUDGEMENTS), item=j.key
    ).where(_of_order(), scope.at(j.occurred_at))
    decided = rows(
        scope, with_sentence(DECISIONS), _HOLDER, column=_considered(DECISIONS), item=d.key
    ).where(_of_order(), d.event_kind == BREACH, scope.at(d.occurred_at))
    return union_all(judged, decided)


def recall_alternatives(scope: ReportScope) -> Rows:
    """Return the decisions to recall, by whether alternatives are on record."""
    d = DECISIONS.c
    found = rows(
        scope, with_sentence(DECISIONS), _HOLDER, column=_considered(DECISIONS), item=d.key
    )
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
    found = rows(scope, with_sentence(RECALLS), _HOLDER, column=column, item=r.key)
    return found.where(scope.at(r.decided_at))


def managed(scope: ReportScope) -> Rows:
    """Return the decisions to breach an order, by whether a plan and a meeting preceded them."""
    d, a = DECISIONS.c, ATTENDANCES.c
    seen = exists().where(a.workflow_id == d.workflow_id, a.at <= d.occurred_at)
    column = case(
        (~_whole_plan(d.occurred_at, d.workflow_id), "no_plan"),
        (seen, "yes"),
        else_="no_contact",
    )
    found = rows(scope, with_sentence(DECISIONS), _HOLDER, column=column, item=d.key)
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
        rows=query,
        columns=columns,
        whole=tuple(column.id for column in columns),
        good=("yes",),
        of=("yes", "no"),
        share="yes",
        chart=Chart.BARS,
    )


def _absences(*ids: str, orders: bool) -> tuple[MeasurePart, MeasurePart]:
    """Return parts that count failures answered in the time of these clocks, and with reasons."""
    reasons = reasoned(orders=orders)
    return (
        clocks_part("time", "In time", in_time(*ids, orders=orders), line_heading="provider"),
        _answered("reason", "With a reason and a complete record", reasons, _OPEN),
    )


MEASURES: Final = (
    Measure(
        "q-enf-assessment",
        "Orders: does an assessment inform the decision?",
        "Orders with an unacceptable failure: yes if a plan with all four parts and a level of "
        "risk was on record by the first such judgement.",
        period="orders with a judgement in the period",
        source=INSPECTION,
        parts=(_answered("yes", "Complete plan before the judgement", assessed_before_judgement),),
    ),
    Measure(
        "q-enf-absences",
        "Orders: are failures decided in time and with a reason?",
        "Days with a failure, by the status of their clock of 6 working days; and failures: yes "
        "if they are judged, with reasons on file and a complete record.",
        period=f"{BY_START}; failures by their own day",
        source=INSPECTION,
        parts=_absences("enforce-6wd", "enforce-immediate", orders=True),
    ),
    Measure(
        "q-enf-court",
        "Orders: are they returned to court when breach is expected?",
        "Orders with the number of unacceptable failures from which breach is expected: met if "
        "proceedings were started or reasons against them were recorded.",
        period=BY_START,
        source=INSPECTION,
        parts=(clocks_part("threshold", "Answered", threshold, line_heading="provider"),),
    ),
    Measure(
        "q-enf-alternatives",
        "Orders: are alternatives considered?",
        "Judgements of failures and decisions to breach: yes if at least one considered "
        "alternative is on record.",
        period=_DECIDED,
        source=INSPECTION,
        parts=(_answered("yes", "Alternatives on record", alternatives),),
    ),
    Measure(
        "q-rec-assessment",
        "Recall: does an assessment inform the decision?",
        "Decided recalls: yes if a plan with all four parts and a level of risk was on record "
        "by then.",
        period=_DECIDED,
        source=INSPECTION,
        parts=(_answered("yes", "Complete plan before the recall", assessed_before_recall),),
    ),
    Measure(
        "q-rec-absences",
        "Licence and supervision: are failures decided in time and with a reason?",
        "As for orders, by the clock of 10 working days on licence and of 6 in supervision.",
        period=f"{BY_START}; failures by their own day",
        source=INSPECTION,
        parts=_absences("recall-10-day-timescale", "enforce-6wd", orders=False),
    ),
    Measure(
        "q-rec-alternatives",
        "Recall: are alternatives considered?",
        "Decided recalls: yes if at least one considered alternative is on record.",
        period=_DECIDED,
        source=INSPECTION,
        parts=(_answered("yes", "Alternatives on record", recall_alternatives),),
    ),
    Measure(
        "q-rec-prison",
        "Recall: was the return to prison upheld?",
        "Decided recalls: yes if the licence was revoked, no if revocation was refused or the "
        "recall was withdrawn.",
        period=_DECIDED,
        source=INSPECTION,
        parts=(_answered("yes", "Licence revoked", returned_to_prison, _OPEN),),
    ),
    Measure(
        "q-case-management",
        "Orders: was the case managed before it went to court?",
        "Decisions to breach an order: yes if a complete plan with a level of risk and at least "
        "one attended meeting were on record by then.",
        period=_DECIDED,
        source=INSPECTION,
        parts=(
            MeasurePart(
                "managed",
                "Assessment, plan and contact before the decision",
                "provider",
                rows=managed,
                columns=columns(yes="yes", no_plan="no whole plan", no_contact="no meeting"),
                whole=("yes", "no_plan", "no_contact"),
                good=("yes",),
                of=("yes", "no_plan", "no_contact"),
                share="yes",
                chart=Chart.BARS,
            ),
        ),
    ),
)
