"""An acknowledged notice is received: where receipt is what counts, that stops the clocks."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.licence import on_licence, recalled
from tests.states.stream import Played, event, failed, played, serving
from tests.states.wording import CASEWORK, COURT_OFFICER, OFFICER, OPS

DECIDED = recalled("2015-04-07")
SENT = event("recall_report_sent", "2015-04-07 14:00")
REPORT = f"recall-report/2015-04-07/{SENT.uid}/casework_section"
BREACHED = [*failed("F1", "2026-11-23"), event("breach_decided", "2026-11-26", failure_ids=["F1"])]
REFERRED = event("breach_referred", "2026-11-27", response_report="R", order_should_continue=True)
PAPERS = f"referral-papers/{REFERRED.event_id}/{REFERRED.uid}/nps_enforcement"
SYSTEM = {"id": "GW1", "role": "system", "organisation": "PPCS"}


def acknowledged(key: str, when: str, by: dict[str, str]) -> Event:
    """Return the acknowledgement of a notice by a sender."""
    return event("notice_acknowledged", when, event_id=f"ack.{by['id']}", notice_key=key, by=by)


def recall(*events: Event) -> Played:
    """Return a recall of 7 April, its report sent, after more events."""
    return played([*on_licence(), DECIDED, SENT, *events], "2015-04-10")


def breach(*events: Event) -> Played:
    """Return a breach that a CRC referred, after more events."""
    return played([*serving(), *BREACHED, REFERRED, *events], "2026-11-30")


def test_the_casework_section_receives_a_report_by_acknowledging_it() -> None:
    """recall-nonemergency-24h, G5, AMB-55: receipt stops the clock, and sending does not."""
    assert {REPORT} <= recall().decided.effects.keys()
    assert recall().view["recalls"][0]["received_at"] is None
    seen = recall(acknowledged(REPORT, "2015-04-07 16:00", CASEWORK))
    assert "2015-04-07T15:00:00Z" == seen.view["recalls"][0]["received_at"]
    (clock,) = [c for c in seen.view["clocks"] if c["timescale"] == "recall-nonemergency-24h"]
    assert ("met", "2015-04-07T15:00:00Z") == (clock["status"], clock["settled_at"])


def test_of_two_tellings_of_a_receipt_the_earlier_one_stands() -> None:
    """The section's own event and its acknowledgement, in either order."""
    own = event("recall_report_received", "2015-04-07 15:00")
    later = acknowledged(REPORT, "2015-04-07 16:00", CASEWORK)
    earlier = acknowledged(REPORT, "2015-04-07 14:30", CASEWORK)
    assert ["2015-04-07T14:00:00Z", "2015-04-07T13:30:00Z"] == [
        recall(own, ack).view["recalls"][0]["received_at"] for ack in (later, earlier)
    ]


@pytest.mark.parametrize("by", [OPS, SYSTEM, OFFICER, {**CASEWORK, "organisation": "NPS"}])
def test_nobody_receives_a_report_for_the_casework_section(by: dict[str, str]) -> None:
    """An acknowledgement by ops does not mean that the section has the report."""
    seen = recall(acknowledged(REPORT, "2015-04-07 16:00", by))
    assert seen.view["recalls"][0]["received_at"] is None
    assert {REPORT} == seen.decided.sentence.acknowledged.keys()


def test_the_report_of_a_recall_that_is_over_is_not_that_of_the_latest() -> None:
    """A later recall has a report of its own."""
    again = [
        event("recall_withdrawn", "2015-04-08"),
        recalled("2015-04-09", event_id="again"),
        acknowledged(REPORT, "2015-04-09 16:00", CASEWORK),
    ]
    seen = recall(*again)
    assert [None, None] == [item["received_at"] for item in seen.view["recalls"]]


def test_the_nps_receives_a_referral_by_acknowledging_its_papers() -> None:
    """AMB-45: receipt is what counts as action, and the duty of the CRC is done."""
    assert {PAPERS} <= breach().decided.effects.keys()
    seen = breach(acknowledged(PAPERS, "2026-11-28", COURT_OFFICER))
    assert "2026-11-28T12:00:00Z" == seen.view["breaches"][0]["received_at"]
    (duty,) = [d for d in seen.view["duties"] if d.get("duty") == "ev-crc-refer-breach"]
    assert ("done", "2026-11-28T12:00:00Z") == (duty["status"], duty["settled_at"])


def test_a_receipt_that_the_nps_told_itself_is_left_as_it_is() -> None:
    """The acknowledgement comes second, whenever it is dated."""
    own = event("breach_referral_received", "2026-11-28")
    seen = breach(own, acknowledged(PAPERS, "2026-11-29", COURT_OFFICER))
    assert "2026-11-28T12:00:00Z" == seen.view["breaches"][0]["received_at"]


@pytest.mark.parametrize("by", [OPS, OFFICER])
def test_nobody_receives_a_referral_for_the_nps(by: dict[str, Any]) -> None:
    """Neither ops nor the referring organisation can receive it."""
    seen = breach(acknowledged(PAPERS, "2026-11-28", by))
    assert seen.view["breaches"][0]["received_at"] is None
