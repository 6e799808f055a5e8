"""Duties are open until they are done: no document gives them a time, and no file may."""

import pytest

from activities.standards import load_shelf
from states.timescale import Recipient, Settlement, Trigger

EDITION = load_shelf().editions["ns-2015"]

RECURRING = {
    "ap-communication-regular",
    "contact-frequency",
    "curfew-night-ap",
    "curfew-times",
    "custody-contact-level",
    "drr-testing-frequency",
    "dtc-testing-frequency",
    "dynamic-risk-assessment",
    "ev-mappa-agency",
    "ev-officer-prison-link",
    "ev-officer-visits",
    "ev-progress-known",
    "ev-promote-compliance",
    "home-visits",
    "iom-list-review",
    "officer-known-always",
    "plan-review-frequency",
    "rar-frequency",
    "victim-contact-frequency",
}


def test_what_goes_on_is_never_done() -> None:
    """Contact, visits, testing and the like have no end of their own; they end with their cause."""
    assert RECURRING == {key for key, duty in EDITION.duties.items() if duty.recurring}


@pytest.mark.parametrize(
    ("duty", "trigger", "template", "recipients"),
    [
        ("ev-exc-notify-police", "requirement_started", "exclusion-notice", ["police"]),
        ("ev-exc-notify-stakeholders", "requirement_started", "exclusion-notice", ["stakeholders"]),
        (
            *("ev-exc-end-notices", "requirement_terminated", "exclusion-ended"),
            ["person", "police", "stakeholders"],
        ),
        ("ev-par-notify-police", "requirement_started", "prohibited-activity-notice", ["police"]),
        (
            *("ev-par-notify-stakeholders", "requirement_started", "prohibited-activity-notice"),
            ["stakeholders"],
        ),
        (
            *("ev-par-end-notices", "requirement_terminated", "prohibited-activity-ended"),
            ["person", "police", "stakeholders"],
        ),
        (
            *("ev-res-end-notices", "requirement_terminated", "residence-ended"),
            ["person", "police", "stakeholders"],
        ),
        (
            *("ev-sup-end-notices", "requirement_terminated", "supervision-ended"),
            ["police", "stakeholders"],
        ),
        (
            *("ev-mhtr-end-notices", "requirement_terminated", "mental-health-treatment-ended"),
            ["person"],
        ),
        ("ev-acr-end-notice", "requirement_terminated", "attendance-centre-ended", ["person"]),
        ("ev-ap-end-police", "ap_left", "ap-left", ["police", "stakeholders"]),
        ("ev-transfer-notify", "transfer", "transfer-notice", ["agencies"]),
        ("ev-record-sfo", "serious_further_offence", "serious-further-offence", ["noms"]),
        ("ev-end-notify", "sentence_ended", "sentence-ended", ["agencies"]),
    ],
)
def test_who_must_be_told_is_data(
    duty: str, trigger: str, template: str, recipients: list[str]
) -> None:
    """The notices that a start or an end owes, one for each recipient (6.4)."""
    found = EDITION.duties[duty]

    assert [(template, recipient) for recipient in recipients] == [
        (notice.template, notice.recipient) for notice in found.notices
    ]
    assert Trigger(trigger) is found.trigger
    assert Settlement.NOTICE_ACKNOWLEDGED in found.discharged_by


def test_every_notice_of_the_edition_is_listed_above() -> None:
    """A duty that writes to somebody gets a line of its own here."""
    listed = test_who_must_be_told_is_data.pytestmark[0].args[1]  # type: ignore[attr-defined]

    assert {row[0] for row in listed} == {
        key for key, duty in EDITION.duties.items() if duty.notices
    }


@pytest.mark.parametrize(
    ("duty", "trigger", "regime", "discharged_by"),
    [
        ("plan-review-on-change", Trigger.SIGNIFICANT_CHANGE, "licence", "plan_reviewed"),
        ("plan-review-on-change", Trigger.SIGNIFICANT_PROGRESS, "community_order", "plan_reviewed"),
        ("plan-review-on-recall", Trigger.RECALL_NOTIFIED, "licence", "plan_reviewed"),
        (
            *("plan-review-on-recall", Trigger.COMMITTAL, "post_sentence_supervision"),
            "plan_reviewed",
        ),
        ("plan-community-complete", Trigger.ORDER_START, "community_order", "plan_completed"),
        ("plan-post-release-complete", Trigger.RELEASE, "licence", "plan_completed"),
        ("ev-failure-record", Trigger.APPARENT_FAILURE, "licence", "failure_record_completed"),
        ("ev-decide-excuse", Trigger.APPARENT_FAILURE, "community_order", "failure_judged"),
        ("ev-crc-refer-breach", Trigger.BREACH_DECIDED, "community_order", "referral_received"),
        ("ev-recall-endorse", Trigger.ENDORSEMENT_NEEDED, "licence", "recall_endorsed"),
        ("ev-rosh-confirm", Trigger.ROSH_REFERRED, "custody", "rosh_confirmed"),
        ("ev-rosh-transfer", Trigger.ROSH_CONFIRMED_HIGH, "custody", "transferred_to_nps"),
        ("ev-allocate", Trigger.IMPOSITION, "custody", "case_allocated"),
        ("ev-recall-reasons", Trigger.STANDARD_RETURN, "licence", "contact_recorded"),
        (
            "ev-requirement-evaluate",
            Trigger.REQUIREMENT_COMPLETED,
            "licence",
            "requirement_evaluated",
        ),
    ],
)
def test_a_duty_opens_with_its_trigger_and_closes_with_what_was_done(
    duty: str, trigger: Trigger, regime: str, discharged_by: str
) -> None:
    """Both are found by the look-ups that the engine uses."""
    assert duty in {item.id for item in EDITION.duties_triggered_by(trigger, regime)}
    assert duty in EDITION.settled_by(Settlement(discharged_by))


def test_a_withdrawn_failure_leaves_nothing_to_ask_or_record() -> None:
    """What a failure opened falls away with it, done or not."""
    assert {
        "attendance-centre-prompt",
        "ev-decide-excuse",
        "ev-explanation-each",
        "ev-failure-record",
        "ev-feedback-provider",
        "explanation-window",
        "iom-swift-action",
        "notice-non-compliance",
        "reminder",
    } == set(EDITION.ended_by(Settlement.FAILURE_REMOVED))


def test_a_duty_belongs_to_somebody() -> None:
    """Victims' matters are the liaison officer's, representations the person's own."""
    owners = {
        key: EDITION.duties[key].owner for key in ("ev-victim-reps", "representations-on-recall")
    }

    assert {
        "ev-victim-reps": Recipient.VICTIM_LIAISON,
        "representations-on-recall": Recipient.PERSON,
    } == owners
