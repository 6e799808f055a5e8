"""Documents of enforcement: warnings, breach referrals and recall reports (D14).

A CRC's breach referral goes to the NPS, which presents it; the NPS's own goes to the court. The
view that a CRC adds when it sends the papers, on whether the order should continue, comes with the
second notice.
"""

from states.documents.compliance import (
    appointments_after,
    deadlines,
    failure_count,
    failures_for_decision,
    failures_for_person,
    open_requirements,
    requirement_progress,
    supervision_response,
)
from states.documents.context import (
    DocumentContext,
    DocumentData,
    decision,
    text_reference,
    text_references,
)
from states.entities import Breach, Recall
from states.events.administration import EventWithdrawn
from states.events.enforcement import BreachDecided, BreachReferred, WarningIssued
from states.events.envelope import Event
from states.events.recall import RecallDecided, RecallEndorsed
from states.rules.recall import BAR_TEXTS, bars_on
from states.standards.terms import AppliesTo
from states.time.london import day_of, iso
from states.vocabulary import WarningLevel


def is_final_licence_warning(m: DocumentContext) -> bool:
    """Return True if the warning is the final one of a licence (ev-senior-final-warning)."""
    issued = m.event
    final = isinstance(issued, WarningIssued) and issued.level is WarningLevel.FINAL
    return final and _regime(m) is AppliesTo.LICENCE


def warning_letter(m: DocumentContext) -> DocumentData | None:
    """Return the data of a warning letter: failures, next appointments (D14.warning-letter)."""
    issued = m.event
    if not isinstance(issued, WarningIssued):
        return None
    regime = _regime(m)
    return {
        "decision": decision(issued, m.on, "warning"),
        "warning_id": issued.warning_id,
        "level": issued.level.value,
        "regime": regime.value if regime is not None else None,
        "failures": failures_for_person(m, issued.failure_ids),
        "standing": failure_count(m, regime),
        "next_appointments": appointments_after(m),
    }


def warning_withdrawal(m: DocumentContext) -> DocumentData | None:
    """Return the data of the withdrawal of a warning, by decision or as never issued."""
    issued = _first_issued(m)
    if issued is None:
        return None
    return {
        "decision": decision(_taken_back_by(m, issued), m.on, "warning_withdrawn"),
        "warning_id": issued.warning_id,
        "issued_on": iso(day_of(issued.occurred_at)),
        "failures": failures_for_person(m, issued.failure_ids),
        "next_appointments": appointments_after(m),
    }


def _first_issued(m: DocumentContext) -> WarningIssued | None:
    if isinstance(m.event, WarningIssued):
        return m.event
    for event in m.applied():
        if isinstance(event, WarningIssued) and event.warning_id == m.original_notice.subject:
            return event
    return None


def _taken_back_by(m: DocumentContext, issued: WarningIssued) -> Event:
    """Return the event that withdrew the warning, or its issue where that was an error."""
    if m.event is not None and m.event is not issued:
        return m.event
    for event in reversed(list(m.events.values())):
        withdraws = isinstance(event, EventWithdrawn) and (
            event.withdrawn_event_id == issued.event_id
        )
        if withdraws or event.replaces == issued.event_id:
            return event
    return issued


def _regime(m: DocumentContext) -> AppliesTo | None:
    known = m.s.warnings.get(m.original_notice.subject)
    return known.regime if known is not None else m.regime


def breach_referral(m: DocumentContext) -> DocumentData | None:
    """Return the data of a breach referral (D14.breach-referral, ev-crc-refer-breach)."""
    sent = m.event
    known = _proceedings(m)
    decided = m.events.get(known.cause) if known is not None else None
    if known is None or not isinstance(decided, BreachDecided):
        return None
    regime = m.regime
    papers = sent if isinstance(sent, BreachReferred) else None
    return {
        "decision": decision(decided, m.on, "breach"),
        "sent": decision(papers, m.on, "referral") if papers is not None else None,
        "reason": known.reason.value,
        "regime": regime.value,
        "rationale": text_reference(decided.rationale),
        "alternatives": text_references(decided.alternatives_considered),
        "departure": text_reference(decided.departure_rationale) if known.departure else None,
        "failures": failures_for_decision(m, known.failure_ids),
        "response": supervision_response(m, regime),
        "requirements": requirement_progress(m),
        "response_report": papers.response_report if papers is not None else None,
        "order_should_continue": papers.order_should_continue if papers is not None else None,
        "deadlines": deadlines(m, known.id),
    }


def _proceedings(m: DocumentContext) -> Breach | None:
    """Return the proceedings of the notice: those that its event decided, or the latest before."""
    before = [item for item in m.s.breaches if item.decided_at <= m.at]
    own = [item for item in before if item.cause == m.cause]
    found = own or before
    return found[-1] if found else None


def recall_report(m: DocumentContext) -> DocumentData | None:
    """Return the data of the recall report to the casework section (D12.5, D14.recall-report).

    None for a recall without a reported decision.
    """
    known = next((item for item in m.s.recalls if item.id == m.original_notice.subject), None)
    decided = m.events.get(known.cause) if known is not None else None
    if known is None or not isinstance(decided, RecallDecided):
        return None
    return {
        "decision": decision(decided, m.on, "recall"),
        "sent": decision(m.event, m.on, "recall_report"),
        "recall": _kind(m, known, decided),
        "rationale": text_reference(decided.rationale),
        "alternatives": text_references(decided.alternatives_considered),
        "departure": text_reference(decided.departure_rationale) if known.departure else None,
        "endorsement": _endorsement(m, known),
        "licence": _licence(m),
        "conditions": open_requirements(m),
        "failures": failures_for_decision(m, known.failure_ids),
        "response": supervision_response(m, AppliesTo.LICENCE),
        "requirements": requirement_progress(m),
        "deadlines": deadlines(m, known.id),
    }


def _kind(m: DocumentContext, known: Recall, decided: RecallDecided) -> DocumentData:
    return {
        "recall_id": known.id,
        "type": decided.recall_type.value,
        "ground": decided.ground.value,
        "row": known.row,
        "bars": [BAR_TEXTS[bar] for bar in bars_on(m.s, day_of(decided.occurred_at))],
        "very_serious": decided.very_serious,
        "too_much_risk": decided.too_much_risk,
    }


def _licence(m: DocumentContext) -> DocumentData:
    s = m.s
    return {
        "released_on": iso(s.released_on),
        "reason": s.release_reason.value if s.release_reason is not None else None,
        "licence_ends_on": iso(s.licence_ends_on),
        "recalled_before": s.recalled_before,
    }


def _endorsement(m: DocumentContext, known: Recall) -> DocumentData | None:
    """Return the answer of the NPS to the recall of a CRC; None where there is none (D13)."""
    for event in m.applied():
        if isinstance(event, RecallEndorsed) and event.occurred_at == known.endorsed_at:
            return {
                **decision(event, m.on, "endorsement"),
                "endorsed": event.endorsed,
                "rationale": text_reference(event.rationale),
            }
    return None
