"""The case gets a provider and an officer, and may move to others."""

import pytest

from tests.states.stream import allocated, at, event, failed, played, serving, warned

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
    """Weekends, Easter, Christmas, a jubilee and a state funeral are passed over."""
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
    """Only an authorised officer of a provider is responsible officer."""
    item = event("officer_assigned", "2026-11-03", authorised=False)

    seen = played([*allocated(), item], "2026-11-03 18:00")

    reason = (
        "only an authorised officer of a provider can be responsible officer; "
        "N07A001 is not authorised"
    )
    assert ("refused", reason) == seen.verdict(item)
    assert ("running", "2026-11-03") == seen.clock("officer-assigned-prompt")


def test_a_transfer_moves_the_case_and_nothing_else() -> None:
    """T24, guard 3: no state, warning, count or clock changes; the new officer is told."""
    stream = [
        *serving(),
        *failed("F1", "2026-11-23"),
        warned("W1", "2026-11-24", "F1"),
        *failed("F2", "2026-11-30", acceptable=None),
    ]
    before = played(stream, "2026-12-01")

    after = played([*stream, event("provider_transferred", "2026-12-01 09:00")], "2026-12-01")

    assert ("NPS", "N02", "N02A009") == tuple(
        after.view[name] for name in ("provider", "provider_code", "officer")
    )
    same = ("state", "warnings", "failures", "counted_failures", "transitions")
    assert {name: before.view[name] for name in same} == {name: after.view[name] for name in same}
    assert before.decided.sentence.clocks == after.decided.sentence.clocks
    assert ("officer-introduced", "person") in after.told()


def test_a_transfer_before_any_officer_assigns_one() -> None:
    """The prompt for an officer is met by the officer of the new provider."""
    seen = played([*allocated(), event("provider_transferred", "2026-11-03")], "2026-11-05")

    assert ("met", "2026-11-03") == seen.clock("officer-assigned-prompt")


def test_an_electronic_only_order_has_no_first_appointment() -> None:
    """Standards 4 to 7 do not apply; those on officer and induction do."""
    seen = played(allocated(requirements=MONITORED), "2026-11-02 18:00")

    assert {
        "officer-assigned-prompt",
        "induction-at-start",
        "order-end",
        "record-same-day",
    } == set(seen.clocks)
    assert "electronic_only" in {flag["code"] for flag in seen.view["flags"]}


def test_a_curfew_among_other_requirements_is_not_electronic_only() -> None:
    """One requirement that nobody monitors by machine, and every standard applies."""
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
