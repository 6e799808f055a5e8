"""Apparent failures to comply: reported, explained, judged (D1 to D4)."""

import pytest

from tests.states.stream import event, failed, played, serving
from tests.states.wording import OFFICER

DAY = "2026-11-23"
CLOCK = f"enforce-6wd/{DAY}"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("D1.1", "missed_appointment"),
        ("D1.2", "requirement"),
        ("D1.4", "instruction"),
        ("D1.5", "address_not_told"),
        ("D1.6", "moved_without_permission"),
        ("D1.9", "travel"),
        ("D1.14", "exclusion_zone"),
        ("D1.14", "prohibited_activity"),
        ("D1.15", "ap_rules"),
        ("D1.16", "curfew"),
        ("D1.17", "behaviour"),
    ],
)
def test_every_sort_of_failure_of_an_order_starts_the_clock(row: str, what: str) -> None:
    """D1: whatever the failure consists of, it is apparent, explained and judged alike."""
    seen = played([*serving(), *failed("F1", DAY, acceptable=None, what=what)], "2026-11-24")

    assert ("running", "2026-12-01") == seen.clock(CLOCK), row
    assert ("active", [("failure_judged", "D3")]) == (seen.state, seen.steps())
    assert ("seek-explanation", "officer") in seen.told()


def test_a_failure_is_recorded_whole() -> None:
    """D4: the failure, whether and when it was explained, and the decision on it."""
    explained = event("explanation_received", "2026-11-25", failure_id="F1")
    judged = event("failure_judged", "2026-11-26", failure_id="F1", acceptable=True)

    seen = played(
        [*serving(), *failed("F1", DAY, acceptable=None), explained, judged], "2026-11-27"
    )

    assert [
        {
            "failure_id": "F1",
            "failed_on": DAY,
            "what": "missed_appointment",
            "public_protection": False,
            "explained_on": "2026-11-25",
            "judged_at": "2026-11-26T12:00:00Z",
            "acceptable": True,
            "counts": False,
        }
    ] == seen.view["failures"]


def test_an_explanation_alone_decides_nothing() -> None:
    """D3: an officer judges; the clock runs until then."""
    explained = event("explanation_received", "2026-11-25", failure_id="F1")

    seen = played([*serving(), *failed("F1", DAY, acceptable=None), explained], "2026-11-26")

    assert ("running", None) == seen.settled(CLOCK)


def test_an_acceptable_explanation_discharges_the_clock() -> None:
    """D3 row 1: recorded, not counted, and nothing more to do."""
    seen = played([*serving(), *failed("F1", DAY, acceptable=True)], "2026-11-24")

    assert ("met", "2026-11-23T13:00:00Z") == seen.settled(CLOCK)
    assert "CRC/F1.judged" == seen.clocks[CLOCK]["settled_by"]
    assert (0, []) == (seen.view["counted_failures"], seen.steps())


def test_an_unacceptable_explanation_leaves_the_clock_running() -> None:
    """D3 row 2: the judgement is not yet an answer to the failure."""
    explained = event("explanation_received", "2026-11-23 12:30", failure_id="F1")

    seen = played([*serving(), *failed("F1", DAY), explained], "2026-11-24")

    assert ("running", "2026-12-01") == seen.clock(CLOCK)
    assert (1, [("warning_issued", "D7.1")]) == (seen.view["counted_failures"], seen.steps())


def test_an_officer_may_judge_without_any_explanation() -> None:
    """D3 row 3: none was received, and a decision is needed."""
    seen = played([*serving(), *failed("F1", DAY)], "2026-11-24")

    assert (None, False) == tuple(
        seen.view["failures"][0][name] for name in ("explained_on", "acceptable")
    )


def test_a_later_judgement_replaces_an_earlier_one() -> None:
    """What counts is the officer's latest decision, by its own time."""
    excused = event("failure_judged", "2026-11-25", failure_id="F1", acceptable=True)
    again = event("failure_judged", "2026-11-26", failure_id="F1", acceptable=False)
    stream = [*serving(), *failed("F1", DAY), excused]

    first, second = played(stream, "2026-11-25 18:00"), played([*stream, again], "2026-11-27")

    assert (0, "met", "stopped") == (
        first.view["counted_failures"],
        first.clock(CLOCK)[0],
        first.clock(f"failure-window-12m/{DAY}")[0],
    )
    assert (1, "running", "running") == (
        second.view["counted_failures"],
        second.clock(CLOCK)[0],
        second.clock(f"failure-window-12m/{DAY}")[0],
    )


@pytest.mark.parametrize("role", ["system", "provider", "court_officer", "ops"])
def test_only_an_officer_judges(role: str) -> None:
    """A named person decides on reasonableness; no machine and no other office."""
    by = {**OFFICER, "role": role}
    item = event("failure_judged", "2026-11-24", failure_id="F1", acceptable=False, by=by)

    seen = played([*serving(), *failed("F1", DAY, acceptable=None), item], "2026-11-25")

    reason = f"failure_judged is not for {role}; it is for line_manager, officer, senior_manager"
    assert ("refused", reason) == seen.verdict(item)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"failed_on": "2026-11-24"}, "failed_on 2026-11-24 lies after the day on which it was"),
        ({"failed_on": "2026-11-01"}, "failed_on 2026-11-01 lies before the order of 2026-11-02"),
    ],
)
def test_a_failure_on_an_impossible_day_is_refused(fields: dict[str, str], reason: str) -> None:
    """It can lie neither before the order nor after its own report."""
    report = failed("F1", DAY, acceptable=None, **fields)

    verdict, found = played([*serving(), *report], "2026-11-25").verdict(report[0])

    assert ("refused", True) == (verdict, found.startswith(reason))


def test_a_failure_id_names_one_failure() -> None:
    """The second report under one id is refused, with the way to correct the first."""
    again = event("failure_reported", "2026-11-25", failure_id="F1")

    seen = played([*serving(), *failed("F1", DAY), again], "2026-11-26")

    reason = "failure F1 was already reported; correct that event with `replaces`"
    assert ("refused", reason) == seen.verdict(again)


@pytest.mark.parametrize(
    ("fields", "lacking"),
    [
        ({"appointment_id": "A9"}, "appointment A9"),
        ({"requirement_id": "R9"}, "requirement R9"),
    ],
)
def test_a_report_waits_for_what_it_names(fields: dict[str, str], lacking: str) -> None:
    """A booking or a requirement that is not known yet may be on its way."""
    report = failed("F1", DAY, acceptable=None, **fields)

    assert ("held", f"waits for {lacking}") == played([*serving(), *report], "2026-11-24").verdict(
        report[0]
    )


def test_a_judgement_and_an_explanation_wait_for_their_failure() -> None:
    """They keep their own times while they wait."""
    judged = event("failure_judged", "2026-11-23 15:00", failure_id="F1", acceptable=True)
    stream = [*serving(), judged]
    report = event("failure_reported", "2026-11-23 16:00", failure_id="F1")

    assert ("held", "waits for failure F1") == played(stream, "2026-11-24").verdict(judged)
    assert ("met", "2026-11-23T15:00:00Z") == played([*stream, report], "2026-11-24").settled(CLOCK)


def test_a_failure_of_the_first_appointment_happens_before_the_induction() -> None:
    """Guard 1: clock and advice are there in `allocated`."""
    stream = [
        *serving()[:4],
        *failed("F1", "2026-11-05", appointment_id="A1"),
    ]

    seen = played(stream, "2026-11-06")

    assert ("allocated", [("warning_issued", "D7.1")]) == (seen.state, seen.steps())
    assert ("running", "2026-11-13") == seen.clock("enforce-6wd/2026-11-05")


def test_an_explanation_is_dated_by_its_earliest_receipt() -> None:
    """A second letter does not make the first one late."""
    first = event("explanation_received", "2026-11-25", failure_id="F1")
    second = event("explanation_received", "2026-11-27", failure_id="F1")

    seen = played([*serving(), *failed("F1", DAY, acceptable=None), second, first], "2026-11-28")

    assert "2026-11-25" == seen.view["failures"][0]["explained_on"]
