"""Every journey, in the pure fold, ends with its expected result."""

import re
from datetime import date

import pytest

from docs.journeys import load_journeys
from docs.tracing.rows import load_sections, names_of
from tests.journeys import JourneyResult

JOURNEYS = load_journeys()
SAID = ("shows", "proves", "base")
"""Fields of an expectation that are descriptions."""

# An ordinary Monday, a Saturday, and the long holidays over which working days are scarce. All lie
# under one law, because a change of law changes what a journey comes to.
BASES = (
    date(2016, 11, 14),
    date(2016, 11, 19),
    date(2016, 12, 27),
    date(2018, 3, 30),
)


def account(name: str, base: date) -> JourneyResult:
    return JourneyResult.of_simulation(JOURNEYS[name].simulated(base), base)


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_comes_to_what_is_expected_of_it(name: str) -> None:
    """State, transitions, clocks with their days, notices, refusals, the duties that matter."""
    journey = JOURNEYS[name]
    expected = {key: value for key, value in journey.expected.items() if key not in SAID}

    found = account(name, journey.base).whole()

    assert expected == {**found, "duties": _of(found["duties"], expected["duties"])}


def _of(duties: dict[str, str], wanted: dict[str, str]) -> dict[str, str]:
    return {key: how for key, how in duties.items() if key in wanted}


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_comes_to_the_same_end_on_whatever_day_it_begins(name: str) -> None:
    """Holidays move its dates; they change neither its states nor what is refused."""
    expected = account(name, JOURNEYS[name].base).outline()

    assert dict.fromkeys(BASES, expected) == {base: account(name, base).outline() for base in BASES}


def test_there_are_as_many_journeys_as_policies_to_show_and_each_is_its_own() -> None:
    """More than twenty, each of one sentence, with a CRN that no other example has."""
    sentences = [
        {event.workflow_id for event in journey.events(journey.base)}
        for journey in JOURNEYS.values()
    ]

    assert 22 <= len(JOURNEYS)
    assert [1] * len(JOURNEYS) == [len(found) for found in sentences]
    assert len(JOURNEYS) == len(set[str]().union(*sentences))


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_begins_with_its_sentence_and_names_no_day_of_the_calendar(name: str) -> None:
    """Every date in it is relative, so that it does not rot; the first is the base."""
    journey = JOURNEYS[name]

    assert [] == [line for line in journey.lines if re.search(r"\d{4}-\d{2}-\d{2}", line)]
    first = journey.events(journey.base)[0]
    assert ("sentence_imposed", str(journey.base)) == (first.kind, first.data["sentenced_on"])


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_proves_rows_of_the_list_of_rules(name: str) -> None:
    """An id that is in no section would prove nothing."""
    known = names_of(row for section in load_sections() for row in section.rows)

    proved = JOURNEYS[name].expected["proves"]

    assert proved
    assert [] == [row for row in proved if row not in known]
