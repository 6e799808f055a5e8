"""Ends told to agencies and to the person: of the sentence, and of a stay (ev-end-notify)."""

from states.facets import iso
from states.papers.matter import Matter, Said, decision
from states.papers.requirements import progress


def sentence_ended(m: Matter) -> Said | None:
    """Return the notice to agencies that the sentence came to its end."""
    s = m.s
    if s.ended_on is None:
        return None
    return {
        "decision": decision(m.event, s.ended_on, "sentence_ended"),
        "ended_on": iso(s.ended_on),
        "outcome": s.outcome.value if s.outcome is not None else None,
        "requirements": progress(m),
    }


def stay_ended(m: Matter) -> Said | None:
    """Return the notice that somebody left approved premises (ev-ap-end-police)."""
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
