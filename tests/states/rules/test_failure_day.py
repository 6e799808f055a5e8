"""The clocks that answer a day of failure (D6)."""

import pytest

from states.events.event import Event
from tests.states.stream import Played, event, failed, played, serving, warned

DAY = "2026-11-23"
SIX, NOW_ = f"enforce-6wd/{DAY}", f"enforce-immediate/{DAY}"
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
        "trigger": f"failure_reported F1, failed on {DAY}",
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
    """Nobody knows yet on which days of 2029 nobody works."""
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
    stream += [*failed("F1", DAY), DECIDED]

    assert "running" == played(stream, "2026-11-30").clock(SIX)[0]
    assert ("met", "2026-11-26T12:00:00Z") == played([*stream, REFERRED], "2026-11-30").settled(SIX)


def test_a_receipt_that_nobody_recorded_in_time_counts_by_its_own_instant() -> None:
    """Entered after the court had decided, it still shows that the clock was met."""
    late = event("breach_referral_received", "2026-12-12", received_at="2026-11-27T12:00:00+00:00")
    court = event("court_decided", "2026-12-10", outcome="continues")

    seen = after(*failed("F1", DAY), DECIDED, REFERRED, court, late, now="2026-12-20")

    assert ("met", "2026-11-27T12:00:00Z") == seen.settled(SIX)
    assert ("applied", "no breach is before the court any more") == seen.verdict(late)


def test_d6_row_2_public_protection_calls_for_action_at_once() -> None:
    """No six working days: the same day, and after two hours without action it is escalated."""
    report = failed("F1", "2026-11-23 10:00", acceptable=None, public_protection=True)

    early, late = after(*report, now="2026-11-23 11:59"), after(*report, now="2026-11-23 12:00")

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
        (event("warrant_recorded", "2026-11-23 11:00"), "met"),
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


def test_a_concern_does_not_undo_that_six_days_had_been_missed() -> None:
    """Nothing is left to do under that clock, yet nothing was done in its time."""
    concern = event("public_protection_concern_raised", "2026-12-03", **CONCERN)

    assert "missed" == after(*failed("F1", DAY), concern, now="2026-12-04").clock(SIX)[0]


def test_d6_row_7_each_day_has_its_own_clock_and_one_action_answers_several() -> None:
    """AMB-05: a second failure moves nothing; one warning names and discharges both."""
    two = [*failed("F1", DAY), *failed("F2", "2026-11-25")]
    other = "enforce-6wd/2026-11-25"

    open_, both = (
        after(*two),
        after(*two, warned("W1", "2026-11-26", "F1", "F2", departure_rationale="First.")),
    )

    assert (("running", "2026-12-01"), ("running", "2026-12-03")) == (
        open_.clock(SIX),
        open_.clock(other),
    )
    assert ("met", "met") == (both.clock(SIX)[0], both.clock(other)[0])


def test_a_warning_for_one_of_two_days_leaves_the_other_open() -> None:
    """It answers the failures that it names."""
    two = [*failed("F1", DAY), *failed("F2", "2026-11-25")]

    seen = after(*two, warned("W1", "2026-11-26", "F1"))

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
    """Standard 9 is not among those that do not apply to them."""
    curfew = [{"requirement_id": "R1", "kind": "curfew", "electronically_monitored": True}]
    stream = [*serving(requirements=curfew), *failed("F1", DAY, what="curfew")]

    seen = played([*stream, warned("W1", "2026-11-24", "F1")], "2026-11-25")

    assert ("warned", ("met", "2026-12-01")) == (seen.state, seen.clock(SIX))
