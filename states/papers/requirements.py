"""Requirements as documents tell of them: restrictions told to the police, and ends (6.4)."""

from states.facets import iso
from states.papers.matter import Matter, Said, decision, text
from states.records import Obligation
from states.requirement_facets import requirements_view
from states.timescale import AppliesTo


def asked(item: Obligation) -> Said:
    """Return what a requirement or condition asks, in measures, dates and words."""
    made = item.requirement
    return {
        "requirement_id": made.requirement_id,
        "kind": made.kind.value,
        "hours": made.hours,
        "days": made.days,
        "starts_on": iso(item.started_on or made.starts_on),
        "ends_on": iso(item.ends_on),
        "electronically_monitored": made.electronically_monitored,
        "area": text(made.area),
        "details": text(made.details),
    }


def all_asked(m: Matter) -> list[Said]:
    """Return what is still to be served, in the order in which it was given."""
    return [asked(item) for item in m.s.requirements.values() if item.is_open]


def progress(m: Matter) -> list[Said]:
    """Return how far each requirement has come, by id, without the words that describe it."""
    shown = ("requirement_id", "kind", "hours", "days", "hours_done", "days_done", "started_on")
    also = ("completed_on", "terminated_on", "ended_by")
    return [{name: item[name] for name in (*shown, *also)} for item in requirements_view(m.s)]


def restriction(m: Matter) -> Said | None:
    """Return the notice of an exclusion or prohibited activity: its length, scope and contact.

    Who made it is the court that imposed it, or the prison that issued the licence; the decision
    recorded is its start.
    """
    item = m.s.requirements.get(m.original_notice.subject)
    if item is None:
        return None
    return {
        "decision": decision(m.event, m.on, "requirement_started"),
        "requirement": asked(item),
        "is_condition": m.regime is AppliesTo.LICENCE,
    }


def ended(m: Matter) -> Said | None:
    """Return the notice that a requirement or condition came to its end."""
    item = m.s.requirements.get(m.original_notice.subject)
    if item is None:
        return None
    on = item.terminated_on or m.on
    return {
        "decision": decision(m.event, on, "requirement_ended"),
        "requirement": asked(item),
        "is_condition": m.regime is AppliesTo.LICENCE,
        "ended_on": iso(on),
        "ended_by": item.ended_by.value if item.ended_by is not None else None,
    }
