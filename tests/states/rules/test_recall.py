"""Recall is decided by an officer, on a ground, in the licence alone (T11, D9, D10, D12.3)."""

from typing import Any, Final

import pytest

from states.events.envelope import Event
from tests.states.licence import ASKED_IN, EMERGENCY, on_licence, recalled, returned, sentenced
from tests.states.stream import Played, at, event, failed, played, serving, warned
from tests.states.wording import NPS_OFFICER, OFFICER

BROKEN: Final[dict[str, Any]] = {"ground": "condition_broken", "failure_ids": ["F1"]}


def after(*events: Event, now: str = "2015-04-08", length: int = 8) -> Played:
    return played([*on_licence()[:length], *events], now)


@pytest.mark.parametrize(("length", "state"), [(6, "allocated"), (7, "inducted"), (8, "active")])
def test_guard_15_recall_is_possible_from_any_state_with_no_warning(
    length: int, state: str
) -> None:
    """G15, T11: before induction, before the plan, without anything on file."""
    before = after(length=length)
    seen = after(recalled(), length=length)

    assert (state, "recalled", "T11") == (before.state, seen.state, seen.arrows()[-1])
    assert "licence" == seen.view["phase"]


def test_recall_is_allowed_from_warned() -> None:
    """T11: after a warning as well."""
    stream = [*failed("F1", "2015-03-20"), warned("W1", "2015-03-23", "F1"), recalled()]

    assert ["T05", "T11"] == after(*stream).arrows()[-2:]


def test_a_decision_is_recorded_to_the_minute_with_ground_and_type() -> None:
    """D12.3, ev-recall-decision-record: the hours run from there."""
    seen = after(recalled("2015-04-07 16:42"))

    found = seen.view["recalls"][0]
    assert ("fixed_term", "behaviour", "2015-04-07T15:42:00Z") == (
        found["recall_type"],
        found["ground"],
        found["decided_at"],
    )
    assert "2015-04-08T15:42:00Z" == seen.clocks["recall-nonemergency-24h/2015-04-07"]["due_at"]


def test_those_who_work_with_the_person_are_told() -> None:
    """T11: notice to all who contribute."""
    assert ("recall-decided", "agencies") in after(recalled()).told()


@pytest.mark.parametrize(
    ("ground", "verdict"),
    [
        pytest.param("new_offence", "applied", id="D10.1"),
        pytest.param("behaviour", "applied", id="D10.2"),
        pytest.param("condition_broken", "refused", id="D10.3"),
    ],
)
def test_what_is_no_failure_is_a_ground_without_one(ground: str, verdict: str) -> None:
    """D12.1, AMB-37: behaviour and offences stand alone; a condition is broken in a failure."""
    item = recalled(ground=ground)

    assert verdict == after(item).verdict(item)[0]


def test_the_refusal_asks_for_the_failures_of_a_broken_condition() -> None:
    """D10.3: every failure is on the record first (inv-record-all)."""
    item = recalled(ground="condition_broken")

    reason = "the ground condition_broken names the failures in which it was broken"
    assert ("refused", reason) == after(item).verdict(item)


def test_no_further_offence_is_needed() -> None:
    """D10.4: a broken condition is ground enough."""
    item = recalled(**BROKEN)

    seen = after(*failed("F1", "2015-04-01"), item)

    assert ("applied", "recalled") == (seen.verdict(item)[0], seen.state)


def test_without_a_failure_there_is_no_clock_of_nine_days() -> None:
    """AMB-37: it has no day to count from; the hours run all the same."""
    rows = {clock.split("/")[0] for clock in after(recalled()).clocks}

    assert "recall-nonemergency-24h" in rows
    assert "recall-decision-9wd" not in rows


def test_a_broken_condition_waits_for_the_judgement_on_it() -> None:
    """D12.2: the explanation is judged inside the nine days, before any recall."""
    item = recalled(**BROKEN)

    seen = after(*failed("F1", "2015-04-01", acceptable=None), item)

    assert ("held", "waits for judgement of F1") == seen.verdict(item)


@pytest.mark.parametrize(
    ("more", "concern"), [(EMERGENCY, False), ({}, True)], ids=["D7.10-emergency", "concern"]
)
def test_an_emergency_or_a_concern_waits_for_no_judgement(
    more: dict[str, Any], *, concern: bool
) -> None:
    """D7.10, G15: no wait where the public is to be protected."""
    item = recalled(**BROKEN, **more)

    seen = after(*failed("F1", "2015-04-01", acceptable=None, public_protection=concern), item)

    assert ("applied", "recalled") == (seen.verdict(item)[0], seen.state)


@pytest.mark.parametrize("more", [BROKEN, {"failure_ids": ["F1"]}])
def test_an_excused_failure_is_no_ground(more: dict[str, Any]) -> None:
    """An accepted failure cannot be named for any ground."""
    item = recalled(**more)

    seen = after(*failed("F1", "2015-04-01", acceptable=True), item)

    reason = "the explanation for failure F1 was accepted, so it is no ground"
    assert ("refused", reason) == seen.verdict(item)


@pytest.mark.parametrize("more", [BROKEN, {"failure_ids": ["F1"]}])
def test_a_failure_not_yet_here_is_waited_for(more: dict[str, Any]) -> None:
    """Out of order, the decision keeps its own minute."""
    item = recalled(**more)
    late = failed("F1", "2015-04-01")

    before = after(item)
    seen = after(item, *late)

    assert ("held", "waits for failure F1") == before.verdict(item)
    assert ("recalled", "2015-04-07T11:00:00Z") == (
        seen.state,
        seen.view["recalls"][0]["decided_at"],
    )


@pytest.mark.parametrize(
    ("role", "organisation", "verdict"),
    [
        ("officer", "CRC", "applied"),
        ("officer", "N07", "applied"),
        ("officer", "NPS", "refused"),
        ("senior_manager", "CRC", "applied"),
        ("officer", "N99", "refused"),
        ("system", "CRC", "refused"),
        ("casework_section", "PPCS", "refused"),
    ],
)
def test_d9_an_officer_of_the_managing_provider_recommends_recall(
    role: str, organisation: str, verdict: str
) -> None:
    """D9.recommend-recall: no machine, no other provider, no sender who carries it out."""
    item = recalled(by={**OFFICER, "role": role, "organisation": organisation})

    assert verdict == after(item).verdict(item)[0]


def test_d10_row_5_supervision_is_not_recalled() -> None:
    """D10.5: it is breached; and so is an order, and custody is custody."""
    dates = {"licence_ends_on": "2015-04-01", "pss_ends_on": "2016-02-01"}
    item = recalled()

    on_pss = played([*on_licence(**dates), item], "2015-04-08")
    inside = played([*sentenced(expected_release_on="2015-06-01"), item], "2015-04-08")

    assert {"refused"} == {on_pss.verdict(item)[0], inside.verdict(item)[0]}
    assert "recall_decided is refused in pss; it is allowed in licence" == on_pss.verdict(item)[1]


def test_an_order_is_never_recalled() -> None:
    """M.recalled: a licence alone."""
    item = recalled("2026-11-23")

    seen = played([*serving(), item], "2026-11-24")

    reason = "recall_decided is refused in community; it is allowed in licence"
    assert ("active", ("refused", reason)) == (seen.state, seen.verdict(item))


def test_one_decision_answers_every_failure_that_it_names_and_no_other() -> None:
    """D6.3, D6.7: each day keeps its own nine working days."""
    item = recalled(ground="condition_broken", failure_ids=["F1", "F2"])
    days = ("2015-04-01", "2015-04-02", "2015-04-03")
    stream = [*failed("F1", days[0]), *failed("F2", days[1]), *failed("F3", days[2]), item]

    seen = after(*stream)

    assert ["met", "met", "running"] == [
        seen.clock(f"recall-decision-9wd/{day}")[0] for day in days
    ]


@pytest.mark.parametrize(
    ("issued", "status"),
    [
        pytest.param("2015-04-15", "met", id="the-day-before"),
        pytest.param("2015-04-16 23:59", "met", id="the-day"),
        pytest.param("2015-04-17 00:00", "met_late", id="the-day-after"),
    ],
)
def test_a_warning_answers_the_nine_days_as_well(issued: str, status: str) -> None:
    """D6.5, AMB-08: for it too the end of the ninth working day is the limit."""
    seen = after(*failed("F1", "2015-04-01"), warned("W1", issued, "F1"), now="2015-04-20")

    assert status == seen.clock("recall-decision-9wd/2015-04-01")[0]


def test_there_is_one_recall_at_a_time() -> None:
    """The second decision is refused, and says where one is allowed."""
    again = recalled("2015-04-07 16:00", event_id="again")

    reason = "recall_decided is refused in recalled; it is allowed in "
    assert ("refused", f"{reason}allocated, inducted, active, warned") == (
        after(recalled(), again).verdict(again)
    )


def test_two_recalls_of_one_day_have_clocks_of_their_own() -> None:
    """Taken back and decided again: the hours run from the second decision."""
    stream = [
        recalled(f"{ASKED_IN} 09:00"),
        event("recall_withdrawn", f"{ASKED_IN} 10:00"),
        recalled(f"{ASKED_IN} 11:00"),
    ]

    seen = after(*stream)

    assert ("stopped", "2015-04-07T09:00:00Z") == seen.settled("recall-nonemergency-24h/2015-04-07")
    assert "2015-04-08T10:00:00Z" == seen.clocks["recall-nonemergency-24h/2015-04-07.2"]["due_at"]


def test_a_decision_that_rests_wholly_on_withdrawn_failures_is_set_aside() -> None:
    """Design 3.1: it waits for a report that will not come, and the person is not recalled."""
    item = recalled(**BROKEN)
    gone = event("event_withdrawn", "2015-04-09", withdrawn_event_id="F1.reported")

    seen = after(*failed("F1", "2015-04-01"), item, gone, now="2015-04-10")

    assert ("active", ("held", "waits for failure F1")) == (seen.state, seen.verdict(item))


def test_one_that_rests_on_another_failure_too_stands() -> None:
    """The remaining failure is ground enough."""
    item = recalled(ground="condition_broken", failure_ids=["F1", "F2"])
    gone = event("event_withdrawn", "2015-04-09", withdrawn_event_id="F1.reported")

    seen = after(
        *failed("F1", "2015-04-01"), *failed("F2", "2015-04-02"), item, gone, now="2015-04-10"
    )

    assert ("recalled", ["F2"]) == (seen.state, seen.view["recalls"][0]["failure_ids"])


def test_one_on_a_ground_of_its_own_stands_without_the_failures_it_names() -> None:
    """Behaviour is still behaviour when the report of a failure turns out wrong."""
    item = recalled(failure_ids=["F1"])
    gone = event("event_withdrawn", "2015-04-09", withdrawn_event_id="F1.reported")

    seen = after(*failed("F1", "2015-04-01"), item, gone, now="2015-04-10")

    assert ("recalled", []) == (seen.state, seen.view["recalls"][0]["failure_ids"])


def test_a_person_in_custody_stays_there_when_the_decision_is_set_aside() -> None:
    """The facts hold, nothing explains them, and an urgent duty starts."""
    item = recalled(**BROKEN)
    stream = [
        *failed("F1", "2015-04-01"),
        item,
        returned("2015-04-08"),
        event("event_withdrawn", "2015-04-09", withdrawn_event_id="F1.reported"),
    ]

    seen = after(*stream, now="2015-04-10")

    owed = [duty for duty in seen.view["duties"] if duty.get("duty") == "custody-without-recall"]
    assert ("recalled", "recall_custody") == (seen.state, seen.view["phase"])
    assert [("line_manager", "open")] == [(duty["owner"], duty["status"]) for duty in owed]
    assert {
        ("custody-unexplained", "line_manager"),
        ("custody-unexplained", "casework_section"),
    } <= (seen.told())


def test_a_recall_by_the_nps_of_its_own_case_needs_nobody() -> None:
    """D9.manage-recall, D13.5: the NPS manages what it decides."""
    stream = [
        *on_licence(provider="NPS"),
        recalled(by=NPS_OFFICER),
        event("recall_report_sent", "2015-04-07 14:00", by=NPS_OFFICER),
    ]

    assert (
        at("2015-04-07 14:00").isoformat().replace("+00:00", "Z")
        == (played(stream, "2015-04-08").view["recalls"][0]["sent_at"])
    )
