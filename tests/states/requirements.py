"""Write streams with one requirement or condition briefly: R1, from December to 1 March 2027."""

from typing import Any, Final

from states.events.envelope import Event
from tests.states.licence import on_licence
from tests.states.stream import Played, event, serving

OLDER: Final = {"committed_on": "2015-01-31", "violent_or_sexual": False}
"""An offence from before the newer requirements."""

_MORE: Final[dict[str, dict[str, Any]]] = {
    "unpaid_work": {"hours": 80},
    "rehabilitation_activity": {"days": 20},
    "specified_activity": {"days": 20},
    "drug_rehabilitation": {"consent": True},
    "attendance_centre": {"under_25": True},
    "drug_testing": {"safeguards": ["drugs_a_factor", "dependence_or_propensity"]},
    "drug_appointment": {
        "safeguards": [
            "drugs_a_factor",
            "dependence_or_propensity",
            "treatable",
            "arrangements_possible",
        ]
    },
}


def requirement(kind: str, **fields: Any) -> dict[str, Any]:
    """Return a lawful requirement of that kind with nothing but what law and tests ask for.

    A field given as None is left out.
    """
    body = {"requirement_id": "R1", "kind": kind, **_MORE.get(kind, {}), **fields}
    return {name: value for name, value in body.items() if value is not None}


def order_with(kind: str, **fields: Any) -> list[Event]:
    """Return an order in `active` with one requirement; older kinds have an older offence."""
    older = {"offence": OLDER} if kind in ("supervision", "specified_activity") else {}
    return serving(requirements=[requirement(kind, **fields)], **older)


def licence_with(kind: str, *, conditions: Any = None, **fields: Any) -> list[Event]:
    """Return a licence from 2 March 2015 to 1 February 2016 with one additional condition."""
    given = [requirement(kind, **fields)] if conditions is None else conditions
    stream = on_licence()
    freed = next(index for index, item in enumerate(stream) if item.KIND == "released")
    stream[freed] = event("released", "2015-03-02 10:00", conditions=given)
    return stream


def shown(seen: Played, key: str = "R1") -> dict[str, Any]:
    """Return a requirement as the view shows it."""
    return next(item for item in seen.view["requirements"] if item["requirement_id"] == key)


def duties(seen: Played, key: str = "R1") -> dict[str, str]:
    """Return the status of the duties about a requirement, by row."""
    return {d["duty"]: d["status"] for d in seen.view["duties"] if d.get("subject") == key}


def clocks(seen: Played, key: str = "R1") -> dict[str, tuple[str, str | None]]:
    """Return status and due day of the clocks about a requirement, by row."""
    return {
        c["timescale"]: (c["status"], c["due_on"])
        for c in seen.view["clocks"]
        if c["subject"] == key
    }
