"""The page of the examples shows each journey as policy, day by day."""

import pytest

from docs.journeys import load_journeys
from docs.pages.examples import day_rows, describe_event, examples_page

JOURNEYS = load_journeys()


def test_every_journey_has_its_policy_on_the_page() -> None:
    """Each journey has its own paragraph, and names its stream."""
    page = examples_page()

    assert [] == [name for name, item in JOURNEYS.items() if f"\n{item.shows}\n" not in page]
    assert [] == [name for name in JOURNEYS if f"`examples/journeys/{name}.jsonl`" not in page]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("two_failures", "**breached → active** (continue after breach)"),
        ("two_failures", "**overdue**: Warning or enforcement action"),
        ("licence_final_warning", "**refused**: warning_issued is not for an officer of the CRC"),
        (
            "emergency_recall",
            "Emergency recall applied for within 2 hours of deciding on it, day 100",
        ),
        ("exclusion_police_notices", "notified: exclusion notice to police"),
        ("bank_holiday_proclaimed", "Warning or enforcement action, from day 37 to day 38"),
        ("death_during_order", "lapses: "),
    ],
)
def test_a_journey_tells_what_the_sentence_did(name: str, said: str) -> None:
    """Changes of state, clocks with their days, notices, refusals with their reason."""
    assert any(said in did for _, _, did in day_rows(JOURNEYS[name]))


def test_the_days_of_a_journey_are_in_order() -> None:
    """The rows go forward in time, also where a line was entered late."""
    for journey in JOURNEYS.values():
        numbers = [int(day) for day, _, _ in day_rows(journey)]
        assert sorted(numbers) == numbers


def test_what_was_sent_is_said_in_words() -> None:
    """The kind, its values with dates as days, and the sender; never a rationale."""
    journey = JOURNEYS["licence_final_warning"]
    texts = [describe_event(event, journey.base) for event in journey.events(journey.base)]

    assert "failure reported: F1, failed on day 80, missed appointment (officer, CRC)" in texts
    assert "warning issued: W3, F2, final, understood (senior manager, CRC)" in texts
    assert not any("Third failure" in text for text in texts)
