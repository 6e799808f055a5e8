"""A breach on its way to court: referral, receipt, warrant (AMB-17, AMB-45, D14)."""

import pytest

from states.events.envelope import Event
from tests.states.custody import of_row
from tests.states.stream import Played, event, failed, played, serving
from tests.states.wording import COURT, COURT_OFFICER, NPS_OFFICER

DAY = "2026-11-23"
PAPERS = {"response_report": "RSR1", "order_should_continue": True}
BREACHED = [*failed("F1", DAY), event("breach_decided", "2026-11-26", failure_ids=["F1"])]
REFERRED = event("breach_referred", "2026-11-27", **PAPERS)
RECEIVED = event("breach_referral_received", "2026-11-28")


def after(*events: Event, now: str = "2026-11-30") -> Played:
    return played([*serving(), *events], now)


def duty(seen: Played) -> tuple[str, str | None]:
    """Return the state of the CRC's duty, and when it was done."""
    found = next(d for d in seen.view["duties"] if d["duty"] == "ev-crc-refer-breach")
    return found["status"], found["settled_at"]


def test_the_steps_of_proceedings_wait_for_the_decision() -> None:
    """A receipt and a warrant name a breach without an id; what a court lists is taken."""
    steps = [
        event("breach_referral_received", "2026-11-26"),
        event("warrant_recorded", "2026-11-26"),
    ]
    listed = event("hearing_listed", "2026-11-26", listed_on="2026-12-10")

    seen = after(*failed("F1", DAY), *steps, listed)

    assert {("held", "waits for breach_decided")} == {seen.verdict(step) for step in steps}
    assert ("applied", "a breach is listed, and no breach was decided") == seen.verdict(listed)


def test_the_proceedings_are_shown_with_their_dates() -> None:
    """Decision, referral, receipt, warrant and hearing, each by its own time."""
    stream = [
        *BREACHED,
        REFERRED,
        RECEIVED,
        event("warrant_recorded", "2026-11-28 13:00"),
        event("hearing_listed", "2026-11-28 14:00", listed_on="2026-12-10"),
    ]

    assert [
        {
            "failure_ids": ["F1"],
            "reason": "failure",
            "departure": True,
            "decided_at": "2026-11-26T12:00:00Z",
            "referred_at": "2026-11-27T12:00:00Z",
            "referral_lacks": [],
            "received_at": "2026-11-28T12:00:00Z",
            "presented_at": None,
            "warrant_at": "2026-11-28T13:00:00Z",
            "warrant": "applied",
            "hearing_on": "2026-12-10",
            "committed_on": None,
            "committed_until": None,
            "closed_at": None,
        }
    ] == after(*stream).view["breaches"]


def test_a_crc_owes_the_referral_until_the_nps_has_it() -> None:
    """ev-crc-refer-breach, AMB-45: sending is not enough."""
    assert ("open", None) == duty(after(*BREACHED, REFERRED))
    assert ("done", "2026-11-28T12:00:00Z") == duty(after(*BREACHED, REFERRED, RECEIVED))


def test_an_application_for_a_warrant_is_a_referral_enough() -> None:
    """D6.2: that of the NPS, which has the case, takes the place of the papers."""
    warrant = event("warrant_recorded", "2026-11-27 09:00", by=COURT_OFFICER)

    assert ("done", "2026-11-27T09:00:00Z") == duty(after(*BREACHED, warrant))


def test_a_crc_that_applies_for_a_warrant_still_owes_the_referral() -> None:
    """ev-crc-refer-breach, PF 2015 Enforce: both processes require referral to the NPS."""
    warrant = event("warrant_recorded", "2026-11-27 09:00")
    before = after(*BREACHED, warrant, now="2026-12-02")
    done = after(*BREACHED, warrant, RECEIVED, now="2026-12-02")

    note = "recorded; the clock and the duty to refer run until the NPS has the case"
    assert ("applied", note) == before.verdict(warrant)
    assert ("open", None) == duty(before)
    assert ("missed", "2026-12-01") == before.clock(f"enforce-6wd/{DAY}")
    assert "applied" == before.view["breaches"][0]["warrant"]
    assert "done" == duty(done)[0]
    assert ("met", "2026-12-01") == done.clock(f"enforce-6wd/{DAY}")


def test_a_warrant_of_a_crc_after_the_nps_has_the_case_is_recorded_with_its_time() -> None:
    """The referral is there, so nothing is passed by."""
    warrant = event("warrant_recorded", "2026-11-29 09:00")

    shown = after(*BREACHED, REFERRED, RECEIVED, warrant).view["breaches"][0]

    assert "2026-11-29T09:00:00Z" == shown["warrant_at"]


def test_the_nps_owes_no_referral_to_itself() -> None:
    """The duty is a CRC's."""
    stream = serving()
    stream[1] = event("case_allocated", "2026-11-02", provider="NPS", provider_code="N02")
    decided = event("breach_decided", "2026-11-26", failure_ids=["F1"], by=COURT_OFFICER)

    seen = played([*stream, *failed("F1", DAY, judge=NPS_OFFICER), decided], "2026-11-30")

    assert [] == [d for d in seen.view["duties"] if d["duty"] == "ev-crc-refer-breach"]
    assert ("breach-referral", "court") in seen.told()


@pytest.mark.parametrize(
    ("papers", "lacks"),
    [
        (PAPERS, []),
        ({"response_report": "RSR1"}, ["order_should_continue"]),
        ({}, ["response_report", "order_should_continue"]),
    ],
)
def test_a_referral_says_what_it_lacks(papers: dict[str, object], lacks: list[str]) -> None:
    """D14.breach-referral: the response to supervision report, and a view on continuing."""
    item = event("breach_referred", "2026-11-27", **papers)

    seen = after(*BREACHED, item)

    assert lacks == seen.view["breaches"][0]["referral_lacks"]
    note = f"the NPS needs more of it: {', '.join(lacks)}" if lacks else ""
    assert ("applied", note) == seen.verdict(item)
    assert ("referral-papers", "nps_enforcement") in seen.told()


def test_the_nps_presents_what_a_crc_referred() -> None:
    """D9.present: both acts are kept, each with its time."""
    presented = event("breach_referred", "2026-11-29", by=COURT_OFFICER)

    shown = after(*BREACHED, REFERRED, RECEIVED, presented).view["breaches"][0]

    assert ("2026-11-27T12:00:00Z", "2026-11-29T12:00:00Z") == (
        shown["referred_at"],
        shown["presented_at"],
    )


def test_a_receipt_by_a_crc_is_none() -> None:
    """AMB-45: only receipt by the NPS counts."""
    item = event("breach_referral_received", "2026-11-28", by_whom="CRC")

    seen = after(*BREACHED, REFERRED, item)

    note = "a breach is received by the NPS, which presents it"
    assert (("applied", note), None) == (
        seen.verdict(item),
        seen.view["breaches"][0]["received_at"],
    )
    assert "running" == seen.clock(f"enforce-6wd/{DAY}")[0]


def test_a_warrant_is_followed_to_its_end() -> None:
    """The application counts as action, the steps after it are kept."""
    steps = [
        event("warrant_recorded", f"2026-11-2{n}", step=step, by=COURT_OFFICER)
        for n, step in ((7, "applied"), (8, "issued"), (9, "executed"))
    ]

    shown = after(*BREACHED, *steps).view["breaches"][0]

    assert ("2026-11-27T12:00:00Z", "executed") == (shown["warrant_at"], shown["warrant"])


def test_a_second_breach_is_referred_by_itself() -> None:
    """The duty of the first does not answer for the second."""
    court = event("court_decided", "2026-12-10", outcome="continues")
    again = [
        *failed("F2", "2026-12-14"),
        event("breach_decided", "2026-12-15", failure_ids=["F2"]),
    ]

    seen = after(*BREACHED, REFERRED, RECEIVED, court, *again, now="2026-12-16")

    assert ["done", "open"] == [
        d["status"] for d in seen.view["duties"] if d["duty"] == "ev-crc-refer-breach"
    ]


def warrant(step: str, when: str, **more: object) -> Event:
    return event("warrant_recorded", when, step=step, by=COURT, **more)


BAIL = {
    "warrant_id": "WA1",
    "ground": "failure_to_appear",
    "court": "magistrates",
    "executor": "court_enforcement_officer",
}


def flags(seen: Played) -> dict[str, str]:
    return {flag["code"]: flag["text"] for flag in seen.view["flags"]}


def test_a_warrant_for_not_appearing_at_court_needs_no_breach() -> None:
    """APP Enforcement: its court, its ground and who executes it; the officer hears of it."""
    seen = after(warrant("issued", "2026-11-20", **BAIL))

    assert [
        {
            "warrant_id": "WA1",
            "ground": "failure_to_appear",
            "court": "magistrates",
            "executor": "court_enforcement_officer",
            "applied_at": None,
            "issued_at": "2026-11-20T12:00:00Z",
            "executed_at": None,
            "withdrawn_at": None,
        }
    ] == seen.view["warrants"]
    assert flags(seen)["warrant_out.WA1"] == (
        "a warrant of arrest for a failure to appear at court was issued by the magistrates' court "
        "on 2026-11-20; a court enforcement officer executes it"
    )
    assert ["open"] == of_row(seen, "warrant-outstanding")
    assert ("warrant-issued", "officer") in seen.told()
    assert ("active", []) == (seen.state, seen.view["breaches"])


@pytest.mark.parametrize("step", ["executed", "withdrawn"])
def test_a_warrant_that_was_executed_or_withdrawn_is_out_no_more(step: str) -> None:
    """By whom it was executed may come with the execution."""
    issued = warrant("issued", "2026-11-20", ground="court_conditions", court="crown")
    ended = warrant(step, "2026-11-24", ground="court_conditions", executor="approved_agency")

    seen = after(issued, ended)

    found = seen.view["warrants"][0]
    assert ("court_conditions", "crown", "approved_agency") == (
        found["warrant_id"],
        found["court"],
        found["executor"],
    )
    assert "2026-11-24T12:00:00Z" == found[f"{step}_at"]
    assert "warrant_out.court_conditions" not in flags(seen)
    assert ["fell_away"] == of_row(seen, "warrant-outstanding")


def test_two_warrants_without_ids_of_one_ground_are_told_apart_by_their_ends() -> None:
    """A new one after the end of the first is another warrant; a new step of an open one is not."""
    stream = [
        warrant("applied", "2026-11-18", ground="failure_to_appear"),
        warrant("issued", "2026-11-20", ground="failure_to_appear", executor="police"),
        warrant("executed", "2026-11-21", ground="failure_to_appear"),
        warrant("issued", "2026-11-25", ground="failure_to_appear"),
    ]

    seen = after(*stream)

    assert ["failure_to_appear", "failure_to_appear.2"] == [
        item["warrant_id"] for item in seen.view["warrants"]
    ]
    assert flags(seen)["warrant_out.failure_to_appear.2"].endswith(
        "a body that is not known executes it"
    )


def test_a_court_that_issues_a_warrant_for_a_breach_that_nobody_decided_is_asked() -> None:
    """An act of a court is taken; only our own application waits for the decision."""
    issued = warrant("issued", "2026-11-20")

    seen = after(issued)

    assert ("applied", "a warrant for a breach, and no breach was decided") == seen.verdict(issued)
    assert ["open"] == of_row(seen, "refer-act-back")
    assert "breach" == seen.view["warrants"][0]["warrant_id"]


def test_the_warrant_of_a_breach_stands_with_it_and_in_the_list() -> None:
    """One and the same warrant."""
    stream = [
        *BREACHED,
        event("warrant_recorded", "2026-11-27", by=COURT_OFFICER, court="magistrates"),
        warrant("issued", "2026-11-28", executor="police"),
    ]

    seen = after(*stream)

    assert ("issued", "2026-11-27T12:00:00Z") == (
        seen.view["breaches"][0]["warrant"],
        seen.view["warrants"][0]["applied_at"],
    )
    assert 1 == len(seen.view["warrants"])


def test_a_warrant_after_the_end_is_recorded_and_asks_for_nothing() -> None:
    """The sentence is over; the court's matter is another."""
    end = event("sentence_ended", "2026-11-15", reason="other")
    issued = warrant("issued", "2026-11-20", **BAIL)

    seen = after(end, issued)

    assert ("applied", "the sentence had ended on 2026-11-15") == seen.verdict(issued)
    assert [] == of_row(seen, "warrant-outstanding")


def test_an_executed_warrant_that_was_reported_in_error_is_out_again() -> None:
    """The execution is withdrawn: the duty is open as before."""
    done = warrant("executed", "2026-11-24", event_id="DONE", **BAIL)
    gone = event("event_withdrawn", "2026-11-25", withdrawn_event_id="DONE", by=COURT)

    seen = after(warrant("issued", "2026-11-20", **BAIL), done, gone)

    assert ["open"] == of_row(seen, "warrant-outstanding")
    assert "warrant_out.WA1" in flags(seen)
