"""Letters of warning to the person, and the letters that take them back (D14.warning-letter)."""

from states.events.admin import EventWithdrawn
from states.events.enforcement import WarningIssued
from states.events.event import Event
from states.facets import iso
from states.london import day_of
from states.papers.failures import standing, told_to_the_person
from states.papers.matter import Matter, Said, decision
from states.papers.next_steps import appointments_after
from states.timescale import AppliesTo
from states.vocabulary import WarningLevel


def is_final(m: Matter) -> bool:
    """Whether the letter is the second and final one of a licence (ev-senior-final-warning)."""
    issued = m.event
    final = isinstance(issued, WarningIssued) and issued.level is WarningLevel.FINAL
    return final and _regime(m) is AppliesTo.LICENCE


def warning(m: Matter) -> Said | None:
    """Return what a letter of warning says: what failed, and what the person has to do now."""
    issued = m.event
    if not isinstance(issued, WarningIssued):
        return None
    regime = _regime(m)
    return {
        "decision": decision(issued, m.on, "warning"),
        "warning_id": issued.warning_id,
        "level": issued.level.value,
        "regime": regime.value if regime is not None else None,
        "failures": told_to_the_person(m, issued.failure_ids),
        "standing": standing(m, regime),
        "next_appointments": appointments_after(m),
    }


def withdrawn(m: Matter) -> Said | None:
    """Return what a letter says that takes a warning back, by decision or as never issued."""
    issued = _first_issued(m)
    if issued is None:
        return None
    return {
        "decision": decision(_taken_back_by(m, issued), m.on, "warning_withdrawn"),
        "warning_id": issued.warning_id,
        "issued_on": iso(day_of(issued.occurred_at)),
        "failures": told_to_the_person(m, issued.failure_ids),
        "next_appointments": appointments_after(m),
    }


def _first_issued(m: Matter) -> WarningIssued | None:
    if isinstance(m.event, WarningIssued):
        return m.event
    for event in m.applied():
        if isinstance(event, WarningIssued) and event.warning_id == m.original_notice.subject:
            return event
    return None


def _taken_back_by(m: Matter, issued: WarningIssued) -> Event:
    """Return the event that took the letter back: for one that never stood, its withdrawal."""
    if m.event is not None and m.event is not issued:
        return m.event
    for event in reversed(list(m.events.values())):
        withdraws = isinstance(event, EventWithdrawn) and (
            event.withdrawn_event_id == issued.event_id
        )
        if withdraws or event.replaces == issued.event_id:
            return event
    return issued


def _regime(m: Matter) -> AppliesTo | None:
    known = m.s.warnings.get(m.original_notice.subject)
    return known.regime if known is not None else m.regime
