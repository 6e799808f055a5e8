"""Offline simulation: it decides when the workflow would, and sends what the workflow would."""

from datetime import date, timedelta
from typing import Any

from runtime.simulation import QUIET, OfflineSimulation, simulate
from runtime.streams import StreamEvent
from states.digest import DIGEST
from states.events.registry import NUDGE
from states.time.london import day_of
from tests.states.stream import catalogue, law, wire


def line(number: int, kind: str, when: str, crn: str = "X320741", **fields: Any) -> StreamEvent:
    return StreamEvent(number, crn, "1", kind, wire(kind, when, **fields))


ORDER = [
    line(1, "sentence_imposed", "2026-11-02 10:30"),
    line(2, "case_allocated", "2026-11-02 12:00"),
]
LATE = [
    line(3, "rosh_assessed", "2026-11-20 10:00"),
    line(4, "officer_assigned", "2026-11-03 09:00"),
]


def simulated(*events: StreamEvent) -> OfflineSimulation:
    return OfflineSimulation([*ORDER, *events], law(), catalogue().look_up)


def test_it_ends_a_day_after_the_order_has_ended() -> None:
    """Until then it shows the end, and what the end brings."""
    simulation = simulated()

    ends_on = date.fromisoformat(simulation.view()["ends_on"])
    assert "completed" == simulation.view()["state"]
    assert ends_on + timedelta(days=2) == day_of(simulation.now)


def test_the_steps_are_in_order_of_time() -> None:
    """Messages and wake-ups alternate."""
    times = [step.at for step in simulated().steps]

    assert sorted(times) == times
    assert len(times) > len(ORDER)


def test_a_line_below_a_line_of_later_time_arrives_late() -> None:
    """It keeps the time of its act, and arrives when its line is reached."""
    simulation = simulated(*LATE)

    steps = {step.event.number: step for step in simulation.steps if step.event}
    assert steps[3].at == steps[4].at
    assert (None, 17) == (steps[3].late_by, (steps[4].late_by or timedelta(0)).days)
    (clock,) = [c for c in simulation.view()["clocks"] if c["id"] == "officer-assigned-prompt"]
    assert "met" == clock["status"]


def test_an_alert_is_sent_after_the_quiet_time_and_withdrawn_if_it_was_wrong() -> None:
    """The assignment of the officer was not known when the prompt ran out."""
    about = [
        name
        for _, effect in simulated(*LATE).notices()
        if effect.template == DIGEST and effect.recipient == "officer"
        for name in ("overdue", "settled")
        if "officer-assigned-prompt" in dict(effect.facts)[name]
    ]

    assert ["overdue", "settled"] == about
    assert QUIET == timedelta(minutes=15)


def test_a_nudge_is_skipped() -> None:
    """It says nothing, so it causes no step."""
    nudge = StreamEvent(3, "X320741", "1", NUDGE, {})

    assert len(simulated().steps) == len(simulated(nudge).steps)


def test_each_sentence_of_a_stream_is_simulated_for_itself() -> None:
    """In the order of their first events, under the edition of that day."""
    other = line(2, "sentence_imposed", "2026-11-03 10:30", crn="X320742")
    nudge = StreamEvent(4, "X320743", "1", NUDGE, {})

    found = simulate([ORDER[0], other, ORDER[1], nudge], catalogue())

    assert ["X320741", "X320742"] == [simulation.ref.crn for simulation in found]
    assert ["allocated" in str(s.view()["transitions"]) for s in found] == [True, False]
