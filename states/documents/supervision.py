"""Documents of supervision: induction leaflet (NS 2015 3(c)), restrictions, and ends (6.4)."""

from states.documents.compliance import (
    appointments_after,
    failure_count,
    open_requirements,
    requirement_data,
    requirement_progress,
)
from states.documents.context import DocumentContext, DocumentData, decision
from states.entities import PhasePeriod
from states.regime import regime_of
from states.rules.licence_conditions import STANDARD_CONDITIONS
from states.standards.terms import AppliesTo
from states.time.london import iso


def restriction_notice(context: DocumentContext) -> DocumentData | None:
    """Return the data of the notice of an exclusion or prohibited activity.

    Its author is the court that imposed it, or the prison that issued the licence; the decision
    recorded is its start.
    """
    item = context.s.requirements.get(context.original_notice.subject)
    if item is None:
        return None
    return {
        "decision": decision(context.event, context.on, "requirement_started"),
        "requirement": requirement_data(item),
        "is_condition": context.regime is AppliesTo.LICENCE,
    }


def requirement_end_notice(context: DocumentContext) -> DocumentData | None:
    """Return the data of the notice that a requirement or condition ended."""
    item = context.s.requirements.get(context.original_notice.subject)
    if item is None:
        return None
    on = item.terminated_on or context.on
    return {
        "decision": decision(context.event, on, "requirement_ended"),
        "requirement": requirement_data(item),
        "is_condition": context.regime is AppliesTo.LICENCE,
        "ended_on": iso(on),
        "ended_by": item.ended_by.value if item.ended_by is not None else None,
    }


def induction_leaflet(context: DocumentContext) -> DocumentData:
    """Return the data of the induction leaflet; its general text is in the template."""
    began = next(
        (s for s in context.s.phase_periods if str(s.since) == context.original_notice.subject),
        _first(context),
    )
    regime = regime_of(context.s.kind, began.phase)
    on_licence = regime is AppliesTo.LICENCE
    return {
        "decision": decision(context.event, context.on, "start"),
        "regime": regime.value,
        "begins_on": str(began.since),
        "requirements": open_requirements(context),
        "conditions": [item.code for item in STANDARD_CONDITIONS] if on_licence else [],
        "failure_count": failure_count(context, regime),
        "after_licence": regime is AppliesTo.POST_SENTENCE_SUPERVISION
        and context.s.licence_ends_on is not None,
        "next_appointments": appointments_after(context),
        "electronic_only": context.s.electronic_only or context.s.monitored_only,
    }


def _first(context: DocumentContext) -> PhasePeriod:
    return context.s.phase_periods[-1]


def sentence_end_notice(context: DocumentContext) -> DocumentData | None:
    """Return the data of the notice to agencies that the sentence ended (ev-end-notify)."""
    s = context.s
    if s.ended_on is None:
        return None
    return {
        "decision": decision(context.event, s.ended_on, "sentence_ended"),
        "ended_on": iso(s.ended_on),
        "outcome": s.outcome.value if s.outcome is not None else None,
        "requirements": requirement_progress(context),
        "restrictions": [
            {"kind": item.kind.value, "until": iso(item.until)}
            for _, item in sorted(s.civil_orders.items())
            if item.is_in_force(s.ended_on)
        ],
    }


def premises_departure_notice(context: DocumentContext) -> DocumentData | None:
    """Return the data of the notice of departure from approved premises (ev-ap-end-police)."""
    stay = context.s.premises_stays.get(context.original_notice.subject)
    if stay is None or stay.left_on is None:
        return None
    return {
        "decision": decision(context.event, stay.left_on, "premises_left"),
        "stay_id": stay.id,
        "admitted_on": iso(stay.admitted_on),
        "left_on": iso(stay.left_on),
        "completed": stay.completed,
    }
