"""Failures and the response to supervision, as documents tell of them.

The person is told what they are taken to have done and what they said themselves. What officers
and third parties wrote goes to those who decide, never into a letter to the person.
"""

from datetime import datetime

from states.events.enforcement import ExplanationReceived, FailureJudged, FailureReported
from states.facets import iso
from states.london import day_of
from states.papers.matter import Matter, Said, decision, text, texts
from states.records import Appointment, Failure, IssuedWarning
from states.rules.counting import counted_days, threshold
from states.timescale import AppliesTo
from states.vocabulary import What

THE_PERSON = "person"
"""Who explains a failure where the person does."""

WINDOW = "failure-window-12m"
"""The row that says for how long a failure counts."""


def told_to_the_person(m: Matter, failure_ids: tuple[str, ...]) -> list[Said]:
    """Return failures as the person is told of them, oldest first."""
    return [_plain(m, failure) for failure in _known(m, failure_ids)]


def told_to_deciders(m: Matter, failure_ids: tuple[str, ...]) -> list[Said]:
    """Return failures with all that is recorded of them (D4), oldest first."""
    return [_plain(m, f) | _recorded(m, f) for f in _known(m, failure_ids)]


def _known(m: Matter, failure_ids: tuple[str, ...]) -> list[Failure]:
    found = [m.s.failures[key] for key in dict.fromkeys(failure_ids) if key in m.s.failures]
    return sorted(found, key=lambda failure: (failure.failed_on, failure.id))


def _plain(m: Matter, failure: Failure) -> Said:
    booked = m.s.appointments.get(failure.appointment_id or "")
    asked = m.s.requirements.get(failure.requirement_id or "")
    heard = _heard(m, failure)
    own = heard is not None and heard.from_whom == THE_PERSON
    return {
        "failure_id": failure.id,
        "failed_on": iso(failure.failed_on),
        "what": failure.what.value,
        "appointment_at": iso(booked.at) if booked is not None else None,
        "requirement": asked.requirement.kind.value if asked is not None else None,
        "condition": failure.condition,
        "explained_on": iso(failure.explained_on),
        "own_words": text(heard.details) if own and heard is not None else None,
        "acceptable": failure.acceptable,
    }


def _recorded(m: Matter, failure: Failure) -> Said:
    report, heard = m.events.get(failure.cause), _heard(m, failure)
    judged = m.events.get(failure.judged_by or "")
    return {
        "reported": decision(report, failure.failed_on, "failure"),
        "details": text(report.details) if isinstance(report, FailureReported) else None,
        "public_protection": failure.concern_at is not None,
        "explanation": {
            "received_on": iso(heard.received_on),
            "from_whom": heard.from_whom,
            "says": text(heard.details),
        }
        if heard is not None
        else None,
        "judgement": {
            **decision(judged, failure.failed_on, "judgement"),
            "acceptable": judged.acceptable,
            "factors": [factor.value for factor in judged.factors],
            "rationale": text(judged.rationale),
            "alternatives": texts(judged.alternatives_considered),
        }
        if isinstance(judged, FailureJudged)
        else None,
    }


def _heard(m: Matter, failure: Failure) -> ExplanationReceived | None:
    """Return the explanation that the record goes by: the latest that was applied."""
    found = None
    for event in m.applied():
        if isinstance(event, ExplanationReceived) and event.failure_id == failure.id:
            found = event
    return found


def standing(m: Matter, regime: AppliesTo | None) -> Said:
    """Return how many failure-days count on the day of the decision, and where breach is advised.

    Of a licence there is no such number: after the final warning only recall is left (D7.9).
    """
    # On licence no window is stated (AMB-35).
    windowed = regime is not None and regime is not AppliesTo.LICENCE
    window = m.decided.law.edition.timescales.get(WINDOW) if windowed else None
    return {
        "counted_on": [iso(day) for day in counted_days(m.s, m.on, regime)],
        "threshold": threshold(m.s, m.decided.law, regime),
        "window_months": None if window is None else window.amount,
    }


def response(m: Matter, regime: AppliesTo | None) -> Said:
    """Return the response to supervision up to the decision (D14.breach-referral)."""
    s = m.s
    failures = [f for f in s.failures.values() if f.reported_at <= m.at and f.regime is regime]
    return {
        "appointments": _attendance(m),
        "failures": {
            "apparent": len(failures),
            "accepted": sum(f.acceptable is True for f in failures),
            "unacceptable": sum(f.acceptable is False for f in failures),
            "not_judged": sum(f.acceptable is None for f in failures),
        },
        **standing(m, regime),
        "inducted_on": _day(s.inducted_at),
        "plan": {"version": s.plan.version, "on": _day(s.plan.at)} if s.plan is not None else None,
        "rosh": s.rosh.value if s.rosh is not None else None,
        "warnings": [warned(w) for w in _warnings(m, regime)],
    }


def warned(warning: IssuedWarning) -> Said:
    """Return a warning as a document lists it."""
    return {
        "warning_id": warning.id,
        "level": warning.level.value,
        "issued_on": _day(warning.issued_at),
        "failure_ids": sorted(warning.failure_ids),
        "withdrawn_on": _day(warning.withdrawn_at),
        "answered": warning.answered,
    }


def _warnings(m: Matter, regime: AppliesTo | None) -> list[IssuedWarning]:
    found = [w for w in m.s.warnings.values() if w.regime is regime and w.issued_at <= m.at]
    return sorted(found, key=lambda w: (w.issued_at, w.id))


def _attendance(m: Matter) -> Said:
    missed = {f.appointment_id for f in m.s.failures.values() if f.what is What.MISSED_APPOINTMENT}
    offered = [item for item in m.s.appointments.values() if _is_over(m, item)]
    attended = sum(item.attended_at is not None for item in offered)
    absent = sum(item.attended_at is None and item.id in missed for item in offered)
    return {
        "offered": len(offered),
        "attended": attended,
        "missed": absent,
        # Nobody told of these: a reader must not take them for either.
        "not_recorded": len(offered) - attended - absent,
    }


def _is_over(m: Matter, item: Appointment) -> bool:
    return not item.cancelled and item.at <= m.at


def _day(at: datetime | None) -> str | None:
    return iso(day_of(at)) if at is not None else None
