"""Factors to weigh in an excuse, and warnings that a late acceptance withdraws (D3)."""

from states.events.envelope import Event
from tests.states.stream import Played, event, failed, played, serving, warned
from tests.states.supervision import supervised

DAY = "2026-11-23"
SAFEGUARDS = ["drugs_a_factor", "dependence_or_propensity"]


def after(*events: Event, now: str = "2026-11-30") -> Played:
    return played([*serving(), *events], now)


def test_what_is_to_be_judged_says_what_there_is_to_weigh() -> None:
    """D3.f1 to D3.f4 and D3.f8 always; D3.f5 under mental health treatment, D3.f7 for a move."""
    order = [{"requirement_id": "R1", "kind": "mental_health_treatment", "consent": True}]
    report = failed("F1", DAY, acceptable=None, what="moved_without_permission")

    found = played([*serving(requirements=order), *report], "2026-11-24").view["proposals"]

    assert [
        (
            "no explanation was received; without one, the failure is unacceptable unless found "
            "otherwise; weigh nature, circumstances, pattern, person, equality, "
            "mental_condition, outside_control"
        )
    ] == [item["reason"] for item in found if item["row"] == "D3"]


def test_under_drug_testing_the_wait_for_treatment_is_weighed() -> None:
    """D3.f6: the road to sobriety varies."""
    tested = {"requirement_id": "C1", "kind": "drug_testing", "safeguards": SAFEGUARDS}
    stream = supervised()
    stream[3] = event("released", "2015-03-02 10:00", conditions=[tested])
    explained = event("explanation_received", "2015-03-17", failure_id="F1")
    report = failed("F1", "2015-03-16", acceptable=None)

    found = played([*stream, *report, explained], "2015-03-18").view["proposals"]

    assert [
        (
            "the explanation is still to be judged; "
            "weigh nature, circumstances, pattern, person, equality, treatment_wait"
        )
    ] == [item["reason"] for item in found if item["row"] == "D3"]


def test_d3_row_4_advises_to_take_back_a_warning_that_lost_its_ground() -> None:
    """Once, naming the warning; one that still has a ground remains."""
    excused = event("failure_judged", "2026-11-26", failure_id="F1", acceptable=True)
    stream = [*failed("F1", DAY), *failed("F2", f"{DAY} 15:00")]
    warning = warned("W1", "2026-11-24", "F1", "F2")
    both = event("failure_judged", "2026-11-26 13:00", failure_id="F2", acceptable=True)

    half = after(*stream, warning, excused)
    whole = after(*stream, warning, excused, both)

    assert [] == half.steps()
    assert [("warning_withdrawn", "W1", ("F1", "F2"))] == [
        (item["step"], item["subject"], item["failure_ids"]) for item in whole.view["proposals"]
    ]
