"""Apparent failures to comply: what is one, and what it starts (T04, D1)."""

import pytest

from states.events.envelope import Event
from tests.states.licence import on_licence
from tests.states.stream import Played, event, failed, played, serving
from tests.states.supervision import supervised

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
    abroad = [{"requirement_id": "R1", "kind": "foreign_travel_prohibition"}]
    order = serving(requirements=abroad) if what == "travel" else serving()
    seen = played([*order, *failed("F1", DAY, acceptable=None, what=what)], "2026-11-24")

    assert ("running", "2026-12-01") == seen.clock(CLOCK), row
    assert ("active", [("failure_judged", "D3")]) == (seen.state, seen.steps())
    assert ("seek-explanation", "officer") in seen.told()


def duties(seen: Played, subject: str) -> dict[str, str]:
    """Return the status of the duties about one failure, by row."""
    return {d["duty"]: d["status"] for d in seen.view["duties"] if d.get("subject") == subject}


def test_t04_a_failure_starts_its_clock_and_its_duties_and_is_told() -> None:
    """The person explains (ev-explanation-burden), an officer asks (ev-explanation-each), decides
    and records; those who work on the plan hear of it (ev-tell-contributors), and somebody looks
    at the risk (inv-warning-not-last-word).
    """
    seen = played([*serving(), *failed("F1", DAY, acceptable=None)], "2026-11-24")

    assert {
        "explanation-window": "open",
        "reminder": "open",
        "ev-explanation-each": "open",
        "ev-decide-excuse": "open",
        "ev-failure-record": "open",
    } == duties(seen, "F1")
    assert ("running", "2026-12-01") == seen.clock("notice-non-compliance/F1")
    assert {
        ("seek-explanation", "officer"),
        ("look-at-risk", "officer"),
        ("failure-reported", "contributors"),
    } <= seen.told()


def test_t04_each_failure_of_a_day_has_its_own_explanation_to_seek() -> None:
    """D2.2: one clock for the day, and a duty for each failure of it."""
    two = [*failed("F1", f"{DAY} 09:00"), *failed("F2", f"{DAY} 15:00", acceptable=None)]

    seen = played([*serving(), *two], "2026-11-24")

    assert ("done", "open") == tuple(
        duties(seen, failure_id)["ev-explanation-each"] for failure_id in ("F1", "F2")
    )


def test_a_failure_in_the_attendance_centre_is_prompted_for_by_itself() -> None:
    """attendance-centre-prompt: only where the failure is of that requirement."""
    order = [
        {"requirement_id": "R1", "kind": "attendance_centre", "under_25": True, "hours": 20},
        {"requirement_id": "R2", "kind": "unpaid_work", "hours": 80},
    ]
    named = failed("F1", DAY, acceptable=None, requirement_id="R1", what="requirement")
    other = failed("F2", "2026-11-24", acceptable=None, requirement_id="R2", what="requirement")
    warning = event("warning_issued", "2026-11-26", warning_id="W1", failure_ids=["F1"])
    judged = event("failure_judged", "2026-11-25", failure_id="F1", acceptable=False)
    stream = [*serving(requirements=order), *named, *other, judged]

    seen = played(stream, "2026-11-27")
    later = played([*stream, warning], "2026-11-27")

    prompt = f"attendance-centre-prompt/{DAY}"
    assert ("running", "2026-12-01") == seen.clock(prompt)
    assert "attendance-centre-prompt/2026-11-24" not in seen.clocks
    assert "met" == later.clock(prompt)[0]


def test_two_clocks_of_a_failure_in_the_attendance_centre_remind_once() -> None:
    """AMB-44: the clock of the standard reminds, and the prompt beside it does not."""
    order = [{"requirement_id": "R1", "kind": "attendance_centre", "under_25": True, "hours": 20}]
    named = failed("F1", DAY, acceptable=None, requirement_id="R1", what="requirement")

    alarms = played([*serving(requirements=order), *named], "2026-11-27").decided.alerts

    found = [key for key in alarms if key.startswith("judge-reminder/")]
    assert [f"judge-reminder/enforce-6wd/{DAY}/2026-11-26/officer"] == found


def test_a_failure_in_prison_is_recorded_and_nothing_runs() -> None:
    """5.3: nothing is served there that one could fail, but every failure is kept."""
    stream = on_licence()[:3]
    report = failed("F1", "2015-02-16", acceptable=None)

    seen = played([*stream, *report], "2015-02-17")

    assert ("applied", "recorded; in prison there is nothing to fail") == seen.verdict(report[0])
    assert seen.decided.dispositions[report[0].uid].irregular
    assert (["F1"], {}) == ([f["failure_id"] for f in seen.view["failures"]], duties(seen, "F1"))
    assert [] == [key for key in seen.clocks if "2015-02-16" in key or "F1" in key]


@pytest.mark.parametrize(
    ("stream", "clock"),
    [
        (on_licence(), "recall-decision-9wd/2015-03-16"),
        (supervised(), "enforce-6wd/2015-03-16"),
    ],
)
def test_t04_each_regime_answers_a_failure_by_its_own_clock(
    stream: list[Event], clock: str
) -> None:
    """A licence by the nine days of a recall, supervision by the six of a breach."""
    seen = played([*stream, *failed("F1", "2015-03-16", acceptable=None)], "2015-03-17")

    assert [clock] == [key for key in seen.clocks if key.split("/")[0] in _ANSWERS]


_ANSWERS = ("enforce-6wd", "recall-decision-9wd", "enforce-immediate")


def test_d18_row_2_what_the_table_says_is_none_starts_nothing() -> None:
    """Of an offence before the duty of residence a move without permission is no failure (D1.6)."""
    order = [{"requirement_id": "R1", "kind": "unpaid_work", "hours": 80}]
    old = {"committed_on": "2014-06-01", "violent_or_sexual": False}
    report = failed("F1", DAY, acceptable=None, what="moved_without_permission")

    before, later = (
        played([*serving(requirements=order, offence=offence), *report], "2026-11-24")
        for offence in (old, {**old, "committed_on": "2015-02-01"})
    )

    assert (False, True) == (CLOCK in before.clocks, CLOCK in later.clocks)
    assert before.verdict(report[0])[1].startswith("no failure to comply")


def test_a_condition_of_the_licence_is_named_by_its_code_or_its_id() -> None:
    """SLC1 to SLC6 are on every licence; an additional condition has an id of its own."""
    condition = {"requirement_id": "C1", "kind": "exclusion", "ends_on": "2015-12-01"}
    stream = on_licence()
    stream[3] = event("released", "2015-03-02 10:00", conditions=[condition])
    standard = failed("F1", "2015-03-16", acceptable=None, what="condition", condition="SLC2")
    known = failed("F2", "2015-03-17", acceptable=None, what="exclusion_zone", condition="C1")
    unknown = failed("F3", "2015-03-18", acceptable=None, what="condition", condition="C9")

    seen = played([*stream, *standard, *known, *unknown], "2015-03-19")

    assert [("SLC2", None), ("C1", "C1")] == [
        (failure["condition"], failure["requirement_id"]) for failure in seen.view["failures"]
    ]
    assert ("held", "waits for requirement C9") == seen.verdict(unknown[0])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"failed_on": "2026-11-01"},
            "failed_on 2026-11-01 lies before the sentence of 2026-11-02",
        ),
    ],
)
def test_a_failure_on_an_impossible_day_is_refused(fields: dict[str, str], reason: str) -> None:
    """It cannot lie before the order."""
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


def test_a_failure_of_the_first_appointment_happens_before_the_induction() -> None:
    """G1: clock and advice are there in `allocated`; G2: what was arranged in time stays met."""
    stream = [
        *serving()[:4],
        *failed("F1", "2026-11-05", appointment_id="A1"),
    ]

    seen = played(stream, "2026-11-06")

    assert ("allocated", [("warning_issued", "D7.1")]) == (seen.state, seen.steps())
    assert ("running", "2026-11-13") == seen.clock("enforce-6wd/2026-11-05")
    assert "met" == seen.clock("first-appt-community")[0]


def test_d17_row_13_the_nps_hears_of_a_new_offence_under_an_order() -> None:
    """D1.10: it is no failure of the order but a matter for the court; a danger is notified."""
    report = failed("F1", DAY, acceptable=None, what="new_offence", public_protection=True)

    seen = played([*serving(), *report], "2026-11-24")

    assert ("applied", True) == (
        seen.verdict(report[0])[0],
        seen.verdict(report[0])[1].startswith("no failure to comply"),
    )
    assert {("further-offence", "nps_enforcement"), ("public-protection", "line_manager")} <= (
        seen.told()
    )
    assert [] == seen.view["failures"]
