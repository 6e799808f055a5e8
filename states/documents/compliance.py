"""Compliance data of documents: failures, the response to supervision, requirements, next steps.

A document to the person states the failures and the person's own explanations. Texts by officers
and third parties go to those who decide, never into a document to the person.
"""

from datetime import datetime

from states.documents.context import (
    DocumentContext,
    DocumentData,
    decision,
    text_reference,
    text_references,
)
from states.entities import Appointment, Failure, ImposedRequirement, IssuedWarning
from states.events.enforcement import ExplanationReceived, FailureJudged, FailureReported
from states.rules.failure_counts import breach_threshold, counted_days
from states.standards.terms import AppliesTo
from states.time.london import day_of, iso
from states.view.requirements import requirements_view
from states.vocabulary import FailureKind

THE_PERSON = "person"
"""Author of an explanation that the person gave."""

FAILURE_WINDOW = "failure-window-12m"
"""Provision that sets how long a failure counts."""


def failures_for_person(
    context: DocumentContext, failure_ids: tuple[str, ...]
) -> list[DocumentData]:
    """Return failures as shown to the person, oldest first."""
    return [_plain(context, failure) for failure in _known(context, failure_ids)]


def failures_for_decision(
    context: DocumentContext, failure_ids: tuple[str, ...]
) -> list[DocumentData]:
    """Return failures with everything on record about them (D4), oldest first."""
    return [_plain(context, f) | _recorded(context, f) for f in _known(context, failure_ids)]


def _known(context: DocumentContext, failure_ids: tuple[str, ...]) -> list[Failure]:
    found = [
        context.s.failures[key] for key in dict.fromkeys(failure_ids) if key in context.s.failures
    ]
    return sorted(found, key=lambda failure: (failure.failed_on, failure.id))


def _plain(context: DocumentContext, failure: Failure) -> DocumentData:
    booked = context.s.appointments.get(failure.appointment_id or "")
    asked = context.s.requirements.get(failure.requirement_id or "")
    heard = _heard(context, failure)
    own = heard is not None and heard.from_whom == THE_PERSON
    return {
        "failure_id": failure.id,
        "failed_on": iso(failure.failed_on),
        "what": failure.what.value,
        "appointment_at": iso(booked.at) if booked is not None else None,
        "requirement": asked.requirement.kind.value if asked is not None else None,
        "condition": failure.condition,
        "explained_on": iso(failure.explained_on),
        "own_words": text_reference(heard.details) if own and heard is not None else None,
        "acceptable": failure.acceptable,
    }


def _recorded(context: DocumentContext, failure: Failure) -> DocumentData:
    report = context.events.get(failure.cause)
    heard = _heard(context, failure)
    judged = context.events.get(failure.judged_by or "")
    return {
        "reported": decision(report, failure.failed_on, "failure"),
        "details": text_reference(report.details) if isinstance(report, FailureReported) else None,
        "public_protection": failure.concern_at is not None,
        "explanation": {
            "received_on": iso(heard.received_on),
            "from_whom": heard.from_whom,
            "says": text_reference(heard.details),
        }
        if heard is not None
        else None,
        "judgement": {
            **decision(judged, failure.failed_on, "judgement"),
            "acceptable": judged.acceptable,
            "factors": [factor.value for factor in judged.factors],
            "rationale": text_reference(judged.rationale),
            "alternatives": text_references(judged.alternatives_considered),
        }
        if isinstance(judged, FailureJudged)
        else None,
    }


def _heard(context: DocumentContext, failure: Failure) -> ExplanationReceived | None:
    """Return the explanation that counts: the latest that was applied."""
    found = None
    for event in context.applied():
        if isinstance(event, ExplanationReceived) and event.failure_id == failure.id:
            found = event
    return found


def failure_count(context: DocumentContext, regime: AppliesTo | None) -> DocumentData:
    """Return the failure-days that count on the day of the decision, and the breach threshold.

    A licence has no threshold: after the final warning only recall remains (D7.9).
    """
    # On licence no window is stated (AMB-35).
    windowed = regime is not None and regime is not AppliesTo.LICENCE
    window = context.result.law.edition.timescales.get(FAILURE_WINDOW) if windowed else None
    return {
        "counted_on": [iso(day) for day in counted_days(context.s, context.on, regime)],
        "threshold": breach_threshold(context.s, context.result.law, regime),
        "window_months": None if window is None else window.amount,
    }


def supervision_response(context: DocumentContext, regime: AppliesTo | None) -> DocumentData:
    """Return the response to supervision up to the decision (D14.breach-referral)."""
    s = context.s
    failures = [
        f for f in s.failures.values() if f.reported_at <= context.at and f.regime is regime
    ]
    return {
        "appointments": _attendance(context),
        "failures": {
            "apparent": len(failures),
            "accepted": sum(f.acceptable is True for f in failures),
            "unacceptable": sum(f.acceptable is False for f in failures),
            "not_judged": sum(f.acceptable is None for f in failures),
        },
        **failure_count(context, regime),
        "inducted_on": _day(s.inducted_at),
        "plan": {"version": s.plan.version, "on": _day(s.plan.at)} if s.plan is not None else None,
        "rosh": s.rosh.value if s.rosh is not None else None,
        "warnings": [warning_data(w) for w in _warnings(context, regime)],
    }


def warning_data(warning: IssuedWarning) -> DocumentData:
    """Return the data of a warning in a list."""
    return {
        "warning_id": warning.id,
        "level": warning.level.value,
        "issued_on": _day(warning.issued_at),
        "failure_ids": sorted(warning.failure_ids),
        "withdrawn_on": _day(warning.withdrawn_at),
        "answered": warning.answered,
    }


def _warnings(context: DocumentContext, regime: AppliesTo | None) -> list[IssuedWarning]:
    found = [
        w for w in context.s.warnings.values() if w.regime is regime and w.issued_at <= context.at
    ]
    return sorted(found, key=lambda w: (w.issued_at, w.id))


def _attendance(context: DocumentContext) -> DocumentData:
    booked = {key: a for key, a in context.s.appointments.items() if _is_over(context, a)}
    attended = {key for key, item in booked.items() if item.attended_at is not None}
    # A failure may name no booking, or one that is not known: the appointment was missed as well.
    missed = {
        f.appointment_id or iso(f.failed_on)
        for f in context.s.failures.values()
        if f.what is FailureKind.MISSED_APPOINTMENT and f.reported_at <= context.at
    } - attended
    return {
        "offered": len(booked | dict.fromkeys(missed)),
        "attended": len(attended),
        "missed": len(missed),
        # Neither attendance nor absence was reported for these.
        "not_recorded": len(set(booked) - attended - missed),
    }


def _is_over(context: DocumentContext, item: Appointment) -> bool:
    return not item.cancelled and item.at <= context.at


def _day(at: datetime | None) -> str | None:
    return iso(day_of(at)) if at is not None else None


MAX_APPOINTMENTS = 3
"""Appointments that a document lists: only the next ones matter to the reader."""


def deadlines(context: DocumentContext, subject: str) -> list[DocumentData]:
    """Return the open deadlines about `subject`, soonest first."""
    running = [
        clock
        for clock in context.s.clocks.values()
        if clock.subject == subject and clock.is_open and clock.due.due_at is not None
    ]
    running.sort(key=lambda clock: (str(clock.due.due_at), clock.id))
    return [
        {
            "id": clock.timescale.id,
            "title": clock.timescale.title,
            "standard": clock.timescale.standard,
            "due_on": iso(clock.due.due_on),
            "due_at": iso(clock.due.due_at),
        }
        for clock in running
    ]


def appointments_after(context: DocumentContext) -> list[DocumentData]:
    """Return the next booked appointments after the time of the cause."""
    ahead = [
        item
        for item in context.s.appointments.values()
        if not item.cancelled and item.attended_at is None and item.at > context.at
    ]
    ahead.sort(key=lambda item: (item.at, item.id))
    return [
        {"appointment_id": item.id, "at": iso(item.at), "face_to_face": item.face_to_face}
        for item in ahead[:MAX_APPOINTMENTS]
    ]


def requirement_data(item: ImposedRequirement) -> DocumentData:
    """Return the data of a requirement or condition: measures, dates and words."""
    made = item.requirement
    return {
        "requirement_id": made.requirement_id,
        "kind": made.kind.value,
        "hours": made.hours,
        "days": made.days,
        "starts_on": iso(item.started_on or made.starts_on),
        "ends_on": iso(item.ends_on),
        "electronically_monitored": made.electronically_monitored,
        "area": text_reference(made.area),
        "details": text_reference(made.details),
    }


def open_requirements(context: DocumentContext) -> list[DocumentData]:
    """Return the requirements that are still to be served, in the order given."""
    return [requirement_data(item) for item in context.s.requirements.values() if item.is_open]


def requirement_progress(context: DocumentContext) -> list[DocumentData]:
    """Return the progress of each requirement, by id, without its words."""
    shown = ("requirement_id", "kind", "hours", "days", "hours_done", "days_done", "started_on")
    also = ("completed_on", "terminated_on", "ended_by")
    return [{name: item[name] for name in (*shown, *also)} for item in requirements_view(context.s)]
