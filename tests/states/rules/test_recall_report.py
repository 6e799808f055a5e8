"""The recall report: endorsement, sending, receipt, and the hours (D6.3, D6.4, D12, D13, D14)."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.licence import EMERGENCY, STANDARD, by_nps, on_licence, recalled
from tests.states.stream import Played, at, event, failed, played
from tests.states.wording import NPS_OFFICER, OFFICER

SENT = event("recall_report_sent", "2015-04-07 14:00")
HIGH = event("rosh_assessed", "2015-04-06 12:00", level="high")
HOURS_24 = ("recall-nonemergency-24h/2015-04-07",)
HOURS_2 = "recall-emergency-2h/2015-04-07"


def after(*events: Event, now: str = "2015-04-20", provider: str = "CRC") -> Played:
    return played([*on_licence(provider=provider), *events], now)


def received(when: str, **more: Any) -> Event:
    return event("recall_report_received", when, **more)


@pytest.mark.parametrize(
    ("instant", "status"),
    [
        pytest.param("2015-04-08T10:59:59Z", "met", id="before"),
        pytest.param("2015-04-08T11:00:00Z", "met", id="at-the-very-instant"),
        pytest.param("2015-04-08T11:00:01Z", "met_late", id="a-second-later"),
    ],
)
def test_the_24_hours_include_their_last_instant(instant: str, status: str) -> None:
    """recall-nonemergency-24h, recall-report-ppcs-24h, D6.3, D12.5: decided at noon, London."""
    seen = after(recalled(), received("2015-04-09", received_at=instant))

    assert [status] == [seen.settled(key)[0] for key in HOURS_24]
    assert instant == seen.settled(HOURS_24[0])[1]


@pytest.mark.parametrize(
    ("instant", "status"),
    [
        pytest.param("2015-04-07T13:00:00Z", "met", id="at-the-very-instant"),
        pytest.param("2015-04-07T13:00:01Z", "met_late", id="a-second-later"),
    ],
)
def test_an_emergency_has_two_hours_and_no_24(instant: str, status: str) -> None:
    """recall-emergency-2h, D6.4, D11.5: superseded are the 24 hours, not added to them."""
    seen = after(recalled(**EMERGENCY), received("2015-04-09", received_at=instant))

    assert (status, instant) == seen.settled(HOURS_2)
    assert not [key for key in HOURS_24 if key in seen.clocks]


def test_hours_are_elapsed_hours() -> None:
    """AMB-41: the night of 25 October 2015 is an hour longer, and the 24 hours are not."""
    seen = after(recalled("2015-10-24 17:00"), now="2015-10-24 18:00")

    key = "recall-nonemergency-24h/2015-10-24"
    assert "2015-10-25T16:00:00Z" == seen.clocks[key]["due_at"]


def test_hours_run_through_a_weekend_when_working_days_do_not() -> None:
    """AMB-07: on a Friday the 24 hours end two days before the tenth working day does."""
    stream = [
        *failed("F1", "2015-05-15"),
        recalled("2015-05-29 16:00", ground="condition_broken", failure_ids=["F1"]),
    ]

    seen = after(*stream, now="2015-05-29 17:00")

    assert "2015-05-30T15:00:00Z" == seen.clocks["recall-nonemergency-24h/2015-05-29"]["due_at"]
    assert ("running", "2015-06-01") == seen.clock("recall-10-day-timescale/2015-05-15")


@pytest.mark.parametrize(
    ("failed_on", "ninth", "tenth"),
    [
        pytest.param("2015-04-01", "2015-04-16", "2015-04-17", id="easter"),
        pytest.param("2015-05-18", "2015-06-01", "2015-06-02", id="may-holiday"),
    ],
)
def test_the_ninth_and_tenth_working_day_pass_over_holidays(
    failed_on: str, ninth: str, tenth: str
) -> None:
    """recall-decision-9wd, recall-10-day-timescale, D6.3: the worked dates of 2015."""
    seen = after(*failed("F1", failed_on), now=f"{failed_on} 18:00")

    assert [("running", ninth), ("running", tenth)] == [
        seen.clock(f"recall-decision-9wd/{failed_on}"),
        seen.clock(f"recall-10-day-timescale/{failed_on}"),
    ]


@pytest.mark.parametrize(
    ("decided", "status"),
    [
        pytest.param("2015-04-15 18:00", "met", id="the-day-before"),
        pytest.param("2015-04-16 23:59", "met", id="the-day"),
        pytest.param("2015-04-17 00:00", "met_late", id="the-day-after"),
    ],
)
def test_a_late_decision_leaves_the_24_hours_whole(decided: str, status: str) -> None:
    """D12: ninth working day and 24 hours are apart; missing one does not stop the other."""
    day = decided[:10]
    stream = [
        *failed("F1", "2015-04-01"),
        recalled(decided, ground="condition_broken", failure_ids=["F1"]),
        received(f"{day} 23:59:30" if decided.endswith("23:59") else f"{day} 20:00"),
    ]

    seen = after(*stream)

    assert [status, "met"] == [
        seen.settled("recall-decision-9wd/2015-04-01")[0],
        seen.settled(f"recall-nonemergency-24h/{day}")[0],
    ]


@pytest.mark.parametrize(
    ("received_on", "status"),
    [("2015-04-17 23:59", "met"), ("2015-04-18 00:00", "met_late")],
)
def test_receipt_initiates_and_ends_the_ten_days(received_on: str, status: str) -> None:
    """D12.6, AMB-07: enforcement is initiated by the receipt, by the end of the tenth day."""
    stream = [
        *failed("F1", "2015-04-01"),
        recalled("2015-04-16 23:00", ground="condition_broken", failure_ids=["F1"]),
        received(received_on),
    ]

    assert status == after(*stream).settled("recall-10-day-timescale/2015-04-01")[0]


def test_guard_5_sending_stops_no_clock_of_hours() -> None:
    """G5: what was sent at two and arrived a day late is late."""
    seen = after(recalled(), SENT, received("2015-04-08 14:00"))

    assert [("met_late", "2015-04-08T13:00:00Z")] == [seen.settled(key) for key in HOURS_24]
    assert "2015-04-07T13:00:00Z" == seen.view["recalls"][0]["sent_at"]


def test_an_emergency_has_one_clock_which_the_sending_does_not_stop() -> None:
    """recall-application-immediate: "immediately" and the two hours are one duty, by receipt."""
    stream = [
        recalled(**EMERGENCY),
        event("recall_report_sent", "2015-04-07 12:30"),
        received("2015-04-07 15:00"),
    ]

    seen = after(*stream)

    running = [key for key in seen.clocks if key.startswith(("recall-emergency", "recall-app"))]
    assert [HOURS_2] == running
    assert ("met_late", "2015-04-07T14:00:00Z") == seen.settled(HOURS_2)


def test_receipt_by_the_nps_is_stored_and_stops_nothing() -> None:
    """AMB-55: the casework section alone is tied to the hours."""
    seen = after(recalled(), received("2015-04-07 15:00", by_whom="NPS", by=NPS_OFFICER))

    assert ["missed"] == [seen.clock(key)[0] for key in HOURS_24]
    found = seen.view["recalls"][0]
    assert ("2015-04-07T14:00:00Z", None) == (found["nps_received_at"], found["received_at"])


def test_both_receipts_stand_side_by_side() -> None:
    """AMB-55: each with its own instant."""
    stream = [
        recalled(),
        received("2015-04-07 15:00", by_whom="NPS", by=NPS_OFFICER),
        received("2015-04-07 16:00"),
    ]

    found = after(*stream).view["recalls"][0]

    assert ("2015-04-07T14:00:00Z", "2015-04-07T15:00:00Z") == (
        found["nps_received_at"],
        found["received_at"],
    )


def test_of_two_receipts_the_earlier_instant_counts() -> None:
    """A later acknowledgement of the same report makes nothing late."""
    stream = [recalled(), received("2015-04-07 15:00"), received("2015-04-09 15:00")]

    assert ("met", "2015-04-07T14:00:00Z") == after(*stream).settled(HOURS_24[0])


def test_a_receipt_waits_for_a_decision_that_comes_later() -> None:
    """Out of order, each keeps its own time."""
    early = received("2015-04-07 15:00")

    before = after(early)

    assert ("held", "waits for recall_decided") == before.verdict(early)
    for order in permutations([early, recalled(), SENT]):
        assert ("met", "2015-04-07T14:00:00Z") == after(*order).settled(HOURS_24[0])


def endorsed(when: str = "2015-04-07 13:00", *, agreed: bool) -> Event:
    return event("recall_endorsed", when, endorsed=agreed)


WANTED = "the NPS must endorse this recall before its report is sent; it was not yet"
DENIED = "the NPS did not endorse this recall, so its report is not sent"


@pytest.mark.parametrize(
    ("provider", "risk", "choice", "verdict"),
    [
        pytest.param("CRC", [], {}, "applied", id="D13.1"),
        pytest.param("CRC", [HIGH], {}, "refused", id="D13.2"),
        pytest.param("CRC", [HIGH], EMERGENCY, "applied", id="D13.3"),
        pytest.param("CRC", [], EMERGENCY, "applied", id="D13.4"),
        pytest.param("NPS", [HIGH], {}, "applied", id="D13.5"),
        pytest.param("NPS", [], {}, "applied", id="D13.5-risk-not-high"),
    ],
)
def test_each_row_of_d13_lets_the_report_go_or_holds_it(
    provider: str, risk: Sequence[Event], choice: dict[str, Any], verdict: str
) -> None:
    """At high risk a CRC asks first, but in no emergency (ev-recall-crc-manages)."""
    by = NPS_OFFICER if provider == "NPS" else OFFICER
    sent = event("recall_report_sent", "2015-04-07 14:00", by=by)

    seen = after(*risk, recalled(by=by, **choice), sent, provider=provider)

    assert verdict == seen.verdict(sent)[0]
    owed = [duty for duty in seen.view["duties"] if duty.get("duty") == "ev-recall-endorse"]
    assert (verdict == "refused") == bool(owed)


def test_guard_4_endorsement_gates_the_sending_alone() -> None:
    """G4: the decision holds and the 24 hours run while the NPS decides."""
    seen = after(HIGH, recalled(), SENT, now="2015-04-07 18:00")

    assert ("recalled", ("refused", WANTED)) == (seen.state, seen.verdict(SENT))
    assert "running" == seen.clock(HOURS_24[0])[0]
    assert ("recall-endorsement-wanted", "nps_enforcement") in seen.told()


def test_what_is_endorsed_may_be_sent() -> None:
    """D13.2, D14.endorsement, D14.recall-report: the duty to ask is done, the report goes out."""
    seen = after(HIGH, recalled(), endorsed(agreed=True), SENT)

    duty = next(duty for duty in seen.view["duties"] if duty.get("duty") == "ev-recall-endorse")
    assert ("applied", "done") == (seen.verdict(SENT)[0], duty["status"])
    assert ("recall-report", "casework_section") in seen.told()


def test_what_the_nps_refused_to_endorse_is_not_sent() -> None:
    """Until the NPS thinks again."""
    again = event("recall_report_sent", "2015-04-07 16:00")

    seen = after(
        HIGH,
        recalled(),
        endorsed(agreed=False),
        SENT,
        endorsed("2015-04-07 15:00", agreed=True),
        again,
    )

    assert ("refused", DENIED) == seen.verdict(SENT)
    assert "applied" == seen.verdict(again)[0]


def test_an_open_referral_counts_as_high() -> None:
    """AMB-53: until the NPS has answered, protection comes first."""
    referred = event("rosh_referred", "2015-04-06", received_at=at("2015-04-06"))
    answered = event("rosh_confirmed", "2015-04-07 13:00", level="medium")

    waiting = after(referred, recalled(), SENT)
    seen = after(referred, recalled(), answered, SENT)

    assert ("refused", WANTED) == waiting.verdict(SENT)
    assert "applied" == seen.verdict(SENT)[0]


@pytest.mark.parametrize(
    "rose",
    [
        event("rosh_assessed", "2015-04-07 13:00", level="very_high"),
        event("rosh_referred", "2015-04-07 13:00"),
        event("rosh_confirmed", "2015-04-07 13:00", level="high"),
    ],
    ids=["assessed", "referred", "confirmed"],
)
def test_risk_that_rises_after_the_decision_holds_up_the_sending_too(rose: Event) -> None:
    """D13.2, D12.4: asked at the moment of sending, and the duty to ask opens with the risk."""
    seen = after(recalled(), rose, SENT)

    owed = [duty for duty in seen.view["duties"] if duty.get("duty") == "ev-recall-endorse"]
    assert ("refused", WANTED) == seen.verdict(SENT)
    assert [("open", "2015-04-07T12:00:00Z")] == [(duty["status"], duty["since"]) for duty in owed]


def test_a_case_that_goes_to_the_nps_needs_no_endorsement_any_more() -> None:
    """D13.5: the NPS sends what it would have been asked about."""
    moved = event("provider_transferred", "2015-04-07 13:00", by=NPS_OFFICER)
    sent = event("recall_report_sent", "2015-04-07 14:00", by=NPS_OFFICER)

    seen = after(HIGH, recalled(), moved, sent)

    owed = [duty for duty in seen.view["duties"] if duty.get("duty") == "ev-recall-endorse"]
    assert ("applied", ["fell_away"]) == (
        seen.verdict(sent)[0],
        [duty["status"] for duty in owed],
    )


def test_a_report_that_arrived_unendorsed_arrived() -> None:
    """A fact: the clock is met by it, and it is marked as irregular."""
    item = received("2015-04-07 15:00")

    seen = after(HIGH, recalled(), item)

    assert "met" == seen.settled(HOURS_24[0])[0]
    assert ("applied", WANTED) == seen.verdict(item)
    assert seen.decided.dispositions[item.uid].irregular


@pytest.mark.parametrize(("by", "verdict"), [(NPS_OFFICER, "applied"), (OFFICER, "refused")])
def test_d9_the_nps_endorses(by: dict[str, str], verdict: str) -> None:
    """D9.endorse: an endorsement by the recalling side is refused."""
    item = event("recall_endorsed", "2015-04-07 13:00", by=by)

    assert verdict == after(HIGH, recalled(), item).verdict(item)[0]


@pytest.mark.parametrize(
    ("organisation", "verdict"), [("CRC", "applied"), ("NPS", "applied"), ("N99", "refused")]
)
def test_d9_the_provider_or_the_nps_sends_the_report(organisation: str, verdict: str) -> None:
    """D9.manage-recall, AMB-17: a CRC runs its recall, and the NPS may."""
    item = event(
        "recall_report_sent", "2015-04-07 14:00", by={**OFFICER, "organisation": organisation}
    )

    assert verdict == after(recalled(), item).verdict(item)[0]


def test_an_endorsement_nobody_needed_is_recorded() -> None:
    """It changes nothing, also when it says no."""
    item = endorsed(agreed=False)

    seen = after(recalled(), item, SENT)

    assert ("applied", "recorded; this recall needs no endorsement") == seen.verdict(item)
    assert "applied" == seen.verdict(SENT)[0]


@pytest.mark.parametrize("kind", ["recall_endorsed", "recall_report_sent"])
def test_steps_wait_for_a_recall_and_are_refused_after_it(kind: str) -> None:
    """Once it was withdrawn there is nothing to endorse or to send."""
    item = by_nps(kind, "2015-04-07 15:00")
    gone = event("recall_withdrawn", "2015-04-07 14:00")

    assert ("refused", f"{kind} is refused in active; it is allowed in recalled") == (
        after(recalled(**STANDARD), gone, item).verdict(item)
    )
    assert ("held", "waits for recall_decided") == after(item).verdict(item)
