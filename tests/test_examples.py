"""Every example, played in the pure fold, ends as `examples/expected.json` states."""

from datetime import date, timedelta
from typing import Any

import pytest

from states.vocabulary import Phase, State
from tests.examples import EXAMPLES, EXPECTED, played, stream

# A week of ordinary days, and the long holidays over which working days are scarce.
BASES = [
    *(date(2026, 11, 16) + timedelta(days=n) for n in range(7)),
    date(2026, 12, 27),
    date(2027, 1, 3),
    date(2027, 3, 29),
    date(2027, 5, 3),
    date(2028, 2, 29),
]


def outline(name: str, base: date) -> dict[str, Any]:
    """Return the fields of `expected.json` for an example, from its view."""
    found, late = played(name, base)
    expected = EXPECTED[name]["clocks"]
    statuses = {
        timescale: [clock["status"] for clock in found["clocks"] if clock["timescale"] == timescale]
        for timescale in expected
    }
    return {
        "shows": EXPECTED[name]["shows"],
        "state": found["state"],
        "phase": found["phase"],
        "outcome": found["outcome"],
        "overdue": late,
        "unapplied": found["unapplied_total"],
        "clocks": statuses,
    }


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_stands_where_it_is_said_to_on_whatever_day_it_is_played(name: str) -> None:
    """State, outcome, overdue clocks and clocks of the example, on workdays and over holidays."""
    expected = dict.fromkeys(BASES, EXPECTED[name])

    assert expected == {base: outline(name, base) for base in BASES}


def test_every_example_has_its_expectation() -> None:
    """A file without one would be shown to people but not checked."""
    assert set(EXPECTED) == {path.stem for path in EXAMPLES.glob("*.jsonl")}


def test_the_caseload_shows_every_state_and_phase_and_each_sentence_is_its_own() -> None:
    """At least twenty-six sentences, one a file, with a CRN that no journey has."""
    names = [*EXPECTED, *(f"journeys/{path.stem}" for path in EXAMPLES.glob("journeys/*.jsonl"))]
    sentences = [{item.workflow_id for item in stream(name, BASES[0])} for name in names]

    assert 26 <= len(EXPECTED)
    assert len(names) == len(set[str]().union(*sentences))
    assert 2 <= sum(1 for expected in EXPECTED.values() if expected["overdue"])
    assert {*State} == {expected["state"] for expected in EXPECTED.values()}
    # Supervision after sentence was repealed, and the caseload is always one of today.
    repealed = {Phase.PSS, Phase.PSS_COMMITTAL}
    assert {*Phase} - repealed == {expected["phase"] for expected in EXPECTED.values()}


def test_no_example_names_a_person() -> None:
    """People look at the caseload in the UI, which opens every history of `make run` for them."""
    texts = [path.read_text("utf-8") for path in EXAMPLES.rglob("*.jsonl")]

    assert [] == [text[:80] for text in texts if '"person": {' in text]
