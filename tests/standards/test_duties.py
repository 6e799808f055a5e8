"""Duties are open until they are done: no document gives them a time, and no file may."""

import pytest

from activities.standards import load_catalogue
from states.standards.terms import RecipientRole, Settlement, Trigger

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


RECURRING = {
    "ap-communication-regular",
    "contact-frequency",
    "curfew-night-ap",
    "curfew-times",
    "custody-contact-level",
    "drr-testing-frequency",
    "dtc-testing-frequency",
    "dynamic-risk-assessment",
    "ev-dip-management",
    "ev-mappa-agency",
    "ev-officer-prison-link",
    "ev-officer-visits",
    "ev-progress-known",
    "ev-ppo-management",
    "ev-promote-compliance",
    "home-visits",
    "iom-list-review",
    "warrant-outstanding",
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
            "ev-exc-end-notices",
            "requirement_terminated",
            "exclusion-ended",
            ["person", "police", "stakeholders"],
        ),
        ("ev-par-notify-police", "requirement_started", "prohibited-activity-notice", ["police"]),
        (
            "ev-par-notify-stakeholders",
            "requirement_started",
            "prohibited-activity-notice",
            ["stakeholders"],
        ),
        (
            "ev-par-end-notices",
            "requirement_terminated",
            "prohibited-activity-ended",
            ["person", "police", "stakeholders"],
        ),
        (
            "ev-res-end-notices",
            "requirement_terminated",
            "residence-ended",
            ["person", "police", "stakeholders"],
        ),
        (
            "ev-sup-end-notices",
            "requirement_terminated",
            "supervision-ended",
            ["police", "stakeholders"],
        ),
        (
            "ev-mhtr-end-notices",
            "requirement_terminated",
            "mental-health-treatment-ended",
            ["person"],
        ),
        ("ev-acr-end-notice", "requirement_terminated", "attendance-centre-ended", ["person"]),
        ("ev-ap-end-police", "ap_left", "ap-left", ["police", "stakeholders"]),
        ("ev-transfer-notify", "transfer", "transfer-notice", ["agencies"]),
        ("ev-iom-known", "agency_flagged", "iom-selected", ["contributors"]),
        ("ev-iom-removal-known", "agency_released", "iom-removed", ["contributors"]),
        ("ev-record-sfo", "serious_further_offence", "serious-further-offence", ["noms"]),
        ("ev-end-notify", "sentence_ended", "sentence-ended", ["agencies"]),
        ("restrictions-after-end", "sentence_ended", "restrictions-explained", ["person"]),
    ],
)
def test_recipients_of_notices_are_data(
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
    """A duty with a notice gets a line of its own here."""
    listed = test_recipients_of_notices_are_data.pytestmark[0].args[1]  # type: ignore[attr-defined]

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
            "plan-review-on-recall",
            Trigger.COMMITTAL,
            "post_sentence_supervision",
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
    """A duty that a failure opened falls away with it, done or not."""
    assert {
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
        "ev-victim-reps": RecipientRole.VICTIM_LIAISON,
        "representations-on-recall": RecipientRole.PERSON,
    } == owners


@pytest.mark.parametrize(
    ("duty", "codes", "triggers"),
    [
        ("ap-communication-regular", "CO SSO LIC", "ap_admitted"),
        ("ap-considered-earliest", "CUS CO SSO", "imposition"),
        ("contact-frequency", "ALL", "allocation"),
        ("curfew-night-ap", "CO SSO LIC", "ap_admitted"),
        ("curfew-times", "CO SSO LIC PSS", "requirement_started"),
        ("custody-contact-level", "CUS", "allocation"),
        ("custody-without-recall", "LIC", "unexplained_custody"),
        ("refer-act-back", "ALL", "act_in_doubt"),
        ("drr-testing-frequency", "CO SSO", "requirement_started"),
        ("dtc-testing-frequency", "LIC PSS", "requirement_started"),
        ("dynamic-risk-assessment", "ALL", "allocation"),
        ("ev-acr-end-notice", "CO SSO", "requirement_terminated"),
        ("ev-adult-risk", "ALL", "contact_of_kind"),
        ("ev-allocate", "CO SSO CUS", "imposition"),
        ("ev-ap-end-police", "CO SSO LIC", "ap_left"),
        ("ev-ap-evaluate", "CO SSO LIC", "ap_left"),
        ("ev-ap-info-in", "CO SSO LIC", "ap_admitted"),
        ("ev-ap-referral", "ALL", "contact_of_kind"),
        ("ev-barriers", "ALL", "plan_completed"),
        ("ev-child-risk", "ALL", "contact_of_kind"),
        ("ev-civil-order-used", "ALL", "civil_order_made"),
        ("ev-civil-orders-considered", "ALL", "agency_flagged"),
        ("ev-circumstances-shared", "ALL", "significant_change"),
        ("ev-community-resources", "ALL", "plan_completed"),
        ("ev-crc-info-boards", "CUS LIC", "hearing_listed report_requested"),
        ("ev-crc-info-court", "CO SSO PSS", "hearing_listed report_requested"),
        ("ev-acr-explained", "CO SSO", "requirement_made"),
        ("ev-atr-willingness", "CO SSO", "requirement_made"),
        ("ev-cur-equipment", "CO SSO LIC PSS", "requirement_made"),
        ("ev-mhtr-assessment", "CO SSO", "requirement_made"),
        ("ev-mhtr-link", "CO SSO", "requirement_made"),
        ("ev-mhtr-offer", "CO SSO", "requirement_made"),
        ("ev-res-unsuitable", "CO SSO LIC", "contact_of_kind"),
        ("ev-res-suitability", "CO SSO LIC", "requirement_made"),
        ("ev-sup-explained", "CO SSO", "requirement_made"),
        ("ev-victim-safety-community", "CO SSO PSS", "contact_of_kind"),
        ("ev-crc-refer-breach", "CO SSO PSS", "breach_decided"),
        ("ev-cur-household", "CO SSO LIC PSS", "requirement_made"),
        ("ev-decide-excuse", "CO SSO LIC PSS", "apparent_failure"),
        ("ev-drr-consent", "CO SSO", "requirement_made"),
        ("ev-end-notify", "ALL", "sentence_ended"),
        ("ev-exc-end-notices", "CO SSO LIC", "requirement_terminated"),
        ("ev-exc-notify-police", "CO SSO LIC", "requirement_started"),
        ("ev-exc-notify-stakeholders", "CO SSO LIC", "requirement_started"),
        ("ev-explain-requirements", "CO SSO", "order_start"),
        ("ev-explanation-each", "CO SSO LIC PSS", "apparent_failure"),
        ("ev-failure-record", "CO SSO LIC PSS", "apparent_failure"),
        ("ev-feedback-provider", "ALL", "failure_reported_by_provider"),
        ("ev-first-appt-content", "CO SSO LIC PSS", "order_start release"),
        ("ev-licence-visits", "LIC", "contact_of_kind"),
        ("ev-dip-management", "ALL", "agency_flagged"),
        ("ev-iom-known", "ALL", "agency_flagged"),
        ("ev-iom-removal-known", "ALL", "agency_released"),
        ("ev-iom-select", "ALL", "contact_of_kind"),
        ("ev-mappa-agency", "ALL", "agency_flagged"),
        ("ev-mappa-agreements", "ALL", "agency_flagged agency_level_changed"),
        ("ev-marac-action", "ALL", "contact_of_kind"),
        ("ev-marac-information", "ALL", "agency_flagged"),
        ("ev-ppo-management", "ALL", "agency_flagged"),
        ("ev-mhtr-end-notices", "CO SSO", "requirement_terminated"),
        ("ev-nps-present", "CO SSO PSS", "hearing_listed"),
        ("ev-ap-key-worker", "CO SSO LIC", "ap_admitted"),
        ("ev-offender-supervisor", "CUS", "allocation"),
        ("ev-officer-known", "ALL", "officer_changed"),
        ("ev-officer-prison-link", "CUS", "allocation"),
        ("ev-officer-visits", "CUS", "allocation"),
        ("ev-par-end-notices", "CO SSO LIC", "requirement_terminated"),
        ("ev-par-notify-police", "CO SSO LIC", "requirement_started"),
        ("ev-par-notify-stakeholders", "CO SSO LIC", "requirement_started"),
        ("ev-parole-disclosure", "CUS LIC", "report_delivered"),
        ("ev-parole-report", "CUS LIC", "hearing_listed"),
        ("ev-plan-multi-provider", "ALL", "plan_completed"),
        ("ev-plan-safeguarding", "ALL", "contact_of_kind"),
        ("ev-plan-victim-views", "ALL", "victim_eligible victim_discretionary"),
        ("ev-plan-women-safety", "CO SSO", "contact_of_kind"),
        ("ev-potential-victims", "ALL", "contact_of_kind"),
        ("ev-prg-review", "CO SSO LIC", "requirement_completed"),
        ("ev-prg-suitability", "CO SSO LIC", "requirement_made"),
        ("ev-progress-known", "CO SSO LIC PSS", "requirement_started"),
        ("ev-promote-compliance", "CO SSO LIC PSS", "order_start release"),
        ("ev-rar-record", "CO SSO", "requirement_made"),
        ("ev-recall-endorse", "LIC", "endorsement_needed"),
        ("ev-recall-maintain-plan", "LIC", "standard_return"),
        ("ev-recall-reasons", "LIC", "fixed_term_return standard_return"),
        ("ev-record-sfo", "ALL", "serious_further_offence"),
        ("warrant-outstanding", "ALL", "warrant_issued"),
        ("pss-requirements-known", "PSS", "pss_start"),
        ("recall-on-charge", "LIC", "offence_charged"),
        ("board-referral-indeterminate", "LIC", "indeterminate_return"),
        ("ev-relapse", "ALL", "order_end"),
        ("ev-requirement-evaluate", "CO SSO LIC PSS", "requirement_completed"),
        ("ev-res-end-notices", "CO SSO LIC", "requirement_terminated"),
        ("ev-resettlement-feeds-plan", "CUS", "imposition"),
        ("ev-risk-info-out", "ALL", "imposition"),
        ("ev-rosh-confirm", "ALL", "rosh_referred"),
        ("ev-rosh-transfer", "ALL", "rosh_confirmed_high"),
        ("ev-sup-end-notices", "CO SSO", "requirement_terminated"),
        ("ev-tell-offender-provider", "ALL", "allocation"),
        ("ev-transfer-consult", "ALL", "transfer"),
        ("ev-transfer-notify", "ALL", "transfer"),
        ("ev-treatment-feedback", "CO SSO LIC PSS", "requirement_completed"),
        ("ev-upw-risk-info", "CO SSO", "requirement_made"),
        ("ev-victim-discretionary", "CUS", "victim_discretionary"),
        ("ev-victim-limits", "CUS LIC", "contact_of_kind"),
        ("ev-victim-reps", "CUS", "victim_eligible"),
        ("ev-victim-statement", "CUS LIC", "victim_parole_hearing"),
        ("ev-victim-vlu-exchange", "CUS LIC", "contact_of_kind"),
        ("ev-visor", "ALL", "agency_flagged"),
        ("ev-warning-understood", "CO SSO LIC PSS", "warning_issued"),
        ("explanation-window", "CO SSO LIC PSS", "apparent_failure"),
        ("home-visits", "ALL", "allocation"),
        ("iom-list-review", "ALL", "agency_flagged"),
        ("officer-known-always", "ALL", "allocation"),
        ("plan-community-complete", "CO SSO", "order_start"),
        ("plan-post-release-complete", "LIC PSS", "release"),
        ("plan-review-frequency", "ALL", "plan_completed"),
        ("plan-review-on-change", "ALL", "significant_change significant_progress"),
        ("plan-review-on-recall", "LIC PSS", "recall_notified committal"),
        ("rar-frequency", "CO SSO", "requirement_started"),
        ("reminder", "CO SSO PSS", "apparent_failure"),
        ("representations-on-recall", "LIC", "fixed_term_return standard_return"),
        ("restrictions-after-end", "ALL", "sentence_ended"),
        ("victim-contact-frequency", "CUS LIC", "victim_eligible"),
    ],
)
def test_a_duty_has_its_sentence_types_and_triggers(duty: str, codes: str, triggers: str) -> None:
    """It opens in no other sentence and with nothing else."""
    found = EDITION.duties[duty]

    assert (regimes(codes), triggers) == (found.applies_to, " ".join(found.triggers))


def test_every_duty_is_listed_above() -> None:
    """A new duty gets a line of its own here."""
    listed = test_a_duty_has_its_sentence_types_and_triggers.pytestmark[0].args[1]  # type: ignore[attr-defined]

    assert {row[0] for row in listed} == set(EDITION.duties)
