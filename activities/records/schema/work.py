"""What the case asks and what came of it: requirements, appointments, and each deed of officers."""

from typing import Any

from sqlalchemy import Column

from activities.records.schema.apart import MAIN
from activities.records.schema.columns import (
    data,
    day,
    filed,
    flag,
    instant,
    number,
    of_sentence,
    text,
)


def deed() -> tuple[Column[Any], ...]:
    """Return the columns of whoever acted, and when: every deed has them."""
    return (
        text("event_kind"),
        instant("occurred_at"),
        text("by_id"),
        text("by_role"),
        text("by_organisation"),
    )


requirements = of_sentence(
    MAIN,
    "requirements",
    "Requirements and conditions with their progress, also those that have ended.",
    text("requirement_id"),
    text("kind"),
    text("code"),
    number("hours", "Hours ordered."),
    number("days", "Days ordered."),
    flag("electronically_monitored"),
    day("starts_on"),
    day("court_timescale_on"),
    data("stakeholders"),
    flag("consent"),
    day("started_on"),
    number("hours_done"),
    number("days_done"),
    number("not_counted", "What was done beyond what counts."),
    text("prospect", "Whether it will be done in time, as it looks now."),
    data("tests", "Drug tests: day, result, and whether each counts."),
    day("completed_on"),
    day("ends_on"),
    day("terminated_on"),
    text("ended_by"),
    day("evaluated_on"),
    data("owed", "Ids of the open duties about it."),
)

appointments = of_sentence(
    MAIN,
    "appointments",
    "Appointments, kept or not.",
    instant("at"),
    flag("face_to_face"),
    instant("arranged_at"),
    flag("cancelled"),
    instant("attended_at"),
)

contacts = of_sentence(
    MAIN,
    "contacts",
    "Contacts that were recorded, fact and opinion apart (NS 2015 1(c)).",
    *deed(),
    text("kind"),
    text("requirement_id"),
    filed("fact", "Digest of what happened."),
    filed("opinion", "Digest of what the officer makes of it."),
    number("minutes"),
    text("purpose"),
)

attendances = of_sentence(
    MAIN,
    "attendances",
    "Appointments that were kept.",
    *deed(),
    text("appointment_id"),
    instant("at"),
    number("minutes"),
)

plans = of_sentence(
    MAIN,
    "plans",
    "Versions of the plan, and its reviews.",
    *deed(),
    text("plan_version"),
    text("rosh"),
    data("parts", "Parts that the plan has; null for a review."),
    flag("interim"),
    text("why", "Why it was reviewed; null for a plan."),
)

risk_assessments = of_sentence(
    MAIN,
    "risk_assessments",
    "Levels of risk of serious harm, assessed or confirmed.",
    *deed(),
    text("level"),
    filed("rationale", "Digest of the reasons."),
)

risk_referrals = of_sentence(
    MAIN,
    "risk_referrals",
    "What the NPS was asked about risk, and its answers.",
    instant("at"),
    flag("emergency"),
    instant("received_at"),
    text("level"),
    instant("answered_at"),
)

transfers = of_sentence(
    MAIN,
    "transfers",
    "Transfers between providers.",
    *deed(),
    text("provider", "NPS or CRC, which took it over."),
    text("provider_code"),
)

further_offences = of_sentence(
    MAIN,
    "further_offences",
    "Charges of a serious further offence.",
    *deed(),
    day("charged_on"),
)
