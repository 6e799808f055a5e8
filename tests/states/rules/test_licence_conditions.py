"""The six standard conditions: on every licence without being sent, broken by failures."""

import pytest

from states.events.envelope import Event
from states.rules.licence_conditions import STANDARD_CODES, broken_by
from states.vocabulary import FailureKind
from tests.states.licence import on_licence, sentenced
from tests.states.stream import Played, event, failed, played, serving
from tests.states.supervision import after_licence


def after(*events: Event, now: str = "2015-04-09") -> Played:
    return played([*on_licence(), *events], now)


def failed_by_condition(seen: Played) -> dict[str, list[str]]:
    return {item["condition"]: item["failed"] for item in seen.view["conditions"]}


def test_every_licence_has_the_six_standard_conditions() -> None:
    """SLC1 to SLC6: they hold without being sent."""
    found = after().view["conditions"]

    assert ["SLC1", "SLC2", "SLC3", "SLC4", "SLC5", "SLC6"] == [c["condition"] for c in found]
    assert all(item["asks"] and item["source"] for item in found)


@pytest.mark.parametrize(
    ("stream", "now"),
    [
        (serving(), "2026-11-20"),
        (sentenced(), "2015-02-20"),
        (after_licence(), "2015-06-02"),
    ],
    ids=["an order", "prison", "supervision after the licence"],
)
def test_they_hold_on_licence_alone(stream: list[Event], now: str) -> None:
    """They begin and end with it."""
    assert [] == played(stream, now).view["conditions"]


@pytest.mark.parametrize(
    ("condition", "what"),
    [
        ("SLC1", "missed_appointment"),
        ("SLC1", "instruction"),
        ("SLC3", "night_away"),
        ("SLC3", "moved_without_permission"),
        ("SLC4", "unapproved_work"),
        ("SLC5", "travel"),
        ("SLC6", "new_offence"),
        ("SLC6", "behaviour"),
    ],
)
def test_a_report_breaks_the_condition_that_it_is_about(condition: str, what: str) -> None:
    """D1.3, D1.7 to D1.10: whether or not it names one."""
    report = failed("F1", "2015-04-07", acceptable=None, what=what)

    seen = after(*report)

    assert {condition: ["F1"]} == {k: v for k, v in failed_by_condition(seen).items() if v}
    assert "running" == seen.clocks["recall-decision-9wd/2015-04-07"]["status"]


def test_a_refused_visit_breaks_the_condition_that_the_report_names() -> None:
    """SLC2, ev-licence-visits."""
    report = failed("F1", "2015-04-07", acceptable=None, what="condition", condition="SLC2")

    assert ["F1"] == failed_by_condition(after(*report))["SLC2"]


def test_a_visit_that_was_instructed_is_owed_until_it_was_received() -> None:
    """SLC2, ev-licence-visits."""
    asked = event("contact_recorded", "2015-04-07", kind="visit_instructed")
    visited = event("contact_recorded", "2015-04-08", kind="home_visit")

    found = [
        [d["status"] for d in seen.view["duties"] if d.get("duty") == "ev-licence-visits"]
        for seen in (after(asked), after(asked, visited))
    ]

    assert [["open"], ["done"]] == found


def test_an_additional_condition_is_taken_at_its_name() -> None:
    """It is none of the six."""
    assert "R7" == broken_by(FailureKind.NIGHT_AWAY, "R7")
    assert None is broken_by(FailureKind.CURFEW, None)
    assert 6 == len(STANDARD_CODES)
