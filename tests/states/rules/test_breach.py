"""Breach: decided from any state, and withdrawn (T06, T08, D7)."""

import pytest

from states.events.envelope import Event
from tests.states.licence import on_licence
from tests.states.stream import Played, event, failed, played, serving, warned
from tests.states.supervision import after_licence, supervised, suspended
from tests.states.wording import COURT_OFFICER, OFFICER

DAY = "2026-11-23"
DECIDED = event("breach_decided", "2026-11-26", failure_ids=["F1"])


def after(*events: Event, now: str = "2026-11-30", length: int = 7) -> Played:
    return played([*serving()[:length], *events], now)


@pytest.mark.parametrize(("length", "state"), [(2, "allocated"), (6, "inducted"), (7, "active")])
def test_guard_15_public_protection_leads_to_breach_from_any_state(length: int, state: str) -> None:
    """Without a warning, without a judgement, before induction and plan."""
    report = failed("F1", DAY, acceptable=None, public_protection=True)

    before = after(*report, length=length)
    seen = after(*report, DECIDED, length=length)

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


def test_d7_row_14_breach_at_the_first_failure_gives_its_reasons() -> None:
    """A serious failure may go to court at once; the departure is recorded and notified."""
    bare = event("breach_decided", "2026-11-26", failure_ids=["F1"], departure_rationale=None)

    refused = after(*failed("F1", DAY), bare)
    seen = after(*failed("F1", DAY), DECIDED)

    reason = (
        "advised is a warning, at 1 unacceptable failure within 12 months; "
        "breach at once gives its departure_rationale"
    )
    assert ("active", ("refused", reason)) == (refused.state, refused.verdict(bare))
    assert ("breached", [True]) == (seen.state, [b["departure"] for b in seen.view["breaches"]])
    facts = [e.facts for e in seen.decided.effects.values() if e.template == "departure-recorded"]
    assert [(("source", "PF 2015 Enforce"),)] == facts


@pytest.mark.parametrize(
    ("stream", "days", "row"),
    [
        (serving(), ["2026-11-23"], "a warning, at 1 unacceptable failure"),
        (suspended(), ["2026-11-23"], "a warning, at 1 unacceptable failure"),
        (supervised(), ["2015-03-16"], "a warning, at 1 unacceptable failure"),
        (
            supervised(),
            ["2015-03-16", "2015-03-23"],
            "a warning, at 2 unacceptable failures",
        ),
    ],
    ids=["D7.1", "D7.3", "D7.5", "D7.6"],
)
def test_t06_below_the_threshold_breach_wants_a_reason(
    stream: list[Event], days: list[str], row: str
) -> None:
    """D7.14: the refusal names the row that advises a warning, and at which count."""
    failures = [item for n, day in enumerate(days) for item in failed(f"F{n}", day)]
    decided = event(
        "breach_decided", f"{days[-1]} 18:00", failure_ids=["F0"], departure_rationale=None
    )

    seen = played([*stream, *failures, decided], f"{days[-1]} 20:00")

    assert seen.verdict(decided)[1].startswith(f"advised is {row} within 12 months")


@pytest.mark.parametrize(
    ("stream", "days"),
    [
        (serving(), ["2026-11-23", "2026-11-25"]),
        (suspended(), ["2026-11-23", "2026-11-25"]),
        (supervised(), ["2015-03-16", "2015-03-18", "2015-03-20"]),
    ],
    ids=["D7.2", "D7.4", "D7.7"],
)
def test_t06_at_the_threshold_breach_needs_no_other_reason(
    stream: list[Event], days: list[str]
) -> None:
    """CO and SSO at the second, PSS at the third; naming one of them is enough."""
    failures = [item for n, day in enumerate(days) for item in failed(f"F{n}", day)]
    decided = event(
        "breach_decided", f"{days[-1]} 18:00", failure_ids=["F0"], departure_rationale=None
    )

    seen = played([*stream, *failures, decided], f"{days[-1]} 20:00")

    assert ("breached", ("applied", ""), False) == (
        seen.state,
        seen.verdict(decided),
        seen.view["breaches"][0]["departure"],
    )


def test_d7_row_8_public_protection_needs_neither_count_nor_reason() -> None:
    """G15, D16.3: what endangers the public goes to court at once."""
    report = failed("F1", "2015-03-16", acceptable=None, public_protection=True)
    decided = event(
        "breach_decided", "2015-03-16 15:00", failure_ids=["F1"], departure_rationale=None
    )

    assert "breached" == played([*supervised(), *report, decided], "2015-03-17").state


def test_d17_row_13_a_further_offence_is_a_reason_of_its_own() -> None:
    """It names no failure, the NPS is notified, and the reason is kept for the measures."""
    decided = event(
        "breach_decided",
        "2026-11-26",
        failure_ids=[],
        reason="further_offence",
        departure_rationale=None,
    )

    seen = after(decided)

    assert ("breached", "further_offence", []) == (
        seen.state,
        seen.view["breaches"][0]["reason"],
        seen.view["breaches"][0]["failure_ids"],
    )
    assert ("breach-referral", "nps_enforcement") in seen.told()


def test_on_licence_nothing_goes_to_court() -> None:
    """5.3: never breached on licence; recall instead."""
    decided = event("breach_decided", "2015-03-17", failure_ids=["F1"])

    seen = played([*on_licence(), *failed("F1", "2015-03-16"), decided], "2015-03-18")

    reason = "breach_decided is refused in licence; it is allowed in community, pss"
    assert ("refused", reason) == seen.verdict(decided)


def test_a_licence_failure_is_no_ground_for_breach_of_supervision() -> None:
    """D5.5: the licence and its rules are over."""
    decided = event("breach_decided", "2015-06-03", failure_ids=["F1"])

    seen = played([*after_licence(), *failed("F1", "2015-05-27"), decided], "2015-06-04")

    reason = "failure F1 was under licence, which is over"
    assert ("refused", reason) == seen.verdict(decided)


def test_d14_the_breach_referral_holds_codes_and_references_only() -> None:
    """D14.breach-referral: which failures, for what reason; a withdrawal of it is drafted."""
    found = [
        (effect.facts, effect.liberty)
        for effect in after(*failed("F1", DAY), DECIDED).decided.effects.values()
        if effect.template == "breach-referral"
    ]

    assert [((("failures", "F1"), ("reason", "failure")), True)] == found


def test_without_a_concern_breach_waits_for_the_judgement() -> None:
    """An unjudged failure is not yet an unacceptable one."""
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
    """Nothing is spent; the earlier state returns."""
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
    fell_away = [d["status"] for d in seen.view["duties"] if d["duty"] == "ev-crc-refer-breach"]
    assert ["fell_away"] == fell_away


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (None, False),
        ("breach_referred", True),
        ("breach_referral_received", True),
    ],
)
def test_the_nps_hears_of_a_withdrawal_where_it_had_heard_of_the_breach(
    step: str | None,
    told: bool,  # noqa: FBT001
) -> None:
    """Referred or received: either is enough."""
    steps = [] if step is None else [event(step, "2026-11-27")]

    seen = after(*failed("F1", DAY), DECIDED, *steps, event("breach_withdrawn", "2026-11-28"))

    assert told == (("breach-withdrawn", "nps_enforcement") in seen.told())
    assert ("breach-withdrawn", "officer") in seen.told()


def test_a_withdrawn_breach_is_called_off_where_it_had_been_referred() -> None:
    """The NPS hears of it, and no hearing is expected any more."""
    stream = [
        *failed("F1", DAY),
        DECIDED,
        event("breach_referred", "2026-11-27"),
        event("hearing_listed", "2026-11-27 13:00", listed_on="2026-12-10"),
        event("breach_withdrawn", "2026-11-28"),
    ]

    seen = after(*stream)

    assert ("breach-withdrawn", "nps_enforcement") in seen.told()
    assert "stopped" == seen.clock("court-hearing/breach.2026-12-10")[0]


def test_guard_7_the_window_does_not_move_a_breached_person() -> None:
    """A year passes before the court decides: no dated arrow leaves `breached`."""
    stream = [*serving(ends_on="2029-11-01"), *failed("F1", DAY), DECIDED]

    assert ("breached", "T06") == (
        played(stream, "2028-06-01").state,
        played(stream, "2028-06-01").arrows()[-1],
    )
