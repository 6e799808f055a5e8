"""Every number that the documents give stands in the edition as they give it."""

from datetime import date

import pytest

from activities.standards import load_catalogue
from states.standards.terms import Direction, TimerKind

EDITION = load_catalogue().editions["ns-2015"]
CO = "community_order"
SSO = "suspended_sentence_order"
CUS = "custody"
LIC = "licence"
PSS = "post_sentence_supervision"
ORDERS = (CO, SSO)
COURTS = (CO, SSO, PSS)
ALL = ("all",)


@pytest.mark.parametrize(
    ("row", "regimes", "length", "hardness"),
    [
        ("first-appt-community", ORDERS, "5 working_days latest_after", "standard"),
        ("first-appt-community-held", ORDERS, "5 working_days latest_after", "practice_guide"),
        ("first-contact-release", (LIC, PSS), "1 working_days latest_after", "standard"),
        ("first-contact-release-day", (LIC,), "0 calendar_days on_the_day", "practice_guide"),
        ("enforce-6wd", COURTS, "6 working_days latest_after", "standard"),
        ("recall-emergency-2h", (LIC,), "2 hours latest_after", "standard"),
        ("recall-nonemergency-24h", (LIC,), "24 hours latest_after", "standard"),
        ("recall-decision-9wd", (LIC,), "9 working_days latest_after", "rationale_mandatory"),
        ("recall-10-day-timescale", (LIC,), "10 working_days latest_after", "rationale"),
        ("recall-within-two-days", (LIC,), "2 calendar_days latest_after", "description"),
        ("recall-within-two-hours", (LIC,), "2 hours latest_after", "description"),
        ("ftr-28-days", (LIC,), "28 calendar_days until", "description"),
        ("victim-offer-8w", (CUS,), "8 weeks latest_after", "practice_guide"),
        ("evaluation-opens", ALL, "8 weeks earliest_before", "practice_guide"),
        ("evaluation-by-end", ALL, "0 calendar_days latest_before", "practice_guide"),
        ("plan-custody-opens", (CUS,), "12 weeks earliest_before", "standard"),
        ("plan-custody-prepared", (CUS,), "0 calendar_days latest_before", "standard"),
        ("ap-prep-3-months", (CUS,), "3 months latest_before", "practice_guide"),
        ("upw-start-7wd", ORDERS, "7 working_days latest_after", "rationale_mandatory"),
        ("upw-induction-in-time", ORDERS, "7 working_days latest_after", "rationale"),
        ("upw-finish-12-months", ORDERS, "12 months latest_after", "rationale_mandatory"),
        ("record-same-day", ALL, "None none on_the_day", "practice_guide"),
        ("breach-co-2-in-12m", (CO,), "12 months counter", "current_practice"),
        ("breach-pss-3-in-12m", (PSS,), "12 months counter", "current_practice"),
        ("refer-if-warned", ORDERS, "None months counter", "law"),
        ("breach-sso-unstated", (SSO,), "12 months counter", "our_default"),
        ("failure-window-12m", COURTS, "12 months until", "current_practice"),
        ("upw-sso-no-extension", (SSO,), "0 calendar_days cap", "law"),
        ("requirement-before-order-end", ORDERS, "0 calendar_days latest_before", "practice_guide"),
        ("dac-before-period-end", (LIC, PSS), "0 calendar_days latest_before", "practice_guide"),
        ("drr-before-order-licence-end", ORDERS, "0 calendar_days latest_before", "practice_guide"),
        ("ap-residence-timescale", (CO, SSO, LIC), "0 calendar_days cap", "practice_guide"),
        ("board-referral-28d", (LIC,), "None calendar_days cap", "description"),
        ("standard-recall-term", (LIC,), "0 calendar_days until", "description"),
        ("order-end", ORDERS, "0 calendar_days until", "our_default"),
        ("sso-operational-end", (SSO,), "0 calendar_days until", "our_default"),
        ("licence-end", (LIC,), "0 calendar_days until", "our_default"),
        ("pss-end", (PSS,), "0 calendar_days until", "our_default"),
        ("requirement-end", (CO, SSO, LIC, PSS), "0 calendar_days until", "our_default"),
        ("warning-window-end", COURTS, "12 months until", "our_default"),
        ("upw-watch", ORDERS, "9 months latest_after", "our_default"),
        ("upw-sso-watch", (SSO,), "3 months latest_before", "our_default"),
        ("court-hearing", COURTS, "0 calendar_days on_the_day", "our_default"),
        ("release-date", (CUS,), "0 calendar_days until", "our_default"),
    ],
)
def test_a_clock_or_counter_has_its_number(
    row: str, regimes: tuple[str, ...], length: str, hardness: str
) -> None:
    """Amount, unit, direction, sentence types and hardness are those of the documents."""
    found = EDITION.timescales[row]

    assert (regimes, length, hardness) == (
        found.applies_to,
        f"{found.amount} {found.unit} {found.direction}",
        found.hardness,
    )
    assert not found.is_bound


@pytest.mark.parametrize(
    ("row", "threshold", "regime"),
    [
        ("breach-co-2-in-12m", 2, CO),
        ("breach-sso-unstated", 2, SSO),
        ("breach-pss-3-in-12m", 3, PSS),
    ],
)
def test_breach_is_proposed_at_the_threshold_of_the_order(
    row: str, threshold: int, regime: str
) -> None:
    """The 2nd failure of an order and the 3rd of supervision (AMB-03 for the suspended one)."""
    found = EDITION.timescales[row]

    assert (threshold, (regime,), Direction.COUNTER) == (
        found.threshold,
        found.applies_to,
        found.direction,
    )


@pytest.mark.parametrize(
    ("bound", "length", "hardness"),
    [
        ("exclusion-min", "2 months floor", "law"),
        ("exclusion-max", "2 years cap", "law"),
        ("prohibited-max-co", "3 years cap", "law"),
        ("prohibited-max-sso", "2 years cap", "law"),
        ("rar-max-days", "None none cap", "law"),
        ("sar-days", "None none cap", "rationale"),
        ("upw-hours", "None none cap", "rationale"),
        ("attendance-centre-under-25", "25 years threshold", "standard"),
        ("young-adult-18-at-release", "18 years threshold", "rationale"),
        ("custody-over-1-day", "1 calendar_days threshold", "minimum"),
        ("offender-in-custody-over-1-day", "1 calendar_days threshold", "rationale"),
        ("custody-12m-victim", "12 months threshold", "law"),
        ("custody-under-12m-victim", "12 months threshold", "rationale"),
        ("custody-under-12m-pss", "12 months threshold", "rationale"),
        ("licence-night-away", "1 nights threshold", "standard"),
        ("one-failure-per-day", "1 calendar_days counter", "rationale_mandatory"),
        ("licence-second-warning-final", "None none counter", "rationale_mandatory"),
        ("ora-cutover", "None none threshold", "standard"),
        ("standards-effective", "None none threshold", "standard"),
        ("ftr-hdc-ard", "None none threshold", "description"),
        ("good-progress-early", "None none threshold", "rationale"),
        ("residence-duty-prior", "0 calendar_days latest_before", "rationale"),
        ("work-change-advance", "0 calendar_days latest_before", "standard"),
        ("travel-outside-uk", "0 calendar_days latest_before", "standard"),
        ("change-address-informed", "None none latest_after", "rationale_mandatory"),
        ("decisions-recorded-prompt", "None none latest_after", "rationale"),
    ],
)
def test_a_bound_is_read_by_its_id(bound: str, length: str, hardness: str) -> None:
    """Floors, caps, thresholds and numbers of occurrences stand in data, and nothing runs."""
    found = EDITION.bound(bound)

    assert (length, hardness, TimerKind.NONE) == (
        f"{found.amount} {found.unit} {found.direction}",
        found.hardness,
        found.timer,
    )


def test_every_bound_of_the_edition_is_listed_above() -> None:
    """A new bound gets a line of its own here."""
    listed = test_a_bound_is_read_by_its_id.pytestmark[0].args[1]  # type: ignore[attr-defined]

    assert {row[0] for row in listed} == {
        key for key, item in EDITION.timescales.items() if item.is_bound
    }


def test_a_counter_of_occurrences_states_which_one_matters() -> None:
    """One failure a day counts, and the second licence warning is the last (AMB-35)."""
    assert (1, 2) == (
        EDITION.bound("one-failure-per-day").threshold,
        EDITION.bound("licence-second-warning-final").threshold,
    )


def test_the_days_from_which_law_counts_are_data() -> None:
    """The newer requirements (AMB-27) and the standards themselves begin on 1 February 2015."""
    assert (date(2015, 2, 1), date(2015, 2, 1)) == (
        EDITION.bound("ora-cutover").day,
        EDITION.bound("standards-effective").day,
    )
    assert EDITION.in_force_from == EDITION.bound("standards-effective").day
