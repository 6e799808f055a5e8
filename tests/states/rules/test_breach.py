"""Breach: decided from any state, referred, withdrawn (T06, T08, D7, D9)."""

import pytest

from states.events.event import Event
from tests.states.stream import Played, event, failed, played, serving, warned
from tests.states.wording import COURT_OFFICER, OFFICER

DAY = "2026-11-23"
DECIDED = event("breach_decided", "2026-11-26", failure_ids=["F1"])


def after(*events: Event, now: str = "2026-11-30", length: int = 7) -> Played:
    return played([*serving()[:length], *events], now)


@pytest.mark.parametrize(("length", "state"), [(2, "allocated"), (6, "inducted"), (7, "active")])
def test_guard_15_public_protection_leads_to_breach_from_any_state(length: int, state: str) -> None:
    """Without a warning, without a judgement, before induction and plan."""
    report = failed("F1", DAY, acceptable=None, public_protection=True)

    before, seen = after(*report, length=length), after(*report, DECIDED, length=length)

    assert (state, "breached") == (before.state, seen.state)
    assert ("T06", [("breach_referred", "D6.2")]) == (
        seen.arrows()[-1],
        [step for step in seen.steps() if step[0] != "failure_judged"],
    )


def test_breach_is_allowed_from_warned() -> None:
    """D7 row 2: the second failure after a warning; the counter is met by the decision."""
    stream = [
        *failed("F1", DAY),
        warned("W1", "2026-11-24", "F1"),
        *failed("F2", "2026-11-26"),
        event("breach_decided", "2026-11-27", failure_ids=["F2"]),
    ]

    seen = after(*stream)

    assert ("breached", ["T05", "T06"]) == (seen.state, seen.arrows()[-2:])
    assert "met" == seen.clock("breach-co-2-in-12m/2026-11-26")[0]
    assert ("breach-referral", "nps_enforcement") in seen.told()


def test_d7_row_14_breach_at_the_first_failure_is_the_officers_judgement() -> None:
    """A serious failure may go to court at once; no table stands in the way."""
    assert "breached" == after(*failed("F1", DAY), DECIDED).state


def test_without_a_concern_breach_waits_for_the_judgement() -> None:
    """A failure that nobody has judged is not yet an unacceptable one."""
    seen = after(*failed("F1", DAY, acceptable=None), DECIDED)

    assert ("active", ("held", "waits for judgement of F1")) == (seen.state, seen.verdict(DECIDED))


def test_an_excused_failure_is_no_ground_for_breach() -> None:
    """The refusal names it."""
    seen = after(*failed("F1", DAY, acceptable=True), DECIDED)

    reason = "the explanation for failure F1 was accepted, so it is no ground"
    assert ("active", ("refused", reason)) == (seen.state, seen.verdict(DECIDED))


@pytest.mark.parametrize(("role", "verdict"), [("court_officer", "applied"), ("system", "refused")])
def test_d9_officers_decide_on_breach_and_no_machine_does(role: str, verdict: str) -> None:
    """A named person starts proceedings."""
    item = event("breach_decided", "2026-11-26", failure_ids=["F1"], by={**OFFICER, "role": role})

    assert verdict == after(*failed("F1", DAY), item).verdict(item)[0]


def test_d7_row_12_there_is_no_second_breach_while_one_is_before_the_court() -> None:
    """The refusal lists the states in which breach can be decided."""
    again = event("breach_decided", "2026-11-28", failure_ids=["F2"])

    seen = after(*failed("F1", DAY), DECIDED, *failed("F2", "2026-11-27"), again)

    reason = (
        "breach_decided is refused in breached; "
        "it is allowed in allocated, inducted, active, warned"
    )
    assert ("refused", reason) == seen.verdict(again)


@pytest.mark.parametrize(
    ("warnings", "state"),
    [([], "active"), ([warned("W1", "2026-11-24", "F1")], "warned")],
)
def test_t08_a_withdrawn_breach_leads_back_to_where_it_came_from(
    warnings: list[Event], state: str
) -> None:
    """Nothing is spent; what stood before stands again."""
    withdrawn = event("breach_withdrawn", "2026-11-28", by=COURT_OFFICER)

    seen = after(*failed("F1", DAY), *warnings, DECIDED, withdrawn)

    assert (state, "T08", 1) == (seen.state, seen.arrows()[-1], seen.view["counted_failures"])
    assert "2026-11-28T12:00:00Z" == seen.view["breaches"][0]["closed_at"]


def test_guard_13_t08_returns_to_what_the_facts_support_by_then() -> None:
    """Inducted and planned for while the breach was before the court."""
    stream = [
        *failed("F1", DAY),
        DECIDED,
        event("induction_completed", "2026-11-27"),
        event("plan_completed", "2026-11-27 13:00"),
        event("breach_withdrawn", "2026-11-28"),
    ]

    assert "active" == after(*stream, length=2).state


def test_a_withdrawn_breach_leaves_the_clock_to_be_answered_otherwise() -> None:
    """Decided and never referred, it was no enforcement action."""
    seen = after(*failed("F1", DAY), DECIDED, event("breach_withdrawn", "2026-11-28"))

    assert ("running", "2026-12-01") == seen.clock(f"enforce-6wd/{DAY}")


def test_the_steps_of_proceedings_wait_for_the_decision() -> None:
    """A referral, its receipt, a warrant and a hearing all name a breach without an id."""
    steps = [
        event("breach_referral_received", "2026-11-26"),
        event("warrant_recorded", "2026-11-26"),
        event("hearing_listed", "2026-11-26", listed_on="2026-12-10"),
    ]

    seen = after(*failed("F1", DAY), *steps)

    assert {("held", "waits for breach_decided")} == {seen.verdict(step) for step in steps}


def test_the_proceedings_are_shown_with_their_dates() -> None:
    """Decision, referral, receipt, warrant and hearing, each by its own time."""
    stream = [
        *failed("F1", DAY),
        DECIDED,
        event("breach_referred", "2026-11-27"),
        event("breach_referral_received", "2026-11-28"),
        event("warrant_recorded", "2026-11-28 13:00"),
        event("hearing_listed", "2026-11-28 14:00", listed_on="2026-12-10"),
    ]

    assert [
        {
            "failure_ids": ["F1"],
            "decided_at": "2026-11-26T12:00:00Z",
            "referred_at": "2026-11-27T12:00:00Z",
            "received_at": "2026-11-28T12:00:00Z",
            "warrant_at": "2026-11-28T13:00:00Z",
            "hearing_on": "2026-12-10",
            "closed_at": None,
        }
    ] == after(*stream).view["breaches"]


def test_guard_7_the_window_does_not_move_a_breached_person() -> None:
    """A year passes before the court decides: no dated arrow leaves `breached`."""
    stream = [*serving(ends_on="2029-11-01"), *failed("F1", DAY), DECIDED]

    assert ("breached", "T06") == (
        played(stream, "2028-06-01").state,
        played(stream, "2028-06-01").arrows()[-1],
    )
