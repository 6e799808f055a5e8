"""The recall report to the casework section (D12.5, D14.recall-report)."""

from states.events.recall import RecallDecided, RecallEndorsed
from states.facets import iso
from states.london import day_of
from states.papers.failures import response, told_to_deciders
from states.papers.matter import Matter, Said, decision, text, texts
from states.papers.next_steps import deadlines
from states.papers.requirements import all_asked, progress
from states.records import Recall
from states.rules.recall_type import WORDS, bars_of
from states.timescale import AppliesTo


def report(m: Matter) -> Said | None:
    """Return what a recall report says; None for a recall of which nobody told a decision."""
    known = next((item for item in m.s.recalls if item.id == m.original_notice.subject), None)
    decided = m.events.get(known.cause) if known is not None else None
    if known is None or not isinstance(decided, RecallDecided):
        return None
    return {
        "decision": decision(decided, m.on, "recall"),
        "sent": decision(m.event, m.on, "recall_report"),
        "recall": _kind(m, known, decided),
        "rationale": text(decided.rationale),
        "alternatives": texts(decided.alternatives_considered),
        "departure": text(decided.departure_rationale) if known.departure else None,
        "endorsement": _endorsement(m, known),
        "licence": _licence(m),
        "conditions": all_asked(m),
        "failures": told_to_deciders(m, known.failure_ids),
        "response": response(m, AppliesTo.LICENCE),
        "requirements": progress(m),
        "deadlines": deadlines(m, known.id),
    }


def _kind(m: Matter, known: Recall, decided: RecallDecided) -> Said:
    return {
        "recall_id": known.id,
        "type": decided.recall_type.value,
        "ground": decided.ground.value,
        "row": known.row,
        "bars": [WORDS[bar] for bar in bars_of(m.s, day_of(decided.occurred_at))],
        "very_serious": decided.very_serious,
        "too_much_risk": decided.too_much_risk,
    }


def _licence(m: Matter) -> Said:
    s = m.s
    return {
        "released_on": iso(s.released_on),
        "reason": s.release_reason.value if s.release_reason is not None else None,
        "licence_ends_on": iso(s.licence_ends_on),
        "recalled_before": s.recalled_before,
    }


def _endorsement(m: Matter, known: Recall) -> Said | None:
    """Return what the NPS said of the recall of a CRC; None where it said nothing (D13)."""
    for event in m.applied():
        if isinstance(event, RecallEndorsed) and event.occurred_at == known.endorsed_at:
            return {
                **decision(event, m.on, "endorsement"),
                "endorsed": event.endorsed,
                "rationale": text(event.rationale),
            }
    return None
