"""Clocks whose length is a word have one of ours, which prompts and never binds."""

import pytest

from activities.standards import load_catalogue
from states.standards.terms import TimerKind

EDITION = load_catalogue().editions["ns-2015"]
REGIMES = {
    "ALL": "all",
    "CO": "community_order",
    "SSO": "suspended_sentence_order",
    "CUS": "custody",
    "LIC": "licence",
    "PSS": "post_sentence_supervision",
}


def regimes(codes: str) -> tuple[str, ...]:
    """Return the regimes of a list of codes, as the documents abbreviate them."""
    return tuple(REGIMES[code] for code in codes.split())


@pytest.mark.parametrize(
    ("row", "codes", "triggers", "length"),
    [
        ("adult-risk-early", "ALL", "allocation", "15 working_days latest_after"),
        ("allocation-notice-prompt", "ALL", "allocation", "1 working_days latest_after"),
        ("ap-referral-in-time", "ALL", "ap_expected", "4 weeks latest_before"),
        ("attendance-centre-prompt", "CO SSO", "failure", "6 working_days latest_after"),
        (
            "commencement-timely",
            "ALL",
            "order_start release",
            "10 working_days latest_after",
        ),
        ("conditions-to-governor", "CUS", "conditions_proposed", "4 weeks latest_before"),
        ("court-info-in-time", "ALL", "hearing_listed", "1 calendar_days latest_before"),
        ("drr-court-timescale", "CO SSO", "court_timescale", "0 calendar_days latest_before"),
        ("dtc-court-timescale", "LIC PSS", "court_timescale", "0 calendar_days latest_before"),
        (
            "enforce-immediate",
            "CO SSO PSS",
            "public_protection_failure",
            "0 calendar_days latest_after",
        ),
        ("escalation-emergency", "ALL", "emergency_escalation", "0 calendar_days latest_after"),
        ("first-appt-given-at-court", "CO SSO", "imposition", "None none on_the_day"),
        ("immediate-risk-action", "ALL", "immediate_risk", "0 calendar_days latest_after"),
        ("imposition-prompt", "ALL", "opening", "5 working_days latest_after"),
        (
            "induction-at-start",
            "CO SSO LIC PSS",
            "order_start licence_start pss_start",
            "5 working_days latest_after",
        ),
        ("induction-pss-distinct", "PSS", "pss_start", "None none on_the_day"),
        ("iom-swift-action", "ALL", "apparent_failure", "1 working_days latest_after"),
        ("licence-copy-on-release", "LIC", "release", "None none on_the_day"),
        ("manager-told-asap", "ALL", "immediate_risk_action", "1 working_days latest_after"),
        ("mhtr-court-timescale", "CO SSO", "court_timescale", "0 calendar_days latest_before"),
        ("notice-non-compliance", "ALL", "apparent_failure", "6 working_days latest_after"),
        ("officer-assigned-prompt", "ALL", "allocation", "1 working_days latest_after"),
        ("outcome-communicated", "ALL", "court_decided", "1 working_days latest_after"),
        ("parole-board-change", "CUS", "contact_of_kind", "1 working_days latest_after"),
        ("plan-after-transfer", "ALL", "transfer", "5 working_days latest_after"),
        ("plan-high-risk-first", "ALL", "rosh_high", "10 working_days latest_after"),
        ("plan-info-shared-prompt", "ALL", "plan_risk_increased", "1 working_days latest_after"),
        ("plan-updated-prompt", "ALL", "significant_change", "5 working_days latest_after"),
        (
            "prep-contact-before-start",
            "CO SSO",
            "planned_requirement_start",
            "0 calendar_days latest_before",
        ),
        ("prerelease-contact", "CUS", "expected_release", "0 calendar_days latest_before"),
        ("prerelease-discussion", "CUS", "expected_release", "4 weeks latest_before"),
        ("report-to-timescale", "ALL", "report_requested", "0 calendar_days latest_before"),
        ("reporting-to-governor", "CUS", "expected_release", "4 weeks latest_before"),
        (
            "requirement-starts-as-planned",
            "CO SSO LIC PSS",
            "planned_requirement_start",
            "0 calendar_days latest_before",
        ),
        ("resettlement-plan-start", "CUS", "imposition", "10 working_days latest_after"),
        (
            "residence-plan-before-admission",
            "CO SSO LIC",
            "ap_admitted",
            "0 calendar_days latest_before",
        ),
        ("risk-to-offender-steps", "ALL", "contact_of_kind", "5 working_days latest_after"),
        ("rosh-manager-before", "ALL", "rosh_high_indicated", "1 working_days latest_after"),
        ("rosh-prompt-action", "ALL", "rosh_changed", "1 working_days latest_after"),
        ("rosh-referral-no-delay", "ALL", "rosh_high_indicated", "1 working_days latest_after"),
        (
            "safeguarding-checks",
            "ALL",
            "imposition family_changed",
            "5 working_days latest_after",
        ),
        ("sup-clear-timescale", "CO SSO", "requirement_end", "0 calendar_days latest_before"),
        ("transition-change-tight", "ALL", "transfer_nps_crc", "5 working_days latest_after"),
        ("upw-extend-when-apparent", "CO", "unpaid_work_shortfall", "10 working_days latest_after"),
        ("upw-vary-when-apparent", "SSO", "unpaid_work_shortfall", "5 working_days latest_after"),
        ("victim-asap", "CUS", "victim_eligible", "4 weeks latest_after"),
        ("victim-timely-info", "CUS LIC", "victim_key_stage", "2 working_days latest_after"),
        (
            "victim-timely-info-community",
            "CO SSO PSS",
            "victim_key_stage",
            "2 working_days latest_after",
        ),
        (
            "mhtr-starts-as-planned",
            "CO SSO",
            "planned_requirement_start",
            "0 calendar_days latest_before",
        ),
    ],
)
def test_a_clock_in_words_has_a_length_of_ours_and_the_reason(
    row: str, codes: str, triggers: str, length: str
) -> None:
    """Its trigger, its sentence types, its length, and the reason for the length."""
    found = EDITION.timescales[row]

    assert (regimes(codes), triggers, length, TimerKind.PROMPT) == (
        found.applies_to,
        " ".join(found.triggers),
        f"{found.amount} {found.unit} {found.direction}",
        found.timer,
    )
    assert found.number_is_ours is not None


def test_every_clock_in_words_is_listed_above() -> None:
    """A new one gets a line of its own here."""
    listed = test_a_clock_in_words_has_a_length_of_ours_and_the_reason.pytestmark[0].args[1]  # type: ignore[attr-defined]

    assert {row[0] for row in listed} == {
        key for key, item in EDITION.timescales.items() if item.timer is TimerKind.PROMPT
    }
