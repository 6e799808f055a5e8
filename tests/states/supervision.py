"""Write streams of post-sentence supervision and of suspended sentence orders briefly.

Supervision begins on Monday 2 March 2015 and ends a year later; 3 and 6 April are holidays.
"""

from typing import Any

from states.events.envelope import Event
from tests.states.licence import sentenced
from tests.states.stream import at, event, serving

PSS = "2016-03-01"
"""The last day of supervision."""


def supervised(**sentence: Any) -> list[Event]:
    """Return supervision straight from custody, in `active`: inducted and planned for."""
    given = {"licence_ends_on": None, "pss_ends_on": PSS, **sentence}
    return [
        *sentenced(**given),
        event("released", "2015-03-02 10:00"),
        event("appointment_arranged", "2015-03-02 11:00", at=at("2015-03-03 10:00")),
        event("appointment_attended", "2015-03-03 10:00"),
        event("induction_completed", "2015-03-03 10:30"),
        event("plan_completed", "2015-03-09"),
    ]


def after_licence(**sentence: Any) -> list[Event]:
    """Return a licence of 2015 to Monday 1 June, with supervision to follow it, in `active`."""
    given = {"licence_ends_on": "2015-06-01", "pss_ends_on": PSS, **sentence}
    return [
        *sentenced(**given),
        event("released", "2015-03-02 10:00"),
        event("appointment_arranged", "2015-03-02 11:00", at=at("2015-03-03 10:00")),
        event("appointment_attended", "2015-03-03 10:00"),
        event("induction_completed", "2015-03-03 10:30"),
        event("plan_completed", "2015-03-09"),
    ]


def suspended(**order: Any) -> list[Event]:
    """Return a suspended sentence order of 2 November 2026 for two years, in `active`."""
    given = {
        "type": "suspended_sentence_order",
        "ends_on": None,
        "operational_period_ends_on": "2028-11-01",
        **order,
    }
    return serving(**given)
