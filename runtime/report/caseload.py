"""Figures that the inspection of 2018 published, on our data: caseload, returns and recalls."""

from typing import Any, Final

from sqlalchemy import and_, case, exists, func, or_, union_all

from runtime.report.model import Chart, Column, Measure, MeasurePart, ReportScope, columns
from runtime.report.queries import ORDERS, UNASSIGNED, Rows, person_rows, rows
from runtime.report.tables import BREACHES, RECALLS, SENTENCES, with_sentence
from states.vocabulary import SentenceOutcome, State

TOPIC: Final = "Caseload"
INSPECTION: Final = "HMI Probation, Enforcement and Recall, 2018"
YEAR_DAYS: Final = 365

_COUNTED: Final = columns(sentences="sentences", persons="persons")
_AFTER_RETURN: Final = (
    SentenceOutcome.REVOKED_RESENTENCED.value,
    SentenceOutcome.REVOKED_CUSTODY.value,
    SentenceOutcome.ACTIVATED_CUSTODY.value,
)


def live(scope: ReportScope) -> Any:
    """Return whether a sentence is in the caseload of the day in scope, and was not moved."""
    s, day = SENTENCES.c, scope.until
    return and_(
        func.coalesce(s.sentenced_on, day) <= day,
        or_(s.ended_on > day, and_(s.ended_on.is_(None), s.state != State.COMPLETED.value)),
        s.moved_to.is_(None),
    )


def _by(name: str) -> Any:
    def query(scope: ReportScope) -> Any:
        line = func.coalesce(SENTENCES.c[name], UNASSIGNED)
        sentences = rows(scope, SENTENCES, line, column="sentences").where(live(scope))
        persons = person_rows(scope, SENTENCES, line, column="persons").where(live(scope))
        return union_all(sentences, persons.group_by("line"))

    return query


def _all(scope: ReportScope) -> Any:
    sentences = rows(scope, SENTENCES, "all", column="sentences").where(live(scope))
    persons = person_rows(scope, SENTENCES, "all", column="persons").where(live(scope))
    return union_all(sentences, persons)


def _returned(scope: ReportScope) -> Any:
    b, s = BREACHES.c, SENTENCES.c
    here = (s.type.in_(ORDERS), scope.at(b.decided_at))
    returned = rows(scope, with_sentence(BREACHES), s.type, column=b.reason, item=b.key).where(
        *here
    )
    ended = rows(scope, SENTENCES, s.type, column="ended").where(
        s.type.in_(ORDERS),
        s.outcome.in_(_AFTER_RETURN),
        scope.on(s.ended_on),
        exists().where(b.workflow_id == s.workflow_id),
    )
    return union_all(returned, ended)


def _recalls(scope: ReportScope) -> Rows:
    r, s = RECALLS.c, SENTENCES.c
    line = func.coalesce(s.provider, UNASSIGNED)
    column = func.coalesce(r.recall_type, "unknown")
    return rows(scope, with_sentence(RECALLS), line, column=column, item=r.key).where(
        scope.at(r.decided_at)
    )


def _short(scope: ReportScope) -> Rows:
    r, s = RECALLS.c, SENTENCES.c
    column = case(
        (s.length_days.is_(None), "unknown"), (s.length_days < YEAR_DAYS, "short"), else_="longer"
    )
    line = func.coalesce(s.provider, UNASSIGNED)
    return rows(scope, with_sentence(RECALLS), line, column=column, item=r.key).where(
        scope.at(r.decided_at)
    )


def _completed(scope: ReportScope) -> Rows:
    s = SENTENCES.c
    column = func.coalesce(s.outcome, SentenceOutcome.OTHER.value)
    return rows(scope, SENTENCES, s.type, column=column).where(
        s.type.in_(ORDERS), s.state == State.COMPLETED.value, scope.on(s.ended_on)
    )


_PARTS: Final = (
    ("type", "type of sentence"),
    ("phase", "phase"),
    ("provider_code", "provider"),
    ("state", "state"),
)
MEASURES: Final = (
    Measure(
        "m-caseload",
        "Caseload",
        "Sentences that have not ended, and the distinct persons who serve them. A sentence "
        "moved to another number is counted under that number.",
        period=(
            "counted on the last day of the period, or today: imposed by then and not ended by "
            "then; phase, state and provider are those of the last turn"
        ),
        source=INSPECTION,
        parts=(
            MeasurePart("all", "All", "", rows=_all, columns=_COUNTED),
            *(
                MeasurePart(
                    name.replace("_", "-"),
                    f"By {lines}",
                    lines,
                    rows=_by(name),
                    columns=_COUNTED,
                    chart=Chart.LINES,
                    detail=name in ("phase", "provider_code"),
                )
                for name, lines in _PARTS
            ),
        ),
    ),
    Measure(
        "m-returned-court",
        "Orders returned to court",
        "Decisions to return a community or suspended sentence order to court, by reason; "
        "separately, the orders that a court ended after a return. A published figure may mean "
        "either.",
        period="returns decided on a day of the period; ends on a day of the period",
        source=INSPECTION,
        parts=(
            MeasurePart(
                "returns",
                "Returned, and ended after it",
                "type of sentence",
                rows=_returned,
                columns=columns(
                    failure="failure to comply",
                    further_offence="further offence",
                    other="other reason",
                    ended="ended after a return",
                ),
            ),
        ),
    ),
    Measure(
        "m-recalls",
        "Recalls",
        "Decided recalls from licence, by type and by the provider that holds the sentence now.",
        period="recalls decided on a day of the period",
        source=INSPECTION,
        parts=(
            MeasurePart(
                "recalls",
                "Recalls by type",
                "provider",
                rows=_recalls,
                columns=columns(
                    fixed_term="fixed term",
                    standard="standard",
                    emergency="emergency",
                    unknown="not stated",
                ),
                whole=("fixed_term", "standard", "emergency", "unknown"),
            ),
        ),
    ),
    Measure(
        "m-recall-under-12m",
        "Recalls from sentences of less than 12 months",
        f"Recalls from sentences of less than {YEAR_DAYS} days, of all recalls whose length of "
        "sentence is known.",
        period="recalls decided on a day of the period",
        source=INSPECTION,
        parts=(
            MeasurePart(
                "length",
                "Recalls by length of sentence",
                "provider",
                rows=_short,
                columns=columns(
                    short="under 12 months", longer="12 months or more", unknown="not known"
                ),
                good=("short",),
                of=("short", "longer"),
                share="under 12 months",
            ),
        ),
    ),
    Measure(
        "m-completed",
        "Orders completed",
        "Community and suspended sentence orders that ended, by outcome. Expiry and revocation "
        "for good progress count as satisfactory completion.",
        period="orders that ended on a day of the period",
        source=INSPECTION,
        parts=(
            MeasurePart(
                "outcomes",
                "Outcomes of orders",
                "type of sentence",
                rows=_completed,
                columns=tuple(
                    Column(item.value, item.value.replace("_", " "))
                    for item in SentenceOutcome
                    if item not in (SentenceOutcome.SERVED_TO_END, SentenceOutcome.COMMITTED_TO_END)
                ),
                whole=tuple(item.value for item in SentenceOutcome),
                good=(SentenceOutcome.EXPIRED.value, SentenceOutcome.GOOD_PROGRESS.value),
                of=tuple(item.value for item in SentenceOutcome),
                share="satisfactorily",
                chart=Chart.BARS,
            ),
        ),
    ),
)
