"""Write streams of a custodial sentence briefly: prison from February 2015, licence from 2 March.

The year is that of the worked dates of the standards: 3 and 6 April and 4 and 25 May are holidays.
"""

from typing import Any, Final

from states.events.envelope import Event
from tests.states.stream import at, event
from tests.states.wording import NPS_OFFICER

STANDARD: Final[dict[str, Any]] = {"recall_type": "standard", "too_much_risk": True}
EMERGENCY: Final[dict[str, Any]] = {"recall_type": "emergency", "very_serious": True}
ASKED_IN = "2015-04-07"
"""The day on which a recall of the tests is decided, at noon, unless they say otherwise."""


def sentenced(**sentence: Any) -> list[Event]:
    """Return custody of Monday 2 February 2015, allocated to a CRC, with a licence for a year."""
    dates = {
        "expected_release_on": "2015-03-02",
        "automatic_release_on": "2015-03-02",
        "licence_ends_on": "2016-02-01",
    }
    custody = {"type": "custody", "length_days": 364, "extended": False, "requirements": []}
    given = {"sentenced_on": "2015-02-02", "ends_on": None, **custody, **dates, **sentence}
    provider = given.pop("provider", "CRC")
    return [
        event("sentence_imposed", "2015-02-02 10:30", **given),
        event("case_allocated", "2015-02-02", provider=provider),
        event("officer_assigned", "2015-02-02 14:00"),
    ]


def on_licence(reason: str = "conditional_release", **sentence: Any) -> list[Event]:
    """Return the same sentence in `active`: released, seen the day after, inducted, planned for."""
    return [
        *sentenced(**sentence),
        event("released", "2015-03-02 10:00", reason=reason),
        event("appointment_arranged", "2015-03-02 11:00", at=at("2015-03-03 10:00")),
        event("appointment_attended", "2015-03-03 10:00"),
        event("induction_completed", "2015-03-03 10:30"),
        event("plan_completed", "2015-03-09"),
    ]


def recalled(when: str = ASKED_IN, **more: Any) -> Event:
    """Return a decision to recall: a fixed term for behaviour, which needs no failure."""
    return event("recall_decided", when, **more)


def initiated(when: str = ASKED_IN, **more: Any) -> list[Event]:
    """Return a decision, and within five hours report, receipt and revocation."""
    day = when[:10]
    return [
        recalled(when, **more),
        event("recall_report_sent", f"{day} 14:00"),
        event("recall_report_received", f"{day} 15:00"),
        event("licence_revoked", f"{day} 17:00"),
    ]


def returned(when: str, **more: Any) -> Event:
    """Return the return to custody on that day."""
    return event("returned_to_custody", when, **more)


def by_nps(kind: str, when: str, **more: Any) -> Event:
    """Return an event that an officer of the NPS sends."""
    return event(kind, when, by=NPS_OFFICER, **more)
