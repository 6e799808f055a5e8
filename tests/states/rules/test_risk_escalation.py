"""Danger at the moment: T26, immediate-risk-action, manager-told-asap, escalation-emergency."""

import pytest

from states.events.envelope import Event
from tests.states.custody import MONITORED, imprisoned, of_row
from tests.states.stream import allocated, at, event, failed, played, serving

DANGER = event("rosh_assessed", "2026-11-23 10:00", immediate=True)
ACTED = event("immediate_risk_action_taken", "2026-11-23 11:00")
TOLD = event("manager_informed", "2026-11-24 09:00")


@pytest.mark.parametrize(
    ("now", "status"), [("2026-11-23 23:59", "running"), ("2026-11-24 00:00", "missed")]
)
def test_whoever_learns_of_danger_acts_at_once(now: str, status: str) -> None:
    """immediate-risk-action: on the very day, at the latest."""
    assert (status, "2026-11-23") == played([*serving(), DANGER], now).clock(
        f"immediate-risk-action/{DANGER.uid}"
    )


def test_an_action_answers_the_danger_that_was_known() -> None:
    """ev-risk-emergency-services: the first step is to reach those able to act."""
    seen = played([*serving(), DANGER, ACTED], "2026-11-25")

    assert ["met"] == of_row(seen, "immediate-risk-action")
    assert ("met", "2026-11-23T11:00:00Z") == seen.settled(f"immediate-risk-action/{DANGER.uid}")


def test_an_action_alone_brings_its_own_danger() -> None:
    """Learned of one evening and acted on the next morning is late."""
    late = event(
        "immediate_risk_action_taken", "2026-11-24 09:00", learned_at=at("2026-11-23 18:00")
    )

    assert ["met"] == of_row(played([*serving(), ACTED], "2026-11-25"), "immediate-risk-action")
    assert ["met_late"] == of_row(played([*serving(), late], "2026-11-25"), "immediate-risk-action")


def test_danger_assessed_after_the_action_on_the_same_day_was_answered() -> None:
    """First act, then record: the record starts nothing again, on another day it does."""
    recorded = event("rosh_assessed", "2026-11-23 16:00", immediate=True)
    next_day = event("rosh_assessed", "2026-11-24 16:00", immediate=True)

    assert ["met"] == of_row(
        played([*serving(), ACTED, recorded], "2026-11-25"), "immediate-risk-action"
    )
    assert ["met", "missed"] == of_row(
        played([*serving(), ACTED, next_day], "2026-11-25"), "immediate-risk-action"
    )


@pytest.mark.parametrize(
    ("now", "status"), [("2026-11-24 23:59", "running"), ("2026-11-25 00:00", "missed")]
)
def test_a_manager_is_told_as_soon_as_possible(now: str, status: str) -> None:
    """manager-told-asap: the limit of a working day is our own."""
    assert (status, "2026-11-24") == played([*serving(), ACTED], now).clock(
        f"manager-told-asap/{ACTED.uid}"
    )


@pytest.mark.parametrize(
    "told",
    [
        TOLD,
        event("manager_informed", "2026-11-24", about=ACTED.event_id),
        event("manager_informed", "2026-11-23 10:30"),
    ],
    ids=["after", "about-it", "before-it"],
)
def test_telling_a_manager_counts_before_the_action_as_well(told: Event) -> None:
    """A manager who was called before the police was informed."""
    seen = played([*serving(), told, ACTED], "2026-11-27")

    assert "met" == seen.clock(f"manager-told-asap/{ACTED.uid}")[0]


@pytest.mark.parametrize(
    "told",
    [
        event("manager_informed", "2026-11-24", about="another"),
        event("manager_informed", "2026-11-24", why="rosh_increase"),
        event("manager_informed", "2026-11-24", why="departure"),
        event("manager_informed", "2026-11-20"),
    ],
    ids=["another", "increase", "departure", "days-before"],
)
def test_telling_a_manager_of_something_else_does_not_count(told: Event) -> None:
    """It is about this action, or it is not."""
    seen = played([*serving(), told, ACTED], "2026-11-27")

    assert "missed" == seen.clock(f"manager-told-asap/{ACTED.uid}")[0]


def test_one_telling_before_answers_one_action() -> None:
    """Informing a manager of one danger does not settle the next."""
    first = event("manager_informed", "2026-11-23 10:30")
    again = event("immediate_risk_action_taken", "2026-11-23 17:00")

    seen = played([*serving(), first, ACTED, again], "2026-11-27")

    assert ["met", "missed"] == of_row(seen, "manager-told-asap")


def test_an_emergency_referral_wants_an_emergency_response() -> None:
    """escalation-emergency: action on the same day, unless there was some."""
    referred = event("rosh_referred", "2026-11-23 12:00", emergency=True)
    later = event("immediate_risk_action_taken", "2026-11-23 15:00")

    assert ["missed"] == of_row(
        played([*serving(), referred], "2026-11-25"), "escalation-emergency"
    )
    assert ["met"] == of_row(
        played([*serving(), referred, later], "2026-11-25"), "escalation-emergency"
    )
    assert [] == of_row(played([*serving(), ACTED, referred], "2026-11-25"), "escalation-emergency")


BREACHED = [
    *serving(),
    *failed("F1", "2026-11-20"),
    event("breach_decided", "2026-11-20 15:00", failure_ids=["F1"], departure_rationale="Grave."),
]


@pytest.mark.parametrize(
    ("stream", "state"),
    [
        ([], "awaiting_allocation"),
        (allocated()[:1], "awaiting_allocation"),
        (allocated(), "allocated"),
        (serving(), "active"),
        (BREACHED, "breached"),
        (imprisoned(), "allocated"),
        (allocated(requirements=MONITORED), "allocated"),
    ],
    ids=[
        "unheard-of",
        "imposed",
        "allocated",
        "active",
        "breached",
        "in-prison",
        "electronic-only",
    ],
)
def test_t26_danger_is_acted_on_in_any_state(stream: list[Event], state: str) -> None:
    """T26: no state, no lack of an allocation and no exemption suppresses it."""
    seen = played([*stream, ACTED, TOLD], "2026-11-25")

    assert ("applied", "") == seen.verdict(ACTED)
    assert (state, ["met"], ["met"]) == (
        seen.state,
        of_row(seen, "immediate-risk-action"),
        of_row(seen, "manager-told-asap"),
    )


def test_an_action_told_after_the_end_is_recorded() -> None:
    """Nothing runs any more; the record says when the sentence had ended."""
    end = event("sentence_ended", "2026-11-20", reason="other")

    seen = played([*serving(), end, ACTED], "2026-11-25")

    assert ("applied", "the sentence had ended on 2026-11-20") == seen.verdict(ACTED)
    assert [] == of_row(seen, "manager-told-asap")
