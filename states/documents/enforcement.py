"""Documents of enforcement: warnings, breach referrals and recall reports (D14).

A CRC's breach referral goes to the NPS, which presents it; the NPS's own goes to the court. A CRC
adds its view on whether the order should continue when it sends the referral: the second notice.
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
from states.rules.recall import ADVICE_MEANINGS, BAR_TEXTS, bars_on
from states.standards.terms import AppliesTo
from states.time.london import day_of, iso
from states.vocabulary import WarningLevel


def is_final_licence_warning(context: DocumentContext) -> bool:
    """Return True if the warning is the final one of a licence (ev-senior-final-warning)."""
    issued = context.event
    final = isinstance(issued, WarningIssued) and issued.level is WarningLevel.FINAL
    return final and _regime(context) is AppliesTo.LICENCE


def warning_letter(context: DocumentContext) -> DocumentData | None:
    """Return the data of a warning letter: failures, next appointments (D14.warning-letter)."""
    issued = context.event
    if not isinstance(issued, WarningIssued):
        return None
    regime = _regime(context)
    return {
        "decision": decision(issued, context.on, "warning"),
        "warning_id": issued.warning_id,
        "level": issued.level.value,
        "regime": regime.value if regime is not None else None,
        "failures": failures_for_person(context, issued.failure_ids),
        "failure_count": failure_count(context, regime),
        "next_appointments": appointments_after(context),
    }


def warning_withdrawal(context: DocumentContext) -> DocumentData | None:
    """Return the data of the withdrawal of a warning, by decision or as never issued."""
    issued = _first_issued(context)
    if issued is None:
        return None
    return {
        "decision": decision(_withdrawal_of(context, issued), context.on, "warning_withdrawn"),
        "warning_id": issued.warning_id,
        "issued_on": iso(day_of(issued.occurred_at)),
        "failures": failures_for_person(context, issued.failure_ids),
        "next_appointments": appointments_after(context),
    }


def _first_issued(context: DocumentContext) -> WarningIssued | None:
    if isinstance(context.event, WarningIssued):
        return context.event
    for event in context.applied():
        if isinstance(event, WarningIssued) and event.warning_id == context.original_notice.subject:
            return event
    return None


def _withdrawal_of(context: DocumentContext, issued: WarningIssued) -> Event:
    """Return the event that withdrew the warning, or its issue where that was an error."""
    if context.event is not None and context.event is not issued:
        return context.event
    for event in reversed(list(context.events.values())):
        withdraws = isinstance(event, EventWithdrawn) and (
            event.withdrawn_event_id == issued.event_id
        )
        if withdraws or event.replaces == issued.event_id:
            return event
    return issued


def _regime(context: DocumentContext) -> AppliesTo | None:
    known = context.s.warnings.get(context.original_notice.subject)
    return known.regime if known is not None else context.regime


def breach_referral(context: DocumentContext) -> DocumentData | None:
    """Return the data of a breach referral (D14.breach-referral, ev-crc-refer-breach)."""
    sent = context.event
    known = _proceedings(context)
    decided = context.events.get(known.cause) if known is not None else None
    if known is None or not isinstance(decided, BreachDecided):
        return None
    regime = context.regime
    referral = sent if isinstance(sent, BreachReferred) else None
    return {
        "decision": decision(decided, context.on, "breach"),
        "sent": decision(referral, context.on, "referral") if referral is not None else None,
        "reason": known.reason.value,
        "regime": regime.value,
        "rationale": text_reference(decided.rationale),
        "alternatives": text_references(decided.alternatives_considered),
        "departure": text_reference(decided.departure_rationale) if known.departure else None,
        "failures": failures_for_decision(context, known.failure_ids),
        "response": supervision_response(context, regime),
        "requirements": requirement_progress(context),
        "response_report": referral.response_report if referral is not None else None,
        "order_should_continue": referral.order_should_continue if referral is not None else None,
        "deadlines": deadlines(context, known.id),
    }


def _proceedings(context: DocumentContext) -> Breach | None:
    """Return the proceedings of the notice: those that its event decided, or the latest before."""
    before = [item for item in context.s.breaches if item.decided_at <= context.at]
    own = [item for item in before if item.cause == context.cause]
    found = own or before
    return found[-1] if found else None


def recall_report(context: DocumentContext) -> DocumentData | None:
    """Return the data of the recall report to the casework section (D12.5, D14.recall-report).

    None for a recall without a reported decision.
    """
    known = next(
        (item for item in context.s.recalls if item.id == context.original_notice.subject), None
    )
    decided = context.events.get(known.cause) if known is not None else None
    if known is None or not isinstance(decided, RecallDecided):
        return None
    return {
        "decision": decision(decided, context.on, "recall"),
        "sent": decision(context.event, context.on, "recall_report"),
        "recall": _kind(context, known, decided),
        "rationale": text_reference(decided.rationale),
        "alternatives": text_references(decided.alternatives_considered),
        "departure": text_reference(decided.departure_rationale) if known.departure else None,
        "endorsement": _endorsement(context, known),
        "licence": _licence(context),
        "conditions": open_requirements(context),
        "failures": failures_for_decision(context, known.failure_ids),
        "response": supervision_response(context, AppliesTo.LICENCE),
        "requirements": requirement_progress(context),
        "deadlines": deadlines(context, known.id),
    }


def _kind(context: DocumentContext, known: Recall, decided: RecallDecided) -> DocumentData:
    return {
        "recall_id": known.id,
        "type": decided.recall_type.value,
        "ground": decided.ground.value,
        "row": ADVICE_MEANINGS[known.row],
        "bars": [BAR_TEXTS[bar] for bar in bars_on(context.s, day_of(decided.occurred_at))],
        "very_serious": decided.very_serious,
        "too_much_risk": decided.too_much_risk,
    }


def _licence(context: DocumentContext) -> DocumentData:
    s = context.s
    return {
        "released_on": iso(s.released_on),
        "reason": s.release_reason.value if s.release_reason is not None else None,
        "licence_ends_on": iso(s.licence_ends_on),
        "recalled_before": s.recalled_before,
    }


def _endorsement(context: DocumentContext, known: Recall) -> DocumentData | None:
    """Return the answer of the NPS to the recall of a CRC; None where there is none (D13)."""
    for event in context.applied():
        if isinstance(event, RecallEndorsed) and event.occurred_at == known.endorsed_at:
            return {
                **decision(event, context.on, "endorsement"),
                "endorsed": event.endorsed,
                "rationale": text_reference(event.rationale),
            }
    return None
