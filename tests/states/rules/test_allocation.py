"""The case gets a provider and an officer, and may move to others."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.custody import imprisoned, of_row
from tests.states.stream import Played, allocated, at, event, played, serving
from tests.states.wording import COURT_OFFICER, NPS_OFFICER, OFFICER

MONITORED = [{"requirement_id": "R1", "kind": "curfew", "electronically_monitored": True}]


def test_an_allocation_starts_the_clocks_of_the_first_appointment_and_the_officer() -> None:
    """T01: five working days from Monday 2 November end on the 9th, one on the 3rd."""
    seen = played(allocated(), "2026-11-02 18:00")

    assert ("allocated", ["T01"]) == (seen.state, seen.arrows())
    assert ("running", "2026-11-09") == seen.clock("first-appt-community")
    assert ("running", "2026-11-09") == seen.clock("first-appt-community-held")
    assert ("running", "2026-11-03") == seen.clock("officer-assigned-prompt")


@pytest.mark.parametrize(
    ("allocated_on", "due_on"),
    [
        ("2015-02-02", "2015-02-09"),
        ("2015-03-27", "2015-04-07"),
        ("2015-04-04", "2015-04-13"),
        ("2022-05-27", "2022-06-07"),
        ("2022-09-15", "2022-09-23"),
        ("2026-12-24", "2027-01-05"),
    ],
)
def test_the_first_appointment_is_due_on_its_worked_day(allocated_on: str, due_on: str) -> None:
    """AMB-01: from the allocation to the provider, whenever an officer was found.

    Weekends, Easter, Christmas, a jubilee and a state funeral are passed over."""
    ends_on = f"{int(allocated_on[:4]) + 1}{allocated_on[4:]}"
    stream = [
        event("sentence_imposed", allocated_on, sentenced_on=allocated_on, ends_on=ends_on),
        event("case_allocated", allocated_on + " 13:00"),
    ]

    seen = played(stream, allocated_on + " 14:00")

    assert ("running", due_on) == seen.clock("first-appt-community")


def test_an_allocation_without_a_risk_screening_is_refused() -> None:
    """The guard of T01: the screening comes first."""
    stream = allocated()
    stream[1] = event("case_allocated", "2026-11-02", risk_screening_completed=False)

    seen = played(stream, "2026-11-03")

    reason = "a case is allocated after its risk screening; risk_screening_completed is false"
    assert ("awaiting_allocation", ("refused", reason)) == (seen.state, seen.verdict(stream[1]))


def member(who: str, role: str, when: str, **more: Any) -> Event:
    return event(
        "team_member_changed",
        when,
        event_id=f"{who}.{when[:10]}",
        member_id=who,
        role=role,
        **{"active": True, **more},
    )


def team(seen: Played) -> list[tuple[str, str]]:
    return [(item["role"], item["member"]) for item in seen.view["team"]]


RESPONSIBLE = ("responsible_officer", "N07A001")


def test_a_team_has_key_workers_and_administrators_and_one_responsible_officer() -> None:
    """Northumbria page: who leaves is no longer in it; the officer learns of each change."""
    stream = [
        *serving(),
        member("K1", "key_worker", "2026-11-10"),
        member("K2", "key_worker", "2026-11-10"),
        member("A1", "case_administrator", "2026-11-10"),
    ]
    gone = member("K2", "key_worker", "2026-11-12", active=False)

    everybody = [("case_administrator", "A1"), ("key_worker", "K1"), ("key_worker", "K2")]
    seen = played(stream, "2026-11-11")
    assert [RESPONSIBLE, *everybody] == team(seen)
    assert [RESPONSIBLE, *everybody[:2]] == team(played([*stream, gone], "2026-11-13"))
    assert ("team-changed", "officer") in seen.told()


def test_a_key_worker_who_becomes_the_officer_is_in_the_team_once() -> None:
    """officer-known-always: exactly one officer is responsible, and has no second role."""
    stream = [*serving(), member("N07A002", "key_worker", "2026-11-10")]
    assigned = event("officer_assigned", "2026-11-12", officer_id="N07A002")
    again = member("N07A002", "key_worker", "2026-11-13")

    seen = played([*stream, assigned, again], "2026-11-14")

    assert [("responsible_officer", "N07A002")] == team(seen)
    assert (
        "applied",
        "N07A002 is the responsible officer, and is in the team as that",
    ) == seen.verdict(again)


def test_the_prison_has_one_offender_supervisor_for_the_person_and_none_after_release() -> None:
    """ev-offender-supervisor: the officer's counterpart; a new one takes the place of the last."""
    stream = [
        *imprisoned(),
        member("S1", "offender_supervisor", "2026-11-10"),
        member("S2", "offender_supervisor", "2027-02-01"),
    ]

    assert ["open"] == of_row(played(stream[:2], "2026-11-11"), "ev-offender-supervisor")
    inside = played(stream, "2027-02-02")
    assert [("offender_supervisor", "S2")] == team(inside)
    assert ["done"] == of_row(inside, "ev-offender-supervisor")
    assert [] == team(played([*stream, event("released", "2027-11-01")], "2027-11-02"))


@pytest.mark.parametrize("stay", [None, "AP1"])
def test_who_was_not_in_the_team_cannot_leave_it(stay: str | None) -> None:
    """It is marked, and changes nothing."""
    gone = member("K9", "key_worker", "2026-11-12", active=False, stay_id=stay)

    seen = played([*serving(), gone], "2026-11-13")

    assert ("applied", "K9 was no key worker of the team") == seen.verdict(gone)


def test_a_stay_has_no_administrator_of_its_own() -> None:
    """The refusal says what holds instead."""
    wrong = member("A1", "case_administrator", "2026-11-12", stay_id="AP1")

    assert (
        "refused",
        "a stay has a key_worker and no case_administrator: leave stay_id out",
    ) == played([*serving(), wrong], "2026-11-13").verdict(wrong)


def test_a_second_allocation_is_refused() -> None:
    """The refusal names the provider and the event that moves a case."""
    again = event("case_allocated", "2026-11-04", provider="NPS", provider_code="N02")

    seen = played([*allocated(), again], "2026-11-05")

    reason = "the case was already allocated to CRC N07; a later change is a provider_transferred"
    assert ("refused", reason) == seen.verdict(again)
    assert "CRC" == seen.view["provider"]


@pytest.mark.parametrize(
    ("assigned", "status"),
    [("2026-11-03 23:59", "met"), ("2026-11-04 00:00", "met_late")],
)
def test_an_officer_is_assigned_by_the_end_of_the_next_working_day(
    assigned: str, status: str
) -> None:
    """The prompt is met on its day and met late from the midnight after it."""
    seen = played([*allocated(), event("officer_assigned", assigned)], "2026-11-05")

    assert (status, "2026-11-03") == seen.clock("officer-assigned-prompt")
    assert "N07A001" == seen.view["officer"]


def test_an_officer_without_authority_is_refused() -> None:
    """ev-officer-authorised: only an authorised officer of a provider is responsible officer."""
    item = event("officer_assigned", "2026-11-03", authorised=False)

    seen = played([*allocated(), item], "2026-11-03 18:00")

    reason = (
        "only an authorised officer of a provider can be responsible officer; "
        "N07A001 is not authorised"
    )
    assert ("refused", reason) == seen.verdict(item)
    assert ("running", "2026-11-03") == seen.clock("officer-assigned-prompt")


def test_an_electronic_only_order_has_no_first_appointment() -> None:
    """Standards 4 to 7 do not apply; those on officer and induction do."""
    seen = played(allocated(requirements=MONITORED), "2026-11-02 18:00")

    assert {
        "allocation-notice-prompt",
        "commencement-timely",
        "first-appt-given-at-court",
        "induction-at-start",
        "officer-assigned-prompt",
        "order-end",
        "record-same-day",
    } == set(seen.clocks)
    assert "electronic_only" in {flag["code"] for flag in seen.view["flags"]}


def test_a_curfew_among_other_requirements_is_not_electronic_only() -> None:
    """One requirement without electronic monitoring makes every standard apply."""
    mixed = [*MONITORED, {"requirement_id": "R2", "kind": "unpaid_work", "hours": 80}]

    seen = played(allocated(requirements=mixed), "2026-11-02 18:00")

    assert ("running", "2026-11-09") == seen.clock("first-appt-community")


def test_a_booking_made_before_the_allocation_counts_once_it_is_allocated() -> None:
    """Events that need an allocation wait for it and keep their own times."""
    booking = event("appointment_arranged", "2026-11-02 11:00", at=at("2026-11-05 10:00"))
    imposed, allocation = allocated()

    before = played([imposed, booking], "2026-11-02 11:30")
    after = played([imposed, booking, allocation], "2026-11-03")

    assert ("held", "waits for case_allocated") == before.verdict(booking)
    assert ("met", "2026-11-02T11:00:00Z") == after.settled("first-appt-community")


def test_t01_settles_the_allocation_and_starts_what_it_brings() -> None:
    """T01: the duty to allocate is done; a notice to the provider and an officer are due."""
    before = played(allocated()[:1], "2026-11-02 11:00")
    after = played(allocated(), "2026-11-02 18:00")

    assert ["open"] == of_row(before, "ev-allocate")
    assert ["done"] == of_row(after, "ev-allocate")
    assert ("running", "2026-11-03") == after.clock("allocation-notice-prompt")
    assert ["open"] == of_row(after, "ev-tell-offender-provider")


def test_the_provider_that_acknowledges_was_told_of_the_allocation() -> None:
    """allocation-notice-prompt: met by the acknowledgement of the notice, sent however often."""
    key = "case-allocated/N07/NPS/case_allocated.2026-11-02/provider#2"
    got = event("notice_acknowledged", "2026-11-03", notice_key=key)

    seen = played([*allocated(), got], "2026-11-05")

    assert ("met", "2026-11-03T12:00:00Z") == seen.settled("allocation-notice-prompt")


def test_the_custody_timers_run_from_the_sentence() -> None:
    """T01 for custody: release, the plan and its window count down from the day of the sentence."""
    seen = played(imprisoned(), "2026-11-03")

    assert ("allocated", "custody") == (seen.state, seen.view["phase"])
    assert ("running", "2027-11-01") == seen.clock("release-date")
    assert ("running", "2027-08-09") == seen.clock("plan-custody-opens")
    assert ("running", "2027-11-01") == seen.clock("plan-custody-prepared")
    assert "first-appt-community" not in seen.clocks


def test_d9_the_nps_alone_allocates() -> None:
    """D9.allocate: the case allocation system is the NPS's."""
    own = event("case_allocated", "2026-11-02", by=OFFICER)

    seen = played([allocated()[0], own], "2026-11-03")

    verdict, reason = seen.verdict(own)
    assert ("refused", True) == (verdict, reason.endswith("of the NPS"))


def test_a_case_of_high_risk_is_not_allocated_to_a_crc() -> None:
    """7.2: high risk of serious harm is the NPS's, and nothing departs from that."""
    assessed = event("rosh_assessed", "2026-11-02 11:00", by=COURT_OFFICER)
    imposed, to_crc = allocated()
    to_nps = event("case_allocated", "2026-11-03", provider="NPS", provider_code="N02")

    seen = played([imposed, assessed, to_crc, to_nps], "2026-11-04")

    reason = (
        "the risk of serious harm is high: the NPS manages the case, and no rationale departs "
        "from that"
    )
    assert ("refused", reason) == seen.verdict(to_crc)
    assert "NPS" == seen.view["provider"]


def test_another_provider_does_not_assign_the_officer() -> None:
    """officer-known-always: the holder of the case assigns, so there are never two officers."""
    foreign = event("officer_assigned", "2026-11-03", by=NPS_OFFICER, officer_id="N02A009")

    seen = played(
        [*allocated(), event("officer_assigned", "2026-11-02 14:00"), foreign], "2026-11-04"
    )

    reason = (
        "CRC N07 has the case and assigns its officer, not NPS; "
        "another provider takes it over by provider_transferred"
    )
    assert ("refused", reason) == seen.verdict(foreign)
    assert "N07A001" == seen.view["officer"]


def test_the_provider_may_go_by_its_code() -> None:
    """AMB-30: what organisations are called is data; a code means its sort."""
    coded = event("officer_assigned", "2026-11-03", by=OFFICER | {"organisation": "N07"})

    assert "N07A001" == played([*allocated(), coded], "2026-11-04").view["officer"]


def test_each_officer_holds_the_case_until_the_next() -> None:
    """The history of officers has no gap and no overlap; who stays is not entered twice."""
    stream = [
        *allocated(),
        event("officer_assigned", "2026-11-03"),
        event("officer_assigned", "2026-11-05"),
        event("officer_assigned", "2026-11-10", officer_id="N07A002"),
    ]

    seen = played(stream, "2026-11-12")

    assert [
        ("N07A001", "2026-11-03T12:00:00Z"),
        ("N07A002", "2026-11-10T12:00:00Z"),
    ] == [(item["officer"], item["since"]) for item in seen.view["officers"]]
    assert "N07A002" == seen.view["officer"]
    assert ["fell_away", "open"] == of_row(seen, "ev-officer-known")


def test_the_person_knows_the_officer_once_they_met() -> None:
    """ev-officer-known: an appointment that took place, or an entry that says so."""
    stream = [
        *allocated(),
        event("officer_assigned", "2026-11-02 14:00"),
        event("appointment_arranged", "2026-11-02 15:00", at=at("2026-11-05 10:00")),
        event("appointment_attended", "2026-11-05 10:00"),
    ]

    assert ["done"] == of_row(played(stream, "2026-11-06"), "ev-officer-known")
