"""What every paper says: of which sentence, under which edition, to whom, and who has the case."""

from states.events.sentence import SentenceImposed
from states.facets import iso
from states.papers.matter import Matter, Said

FORMAT = 1
"""Version of the shape of a paper. A change of it is told to whoever edits templates."""


def heading(m: Matter) -> Said:
    """Return what stands at the head and foot of every document."""
    s, edition = m.s, m.decided.law.edition
    return {
        "format": FORMAT,
        "key": m.effect.key,
        "to": {"recipient": str(m.effect.recipient), "name": m.facts.get("stakeholder")},
        "sentence": {
            "workflow_id": m.identity.workflow_id,
            "crn": m.identity.crn,
            "event_number": m.identity.event_number,
            "type": s.kind.value,
            "phase": s.phase.value,
            "regime": s.regime.value if s.regime is not None else None,
            "sentenced_on": iso(s.imposed.sentenced_on) if s.imposed is not None else None,
            "court": s.imposed.court if s.imposed is not None else None,
            "ends_on": iso(s.ends_on),
            "licence_ends_on": iso(s.licence_ends_on),
            "pss_ends_on": iso(s.pss_ends_on),
        },
        "edition": {"name": edition.name, "title": edition.title},
        "manager": _manager(m),
        "person": _person(m),
        "filed_under": [m.identity.workflow_id, *m.case.origins],
    }


def _manager(m: Matter) -> Said:
    held = m.s.allocation
    return {
        "officer": m.s.officer,
        "provider": held.provider.value if held is not None else None,
        "provider_code": held.provider_code if held is not None else None,
    }


def _person(m: Matter) -> Said | None:
    """Return under what the person's name is filed; None where nobody gave one."""
    uid = m.s.imposed_by
    event = m.events.get(uid) if uid is not None else None
    if not isinstance(event, SentenceImposed) or "person" not in event.model_fields_set:
        return None
    return {"person": m.case.digest_of(event.uid)}
