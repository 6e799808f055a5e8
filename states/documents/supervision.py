"""The sheet that a person is given at the start: commitments, rights, consequences (NS 2015 3(c)).

What is said in plain words stands in the template; here is what is this person's own.
"""

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


def restriction_notice(m: DocumentContext) -> DocumentData | None:
    """Return the data of the notice of an exclusion or prohibited activity.

    Its author is the court that imposed it, or the prison that issued the licence; the decision
    recorded is its start.
    """
    item = m.s.requirements.get(m.original_notice.subject)
    if item is None:
        return None
    return {
        "decision": decision(m.event, m.on, "requirement_started"),
        "requirement": requirement_data(item),
        "is_condition": m.regime is AppliesTo.LICENCE,
    }


def requirement_end_notice(m: DocumentContext) -> DocumentData | None:
    """Return the data of the notice that a requirement or condition ended."""
    item = m.s.requirements.get(m.original_notice.subject)
    if item is None:
        return None
    on = item.terminated_on or m.on
    return {
        "decision": decision(m.event, on, "requirement_ended"),
        "requirement": requirement_data(item),
        "is_condition": m.regime is AppliesTo.LICENCE,
        "ended_on": iso(on),
        "ended_by": item.ended_by.value if item.ended_by is not None else None,
    }


def induction_leaflet(m: DocumentContext) -> DocumentData:
    """Return what the induction sheet says of this sentence."""
    began = next(
        (s for s in m.s.phase_periods if str(s.since) == m.original_notice.subject), _first(m)
    )
    regime = regime_of(m.s.kind, began.phase)
    on_licence = regime is AppliesTo.LICENCE
    return {
        "decision": decision(m.event, m.on, "start"),
        "regime": regime.value,
        "begins_on": str(began.since),
        "requirements": open_requirements(m),
        "conditions": [item.code for item in STANDARD_CONDITIONS] if on_licence else [],
        "standing": failure_count(m, regime),
        "after_licence": regime is AppliesTo.POST_SENTENCE_SUPERVISION
        and m.s.licence_ends_on is not None,
        "next_appointments": appointments_after(m),
        "electronic_only": m.s.electronic_only or m.s.monitored_only,
    }


def _first(m: DocumentContext) -> PhasePeriod:
    return m.s.phase_periods[-1]


def sentence_end_notice(m: DocumentContext) -> DocumentData | None:
    """Return the data of the notice to agencies that the sentence ended (ev-end-notify)."""
    s = m.s
    if s.ended_on is None:
        return None
    return {
        "decision": decision(m.event, s.ended_on, "sentence_ended"),
        "ended_on": iso(s.ended_on),
        "outcome": s.outcome.value if s.outcome is not None else None,
        "requirements": requirement_progress(m),
    }


def premises_departure_notice(m: DocumentContext) -> DocumentData | None:
    """Return the data of the notice of departure from approved premises (ev-ap-end-police)."""
    stay = m.s.premises_stays.get(m.original_notice.subject)
    if stay is None or stay.left_on is None:
        return None
    return {
        "decision": decision(m.event, stay.left_on, "premises_left"),
        "stay_id": stay.id,
        "admitted_on": iso(stay.admitted_on),
        "left_on": iso(stay.left_on),
        "completed": stay.completed,
    }
