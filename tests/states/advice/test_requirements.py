"""Advice on requirements: short hours (D19), good progress (T31), proposal of a report."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.requirements import order_with
from tests.states.stream import Played, event, failed, played, serving
from tests.states.supervision import suspended

WORK = {"requirement_id": "R1", "kind": "unpaid_work", "hours": 80}


def prospect(word: str, when: str = "2027-05-10") -> Event:
    return event("requirement_progressed", when, requirement_id="R1", prospect=word)


def advice(seen: Played, *rows: str) -> list[tuple[str, str, str | None]]:
    return [
        (item["step"], item["row"], item["subject"])
        for item in seen.view["proposals"]
        if item["row"].startswith(rows)
    ]


@pytest.mark.parametrize(
    ("row", "order", "word", "step"),
    [
        ("D19.1", serving, "late", "hearing_listed"),
        ("D19.1", serving, "not_before_end", "hearing_listed"),
        ("D19.2", serving, "none", "hearing_listed"),
        ("D19.3", suspended, "late", "requirement_progressed"),
        ("D19.4", suspended, "not_before_end", "hearing_listed"),
        ("D19.5", suspended, "none", "hearing_listed"),
    ],
)
def test_hours_that_will_be_short_are_advised_on_by_order_and_prospect(
    row: str, order: Any, word: str, step: str
) -> None:
    """D19, X.UPW: a community order can be extended, a suspended one only varied."""
    seen = played([*order(requirements=[WORK]), prospect(word)], "2027-05-11")

    assert [(step, row, "R1")] == advice(seen, "D19")


@pytest.mark.parametrize("order", [serving, suspended])
def test_hours_that_will_be_done_in_time_are_advised_on_by_nothing(order: Any) -> None:
    """Also when they had been short before."""
    seen = played(
        [*order(requirements=[WORK]), prospect("none"), prospect("in_time", "2027-05-12")],
        "2027-05-13",
    )

    assert [] == advice(seen, "D19")


def test_the_advice_ends_when_the_order_is_on_its_way_to_court() -> None:
    """D19.1: the hearing was listed."""
    listed = event("hearing_listed", "2027-05-12", listed_on="2027-06-01", purpose="unpaid_work")

    seen = played([*serving(requirements=[WORK]), prospect("late"), listed], "2027-05-13")

    assert [] == advice(seen, "D19")


ASSESSED = event("contact_recorded", "2026-12-01", kind="good_progress_assessed")


def test_t31_good_progress_may_end_a_community_order_early() -> None:
    """T31, good-progress-early, X.good-progress: advice alone, and only with RAR or supervision."""
    seen = played([*order_with("rehabilitation_activity"), ASSESSED], "2026-12-02")
    other = played([*order_with("programme"), ASSESSED], "2026-12-02")
    unasked = played(order_with("rehabilitation_activity"), "2026-12-02")
    among_others = played([*serving(), ASSESSED], "2026-12-02")

    assert [("hearing_listed", "T31", None)] == advice(seen, "T31") == advice(among_others, "T31")
    assert ("active", [], []) == (seen.state, advice(other, "T31"), advice(unasked, "T31"))


def test_good_progress_ends_only_the_requirement_of_a_suspended_order() -> None:
    """X.good-progress, D17.8: the order continues for the rest of the operational period."""
    made = [{"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20}]

    seen = played([*suspended(requirements=made), ASSESSED], "2026-12-02")

    assert [("hearing_listed", "X.good-progress", None)] == advice(seen, "T31", "X.good-progress")


def test_an_application_for_good_progress_that_is_listed_is_advised_no_more() -> None:
    """T31."""
    listed = event("hearing_listed", "2026-12-02", listed_on="2027-01-05", purpose="good_progress")

    seen = played([*order_with("rehabilitation_activity"), ASSESSED, listed], "2026-12-03")

    assert [] == advice(seen, "T31")


@pytest.mark.parametrize(("key", "expected"), [("R2", ["F2"]), ("R1", None)])
def test_the_report_of_a_breach_of_unpaid_work_may_propose_a_curfew(
    key: str, expected: list[str] | None
) -> None:
    """X.proposal: for the night before the work, and for no other breach."""
    breach = [
        *failed("F1", "2026-11-23", what="requirement", requirement_id="R1"),
        *failed("F2", "2026-11-24", what="requirement", requirement_id=key),
        event("breach_decided", "2026-11-26", failure_ids=["F1", "F2"]),
    ]

    found = [
        item["failure_ids"]
        for item in played([*serving(), *breach], "2026-11-27").view["proposals"]
        if item["row"] == "X.proposal"
    ]

    assert ([] if expected is None else [tuple(expected)]) == [tuple(ids) for ids in found]
