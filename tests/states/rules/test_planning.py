"""Induction and plan carry an order from allocated to active (T02, T03)."""

import pytest

from states.events.envelope import Event
from tests.states.stream import Played, allocated, event, played, serving

MONITORED = [{"requirement_id": "R1", "kind": "curfew", "electronically_monitored": True}]
INDUCTED = event("induction_completed", "2026-11-05")
PLANNED = event("plan_completed", "2026-11-09")


def after(*events: Event, now: str = "2026-11-20", **order: object) -> Played:
    return played([*allocated(**order), *events], now)


def test_an_induction_leads_to_inducted_and_meets_its_prompt() -> None:
    """T02."""
    seen = after(INDUCTED)

    assert ("inducted", ["T01", "T02"]) == (seen.state, seen.arrows())
    assert ("met", "2026-11-05T12:00:00Z") == seen.settled("induction-at-start")


@pytest.mark.parametrize(
    ("now", "status"), [("2026-11-09 23:59", "running"), ("2026-11-10 00:00", "missed")]
)
def test_an_induction_is_prompted_five_working_days_into_the_order(now: str, status: str) -> None:
    """Without a booking the day is counted from the sentence."""
    assert (status, "2026-11-09") == after(now=now).clock("induction-at-start")


def test_a_plan_leads_to_active() -> None:
    """T03."""
    seen = after(INDUCTED, PLANNED)

    assert ("active", ["T01", "T02", "T03"]) == (seen.state, seen.arrows())
    assert ("1", "medium") == (seen.view["plan_version"], seen.view["rosh"])


def test_a_plan_before_the_induction_is_kept_for_it() -> None:
    """The facts may come in either order; the graph is walked in its own."""
    plan = event("plan_completed", "2026-11-04")

    assert "allocated" == after(plan).state
    assert ["T01", "T02", "T03"] == after(plan, INDUCTED).arrows()


def test_interim_objectives_are_not_a_plan() -> None:
    """They bridge the time until it; the state stays."""
    interim = event("plan_completed", "2026-11-09", interim=True, parts=["needs"])

    seen = after(INDUCTED, interim)

    assert ("inducted", None) == (seen.state, seen.view["plan_version"])
    note = "interim objectives recorded; the plan is still to be completed"
    assert ("applied", note) == seen.verdict(interim)


@pytest.mark.parametrize(
    ("rosh", "parts", "lacking"),
    [
        ("medium", ["rosh_level", "needs", "activity"], "rosh_management"),
        ("low", ["rosh_level"], "activity, needs"),
        ("high", ["activity"], "needs, rosh_level, rosh_management"),
    ],
)
def test_a_plan_without_all_its_parts_is_refused(rosh: str, parts: list[str], lacking: str) -> None:
    """ev-plan-content, NS 2015 4(a): the refusal names the parts that are lacking."""
    plan = event("plan_completed", "2026-11-09", rosh=rosh, parts=parts)

    seen = after(INDUCTED, plan)

    reason = f"a plan at {rosh} risk has all its parts; lacking: {lacking}"
    assert ("inducted", ("refused", reason)) == (seen.state, seen.verdict(plan))


def test_a_plan_at_low_risk_needs_no_management_of_risk() -> None:
    """There is none to manage."""
    parts = ["rosh_level", "needs", "activity"]

    assert (
        "active"
        == after(INDUCTED, event("plan_completed", "2026-11-09", rosh="low", parts=parts)).state
    )


def test_a_monitoring_provider_inducts_only_electronic_only_orders() -> None:
    """The refusal says why."""
    item = event("induction_completed", "2026-11-05", method="em_provider")

    seen = after(item)

    reason = "the monitoring provider inducts electronic-only orders; this one has more in it"
    assert ("refused", reason) == seen.verdict(item)


def test_an_electronic_only_order_is_active_when_it_has_commenced() -> None:
    """Guard 11: standard 4 does not apply, so T03 asks for no plan."""
    inducted = event("induction_completed", "2026-11-03", method="em_provider")
    begun = event("requirement_started", "2026-11-04", requirement_id="R1")

    assert "inducted" == after(inducted, requirements=MONITORED).state
    assert "active" == after(inducted, begun, requirements=MONITORED).state


def test_a_commencement_does_not_stand_for_a_plan_elsewhere() -> None:
    """Any other order becomes active by its plan alone."""
    begun = event("requirement_started", "2026-11-06", requirement_id="R2")

    assert "inducted" == after(INDUCTED, begun).state


def test_a_plan_makes_an_electronic_only_order_one_to_evaluate() -> None:
    """AMB-21: with a plan there is something to evaluate at the end."""
    plain = after(requirements=MONITORED)
    planned = after(PLANNED, requirements=MONITORED)

    assert "evaluation-by-end" not in plain.clocks
    assert ("running", "2027-09-06") == planned.clock("evaluation-opens")
    assert ("running", "2027-11-01") == planned.clock("evaluation-by-end")


def test_a_review_changes_the_plan_and_not_the_state() -> None:
    """T28, and the level of risk where the review gives one."""
    seen = played([*serving(), event("plan_reviewed", "2026-12-01", rosh="high")], "2026-12-02")

    assert ("active", "2", "high") == (seen.state, seen.view["plan_version"], seen.view["rosh"])


def test_an_assessment_sets_the_level_of_risk() -> None:
    """It needs no allocation, and no state is changed by it."""
    seen = played([allocated()[0], event("rosh_assessed", "2026-11-03")], "2026-11-04")

    assert ("awaiting_allocation", "high") == (seen.state, seen.view["rosh"])
