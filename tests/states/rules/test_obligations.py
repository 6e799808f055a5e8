"""Requirements of the order: started, completed, each with an end of its own."""

from typing import Any

from states.events.event import Event
from tests.states.stream import Played, allocated, event, played, serving


def after(*events: Event, **order: object) -> Played:
    return played([*serving(**order), *events], "2026-12-31")


def requirement(seen: Played, key: str) -> dict[str, Any]:
    return next(r for r in seen.view["requirements"] if r["requirement_id"] == key)


def test_a_requirement_is_shown_as_the_court_made_it() -> None:
    """Kind, length and end are the court's; what came of it is not known yet."""
    assert {
        "requirement_id": "R2",
        "kind": "unpaid_work",
        "code": "UPW",
        "hours": 80,
        "days": None,
        "electronically_monitored": False,
        "starts_on": None,
        "court_timescale_on": None,
        "stakeholders": [],
        "consent": None,
        "started_on": None,
        "hours_done": 0,
        "days_done": None,
        "not_counted": 0,
        "prospect": None,
        "tests": [],
        "completed_on": None,
        "ends_on": None,
        "terminated_on": None,
        "ended_by": None,
        "evaluated_on": None,
        "owed": ["ev-upw-risk-info/R2"],
    } == requirement(after(), "R2")


def test_a_requirement_is_started_and_completed() -> None:
    """By its own days, which may lie before those of the events."""
    seen = after(
        event("requirement_started", "2026-11-16", requirement_id="R2", started_on="2026-11-12"),
        event("requirement_completed", "2026-12-20", requirement_id="R2"),
    )

    found = requirement(seen, "R2")
    assert ("2026-11-12", "2026-12-20") == (found["started_on"], found["completed_on"])
    assert requirement(seen, "R1")["started_on"] is None


def test_an_unknown_requirement_is_waited_for_until_a_court_makes_it() -> None:
    """A start may arrive before the variation that added the requirement."""
    begun = event("requirement_started", "2026-12-02", requirement_id="R3")
    varied = event(
        "court_decided",
        "2026-12-10",
        outcome="requirements_changed",
        requirements=[{"requirement_id": "R3", "kind": "programme"}],
    )

    assert ("held", "waits for requirement R3") == after(begun).verdict(begun)
    assert "2026-12-02" == requirement(after(begun, varied), "R3")["started_on"]


def test_a_commencement_needs_no_allocation() -> None:
    """A curfew begins by itself on the day of the sentence."""
    curfew = [{"requirement_id": "R1", "kind": "curfew", "electronically_monitored": True}]
    begun = event("requirement_started", "2026-11-02 19:00", requirement_id="R1")

    seen = played([allocated(requirements=curfew)[0], begun], "2026-11-03")

    assert ("applied", "") == seen.verdict(begun)
