"""The clocks that answer a day of failure (D6)."""

import pytest

from states.events.envelope import Event
from tests.states.licence import on_licence, recalled
from tests.states.stream import Played, event, failed, played, serving, warned
from tests.states.supervision import after_licence, supervised
from tests.states.wording import NPS_OFFICER

DAY = "2026-11-23"
SIX = f"enforce-6wd/{DAY}"
NOW_ = f"enforce-immediate/{DAY}"
CONCERN = {"failure_ids": ["F1"]}
DECIDED = event("breach_decided", "2026-11-25", failure_ids=["F1"])
REFERRED = event("breach_referred", "2026-11-26")
RECEIVED = event("breach_referral_received", "2026-11-27")


def after(*events: Event, now: str = "2026-11-30") -> Played:
    return played([*serving(), *events], now)


def test_a_clock_says_why_it_is_due_when_it_is() -> None:
    """Failed on Monday 23 November: six working days end on 1 December, over one weekend."""
    clock = after(*failed("F1", DAY, acceptable=None), now="2026-11-24").clocks[SIX]

    assert {
        "due_on": "2026-12-01",
        "due_at": "2026-12-02T00:00:00Z",
        "status": "running",
        "standard": "9(a)",
        "hardness": "standard",
        "subject": DAY,
        "provisional": False,
    } == {name: clock[name] for name in clock if name in _SHOWN}
    assert {
        "rule": "6 working days after the failure",
        "trigger": f"the failure was reported: F1, failed on {DAY}",
        "skipped": ["2026-11-28 Saturday", "2026-11-29 Sunday"],
        "source": "NS 2015 9(a)",
        "edition": "ns-2015",
        "calendar": "england-and-wales-2026a",
        "moved_from": None,
        "moves": [],
    } == clock["why"]


_SHOWN = {"due_on", "due_at", "status", "standard", "hardness", "subject", "provisional"}


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2026-11-30 12:00", "running"),
        ("2026-12-01 23:59", "running"),
        ("2026-12-02 00:00", "missed"),
    ],
)
def test_d6_row_1_six_working_days_run_to_the_end_of_the_last(now: str, status: str) -> None:
    """The day before, the day, the midnight after it."""
    assert status == after(*failed("F1", DAY), now=now).clock(SIX)[0]


@pytest.mark.parametrize(
    ("failed_on", "due_on", "due_at"),
    [
        ("2015-04-01", "2015-04-13", "2015-04-13T23:00:00Z"),
        ("2015-12-24", "2016-01-06", "2016-01-07T00:00:00Z"),
        ("2022-09-15", "2022-09-26", "2022-09-26T23:00:00Z"),
        ("2026-03-20", "2026-03-30", "2026-03-30T23:00:00Z"),
        ("2026-10-16", "2026-10-26", "2026-10-27T00:00:00Z"),
    ],
)
def test_the_deadline_is_a_midnight_in_london_over_holidays_and_clock_changes(
    failed_on: str, due_on: str, due_at: str
) -> None:
    """Easter, Christmas, a one-off holiday, and the weekends of both clock changes."""
    year = int(failed_on[:4])
    stream = [
        event(
            "sentence_imposed",
            f"{year}-02-02",
            sentenced_on=f"{year}-02-02",
            ends_on=f"{year + 1}-02-01",
        ),
        event("case_allocated", f"{year}-02-03"),
        *failed("F1", failed_on),
    ]
    last_minute = due_on + " 23:59"

    clock = played(stream, last_minute).clocks[f"enforce-6wd/{failed_on}"]

    assert ("running", due_on, due_at) == (clock["status"], clock["due_on"], clock["due_at"])


def test_a_deadline_past_the_published_holidays_is_provisional() -> None:
    """The holidays of 2029 are not known yet."""
    stream = [*serving(ends_on="2029-11-01"), *failed("F1", "2028-12-27")]

    clock = played(stream, "2028-12-28").clocks["enforce-6wd/2028-12-27"]

    assert ("2029-01-04", True) == (clock["due_on"], clock["provisional"])


@pytest.mark.parametrize(
    ("issued", "status"),
    [("2026-12-01 23:59", "met"), ("2026-12-02 00:00", "met_late")],
)
def test_d6_row_1_a_warning_counts_as_action_by_its_own_time(issued: str, status: str) -> None:
    """In time on the last day, late from the midnight after it."""
    seen = after(*failed("F1", DAY), warned("W1", issued, "F1"), now="2026-12-05")

    assert (status, "CRC/W1.issued") == (seen.clock(SIX)[0], seen.clocks[SIX]["settled_by"])


def test_d6_row_1_a_breach_of_a_crc_is_acted_on_when_the_nps_has_the_referral() -> None:
    """AMB-45: neither the decision nor the sending stops the clock, the receipt does."""
    stream = [*failed("F1", DAY), DECIDED, REFERRED]

    assert "running" == after(*stream).clock(SIX)[0]
    seen = after(*stream, RECEIVED)
    assert ("met", "2026-11-27T12:00:00Z") == seen.settled(SIX)
    assert "NPS/breach_referral_received.2026-11-27" == seen.clocks[SIX]["settled_by"]


def test_d6_row_1_a_breach_of_the_nps_is_acted_on_when_it_is_taken_to_court() -> None:
    """The NPS presents its own cases: the decision does not stop the clock, the referral does."""
    stream = serving()
    stream[1] = event("case_allocated", "2026-11-02", provider="NPS", provider_code="N02")
    decided = event("breach_decided", "2026-11-25", failure_ids=["F1"], by=NPS_OFFICER)
    referred = event("breach_referred", "2026-11-26", by=NPS_OFFICER)
    stream += [*failed("F1", DAY, judge=NPS_OFFICER), decided]

    assert "running" == played(stream, "2026-11-30").clock(SIX)[0]
    assert ("met", "2026-11-26T12:00:00Z") == played([*stream, referred], "2026-11-30").settled(SIX)


def test_a_receipt_that_nobody_recorded_in_time_counts_by_its_own_instant() -> None:
    """Entered after the court had decided, it still shows that the clock was met."""
    late = event("breach_referral_received", "2026-12-12", received_at="2026-11-27T12:00:00+00:00")
    court = event("court_decided", "2026-12-10", outcome="continues")

    seen = after(*failed("F1", DAY), DECIDED, REFERRED, court, late, now="2026-12-20")

    assert ("met", "2026-11-27T12:00:00Z") == seen.settled(SIX)
    assert ("applied", "no breach is before the court any more") == seen.verdict(late)
    assert seen.decided.dispositions[late.uid].irregular


def test_d6_row_2_public_protection_calls_for_action_at_once() -> None:
    """AMB-18: not six days but the same one, and after two hours without action it is escalated."""
    report = failed("F1", "2026-11-23 10:00", acceptable=None, public_protection=True)

    early = after(*report, now="2026-11-23 11:59")
    late = after(*report, now="2026-11-23 12:00")

    assert SIX not in late.clocks
    assert (("running", DAY), ("running", DAY)) == (early.clock(NOW_), late.clock(NOW_))
    assert ("escalated", "nps_contact") not in early.told()
    assert ("escalated", "nps_contact") in late.told()
    assert [("failure_judged", "D3"), ("breach_decided", "D7.8")] == late.steps()
    assert "missed" == after(*report, now="2026-11-24 00:00").clock(NOW_)[0]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (event("breach_referral_received", "2026-11-23 11:00"), "met"),
        (event("warrant_recorded", "2026-11-23 11:00", by=NPS_OFFICER), "met"),
        (event("warrant_recorded", "2026-11-23 11:00", step="issued"), "missed"),
        (event("breach_referred", "2026-11-23 11:00"), "missed"),
    ],
)
def test_d6_row_2_an_application_or_a_receipt_counts_as_action(answer: Event, status: str) -> None:
    """An application for a warrant, or that the NPS has the referral; not the sending alone."""
    report = failed("F1", "2026-11-23 10:00", acceptable=None, public_protection=True)
    decided = event("breach_decided", "2026-11-23 10:30", failure_ids=["F1"])

    seen = after(*report, decided, answer)

    assert status == seen.clock(NOW_)[0]


def test_d6_row_2_a_warning_is_no_answer_to_a_danger() -> None:
    """The departure is recorded, and the immediate duty stays open."""
    report = failed("F1", DAY, public_protection=True)
    warning = warned("W1", "2026-11-23 14:00", "F1", departure_rationale="No risk is left.")

    seen = after(*report, warning, now="2026-11-23 15:00")

    assert ("running", DAY) == seen.clock(NOW_)
    assert [("breach_decided", "D7.8")] == seen.steps()


def test_d6_row_6_a_concern_that_comes_later_switches_the_clock_at_once() -> None:
    """The six days fall away; the immediate duty starts at the moment the concern is known."""
    concern = event("public_protection_concern_raised", "2026-11-25 15:00", **CONCERN)

    seen = after(*failed("F1", DAY), concern, now="2026-11-25 16:00")

    assert ("stopped", "2026-11-25T15:00:00Z") == seen.settled(SIX)
    assert ("running", "2026-11-25") == seen.clock(NOW_)
    assert "2026-11-25T15:00:00Z" == seen.clocks[NOW_]["started_at"]


def test_a_clock_that_fell_away_twice_stopped_when_it_first_did() -> None:
    """Hurried by a concern, and spent by a court afterwards."""
    concern = event("public_protection_concern_raised", "2026-11-25 15:00", **CONCERN)
    decided = event("breach_decided", "2026-11-25 16:00", failure_ids=["F1"])
    court = event("court_decided", "2026-11-27", outcome="continues")

    seen = after(*failed("F1", DAY), concern, decided, court)

    assert ("stopped", "2026-11-25T15:00:00Z") == seen.settled(SIX)


def test_a_concern_does_not_undo_that_six_days_had_been_missed() -> None:
    """Nothing is left to do under that clock, yet nothing was done in its time."""
    concern = event("public_protection_concern_raised", "2026-12-03", **CONCERN)

    assert "missed" == after(*failed("F1", DAY), concern, now="2026-12-04").clock(SIX)[0]


def test_d6_row_7_each_day_has_its_own_clock_and_one_action_answers_several() -> None:
    """AMB-05: a second failure moves nothing; one warning names and discharges both."""
    two = [*failed("F1", DAY), *failed("F2", "2026-11-25")]
    other = "enforce-6wd/2026-11-25"

    open_ = after(*two)
    both = after(*two, warned("W1", "2026-11-26", "F1", "F2", departure_rationale="First."))

    assert (("running", "2026-12-01"), ("running", "2026-12-03")) == (
        open_.clock(SIX),
        open_.clock(other),
    )
    assert ("met", "met") == (both.clock(SIX)[0], both.clock(other)[0])


def test_a_warning_for_one_of_two_days_leaves_the_other_open() -> None:
    """It answers the failures that it names."""
    two = [*failed("F1", DAY), *failed("F2", "2026-11-25")]

    seen = after(*two, warned("W1", "2026-11-26", "F1", departure_rationale="First."))

    assert ("met", "running") == (seen.clock(SIX)[0], seen.clock("enforce-6wd/2026-11-25")[0])


def test_d7_row_12_a_failure_while_a_breach_is_before_the_court_goes_there_as_evidence() -> None:
    """It is judged and passed on: neither a second breach nor a new warning is left to do."""
    later = failed("F2", "2026-12-02")
    stream = [*failed("F1", DAY), DECIDED, REFERRED, RECEIVED]
    warning = warned("W1", "2026-12-03", "F2")

    seen = after(*stream, *later, warning, now="2026-12-04")

    assert ("stopped", "2026-12-02T13:00:00Z") == seen.settled("enforce-6wd/2026-12-02")
    assert ("further-evidence", "nps_enforcement") in seen.told()
    assert [("contact_recorded", "D7.12")] == seen.steps()
    reason = (
        "warning_issued is refused in breached; "
        "it is allowed in allocated, inducted, active, warned"
    )
    assert ("refused", reason) == seen.verdict(warning)


def test_a_court_that_lets_the_order_continue_leaves_no_earlier_failure_to_answer() -> None:
    """D8: what went before is spent, judged or not, and its clock stops."""
    unjudged = failed("F2", "2026-12-08", acceptable=None)
    court = event("court_decided", "2026-12-10", outcome="continues")

    seen = after(
        *failed("F1", DAY), DECIDED, REFERRED, RECEIVED, *unjudged, court, now="2026-12-11"
    )

    assert ("stopped", "2026-12-10T12:00:00Z") == seen.settled("enforce-6wd/2026-12-08")
    assert [] == seen.steps()


def test_electronic_only_orders_are_enforced_all_the_same() -> None:
    """inv-standard-9-always: it is not among those that do not apply to them, and where a curfew
    is all there is the NPS enforces it (AMB-34, ev-curfew-acr-enforce).
    """
    curfew = [{"requirement_id": "R1", "kind": "curfew", "electronically_monitored": True}]
    report = failed("F1", DAY, acceptable=None, what="curfew")
    judgement = {"failure_id": "F1", "acceptable": False, "by": NPS_OFFICER}
    judged = event("failure_judged", "2026-11-23 13:00", **judgement)
    stream = [*serving(requirements=curfew), *report, judged]

    warning = warned("W1", "2026-11-24", "F1", by=NPS_OFFICER)

    seen = played([*stream, warning], "2026-11-25")

    assert ("warned", ("met", "2026-12-01")) == (seen.state, seen.clock(SIX))


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2015-04-16 12:00", "running"),
        ("2015-04-16 23:59", "running"),
        ("2015-04-17 00:00", "missed"),
    ],
)
def test_d6_row_3_a_licence_failure_is_decided_on_by_the_ninth_working_day(
    now: str, status: str
) -> None:
    """Failed on Wednesday 1 April 2015, over Easter: by the end of Thursday 16 April."""
    seen = played([*on_licence(), *failed("F1", "2015-04-01")], now)

    assert status == seen.clock("recall-decision-9wd/2015-04-01")[0]
    assert "enforce-6wd/2015-04-01" not in seen.clocks


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (event("failure_judged", "2015-04-02", failure_id="F1", acceptable=True), "met"),
        (warned("W1", "2015-04-02", "F1"), "met"),
        (recalled("2015-04-02", ground="condition_broken", failure_ids=["F1"]), "met"),
        (event("explanation_received", "2015-04-02", failure_id="F1"), "running"),
    ],
)
def test_d6_row_3_to_accept_to_warn_or_to_recall_is_a_decision(answer: Event, status: str) -> None:
    """An explanation is no response; a decision to recall does not end the ten days (AMB-07)."""
    seen = played([*on_licence(), *failed("F1", "2015-04-01"), answer], "2015-04-03")

    assert status == seen.clock("recall-decision-9wd/2015-04-01")[0]


def test_the_ground_of_a_recall_is_no_evidence_beside_it() -> None:
    """Judged after the decision that names it, it waits on for the report to arrive (AMB-07)."""
    report = failed("F1", "2015-04-01", acceptable=None, public_protection=True)
    emergency = recalled(
        "2015-04-01 14:00",
        recall_type="emergency",
        very_serious=True,
        ground="condition_broken",
        failure_ids=["F1"],
    )
    judged = event("failure_judged", "2015-04-02", failure_id="F1", acceptable=False)

    seen = played([*on_licence(), *report, emergency, judged], "2015-04-03")

    assert "running" == seen.clock("recall-10-day-timescale/2015-04-01")[0]


def test_d6_row_5_a_licence_warning_is_held_to_the_nine_days() -> None:
    """AMB-08: the hours of a recall run from a decision that a warning does not have."""
    late = warned("W1", "2015-04-17", "F1")

    seen = played([*on_licence(), *failed("F1", "2015-04-01"), late], "2015-04-18")

    assert ("met_late", "2015-04-17T11:00:00Z") == seen.settled("recall-decision-9wd/2015-04-01")


def test_d6_row_4_a_concern_on_licence_leaves_the_nine_days_running() -> None:
    """D12.3: an emergency does not wait for them, and nothing replaces them; six days never run."""
    report = failed("F1", "2015-04-01", acceptable=None, public_protection=True)

    seen = played([*on_licence(), *report], "2015-04-02")

    assert ("running", "2015-04-16") == seen.clock("recall-decision-9wd/2015-04-01")
    assert "enforce-immediate/2015-04-01" not in seen.clocks


@pytest.mark.parametrize("warnings", [0, 1, 2])
def test_d16_row_1_supervision_is_answered_within_six_working_days(warnings: int) -> None:
    """D6.1: the first failure and the second alike, each by a warning."""
    days = ["2015-03-16", "2015-03-23"]
    failures = [item for n, day in enumerate(days) for item in failed(f"F{n}", day)]
    given = [
        event("warning_issued", f"{days[n]} 15:00", warning_id=f"W{n}", failure_ids=[f"F{n}"])
        for n in range(warnings)
    ]

    seen = played([*supervised(), *failures, *given], "2015-03-24")

    expected = ["met" if n < warnings else "running" for n in range(2)]
    assert expected == [seen.clock(f"enforce-6wd/{day}")[0] for day in days]
    assert "2015-03-24" == seen.clock("enforce-6wd/2015-03-16")[1]


def test_guard_14_a_licence_clock_still_open_when_the_licence_ends_is_closed_with_a_reason() -> (
    None
):
    """No recall can answer it any more: it is advised to close it, and it stays on the record."""
    stream = [*after_licence(), *failed("F1", "2015-05-27")]
    key = "recall-decision-9wd/2015-05-27"
    closed = event(
        "duty_discharged",
        "2015-06-04",
        duty="recall-decision-9wd",
        subject="2015-05-27",
        rationale="The licence is over.",
    )

    before = played(stream, "2015-06-03")
    later = played([*stream, closed], "2015-06-05")

    assert ("pss", "running", [("duty_discharged", "G14")]) == (
        before.view["phase"],
        before.clock(key)[0],
        before.steps(),
    )
    assert "licence_failure_open" in {flag["code"] for flag in before.view["flags"]}
    assert ("met", "2015-06-04T11:00:00Z", []) == (*later.settled(key), later.steps())


def test_guard_14_a_licence_clock_that_was_missed_stays_missed() -> None:
    """Closing it afterwards does not make it good."""
    stream = [*after_licence(), *failed("F1", "2015-05-18")]
    closed = event(
        "duty_discharged", "2015-06-04", duty="recall-decision-9wd", subject="2015-05-18"
    )

    assert "missed" == played(stream, "2015-06-03").clock("recall-decision-9wd/2015-05-18")[0]
    assert (
        "met_late"
        == played([*stream, closed], "2015-06-05").clock("recall-decision-9wd/2015-05-18")[0]
    )
