"""Write streams of a custodial sentence briefly: prison from November 2026, release a year on."""

from typing import Any, Final

from states.events.envelope import Event
from tests.states.stream import Played, event
from tests.states.wording import COURT_OFFICER

MONITORED: Final = [{"requirement_id": "R1", "kind": "curfew", "electronically_monitored": True}]
STATUTORY: Final = {"statutory_contact": True}
DISCRETIONARY: Final = {"statutory_contact": False, "identified": True, "domestic_violence": True}
NPS: Final = {"provider": "NPS", "provider_code": "N02"}
"""Of whom a case is, where it is not the CRC's."""


def imprisoned(*, allocation: dict[str, Any] | None = None, **sentence: Any) -> list[Event]:
    """Return custody of two years from Monday 2 November 2026, release expected a year later.

    The licence ends on 31 October 2028; the window of the plan opens on 9 August 2027.
    """
    custody = {
        "type": "custody",
        "length_days": 730,
        "extended": False,
        "requirements": [],
        "ends_on": None,
        "expected_release_on": "2027-11-01",
        "automatic_release_on": "2027-11-01",
        "licence_ends_on": "2028-10-31",
    }
    return [
        event("sentence_imposed", "2026-11-02 10:30", **{**custody, **sentence}),
        event("case_allocated", "2026-11-02", by=COURT_OFFICER, **(allocation or {})),
    ]


def freed(*, when: str = "2027-11-01 10:00", **sentence: Any) -> list[Event]:
    """Return the same sentence released on licence on Monday 1 November 2027."""
    return [*imprisoned(**sentence), event("released", when)]


def supervised(**sentence: Any) -> list[Event]:
    """Return the same sentence released with no licence, to supervision until 31 October 2028."""
    dates = {"licence_ends_on": None, "pss_ends_on": "2028-10-31"}
    return freed(**{**dates, **sentence})


def duty(seen: Played, key: str) -> tuple[str, str | None]:
    """Return how a duty of the view stands, and when it was settled; "none" where it is not."""
    for item in seen.view["duties"]:
        if item.get("id") == key:
            return item["status"], item["settled_at"]
    return "none", None


def of_row(seen: Played, row: str) -> list[str]:
    """Return the statuses of the duties and clocks of one row, in the order of the view."""
    duties = [item["status"] for item in seen.view["duties"] if item.get("duty") == row]
    return duties + [item["status"] for item in seen.view["clocks"] if item["timescale"] == row]


def contact(kind: str, when: str, **more: Any) -> Event:
    """Return a contact of that kind; several of one time need ids of their own."""
    return event("contact_recorded", when, event_id=f"{kind}.{when[:10]}", kind=kind, **more)


def said(name: str, when: str, **more: Any) -> Event:
    """Return the word of an officer that a duty was done."""
    return event("duty_discharged", when, event_id=f"{name}.said.{when[:10]}", duty=name, **more)
