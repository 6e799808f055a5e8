"""Advice on risk: the next step from the first sign to the NPS (7.2)."""

from states.events.envelope import Event
from tests.states.stream import at, event, played, serving

SIGN = event("rosh_assessed", "2026-11-23 10:00")
REFERRED = event("rosh_referred", "2026-11-23 15:00", received_at=at("2026-11-23 15:00"))
HIGH = event("rosh_confirmed", "2026-11-25 11:00")
MOVED = event("provider_transferred", "2026-11-26 09:00", kind="rosh_high")


def advised(*events: Event) -> list[tuple[str, str, str]]:
    """Return what is advised on risk: the step, its row, and whose it is."""
    seen = played([*serving(), *events], "2026-11-27")
    return [(item["step"], item["row"], item["by"]) for item in seen.view["proposals"]]


MAPPA = ("agency_flag_changed", "ev-mappa-agency", "CRC")
REFER = ("rosh_referred", "7.2.2", "CRC")
INFORM = ("manager_informed", "rosh-manager-before", "CRC")


def test_signs_are_referred_and_talked_over() -> None:
    """7.2 steps 1 and 2."""
    assert [REFER, INFORM, MAPPA] == advised(SIGN)


def test_a_referral_is_answered_by_the_nps() -> None:
    """7.2 step 4: the level is the NPS's to confirm."""
    assert [("rosh_confirmed", "7.2.4", "NPS"), INFORM, MAPPA] == advised(SIGN, REFERRED)


def test_what_is_confirmed_high_is_transferred() -> None:
    """7.2 step 5b; once the NPS has the case nothing is left to transfer."""
    assert ("provider_transferred", "7.2.5b", "CRC") in advised(SIGN, REFERRED, HIGH)
    assert [] == [item for item in advised(SIGN, REFERRED, HIGH, MOVED) if item[1] == "7.2.5b"]


def test_an_action_on_danger_is_told_to_a_manager() -> None:
    """7.2 step 3: action first, then the telling."""
    acted = event("immediate_risk_action_taken", "2026-11-23")

    assert [("manager_informed", "manager-told-asap", "CRC")] == advised(acted)


def test_a_plan_is_reviewed_when_something_called_for_it() -> None:
    """T28: on a change, and not again once it was reviewed."""
    change = event("significant_change_recorded", "2026-11-23")

    assert [("plan_reviewed", "plan-review-on-change", "officer")] == advised(change)
    assert [] == advised(change, event("plan_reviewed", "2026-11-25"))


def test_high_risk_in_public_protection_arrangements_is_not_proposed_for_them() -> None:
    """MAPPA holds the case already."""
    held = event("agency_flag_changed", "2026-11-24")

    assert MAPPA not in advised(SIGN, held)
