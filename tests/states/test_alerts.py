"""Alerts that time alone causes: overdue clocks, escalations, reminders to judge."""

import pytest

from states.events.envelope import Event
from tests.states.licence import on_licence
from tests.states.stream import Played, allocated, event, failed, played, serving, warned

DAY = "2026-11-23"


def alarms(seen: Played) -> set[str]:
    return set(seen.decided.alerts)


def about(seen: Played, day: str) -> set[str]:
    """The alarms of the clocks that answer the failures of one day."""
    return {key for key in alarms(seen) if f"/enforce-6wd/{day}/" in key or "escalated/" in key}


def after(*events: Event, now: str, **order: object) -> Played:
    return played([*serving(**order), *events], now)


@pytest.mark.parametrize(("now", "told"), [("2026-12-01 23:59", False), ("2026-12-02 00:00", True)])
def test_an_overdue_clock_is_told_to_those_whom_the_standard_names(now: str, told: bool) -> None:  # noqa: FBT001
    """From the midnight after its last day, under one key a clock, date and recipient."""
    keys = {
        f"overdue/enforce-6wd/{DAY}/2026-12-01/{recipient}"
        for recipient in ("officer", "line_manager")
    }

    assert told == (keys <= alarms(after(*failed("F1", DAY), now=now)))


def test_evidence_in_time_takes_an_alarm_back_and_late_evidence_does_not() -> None:
    """The alarm stands on the lapse, not on whether it was mended."""
    key = f"overdue/enforce-6wd/{DAY}/2026-12-01/officer"
    in_time, late = warned("W1", "2026-12-01", "F1"), warned("W1", "2026-12-03", "F1")

    assert key not in alarms(after(*failed("F1", DAY), in_time, now="2026-12-05"))
    assert key in alarms(after(*failed("F1", DAY), late, now="2026-12-05"))


def test_a_lapse_before_a_concern_stays_told() -> None:
    """That another clock took over takes nothing back of what had been missed."""
    concern = event("public_protection_concern_raised", "2026-12-03", failure_ids=["F1"])

    found = alarms(after(*failed("F1", DAY), concern, now="2026-12-03 15:00"))

    assert f"overdue/enforce-6wd/{DAY}/2026-12-01/officer" in found
    assert f"escalated/enforce-immediate/{DAY}/2026-12-03T14:00:00+00:00/nps_contact" in found


def test_an_escalation_stays_told_when_the_action_came_too_late() -> None:
    """Two hours went by without it."""
    report = failed("F1", f"{DAY} 10:00", acceptable=None, public_protection=True)
    decided = event("breach_decided", f"{DAY} 10:30", failure_ids=["F1"])
    received = event("breach_referral_received", f"{DAY} 12:30")
    key = f"escalated/enforce-immediate/{DAY}/{DAY}T12:00:00+00:00/nps_contact"

    assert key in alarms(after(*report, decided, received, now="2026-11-24"))


def test_an_escalation_does_not_happen_when_action_came_in_time() -> None:
    """Received within two hours: no recipient is notified of a delay."""
    report = failed("F1", f"{DAY} 10:00", acceptable=None, public_protection=True)
    decided = event("breach_decided", f"{DAY} 10:30", failure_ids=["F1"])
    received = event("breach_referral_received", f"{DAY} 11:30")

    assert set() == about(after(*report, decided, received, now="2026-11-24"), DAY)


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-11-25 23:59", []),
        ("2026-11-26 00:00", ["2026-11-26"]),
        ("2026-11-29 12:00", ["2026-11-26"]),
        ("2026-11-30 00:00", ["2026-11-26", "2026-11-30"]),
    ],
)
def test_the_officer_is_reminded_to_judge_on_the_third_and_fifth_working_day(
    now: str, days: list[str]
) -> None:
    """AMB-44: so that a decision can fall by the sixth."""
    found = about(after(*failed("F1", DAY, acceptable=None), now=now), DAY)

    assert {f"judge-reminder/enforce-6wd/{DAY}/{day}/officer" for day in days} == found


def test_a_judged_failure_is_not_reminded_of() -> None:
    """There is nothing left to judge, though the clock still runs."""
    assert set() == about(after(*failed("F1", DAY), now="2026-11-30"), DAY)


def test_one_failure_of_a_day_left_to_judge_is_reminded_of() -> None:
    """Its clock answers the whole day, and is not answered by half of it."""
    day = [*failed("F1", DAY), *failed("F2", DAY, acceptable=None)]

    assert {f"judge-reminder/enforce-6wd/{DAY}/2026-11-26/officer"} == about(
        after(*day, now="2026-11-26"), DAY
    )


def test_a_licence_failure_is_reminded_of_once_a_day_though_two_clocks_run() -> None:
    """AMB-44: the nine and the ten days begin together, and the shorter one reminds."""
    failure = failed("F1", "2015-03-23", acceptable=None)

    seen = played([*on_licence(), *failure], "2015-04-01")

    day = "recall-decision-9wd/2015-03-23"
    assert {"running"} == {
        seen.clocks[f"{row}/2015-03-23"]["status"]
        for row in ("recall-decision-9wd", "recall-10-day-timescale")
    }
    assert [
        f"judge-reminder/{day}/2015-03-26/officer",
        f"judge-reminder/{day}/2015-03-30/officer",
    ] == sorted(key for key in alarms(seen) if key.startswith("judge-reminder/"))


@pytest.mark.parametrize(
    ("live_from", "told"), [("2026-11-10", False), ("2026-11-09", True), (None, True)]
)
def test_a_bulk_import_lists_what_was_due_before_it_went_live(
    live_from: str | None,
    told: bool,  # noqa: FBT001
) -> None:
    """Due to the end of 9 November: notified only if the order was live by then."""
    seen = played(allocated(live_from=live_from), "2026-11-20")

    key = "overdue/first-appt-community/2026-11-09/officer"
    assert ("missed", told) == (seen.clock("first-appt-community")[0], key in alarms(seen))


def test_a_requirement_that_runs_out_on_its_day_alarms_nobody() -> None:
    """The calendar ended it: those concerned are notified of the end, and nothing was missed."""
    curfew = {"requirement_id": "R1", "kind": "curfew", "ends_on": "2027-03-01"}
    seen = after(now="2027-03-02 09:00", requirements=[curfew])

    assert "ended" == seen.clocks["requirement-end/R1"]["status"]
    assert [] == [key for key in alarms(seen) if "requirement-end" in key]
