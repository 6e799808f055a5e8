"""Rules that the documents state twice stand in one row, which names the other."""

import pytest

from activities.standards import load_catalogue

EDITION = load_catalogue().editions["ns-2015"]


@pytest.mark.parametrize(
    ("stated_again", "row"),
    [
        ("ev-ap-progress", "ap-communication-regular"),
        ("ev-ap-considered", "ap-considered-earliest"),
        ("ev-conditions-governor", "conditions-to-governor"),
        ("ev-plan-contact-level", "contact-frequency"),
        ("ev-court-information", "court-info-in-time"),
        ("breach-swift", "enforce-6wd"),
        ("ev-exc-act", "enforce-6wd"),
        ("ev-par-act", "enforce-6wd"),
        ("ev-evaluate", "evaluation-by-end"),
        ("evaluation-when-in-window", "evaluation-opens"),
        ("ev-explanation-burden", "explanation-window"),
        ("ev-risk-emergency-services", "immediate-risk-action"),
        ("ev-induct", "induction-at-start"),
        ("ev-licence-given", "licence-copy-on-release"),
        ("ev-tell-contributors", "notice-non-compliance"),
        ("ev-ap-noncompliance", "notice-non-compliance"),
        ("ev-transfer-clear-manager", "officer-known-always"),
        ("ev-outcome-protocol", "outcome-communicated"),
        ("ev-parole-board-change", "parole-board-change"),
        ("ev-transfer-plan", "plan-after-transfer"),
        ("ev-review-share", "plan-info-shared-prompt"),
        ("ev-review-must", "plan-review-on-change"),
        ("ev-plan-progress", "plan-review-on-change"),
        ("ev-review-recall", "plan-review-on-recall"),
        ("ev-review-committal", "plan-review-on-recall"),
        ("ev-purposeful-contact", "prerelease-contact"),
        ("ev-prerelease-talk", "prerelease-discussion"),
        ("ev-record-contact", "record-same-day"),
        ("ev-reporting-governor", "reporting-to-governor"),
        ("ev-resettlement-agree", "resettlement-plan-start"),
        ("ev-ap-residence-plan", "residence-plan-before-admission"),
        ("ev-end-restrictions", "restrictions-after-end"),
        ("ev-rosh-refer", "rosh-referral-no-delay"),
        ("upw-start-prompt", "upw-start-7wd"),
        # One duty has one clock: the documents state these hours twice.
        ("recall-application-immediate", "recall-emergency-2h"),
        ("recall-report-ppcs-24h", "recall-nonemergency-24h"),
        ("ev-victim-info", "victim-timely-info"),
    ],
)
def test_a_rule_stated_twice_is_carried_once(stated_again: str, row: str) -> None:
    """The duty in words and the clock or duty of the same thing are one row."""
    found = EDITION.provision(row)

    assert found is not None
    assert stated_again in found.carries
    assert EDITION.provision(stated_again) is None


def test_every_carried_rule_is_listed_above() -> None:
    """A row that carries another gets a line of its own here."""
    listed = test_a_rule_stated_twice_is_carried_once.pytestmark[0].args[1]  # type: ignore[attr-defined]
    rows = (*EDITION.timescales.values(), *EDITION.duties.values())

    assert {(key, row.id) for row in rows for key in row.carries} == set(listed)
