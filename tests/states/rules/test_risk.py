"""Risk of serious harm: from the first sign to the NPS (T25, D9.rosh, 7.2)."""

import pytest

from states.events.envelope import Event
from tests.states.custody import MONITORED, NPS, of_row
from tests.states.stream import Played, allocated, at, event, played, serving
from tests.states.wording import MANAGER, NPS_OFFICER, OFFICER

SIGN = event("rosh_assessed", "2026-11-23 10:00")
SENT = event("rosh_referred", "2026-11-23 15:00")
RECEIVED = event("rosh_referred", "2026-11-24 09:00", received_at=at("2026-11-24 09:00"))
HIGH = event("rosh_confirmed", "2026-11-25 11:00")
MEDIUM = event("rosh_confirmed", "2026-11-25 11:00", level="medium")
MOVED = event("provider_transferred", "2026-11-26 09:00", kind="rosh_high")

REFERRAL = f"rosh-referral-no-delay/{SIGN.uid}"


def after(*events: Event, now: str = "2026-11-27") -> Played:
    return played([*serving(), *events], now)


@pytest.mark.parametrize(
    ("now", "status"), [("2026-11-24 23:59", "running"), ("2026-11-25 00:00", "missed")]
)
def test_signs_of_high_risk_are_referred_without_delay(now: str, status: str) -> None:
    """rosh-referral-no-delay, ev-rosh-refer: a working day is ours, so it prompts."""
    assert (status, "2026-11-24") == after(SIGN, now=now).clock(REFERRAL)


def test_sending_a_referral_is_not_enough() -> None:
    """T25: the clock stops when the NPS has it, and the question is open from the sending on."""
    sent = after(SIGN, SENT)
    received = after(SIGN, SENT, RECEIVED)

    assert "missed" == sent.clock(REFERRAL)[0]
    assert (True, []) == (sent.view["risk"]["referral_open"], of_row(sent, "ev-rosh-confirm"))
    assert ("met", "2026-11-24T09:00:00Z") == received.settled(REFERRAL)
    assert ["open"] == of_row(received, "ev-rosh-confirm")
    assert 1 == len(received.view["risk"]["referrals"])


def test_a_referral_brings_its_own_signs() -> None:
    """Without an assessment before it, the time runs from when the signs were seen."""
    item = event(
        "rosh_referred", "2026-11-24",
        indicated_at=at("2026-11-20 16:00"), received_at=at("2026-11-24"),
    )  # fmt: skip

    seen = after(item)

    assert ("met_late", "2026-11-23") == seen.clock(f"rosh-referral-no-delay/{item.uid}")


def test_a_referral_before_its_signs_is_refused() -> None:
    """Signs seen after the referral were not referred."""
    item = event("rosh_referred", "2026-11-24", indicated_at=at("2026-11-25"))

    reason = "signs are seen before they are referred: indicated_at lies after the referral"
    assert ("refused", reason) == after(item).verdict(item)


def test_the_nps_refers_nothing_to_itself() -> None:
    """T25 is for cases of a CRC."""
    stream = [allocated()[0], event("case_allocated", "2026-11-02", **NPS)]

    seen = played([*stream, SENT], "2026-11-24")

    reason = "the NPS has the case and sets its level of risk: a CRC alone refers"
    assert ("refused", reason) == seen.verdict(SENT)


@pytest.mark.parametrize("by", [OFFICER, MANAGER])
def test_d9_the_nps_alone_confirms_the_level(by: dict[str, str]) -> None:
    """D9.rosh: a CRC says what it sees; how high the risk is the NPS says."""
    own = event("rosh_confirmed", "2026-11-25", by=by)

    verdict, reason = after(SIGN, RECEIVED, own).verdict(own)

    assert "refused" == verdict
    assert reason.endswith("of the NPS")


def test_confirmed_high_the_case_must_go_to_the_nps() -> None:
    """7.2 step 5b, ev-rosh-transfer: open until the NPS has the case."""
    before = after(SIGN, RECEIVED, HIGH)
    done = after(SIGN, RECEIVED, HIGH, MOVED)

    assert (["open"], ["done"]) == (
        of_row(before, "ev-rosh-transfer"),
        of_row(before, "ev-rosh-confirm"),
    )
    assert "high" == before.view["rosh"]
    assert ["done"] == of_row(done, "ev-rosh-transfer")
    assert ("active", "NPS") == (done.state, done.view["provider"])


def test_confirmed_lower_the_case_stays() -> None:
    """7.2 step 5a: the CRC keeps it, and nothing is to be transferred."""
    seen = after(SIGN, RECEIVED, MEDIUM)

    assert [] == of_row(seen, "ev-rosh-transfer")
    assert ("medium", False, "CRC") == (
        seen.view["rosh"],
        seen.view["risk"]["referral_open"],
        seen.view["provider"],
    )


def test_confirmed_high_and_then_lower_nothing_is_left_to_transfer() -> None:
    """The duty falls away with what it rests on."""
    lower = event("rosh_confirmed", "2026-11-26", level="medium")

    assert ["fell_away"] == of_row(after(SIGN, RECEIVED, HIGH, lower), "ev-rosh-transfer")


def test_a_second_confirmation_opens_no_second_transfer() -> None:
    """Very high after high is the same duty."""
    again = event("rosh_confirmed", "2026-11-26", level="very_high")

    assert ["open"] == of_row(after(SIGN, RECEIVED, HIGH, again), "ev-rosh-transfer")


def test_a_confirmation_without_a_referral_is_noted() -> None:
    """The NPS may look at a case by itself."""
    assert ("applied", "confirmed without a referral") == after(HIGH).verdict(HIGH)


def test_signs_that_are_being_answered_start_nothing_again() -> None:
    """A second sign before the answer belongs to the first; one after it is new."""
    second = event("rosh_assessed", "2026-11-24 12:00", level="very_high")
    third = event("rosh_assessed", "2026-12-01", level="high")

    assert ["met"] == of_row(after(SIGN, RECEIVED, second), "rosh-referral-no-delay")
    seen = after(SIGN, RECEIVED, MEDIUM, third, now="2026-12-02")
    assert ["met", "running"] == of_row(seen, "rosh-referral-no-delay")


def test_a_transfer_answers_an_open_referral() -> None:
    """The NPS that has the case asks itself nothing, and the time to refer is over."""
    seen = after(SIGN, event("provider_transferred", "2026-11-24 09:00"))

    assert "met" == seen.clock(REFERRAL)[0]
    assert (False, False) == (
        seen.view["risk"]["referral_open"],
        seen.view["risk"]["indicated_high"],
    )
    sent = after(SIGN, RECEIVED, event("provider_transferred", "2026-11-24 12:00"))
    assert (False, ["fell_away"]) == (
        sent.view["risk"]["referral_open"],
        of_row(sent, "ev-rosh-confirm"),
    )


def test_high_risk_is_talked_over_with_a_manager_before_acting() -> None:
    """rosh-manager-before: informed after the sign, or earlier on the same day."""
    key = f"rosh-manager-before/{SIGN.uid}"
    later = event("manager_informed", "2026-11-24", why="rosh_increase")
    earlier = event("manager_informed", "2026-11-23 09:00", why="rosh_increase")
    consulted = event("rosh_referred", "2026-11-23 15:00", manager_consulted=True)

    assert ("missed", "2026-11-24") == after(SIGN).clock(key)
    for item in (later, earlier, consulted):
        assert "met" == after(SIGN, item).clock(key)[0]


def test_a_manager_told_of_something_else_was_not_told_of_this() -> None:
    """The topic says what was talked over."""
    other = event("manager_informed", "2026-11-24", why="immediate_risk")

    assert "missed" == after(SIGN, other).clock(f"rosh-manager-before/{SIGN.uid}")[0]


def test_a_case_of_the_nps_that_turns_high_is_planned_for_first() -> None:
    """plan-high-risk-first: ten working days are ours; a plan made before it counts."""
    ours = [allocated()[0], event("case_allocated", "2026-11-02", **NPS)]
    high = event("rosh_assessed", "2026-11-03", by=NPS_OFFICER)
    plan = event("plan_completed", "2026-11-05", rosh="high", by=NPS_OFFICER)

    assert ("running", "2026-11-17") == played([*ours, high], "2026-11-04").clock(
        "plan-high-risk-first"
    )
    assert "met" == played([*ours, high, plan], "2026-11-06").clock("plan-high-risk-first")[0]
    alone = played([*ours, plan], "2026-11-06")
    assert "met" == alone.clock("plan-high-risk-first")[0]


def test_a_change_of_level_wants_action() -> None:
    """rosh-prompt-action: a level that stays what it was is no change."""
    same = event("rosh_assessed", "2026-11-23", level="medium")
    lower = event("rosh_assessed", "2026-11-23", level="low")

    assert [] == of_row(after(same), "rosh-prompt-action")
    assert ("missed", "2026-11-24") == after(lower).clock(f"rosh-prompt-action/{lower.uid}")


def test_a_level_that_the_nps_changes_wants_action_too() -> None:
    """rosh-prompt-action: the plan said medium, and the NPS confirms low."""
    lower = event("rosh_confirmed", "2026-11-25", level="low")

    assert f"rosh-prompt-action/{lower.uid}" in after(SIGN, RECEIVED, lower).clocks


def test_a_plan_that_shows_high_risk_is_a_sign_as_well() -> None:
    """A level that an officer of a CRC records needs confirmation by the NPS."""
    plan = event("plan_reviewed", "2026-11-23", rosh="high")

    seen = after(plan)

    assert ["missed"] == of_row(seen, "rosh-referral-no-delay")
    assert True is seen.view["risk"]["indicated_high"]


def test_an_evaluation_at_the_end_assesses_too() -> None:
    """The level at the end is compared with that at the start (7.6)."""
    item = event("evaluation_completed", "2027-10-01", rosh="low")

    assert "low" == after(item, now="2027-10-02").view["rosh"]


def test_standard_6_leaves_electronic_only_orders_out() -> None:
    """AMB-20: no referral, no confirmation, no transfer is owed; the level is kept."""
    stream = [*allocated(requirements=MONITORED), SIGN, RECEIVED, HIGH]

    seen = played(stream, "2026-11-27")

    for row in ("rosh-referral-no-delay", "ev-rosh-confirm", "ev-rosh-transfer"):
        assert [] == of_row(seen, row)
    assert "high" == seen.view["rosh"]


def test_the_answers_are_shown() -> None:
    """Each referral with its dates and what came of it."""
    seen = after(SIGN, SENT, RECEIVED, HIGH)

    assert {
        "level": "high",
        "indicated_high": False,
        "referral_open": False,
        "referrals": [
            {
                "at": "2026-11-23T15:00:00Z",
                "emergency": False,
                "received_at": "2026-11-24T09:00:00Z",
                "level": "high",
                "answered_at": "2026-11-25T11:00:00Z",
            }
        ],
    } == seen.view["risk"]
