"""The case moves to another provider: T24, G3, AMB-52, 7.3."""

import pytest

from states.events.envelope import Event
from tests.states.custody import MONITORED, NPS, contact, duty, imprisoned, of_row
from tests.states.stream import allocated, at, event, failed, played, serving, warned
from tests.states.wording import NPS_OFFICER

MOVED = "NPS/provider_transferred"
TO_NPS = event("provider_transferred", "2026-12-01 09:00")
UID = TO_NPS.uid
TO_CRC = event(
    "provider_transferred", "2026-12-01 09:00",
    provider="CRC", provider_code="N07", officer_id="N07A001",
)  # fmt: skip

HIGH = (
    "the risk of serious harm is high: the NPS manages the case, and no rationale departs from that"
)


def in_the_middle() -> list[Event]:
    return [
        *serving(),
        *failed("F1", "2026-11-23"),
        warned("W1", "2026-11-24", "F1"),
        *failed("F2", "2026-11-30", acceptable=None),
    ]


def test_t24_a_transfer_in_the_middle_of_a_failure_moves_the_case_and_nothing_else() -> None:
    """T24, G3, AMB-52: no state, warning, count or clock changes; the new officer takes over."""
    before = played(in_the_middle(), "2026-12-01")
    after = played([*in_the_middle(), TO_NPS], "2026-12-01")

    assert ("NPS", "N02", "N02A009") == tuple(
        after.view[name] for name in ("provider", "provider_code", "officer")
    )
    same = ("state", "warnings", "failures", "counted_failures", "transitions")
    assert {name: before.view[name] for name in same} == {name: after.view[name] for name in same}
    kept = {key: after.clocks[key] for key in before.clocks if key != "record-same-day"}
    assert kept == {key: before.clocks[key] for key in kept}
    assert {f"plan-after-transfer/{UID}", f"transition-change-tight/{UID}"} == set(
        after.clocks
    ) - set(before.clocks)


def test_a_transfer_before_any_officer_assigns_one() -> None:
    """The prompt for an officer is met by the officer of the new provider."""
    seen = played([*allocated(), event("provider_transferred", "2026-11-03")], "2026-11-05")

    assert ("met", "2026-11-03") == seen.clock("officer-assigned-prompt")
    assert ("officer-introduced", "person") in seen.told()


def test_the_new_officer_comes_with_the_case() -> None:
    """officer-known-always, ev-transfer-instruction, ev-transfer-clear-manager: always just one."""
    seen = played([*serving(), TO_NPS], "2026-12-02")

    assert [("N07A001", "CRC"), ("N02A009", "NPS")] == [
        (item["officer"], item["provider"]) for item in seen.view["officers"]
    ]
    assert ("case-transferred", "provider") in seen.told()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"authorised": False}, "only an authorised officer of a provider can be responsible "),
        (
            {"provider": "CRC", "provider_code": "N07"},
            "CRC N07 has the case already; a change of officer alone is an officer_assigned",
        ),
        (
            {"provider": "CRC", "provider_code": "N09", "kind": "rosh_high"},
            "a transfer because of high risk goes to the NPS",
        ),
    ],
)
def test_a_transfer_that_cannot_be_is_refused(fields: dict[str, object], reason: str) -> None:
    """The refusal says what holds instead."""
    item = event("provider_transferred", "2026-12-01", **fields)

    verdict, why = played([*serving(), item], "2026-12-02").verdict(item)

    assert ("refused", reason) == (verdict, why[: len(reason)])


@pytest.mark.parametrize("kind", ["other_uk_jurisdiction", "youth_offending_team"])
def test_a_case_from_outside_comes_through_the_nps(kind: str) -> None:
    """ev-transfer-instruction: to the NPS, or sent on by it."""
    onwards = {"provider": "CRC", "provider_code": "N09", "kind": kind}
    ours = event("provider_transferred", "2026-12-01", **onwards)
    theirs = event("provider_transferred", "2026-12-01", **onwards, by=NPS_OFFICER)

    reason = f"a case that comes by {kind} comes through the NPS"
    assert ("refused", reason) == played([*serving(), ours], "2026-12-02").verdict(ours)
    assert "N09" == played([*serving(), theirs], "2026-12-02").view["provider_code"]


def test_a_case_of_high_risk_never_goes_to_a_crc() -> None:
    """7.2: no rationale departs from that; once the risk is lower, the case may go."""
    ours = [*allocated()[:1], event("case_allocated", "2026-11-02", **NPS)]
    high = event("rosh_assessed", "2026-11-20", by=NPS_OFFICER)
    lower = event("rosh_assessed", "2026-11-25", by=NPS_OFFICER, level="medium")

    assert ("refused", HIGH) == played([*ours, high, TO_CRC], "2026-12-02").verdict(TO_CRC)
    assert "CRC" == played([*ours, high, lower, TO_CRC], "2026-12-02").view["provider"]


def test_high_risk_does_not_bind_an_electronic_only_order_to_the_nps() -> None:
    """AMB-20: standard 6 does not apply."""
    imposed = allocated(requirements=MONITORED)[0]
    stream = [
        imposed,
        event("case_allocated", "2026-11-02", **NPS),
        event("rosh_assessed", "2026-11-20", by=NPS_OFFICER),
        TO_CRC,
    ]

    assert "CRC" == played(stream, "2026-12-02").view["provider"]


@pytest.mark.parametrize(
    ("now", "status"), [("2026-12-08 23:59", "running"), ("2026-12-09 00:00", "missed")]
)
def test_the_plan_is_brought_up_to_date_after_a_transfer(now: str, status: str) -> None:
    """plan-after-transfer, ev-transfer-plan: five working days are ours, so it only prompts."""
    assert (status, "2026-12-08") == played([*serving(), TO_NPS], now).clock(
        f"plan-after-transfer/{UID}"
    )


@pytest.mark.parametrize("kind", ["plan_completed", "plan_reviewed"])
def test_a_plan_or_its_review_brings_it_up_to_date(kind: str) -> None:
    """AMB-47: an update is enough; a review is needed only where something significant changed."""
    seen = played([*serving(), TO_NPS, event(kind, "2026-12-03")], "2026-12-20")

    assert ("met", "2026-12-08") == seen.clock(f"plan-after-transfer/{UID}")


def test_a_transfer_within_one_sort_of_provider_is_no_transition() -> None:
    """transition-change-tight is about the NPS and a CRC, either way."""
    other = event("provider_transferred", "2026-12-01", provider="CRC", provider_code="N09")

    seen = played([*serving(), other], "2026-12-02")

    assert [] == of_row(seen, "transition-change-tight")
    assert ["running"] == of_row(seen, "plan-after-transfer")


def test_a_transition_is_tight_until_the_new_officer_has_met_the_person() -> None:
    """transition-change-tight: an appointment that took place shows that it was managed."""
    met = [
        event("appointment_arranged", "2026-12-02", appointment_id="A2", at=at("2026-12-04 10:00")),
        event("appointment_attended", "2026-12-04 10:00", appointment_id="A2"),
    ]

    seen = played([*serving(), TO_NPS, *met], "2026-12-20")

    assert "met" == seen.clock(f"transition-change-tight/{UID}")[0]


def test_agencies_are_told_of_a_transfer() -> None:
    """ev-transfer-notify: by an acknowledged notice, or already done as the event says."""
    seen = played([*serving(), TO_NPS], "2026-12-02")
    told = event("provider_transferred", "2026-12-01 09:00", agencies_told=["housing"])

    assert ("transfer-notice", "agencies") in seen.told()
    assert "open" == duty(seen, f"ev-transfer-notify/{UID}")[0]
    after = played([*serving(), told], "2026-12-02")
    assert "done" == duty(after, f"ev-transfer-notify/{UID}")[0]


def test_a_transfer_that_was_agreed_was_talked_over() -> None:
    """ev-transfer-consult: a consultation before it counts, and so does an agreement."""
    before = contact("transfer_consultation", "2026-11-27")
    agreed = event("provider_transferred", "2026-12-01 09:00", agreed_on="2026-11-30")

    assert ["open"] == of_row(played([*serving(), TO_NPS], "2026-12-02"), "ev-transfer-consult")
    for stream in ([*serving(), before, TO_NPS], [*serving(), agreed]):
        assert ["done"] == of_row(played(stream, "2026-12-02"), "ev-transfer-consult")


def test_what_was_talked_over_once_does_not_answer_the_next_transfer() -> None:
    """Each transfer is consulted on by itself."""
    back = event(
        "provider_transferred", "2027-03-01",
        provider="CRC", provider_code="N07", officer_id="N07A001",
    )  # fmt: skip
    stream = [*serving(), contact("transfer_consultation", "2026-11-27"), TO_NPS, back]

    assert ["done", "open"] == of_row(played(stream, "2027-03-02"), "ev-transfer-consult")


def test_a_temporary_transfer_and_the_way_back_are_shown() -> None:
    """7.3: it is a transfer like any other, and says that it is to be undone."""
    away = event("provider_transferred", "2026-12-01", temporary=True)
    back = event(
        "provider_transferred", "2027-01-15",
        provider="CRC", provider_code="N07", officer_id="N07A001",
    )  # fmt: skip

    seen = played([*serving(), away, back], "2027-01-16")

    assert [False, True, False] == [item["temporary"] for item in seen.view["officers"]]
    assert ("CRC", "N07A001") == (seen.view["provider"], seen.view["officer"])


def test_duties_of_the_crc_alone_are_left_behind() -> None:
    """ev-crc-refer-breach: the NPS, which has the case now, refers nothing to itself."""
    breach = event(
        "breach_decided", "2026-11-30 15:00", failure_ids=["F1"], departure_rationale="Grave."
    )
    stream = [*serving(), *failed("F1", "2026-11-30"), breach]

    assert ["open"] == of_row(played(stream, "2026-12-02"), "ev-crc-refer-breach")
    seen = played([*stream, TO_NPS], "2026-12-02")
    assert ["fell_away"] == of_row(seen, "ev-crc-refer-breach")
    assert ("breached", "running") == (seen.state, seen.clock("enforce-6wd/2026-11-30")[0])


def test_a_case_is_transferred_in_prison_as_well() -> None:
    """T24 is from any state, and leaves it."""
    seen = played([*imprisoned(), TO_NPS], "2026-12-02")

    assert ("allocated", "custody", "NPS") == tuple(
        seen.view[name] for name in ("state", "phase", "provider")
    )
