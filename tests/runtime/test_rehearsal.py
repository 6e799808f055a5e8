"""A stream lived through in the fold: looked at when a sentence would be, told what it would be."""

from datetime import date, timedelta
from typing import Any

from runtime.rehearsal import QUIET, OfflineSimulation
from runtime.streams import StreamEvent
from states.events.registry import NUDGE
from states.time.london import day_of
from tests.states.stream import law, shelf, wire


def line(number: int, kind: str, when: str, **fields: Any) -> StreamEvent:
    return StreamEvent(number, "X320741", "1", kind, wire(kind, when, **fields))


ORDER = [
    line(1, "sentence_imposed", "2026-11-02 10:30"),
    line(2, "case_allocated", "2026-11-02 12:00"),
]


def lived(*events: StreamEvent) -> OfflineSimulation:
    return OfflineSimulation([*ORDER, *events], law(), shelf().look_up)


def test_it_goes_on_for_a_day_after_the_order_is_over() -> None:
    """As a simulation does, so that both see the end and what it brings."""
    rehearsal = lived()

    ends_on = date.fromisoformat(rehearsal.view()["ends_on"])
    assert "completed" == rehearsal.view()["state"]
    assert ends_on + timedelta(days=2) == day_of(rehearsal.now)


def test_every_moment_comes_after_the_one_before_it() -> None:
    """Messages and wakes take their turns."""
    moments = [moment.at for moment in lived().steps]

    assert sorted(moments) == moments
    assert len(moments) > len(ORDER)


def test_a_line_below_a_later_one_is_received_late() -> None:
    """It keeps the time of its act, and the sentence hears of it when the line's turn comes."""
    late = [
        line(3, "rosh_assessed", "2026-11-20 10:00"),
        line(4, "officer_assigned", "2026-11-03 09:00"),
    ]
    rehearsal = lived(*late)

    received = {moment.event.number: moment.at for moment in rehearsal.steps if moment.event}
    assert received[3] == received[4]
    (clock,) = [c for c in rehearsal.view()["clocks"] if c["id"] == "officer-assigned-prompt"]
    assert "met" == clock["status"]


def test_an_alarm_is_told_after_the_quiet_and_taken_back_when_it_was_wrong() -> None:
    """Nobody had heard of the officer when the prompt ran out."""
    late = [
        line(3, "rosh_assessed", "2026-11-20 10:00"),
        line(4, "officer_assigned", "2026-11-03 09:00"),
    ]
    about = [
        (at, effect.template)
        for at, effect in lived(*late).notices()
        if effect.subject == "officer-assigned-prompt" and effect.recipient == "officer"
    ]

    assert ["overdue", "overdue-withdrawn"] == [template for _, template in about]
    assert QUIET == timedelta(minutes=15)


def test_a_nudge_is_passed_over() -> None:
    """It says nothing, so it is no moment of its own."""
    nudge = StreamEvent(3, "X320741", "1", NUDGE, {})

    assert len(lived().steps) == len(lived(nudge).steps)
