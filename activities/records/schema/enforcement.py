"""Enforcement: failures, what was made of them, and the proceedings that followed."""

from sqlalchemy import Index

from activities.records.schema.apart import MAIN
from activities.records.schema.columns import data, day, filed, flag, instant, of_sentence, text
from activities.records.schema.work import deed

failures = of_sentence(
    MAIN,
    "failures",
    "Apparent failures to comply.",
    text("failure_id"),
    day("failed_on"),
    text("what"),
    text("requirement_id"),
    text("condition"),
    text("regime"),
    flag("public_protection"),
    day("explained_on"),
    text("explained_by"),
    instant("judged_at"),
    flag("acceptable", "Null while nobody has judged it."),
    data("factors", "What was weighed, as codes."),
    flag("counts", "Whether it counts towards enforcement now."),
    flag("spent"),
    flag("in_window"),
    data("record_lacks", "Rows of the table of what a record has to hold that it lacks."),
    Index(None, "failed_on"),
)

failure_days = of_sentence(
    MAIN,
    "failure_days",
    "Days with a failure: several of one day are one.",
    day("failed_on"),
    data("failure_ids"),
    flag("acceptable", "False where any failure of the day is; null while one is not judged."),
    flag("counts"),
)

explanations = of_sentence(
    MAIN,
    "explanations",
    "What was said in explanation of a failure.",
    *deed(),
    text("failure_id"),
    day("received_on"),
    text("from_whom"),
    filed("details", "Digest of what was said."),
)

judgements = of_sentence(
    MAIN,
    "judgements",
    "Judgements of failures, with rationale and alternatives.",
    *deed(),
    text("failure_id"),
    flag("acceptable"),
    filed("rationale", "Digest of the reasons."),
    data("alternatives_considered", "Digest of each alternative.", texts=True),
)

enforcement_decisions = of_sentence(
    MAIN,
    "enforcement_decisions",
    "Decisions for breach or recall, with rationale and alternatives.",
    *deed(),
    data("failure_ids"),
    filed("rationale", "Digest of the reasons."),
    data("alternatives_considered", "Digest of each alternative.", texts=True),
    filed("departure_rationale", "Digest of why it departs from what the rules expect."),
)

warnings = of_sentence(
    MAIN,
    "warnings",
    "Warnings, also those that were withdrawn.",
    text("warning_id"),
    data("failure_ids"),
    text("level"),
    text("regime"),
    instant("issued_at"),
    flag("departure"),
    instant("withdrawn_at"),
)

breaches = of_sentence(
    MAIN,
    "breaches",
    "Proceedings for breach, from the decision to what the court made of it.",
    data("failure_ids"),
    text("reason"),
    flag("departure"),
    instant("decided_at"),
    instant("referred_at"),
    data("referral_lacks"),
    instant("received_at"),
    instant("presented_at"),
    instant("warrant_at"),
    text("warrant"),
    day("hearing_on"),
    day("committed_on"),
    day("committed_until"),
    instant("closed_at"),
)

recalls = of_sentence(
    MAIN,
    "recalls",
    "Recalls, from the decision to the return and what followed.",
    text("recall_type"),
    text("ground"),
    text("row", "Row of the table of grounds."),
    flag("departure"),
    data("failure_ids"),
    instant("decided_at"),
    flag("endorsed"),
    instant("sent_at"),
    instant("nps_received_at"),
    instant("received_at"),
    day("revoked_on"),
    instant("refused_at"),
    instant("police_told_at"),
    instant("arrested_at"),
    day("returned_on"),
    day("term_ends_on"),
    day("release_due_on"),
    day("represented_on"),
    day("board_released_on"),
    instant("undone_at"),
    instant("closed_at"),
)
