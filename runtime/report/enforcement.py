"""Measures of enforcement: from the apparent failure to the court, to prison and back."""

from typing import Any, Final

from sqlalchemy import and_, case, exists, func, select, union_all

from runtime.report.model import Chart, Column, Measure, MeasurePart, ReportScope, columns
from runtime.report.queries import DaysBetween, Rows, applied, person_rows, rows
from runtime.report.tables import (
    BREACHES,
    EVENTS,
    FAILURES,
    OFFENCES,
    RECALLS,
    SENTENCES,
    TRANSITIONS,
    WARNINGS,
    with_sentence,
)
from states.vocabulary import FailureKind, SentenceType

TOPIC: Final = "Enforcement"
EARLY_DAYS: Final = 56
"""Eight weeks: our interpretation of "early"; no document gives a number."""

RETURNED: Final = ("T12", "T22")
"""Transitions that return a person from the community to prison within the sentence."""


def _funnel(scope: ReportScope) -> Any:
    f, w, b, r, t = FAILURES.c, WARNINGS.c, BREACHES.c, RECALLS.c, TRANSITIONS.c
    kind = SENTENCES.c.type

    def counted(table: Any, column: str, when: Any, *where: Any) -> Rows:
        found = rows(scope, with_sentence(table), kind, column=column, item=table.c.key)
        return found.where(when, *where)

    failed = scope.on(f.failed_on)
    return union_all(
        counted(FAILURES, "apparent", failed),
        counted(FAILURES, "acceptable", failed, f.acceptable.is_(True)),
        counted(FAILURES, "unacceptable", failed, f.acceptable.is_(False)),
        counted(FAILURES, "unjudged", failed, f.acceptable.is_(None)),
        counted(WARNINGS, "warned", scope.at(w.issued_at), w.withdrawn_at.is_(None)),
        counted(BREACHES, "breached", scope.at(b.decided_at)),
        counted(RECALLS, "recalled", scope.at(r.decided_at), r.undone_at.is_(None)),
        counted(TRANSITIONS, "continued", scope.at(t.at), t.arrow == "T07"),
        counted(TRANSITIONS, "ended", scope.at(t.at), t.arrow.in_(("T32", "T33"))),
    )


def _counted_before() -> Any:
    """Return whether the appointment of a failure counts under another failure id already."""
    f, e = FAILURES.c, EVENTS.c
    failure = e.said["failure_id"].as_string()
    appointment = e.said["appointment_id"].as_string()
    first = func.min(failure).over(partition_by=(e.workflow_id, appointment))
    reported = (
        select(e.workflow_id, failure.label("failure"), first.label("first"))
        .where(e.kind == "failure_reported", appointment.is_not(None), applied())
        .subquery()
    ).c
    return exists().where(
        reported.workflow_id == f.workflow_id,
        reported.failure == f.key,
        reported.failure != reported.first,
    )


def _early(scope: ReportScope) -> Rows:
    f, s, e = FAILURES.c, SENTENCES.c, EVENTS.c
    release = (
        select(e.workflow_id, func.min(e.said["released_on"].as_string()).label("on"))
        .where(e.kind == "released", applied())
        .group_by(e.workflow_id)
        .subquery()
    )
    source = with_sentence(FAILURES).outerjoin(release, release.c.workflow_id == s.workflow_id)
    custody = s.type == SentenceType.CUSTODY.value
    days = case(
        (custody, DaysBetween(f.failed_on, release.c.on)),
        else_=DaysBetween(f.failed_on, s.sentenced_on),
    )
    column = case((days < EARLY_DAYS, "early"), else_="later")
    return rows(scope, source, s.type, column=column, item=f.key).where(
        f.what == FailureKind.MISSED_APPOINTMENT.value, scope.on(f.failed_on), ~_counted_before()
    )


def _transitions(columns: dict[str, str]) -> Any:
    def query(scope: ReportScope) -> Rows:
        t = TRANSITIONS.c
        column = case(columns, value=t.arrow, else_="other")
        found = rows(scope, with_sentence(TRANSITIONS), SENTENCES.c.type, column=column, item=t.key)
        return found.where(t.arrow.in_(tuple(columns)), scope.at(t.at))

    return query


def _cycles(scope: ReportScope) -> Any:
    s, t = SENTENCES.c, TRANSITIONS.c
    came_back = and_(t.workflow_id == s.workflow_id, t.arrow.in_(RETURNED), scope.at(t.at))
    times = func.count(t.key)
    column = case((times == 0, "none"), (times == 1, "one"), (times == 2, "two"), else_="more")  # noqa: PLR2004 - counted
    source = SENTENCES.outerjoin(TRANSITIONS, came_back)
    found = person_rows(scope, source, "persons with custody", column=column)
    return found.where(s.type == SentenceType.CUSTODY.value)


def _offences(scope: ReportScope) -> Rows:
    o, s = OFFENCES.c, SENTENCES.c
    charged = exists().where(o.workflow_id == s.workflow_id, scope.on(o.charged_on))
    column = case((charged, "with"), else_="without")
    return rows(scope, SENTENCES, s.type, column=column).where(s.sentenced_on <= scope.until)


MEASURES: Final = (
    Measure(
        "c-funnel",
        "From failure to court or prison",
        "Apparent failures to comply and their judgements; the warnings in force, breaches and "
        "recalls that followed; orders that a court continued or ended. One failure may lead to "
        "several of these, and several failures to one.",
        period="each by its own day: the day of the failure, of the warning, of the decision",
        source="PF 2015, enforcement; inspection of 2018",
        parts=(
            MeasurePart(
                "funnel",
                "From failure to court or prison",
                "type of sentence",
                rows=_funnel,
                columns=columns(
                    apparent="apparent",
                    acceptable="acceptable",
                    unacceptable="unacceptable",
                    unjudged="not judged",
                    warned="warned",
                    breached="breached",
                    recalled="recalled",
                    continued="continued",
                    ended="ended",
                ),
                chart=Chart.COUNTS,
            ),
        ),
    ),
    Measure(
        "c-first-weeks",
        "Early missed appointments",
        f"Missed appointments in the first {EARLY_DAYS // 7} weeks in the community, of all "
        "missed appointments, each once; counted from the day of sentence or of the first release. "
        "The length is our own.",
        period="appointments missed on a day of the period",
        source="PF 2015, enforcement",
        parts=(
            MeasurePart(
                "missed",
                "Missed appointments",
                "type of sentence",
                rows=_early,
                columns=columns(early="first 8 weeks", later="later"),
                whole=("early", "later"),
                good=("early",),
                of=("early", "later"),
                share="in the first 8 weeks",
            ),
        ),
    ),
    Measure(
        "c-spent",
        "Continued after breach",
        "Decisions of a court that an order or supervision continues after breach; its earlier "
        "failures are then spent.",
        period="by the day of the change of state",
        source="PF 2015, enforcement",
        parts=(
            MeasurePart(
                "continued",
                "Continued",
                "type of sentence",
                rows=_transitions({"T07": "continued"}),
                columns=columns(continued="continued"),
            ),
        ),
    ),
    Measure(
        "c-restart",
        "Released again",
        "Releases after a recall or a committal; each restarts supervision.",
        period="by the day of the change of state",
        source="PF 2015, recall",
        parts=(
            MeasurePart(
                "released",
                "Released again",
                "type of sentence",
                rows=_transitions({"T14": "licence", "T21": "supervision", "T23": "committal"}),
                columns=columns(
                    licence="on licence",
                    supervision="into supervision",
                    committal="from a committal",
                ),
            ),
        ),
    ),
    Measure(
        "c-revolving-door",
        "Round between prison and community",
        "Persons with a custodial sentence, by the number of returns to prison by recall or "
        "committal. The record has no field for complex needs.",
        period="returns to prison on a day of the period; every person is counted",
        source="inspection of 2018",
        parts=(
            MeasurePart(
                "persons",
                "Returns to prison",
                "",
                rows=_cycles,
                columns=columns(none="no return", one="one", two="two", more="three or more"),
                whole=("none", "one", "two", "more"),
                chart=Chart.BARS,
            ),
        ),
    ),
    Measure(
        "c-sfo",
        "Serious further offences",
        "Sentences during which the person was charged with a serious further offence, of all "
        "sentences imposed by the end of the period.",
        period="charges on a day of the period",
        source="PF 2015, risk management",
        parts=(
            MeasurePart(
                "charged",
                "Sentences",
                "type of sentence",
                rows=_offences,
                columns=(Column("with", "with a charge"), Column("without", "without")),
                good=("with",),
                of=("with", "without"),
                share="with a charge",
            ),
        ),
    ),
)
