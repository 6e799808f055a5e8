"""Warnings of a licence: the first, the second and final, and then none (D7.9, AMB-35, G6)."""

from typing import Any

import pytest

from states.events.envelope import Event
from states.rules.authorisation import ROLE_NAMES
from states.vocabulary import Role
from tests.states.licence import on_licence
from tests.states.stream import Played, event, failed, played, warned
from tests.states.supervision import after_licence
from tests.states.wording import MANAGER, OFFICER, SENIOR_MANAGER

FIRST = "2015-03-16"
SECOND = "2015-03-23"
THIRD = "2015-03-30"
BY_SENIOR: dict[str, Any] = {"level": "final", "by": SENIOR_MANAGER}
ONCE = [*failed("F1", FIRST), warned("W1", "2015-03-17", "F1")]
TWICE = [*ONCE, *failed("F2", SECOND), warned("W2", "2015-03-24", "F2", **BY_SENIOR)]


def after(*events: Event, now: str = "2015-04-02") -> Played:
    return played([*on_licence(), *events], now)


def test_d7_row_9_the_first_warning_is_an_officers_and_the_second_a_senior_managers() -> None:
    """D9.first-licence-warning, D9.final-licence-warning: each is advised to whom it belongs."""
    assert [("warning_issued", "D7.9", "CRC", "first")] == advice(after(*failed("F1", FIRST)))
    seen = after(*ONCE, *failed("F2", SECOND))
    assert ("warned", [("warning_issued", "D7.9", "senior_manager", "final")]) == (
        seen.state,
        advice(seen),
    )


def advice(seen: Played) -> list[tuple[str, str, str, str | None]]:
    """Return step, row, whose and what about of what is advised, recalls left to their table."""
    return [
        (item["step"], item["row"], item["by"], item["subject"])
        for item in seen.view["proposals"]
        if item["row"].startswith(("D7", "D3", "G"))
    ]


def test_d7_row_9_after_the_final_warning_recall_is_left() -> None:
    """G6: no third warning is advised."""
    found = advice(after(*TWICE, *failed("F3", THIRD)))

    assert [("recall_decided", "D7.9", "CRC", None)] == found


@pytest.mark.parametrize("by", [OFFICER, MANAGER])
def test_only_a_senior_manager_issues_the_final_warning(by: dict[str, str]) -> None:
    """D9.final-licence-warning, ev-senior-final-warning, licence-second-warning-final."""
    final = warned("W2", "2015-03-24", "F2", level="final", by=by)

    seen = after(*ONCE, *failed("F2", SECOND), final)

    reason = (
        f"warning_issued is not for {ROLE_NAMES[Role(by['role'])]} of the CRC; "
        "it is for a senior manager of the CRC, N07, which manages the case"
    )
    assert ("refused", reason) == seen.verdict(final)


def test_the_levels_come_in_their_order() -> None:
    """A final one needs a first, and a second first one does not exist."""
    final = warned("W1", "2015-03-17", "F1", **BY_SENIOR)
    again = warned("W2", "2015-03-24", "F2")

    early = after(*failed("F1", FIRST), final)
    twice = after(*ONCE, *failed("F2", SECOND), again)

    reason = "the next warning of the licence is the first one; given: none"
    assert ("refused", reason) == early.verdict(final)
    reason = "the next warning of the licence is the final one; given: W1"
    assert ("refused", reason) == twice.verdict(again)


@pytest.mark.parametrize("level", ["first", "final"])
def test_guard_6_a_second_final_warning_cannot_exist(level: str) -> None:
    """The refusal says what is left."""
    third = warned("W3", "2015-03-31", "F3", level=level, by=SENIOR_MANAGER)

    seen = after(*TWICE, *failed("F3", THIRD), third)

    reason = "the final warning was given (W1, W2); only recall or acceptance is left"
    assert ("refused", reason) == seen.verdict(third)


def test_amb_35_no_time_limit_is_stated_on_licence_warnings() -> None:
    """A year and more later the first warning still makes the next one the final."""
    stream = [*on_licence(licence_ends_on="2017-06-01"), *ONCE, *failed("F2", "2016-04-04")]

    seen = played(stream, "2016-04-05")

    assert ("warned", 2) == (seen.state, seen.view["counted_failures"])
    assert [("warning_issued", "D7.9", "senior_manager", "final")] == advice(seen)
    assert "warning-window-end" not in seen.clocks


def test_a_withdrawn_warning_is_not_one_of_the_two() -> None:
    """The next one is the first again."""
    withdrawn = event("warning_withdrawn", "2015-03-18", warning_id="W1")

    found = advice(after(*ONCE, withdrawn))

    assert [("warning_issued", "D7.9", "CRC", "first")] == found


def test_a_licence_warning_where_the_public_is_in_danger_wants_a_reason() -> None:
    """D7.10: emergency recall is advised; a warning instead needs a rationale."""
    warning = warned("W1", "2015-03-17", "F1")

    seen = after(*failed("F1", FIRST, public_protection=True), warning)

    reason = (
        "advised is emergency recall, for there are public protection concerns; "
        "a warning instead gives its departure_rationale"
    )
    assert ("refused", reason) == seen.verdict(warning)


def test_d8_row_6_a_licence_warning_counts_for_nothing_under_supervision() -> None:
    """T20: with the licence its warnings are over, and the count of supervision begins at none."""
    stream = [*after_licence(), *ONCE]

    on_last = played(stream, "2015-06-01")
    on_first = played(stream, "2015-06-02")

    assert ("licence", "warned", 1) == _where(on_last)
    assert ("pss", "active", 0) == _where(on_first)


def _where(seen: Played) -> tuple[str, str, int]:
    return seen.view["phase"], seen.state, seen.view["counted_failures"]


def test_a_licence_failure_is_no_ground_for_a_warning_under_supervision() -> None:
    """D5.5: the licence and its rules are over."""
    warning = warned("W1", "2015-06-03", "F1")

    seen = played([*after_licence(), *failed("F1", "2015-05-27"), warning], "2015-06-04")

    reason = "failure F1 was under licence, which is over"
    assert ("refused", reason) == seen.verdict(warning)


def test_d7_row_13_a_failure_while_a_recall_is_under_way_goes_with_the_recall() -> None:
    """No warning is left to do; it is passed on, and its own clocks stop."""
    decided = event("recall_decided", "2015-03-17", failure_ids=["F1"])

    seen = after(*failed("F1", FIRST), decided, *failed("F2", SECOND))

    assert ("recalled", [("contact_recorded", "D7.13", "CRC", None)]) == (seen.state, advice(seen))
    assert "stopped" == seen.clock(f"recall-decision-9wd/{SECOND}")[0]
    assert ("further-evidence", "casework_section") in seen.told()
