"""Approved premises from the asking to the leaving (NS 2015 8, 7.5)."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.custody import freed, imprisoned, of_row
from tests.states.stream import Played, allocated, event, played

ASKED = event("ap_referred", "2027-06-01")
ADMITTED = event("ap_admitted", "2027-11-01 15:00", planned_until="2028-01-31")
LEFT = event("ap_left", "2028-01-20", completed=True)


def inside(*events: Event, now: str = "2027-06-20", **sentence: Any) -> Played:
    return played([*imprisoned(**sentence), *events], now)


def outside(*events: Event, now: str = "2028-02-10") -> Played:
    return played([*freed(), *events], now)


@pytest.mark.parametrize(
    ("now", "status"), [("2027-08-01 23:59", "running"), ("2027-08-02 00:00", "missed")]
)
def test_a_placement_is_prepared_three_months_before_release(now: str, status: str) -> None:
    """ap-prep-3-months, AMB-23: release expected on 1 November, prepared by 1 August."""
    assert (status, "2027-08-01") == inside(ASKED, now=now).clock("ap-prep-3-months/AP1")


def test_the_worked_date_of_the_standard() -> None:
    """Release due on Thursday 1 October 2015: by the end of Wednesday 1 July."""
    dates = {
        "sentenced_on": "2015-02-02",
        "expected_release_on": "2015-10-01",
        "automatic_release_on": "2015-10-01",
    }

    assert "2015-07-01" == inside(ASKED, **dates).clock("ap-prep-3-months/AP1")[1]


@pytest.mark.parametrize(
    "prepared",
    [event("ap_placement_prepared", "2027-06-15"), event("ap_placement_prepared", "2027-05-20")],
    ids=["after", "before"],
)
def test_a_placement_prepared_counts_whenever_it_was(prepared: Event) -> None:
    """An act before the report of the referral counts."""
    assert "met" == inside(ASKED, prepared).clock("ap-prep-3-months/AP1")[0]


def test_nothing_is_prepared_where_no_place_is_asked_for() -> None:
    """ap-prep-3-months is for those who go there."""
    assert [] == of_row(inside(), "ap-prep-3-months")


def test_who_is_not_suitable_is_spared_the_preparation() -> None:
    """ev-ap-referral: the answer may come with the referral or after it."""
    no = event("ap_referred", "2027-06-10", suitable=False)

    assert [] == of_row(inside(no), "ap-prep-3-months")
    assert ["stopped"] == of_row(inside(ASKED, no), "ap-prep-3-months")


def test_a_sentence_too_short_for_it_has_no_three_months() -> None:
    """Release in ten weeks: the day lies before the sentence."""
    dates = {"expected_release_on": "2027-01-11", "automatic_release_on": "2027-01-11"}
    asked = event("ap_referred", "2026-11-10")

    assert [] == of_row(inside(asked, now="2026-11-11", **dates), "ap-prep-3-months")


def test_a_release_that_moves_moves_the_three_months() -> None:
    """T29: counted from the day as it is now expected."""
    moved = event("release_date_changed", "2027-06-10", expected_release_on="2027-12-01")

    assert ("running", "2027-09-01") == inside(ASKED, moved).clock("ap-prep-3-months/AP1")


def test_a_referral_is_made_in_time_for_the_admission() -> None:
    """ap-referral-in-time: four weeks before it are ours."""
    timely = event("ap_referred", "2027-06-01", expected_on="2027-06-29")
    late = event("ap_referred", "2027-06-02", expected_on="2027-06-29")

    assert ("met", "2027-06-01") == inside(timely).clock("ap-referral-in-time/AP1")
    assert ("met_late", "2027-06-01") == inside(late).clock("ap-referral-in-time/AP1")


def test_an_admission_that_moves_moves_the_referral() -> None:
    """A second telling of the same stay."""
    first = event("ap_referred", "2027-06-02", expected_on="2027-06-29")
    moved = event("ap_referred", "2027-06-05", expected_on="2027-08-31", event_id="again")

    seen = inside(first, moved)

    assert ("met", "2027-08-03") == seen.clock("ap-referral-in-time/AP1")
    assert "2027-06-02" == seen.view["stays"][0]["referred_on"]


def test_each_stay_is_referred_by_itself() -> None:
    """A referral for one stay does not answer the next."""
    second = event(
        "ap_referred", "2028-03-01", stay_id="AP2", expected_on="2028-03-15", event_id="second"
    )

    seen = outside(ADMITTED, LEFT, second, now="2028-03-02")

    assert ("met_late", "2028-02-16") == seen.clock("ap-referral-in-time/AP2")


@pytest.mark.parametrize(
    ("agreed", "status"), [("2027-10-25", "met"), ("2027-11-01", "met"), ("2027-11-02", "met_late")]
)
def test_a_residence_plan_is_agreed_before_the_admission(agreed: str, status: str) -> None:
    """residence-plan-before-admission, ev-ap-residence-plan: before it or on the day."""
    plan = event("residence_plan_agreed", agreed)

    assert (status, "2027-11-01") == outside(plan, ADMITTED).clock(
        "residence-plan-before-admission/AP1"
    )


def test_an_admission_without_a_residence_plan_is_a_plan_missed() -> None:
    """The day of admission is the last."""
    assert "missed" == outside(ADMITTED).clock("residence-plan-before-admission/AP1")[0]


@pytest.mark.parametrize(
    ("now", "status"), [("2028-01-31 23:59", "running"), ("2028-02-01 00:00", "missed")]
)
def test_a_stay_lasts_as_long_as_the_plan_says(now: str, status: str) -> None:
    """ap-residence-timescale: a cap on the stay."""
    assert (status, "2028-01-31") == outside(ADMITTED, now=now).clock("ap-residence-timescale/AP1")


def test_a_stay_that_is_planned_longer_ends_later() -> None:
    """The plan of the stay changed, and its cap with it."""
    longer = event(
        "ap_admitted", "2027-12-01", admitted_on="2027-11-01", planned_until="2028-03-31"
    )

    assert ("running", "2028-03-31") == outside(ADMITTED, longer).clock(
        "ap-residence-timescale/AP1"
    )


def test_a_departure_ends_the_stay_and_tells_the_police() -> None:
    """ev-ap-end-police, ev-ap-evaluate: both are owed at the end of the stay."""
    seen = outside(ADMITTED, LEFT)

    assert ("met", "2028-01-31") == seen.clock("ap-residence-timescale/AP1")
    assert (["fell_away"], ["open"], ["open"]) == tuple(
        of_row(seen, row)
        for row in ("ap-communication-regular", "ev-ap-end-police", "ev-ap-evaluate")
    )
    assert {("ap-left", "police"), ("ap-left", "stakeholders")} <= seen.told()
    assert (False, True) == (seen.view["ap_resident"], seen.view["stays"][0]["completed"])


def test_who_left_and_was_never_admitted_is_recorded_as_irregular() -> None:
    """The admission was never reported; the departure is a fact."""
    seen = outside(LEFT)

    assert ("applied", "left, and no admission was reported") == seen.verdict(LEFT)
    assert ["open"] == of_row(seen, "ev-ap-end-police")


def test_an_admission_from_prison_is_recorded_as_irregular() -> None:
    """A person lives in one place only."""
    early = event("ap_admitted", "2027-06-05")

    seen = inside(early)

    assert ("applied", "recorded; the sentence is custody") == seen.verdict(early)
    assert seen.decided.dispositions[early.uid].irregular
    assert [] == of_row(seen, "residence-plan-before-admission")


def test_a_crc_keeps_its_case_during_a_stay() -> None:
    """ev-ap-crc-keeps-case: neither state nor provider nor officer changes."""
    before = outside()
    seen = outside(ADMITTED)

    same = ("state", "provider", "officer", "transitions")
    assert {name: before.view[name] for name in same} == {name: seen.view[name] for name in same}
    assert True is seen.view["ap_resident"]


def test_an_order_may_bring_somebody_into_approved_premises_too() -> None:
    """ev-ap-info-in: risk and need go with the person, before or on the admission."""
    stream = [*allocated(), event("ap_admitted", "2026-11-20")]
    sent = event("contact_recorded", "2026-11-18", kind="ap_information_sent")

    assert ["open"] == of_row(played(stream, "2026-11-21"), "ev-ap-info-in")
    assert ["done"] == of_row(played([*stream, sent], "2026-11-21"), "ev-ap-info-in")


@pytest.mark.parametrize("kind", ["ap_referred", "ap_admitted", "ap_left"])
def test_after_the_end_a_stay_is_recorded_and_nothing_started(kind: str) -> None:
    """The duties of a stay belong to a case."""
    end = event("sentence_ended", "2027-12-01", reason="other")
    item = event(kind, "2027-12-05")

    seen = outside(end, item)

    assert "applied" == seen.verdict(item)[0]
    for row in ("ev-ap-end-police", "residence-plan-before-admission", "ap-referral-in-time"):
        assert [] == of_row(seen, row)


def test_a_resident_has_a_named_key_worker() -> None:
    """ev-ap-key-worker: named at the admission, before it or later; it ends with the stay."""
    named = event("team_member_changed", "2027-11-05", stay_id="AP1", member_id="K1")
    before = event("team_member_changed", "2027-10-20", stay_id="AP1", member_id="K1")
    with_worker = event("ap_admitted", "2027-11-01 15:00", key_worker="K1")
    row = "ev-ap-key-worker"

    assert ["open"] == of_row(outside(ADMITTED), row)
    assert ["fell_away"] == of_row(outside(ADMITTED, LEFT), row)
    for stream in ([ADMITTED, named], [before, ADMITTED], [with_worker]):
        seen = outside(*stream)
        assert ["done"] == of_row(seen, row)
        assert "K1" == seen.view["stays"][0]["key_worker"]


def test_a_key_worker_is_in_the_team_during_the_stay() -> None:
    """A new one takes the place of the last; after the stay there is none."""
    first = event("ap_admitted", "2027-11-01 15:00", key_worker="K1")
    second = event("team_member_changed", "2027-12-01", stay_id="AP1", member_id="K2")
    gone = event(
        "team_member_changed",
        "2027-12-10",
        event_id="gone",
        stay_id="AP1",
        member_id="K2",
        active=False,
    )

    def team(*events: Event) -> list[str]:
        return [item["member"] for item in outside(*events).view["team"]]

    assert ["K1"] == team(first)
    assert ["K2"] == team(first, second)
    assert [] == team(first, second, gone)
    assert [] == team(first, second, LEFT)
