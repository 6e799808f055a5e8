"""What the inspectors' questions count: a query for each of their parts, by provider."""

from typing import Any, Final

from sqlalchemy import and_, case, exists, func, select, union_all

from runtime.report.parts import ORDERS
from runtime.report.rows import NOBODY, Query, Rows, clock_rows, rows
from runtime.report.scope import Scope
from runtime.report.sql import is_empty, written
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

_HOLDER: Final = func.coalesce(SENTENCES.c.provider, NOBODY)


def _whole_plan(by: Any, workflow_id: Any) -> Any:
    """Return whether a whole plan with its level of risk was made by that instant."""
    p = PLANS.c
    return exists().where(
        p.workflow_id == workflow_id,
        p.event_kind == "plan_completed",
        p.interim.is_not(True),
        p.rosh.is_not(None),
        p.occurred_at <= by,
        *(written(p.parts).contains(f'"{part.value}"') for part in PlanPart),
    )


def _of_order() -> Any:
    return SENTENCES.c.type.in_(ORDERS)


def assessed_before_judgement(scope: Scope) -> Rows:
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


def assessed_before_recall(scope: Scope) -> Rows:
    """Return the recalls, by whether a whole plan was made by the decision."""
    r = RECALLS.c
    column = case((_whole_plan(r.decided_at, r.workflow_id), "yes"), else_="no")
    found = rows(scope, with_sentence(RECALLS), _HOLDER, column, r.key)
    return found.where(scope.at(r.decided_at))


def in_time(*ids: str, orders: bool) -> Query:
    """Return the query of the clocks of these timescales, of orders or of custody."""

    def query(scope: Scope) -> Rows:
        held = _of_order() if orders else SENTENCES.c.type == CUSTODY
        return clock_rows(scope, *ids, line=_HOLDER).where(held)

    return query


def reasoned(*, orders: bool) -> Query:
    """Return the judged failures by whether reasons are filed and the record lacks nothing."""

    def query(scope: Scope) -> Rows:
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


def threshold(scope: Scope) -> Rows:
    """Return the clocks that the expected breach of an order starts."""
    return clock_rows(scope, *THRESHOLDS, line=_HOLDER).where(_of_order())


def alternatives(scope: Scope) -> Any:
    """Return the judgements and breaches of orders, by whether alternatives are on record."""
    j, d = JUDGEMENTS.c, DECISIONS.c
    judged = rows(scope, with_sentence(JUDGEMENTS), _HOLDER, _considered(JUDGEMENTS), j.key).where(
        _of_order(), scope.at(j.occurred_at)
    )
    decided = rows(scope, with_sentence(DECISIONS), _HOLDER, _considered(DECISIONS), d.key).where(
        _of_order(), d.event_kind == BREACH, scope.at(d.occurred_at)
    )
    return union_all(judged, decided)


def recall_alternatives(scope: Scope) -> Rows:
    """Return the decisions to recall, by whether alternatives are on record."""
    d = DECISIONS.c
    found = rows(scope, with_sentence(DECISIONS), _HOLDER, _considered(DECISIONS), d.key)
    return found.where(d.event_kind == RECALL, scope.at(d.occurred_at))


def _considered(table: Any) -> Any:
    return case((is_empty(table.c.alternatives_considered), "no"), else_="yes")


def returned_to_prison(scope: Scope) -> Rows:
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


def managed(scope: Scope) -> Rows:
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
