"""Every example, played in the pure fold, stands where `examples/expected.json` says it does."""

import json
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from runtime.relative import Base
from runtime.streams import StreamEvent, read_stream
from states.casefile import CaseFile
from states.events.reading import canonical, content_digest, read
from states.events.sealing import seal
from states.london import end_of, start_of
from states.messages import Incoming
from states.view import Identity, overdue, view
from tests.states.stream import law

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPECTED: dict[str, dict[str, Any]] = json.loads((EXAMPLES / "expected.json").read_text("utf-8"))
# A week of ordinary days, and the long holidays over which working days are scarce.
BASES = [
    *(date(2026, 11, 16) + timedelta(days=n) for n in range(7)),
    date(2026, 12, 27),
    date(2027, 1, 3),
    date(2027, 3, 29),
    date(2027, 5, 3),
    date(2028, 2, 29),
]


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of one example."""
    return tuple((EXAMPLES / f"{name}.jsonl").read_text("utf-8").splitlines())


def stream(name: str, base: date) -> list[StreamEvent]:
    """The events of one example, with the base on this day."""
    return list(read_stream(lines(name), Base(base, law().calendar)))


def played(name: str, base: date) -> tuple[dict[str, Any], list[str]]:
    """The view of an example at nine on the morning of its base, and what is overdue in it.

    A journey starts on its base, so it is looked at on the day after its order ends.
    """
    case, now = CaseFile(), start_of(base) + timedelta(hours=9)
    arrived: datetime | None = None
    events = stream(name, base)
    for item in events:
        event = seal(read(item.kind, item.data), {})
        arrived = max(arrived or event.occurred_at, event.occurred_at)
        size, digest = len(canonical(item.data)), content_digest(item.kind, item.data)
        case.receive(Incoming(item.kind, digest, arrived, size, event))
    if name.startswith("journeys/"):
        now = end_of(date.fromisoformat(events[0].data["ends_on"]))
    decided = case.decide(law(), now)
    identity = Identity(events[0].workflow_id, events[0].crn, events[0].event_number)
    late = [clock.timescale.id for clock in overdue(decided.sentence, now)]
    return view(identity, case, decided, law(), now), late


def outline(name: str, base: date) -> dict[str, Any]:
    """What `expected.json` says of an example, taken from its view."""
    found, late = played(name, base)
    told = EXPECTED[name]["clocks"]
    statuses = {
        timescale: [clock["status"] for clock in found["clocks"] if clock["timescale"] == timescale]
        for timescale in told
    }
    return {
        "shows": EXPECTED[name]["shows"],
        "state": found["state"],
        "outcome": found["outcome"],
        "overdue": late,
        "unapplied": found["unapplied_total"],
        "clocks": statuses,
    }


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_stands_where_it_is_said_to_on_whatever_day_it_is_played(name: str) -> None:
    """State, outcome, overdue clocks and the clocks it is for, on workdays and over holidays."""
    expected = dict.fromkeys(BASES, EXPECTED[name])

    assert expected == {base: outline(name, base) for base in BASES}


def test_every_example_has_its_expectation() -> None:
    """A file without one would be shown to people and checked by nobody."""
    found = {path.relative_to(EXAMPLES) for path in EXAMPLES.rglob("*.jsonl")}

    assert set(EXPECTED) == {path.with_suffix("").as_posix() for path in found}


def test_the_caseload_shows_every_state_and_each_order_is_its_own() -> None:
    """At least twelve orders, one a file, from awaiting_allocation to completed."""
    caseload = [name for name in EXPECTED if "/" not in name]
    sentences = [{item.workflow_id for item in stream(name, BASES[0])} for name in caseload]

    assert 12 <= len(caseload)
    assert len(caseload) == len(set[str]().union(*sentences))
    assert 2 <= sum(1 for name in caseload if EXPECTED[name]["overdue"])
    everything = {
        "awaiting_allocation",
        "allocated",
        "inducted",
        "active",
        "warned",
        "breached",
        "completed",
    }
    assert everything == {EXPECTED[name]["state"] for name in caseload}


def test_no_example_names_a_person() -> None:
    """People look at the caseload in the UI, where histories are not sealed."""
    bodies = [item.data for name in EXPECTED for item in stream(name, BASES[0])]

    assert [] == [body["event_id"] for body in bodies if "person" in body]
