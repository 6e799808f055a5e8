"""Absent is unknown: what is not given never ends, shortens or dates anything."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from docs.journeys import Journey, catalogue, law_of, load_journeys
from runtime.simulation import OfflineSimulation
from runtime.streams import StreamEvent
from states.events.parsing import UnreadableError, parse_event
from states.events.registry import KINDS
from tests.states.licence import STANDARD, initiated, on_licence, returned
from tests.states.stream import Played, event, played

OPEN: Final[dict[str, Any]] = {"licence_ends_on": None}
LIFE: Final[dict[str, Any]] = {
    "indeterminate": True,
    "length_days": None,
    "extended": None,
    "automatic_release_on": None,
    "licence_ends_on": None,
}
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def flags(seen: Played) -> set[str]:
    """Return the codes of the flags of a sentence."""
    return {flag["code"] for flag in seen.view["flags"]}


def test_a_licence_whose_end_is_not_known_goes_on() -> None:
    """No midnight ends it; the date is asked of ops, and a later failure counts."""
    failure = event("failure_reported", "2019-03-12", failure_id="F1", what="missed_appointment")

    seen = played([*on_licence(**OPEN), failure], "2019-03-13")

    assert ("active", "licence", None) == (seen.state, seen.view["phase"], seen.view["ends_on"])
    assert "applied" == seen.verdict(failure)[0]
    assert "end_unknown" in flags(seen)
    assert ("licence-end-unknown", "ops") in seen.told()


def test_a_licence_ends_once_its_end_is_given() -> None:
    """The clocks that count to the end start when it is known."""
    moved = event("end_date_changed", "2015-06-01", ends_on="2016-02-01")
    stream = [*on_licence(**OPEN), moved]

    known = played(stream, "2015-06-02")

    assert ("2016-02-01", "2016-02-01") == (known.view["ends_on"], known.view["licence_ends_on"])
    assert "end_unknown" not in flags(known)
    assert "completed" == played(stream, "2016-02-02").state


def test_a_recall_under_a_licence_without_a_known_end_is_due_on_no_day() -> None:
    """The term has no date, rather than the day of the return, until the prison gives one."""
    stream = [*on_licence(**OPEN), *initiated(**STANDARD), returned("2015-04-08")]

    seen = played(stream, "2015-06-01")

    due = {clock["due_on"] for key, clock in seen.clocks.items() if "standard" in key}
    assert "recalled" == seen.state
    assert "release_overdue" not in flags(seen)
    assert "2015-04-08" not in due


def test_a_life_sentence_has_a_licence_for_life() -> None:
    """It has no length and no end, and no fixed term recall is advised."""
    failure = event("failure_reported", "2044-03-12", failure_id="F1", what="missed_appointment")
    judged = event("failure_judged", "2044-03-13", failure_id="F1", acceptable=False)

    seen = played([*on_licence("parole", **LIFE), failure, judged], "2044-03-14")

    assert ("licence", None) == (seen.view["phase"], seen.view["ends_on"])
    assert "applied" == seen.verdict(failure)[0]
    assert {"indeterminate"} <= flags(seen)
    assert "end_unknown" not in flags(seen)


@pytest.mark.parametrize(
    "wrong",
    [
        {"length_days": 4000},
        {"licence_ends_on": "2040-01-01"},
        {"automatic_release_on": "2030-01-01"},
        {"ends_on": "2040-01-01"},
    ],
)
def test_a_life_sentence_with_an_end_cannot_be_read(wrong: dict[str, Any]) -> None:
    """A sentence that ends is not indeterminate."""
    with pytest.raises(UnreadableError, match="an indeterminate sentence does not have this"):
        on_licence(**{**LIFE, **wrong})


JOURNEYS: Final = load_journeys()


def shortened(journey: Journey) -> Iterator[tuple[str, list[StreamEvent]]]:
    """Yield the stream without each optional date and number of each event in turn."""
    events = journey.events(journey.base)
    for index, item in enumerate(events):
        model = KINDS[item.kind]
        for name in item.data:
            value = item.data[name]
            of_measure = isinstance(value, int) and not isinstance(value, bool)
            dated = isinstance(value, str) and _DATE.match(value) is not None
            if model.model_fields[name].is_required() or not (of_measure or dated):
                continue
            less = replace(item, data={k: v for k, v in item.data.items() if k != name})
            try:
                parse_event(less.kind, less.data)
            except UnreadableError:
                continue
            yield f"{item.kind}.{name}", [*events[:index], less, *events[index + 1 :]]


@pytest.mark.parametrize("name", JOURNEYS)
def test_what_is_left_out_ends_nothing_on_a_day_that_nobody_gave(name: str) -> None:
    """Sentence and requirements end on a day that is given, or on the day of an event."""
    journey = JOURNEYS[name]
    for field, events in shortened(journey):
        simulation = OfflineSimulation(events, law_of(journey.base), catalogue().look_up)
        given = {day for item in events for day in _DATE.findall(str(item.data))}
        view = simulation.view()
        ends = {view["ended_on"], *(item["terminated_on"] for item in view["requirements"])}
        assert ends - {None} <= given, field
