"""Tables of the two databases, which no query joins.

Every table of `ROWS` has the columns that rows of `states.record` name, and before them the columns
that identify row and sentence. Values without a digest or code of their own are null if unknown.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Boolean, Column, Index, LargeBinary, MetaData, Table

from activities.records.columns import (
    IDENTITY,
    NAMES,
    data,
    day,
    flag,
    instant,
    key,
    number,
    record_table,
    sentence_table,
    text,
    text_digest,
)

MAIN = MetaData(naming_convention=NAMES)
"""Database of sentences, without victims."""

VICTIMS = MetaData(naming_convention=NAMES)
"""Database about victims (NS 2015 7): none of its keys points into the other database."""


def action_columns() -> tuple[Column[Any], ...]:
    """Return the columns that every action of a person has: who acted, and when."""
    return (
        text("event_kind"),
        instant("occurred_at"),
        text("by_id"),
        text("by_role"),
        text("by_organisation"),
    )


requirements = sentence_table(
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
    number("hours_done", "Whole hours of unpaid work that count."),
    number("minutes_done", "The same work in minutes."),
    number("days_done"),
    number("not_counted", "Hours or days done beyond the limit that counts."),
    text("prospect", "Forecast of whether it will be completed in time."),
    data("tests", "Drug tests: day, result, and whether each counts."),
    day("completed_on"),
    day("ends_on"),
    day("terminated_on"),
    text("ended_by"),
    day("evaluated_on"),
    data("owed", "Ids of the open duties about it."),
)

appointments = sentence_table(
    MAIN,
    "appointments",
    "Appointments, attended or not.",
    instant("at"),
    flag("face_to_face"),
    instant("arranged_at"),
    flag("cancelled"),
    instant("attended_at"),
)

contacts = sentence_table(
    MAIN,
    "contacts",
    "Recorded contacts, with fact and opinion apart (NS 2015 1(c)).",
    *action_columns(),
    text("kind"),
    text("requirement_id"),
    text_digest("fact", "Digest of what happened."),
    text_digest("opinion", "Digest of the opinion of the officer."),
    number("minutes"),
    text("purpose"),
)

attendances = sentence_table(
    MAIN,
    "attendances",
    "Attended appointments.",
    *action_columns(),
    text("appointment_id"),
    instant("at"),
    number("minutes"),
)

plans = sentence_table(
    MAIN,
    "plans",
    "Versions of the plan, and its reviews.",
    *action_columns(),
    text("plan_version"),
    text("rosh"),
    data("parts", "Parts that the plan has; null for a review."),
    flag("interim"),
    text("why", "Reason of a review; null for a plan."),
)

risk_assessments = sentence_table(
    MAIN,
    "risk_assessments",
    "Assessed or confirmed levels of risk of serious harm.",
    *action_columns(),
    text("level"),
    text_digest("rationale", "Digest of the reasons."),
)

risk_referrals = sentence_table(
    MAIN,
    "risk_referrals",
    "Referrals to the NPS about risk, and its answers.",
    instant("at"),
    flag("emergency"),
    instant("received_at"),
    text("level"),
    instant("answered_at"),
)

transfers = sentence_table(
    MAIN,
    "transfers",
    "Transfers between providers.",
    *action_columns(),
    text("provider", "NPS or CRC that took the case over."),
    text("provider_code"),
)

further_offences = sentence_table(
    MAIN,
    "further_offences",
    "Charges of a serious further offence.",
    *action_columns(),
    day("charged_on"),
)


sentences = sentence_table(
    MAIN,
    "sentences",
    "State of each sentence: one row, under an empty key.",
    text("type", "Type of sentence."),
    text("state"),
    text("phase"),
    text("outcome", "Null until it ends."),
    day("ended_on"),
    text("edition", "Edition of the standards that applies."),
    text("calendar", "Calendar of working days that applies."),
    text("law_pack", "Law pack that applies; null where none does."),
    text("first_law_pack", "Law pack from which the sentence began."),
    day("sentenced_on"),
    day("ends_on"),
    day("licence_ends_on"),
    day("pss_ends_on"),
    day("expected_release_on"),
    day("released_on"),
    flag("recalled_before"),
    flag("at_large"),
    text("provider", "NPS or CRC."),
    text("provider_code"),
    text("officer", "Officer who manages the case."),
    text("rosh", "Risk of serious harm."),
    instant("inducted_at"),
    text("plan_version"),
    number("counted_failures", "Number of unacceptable failures that count now."),
    data("flags", "Codes of matters that need attention."),
    text("imposed_by", "Event that imposed it."),
    number("length_days"),
    text("court"),
    day("live_from", "First day that is recorded here."),
    flag("electronic_only"),
    text("moved_to", "CRN and event number to which it was transferred."),
    Index(None, "crn"),
    Index(None, "state"),
    Index(None, "provider_code"),
    Index(None, "officer"),
)

clocks = sentence_table(
    MAIN,
    "clocks",
    "Clocks of all timescales that were started, and their status.",
    text("id"),
    text("timescale", "Id of the timescale in the edition."),
    text("title"),
    text("standard", "Paragraph of the standards."),
    text("hardness"),
    text("subject", "Subject, if there may be several."),
    instant("started_at"),
    instant("due_at", "Moment at which it expires; null for a counter."),
    day("due_on", "Last day on which it can be met."),
    flag("provisional", "Whether its start is not certain yet."),
    text("status", "Status at the time of the record, which is in `heads`."),
    instant("settled_at"),
    text("settled_by", "Event that settled it."),
    data("why", "Rule, trigger, excluded days, source and postponements."),
    data("count", "Count of a counter; null for a clock with a due date."),
    # Covers the status of a clock, because its row also has the whole explanation.
    Index(
        "ix_clocks_standing",
        "timescale",
        "status",
        "settled_at",
        "due_on",
        "due_at",
        "started_at",
        "workflow_id",
    ),
    Index(None, "due_on"),
)

duties = sentence_table(
    MAIN,
    "duties",
    "Duties for which no document sets a time.",
    text("id"),
    text("duty"),
    text("title"),
    text("standard"),
    text("hardness"),
    text("owner", "Holder of the duty."),
    text("subject"),
    instant("since"),
    text("status"),
    instant("settled_at"),
    text("settled_by"),
    data("notices", "Keys of the notices whose acknowledgement settles it."),
    data("why"),
    Index(None, "status", "owner"),
)

officers = sentence_table(
    MAIN,
    "officers",
    "Officers who managed the case, in order.",
    text("officer"),
    text("provider"),
    text("provider_code"),
    instant("since"),
    flag("temporary"),
    Index(None, "officer"),
)

team = sentence_table(
    MAIN,
    "team",
    "Team that manages the sentence now: the responsible officer first.",
    text("member"),
    text("role"),
    day("since"),
)

transitions = sentence_table(
    MAIN,
    "transitions",
    "Changes of state, in order.",
    instant("at"),
    text("arrow", "Id of the transition in the catalogue."),
    text("name", "Name of the transition."),
    text("from"),
    text("to"),
    text("cause", "Event that caused it; null if a date did."),
    text("phase"),
    flag("irregular"),
)

agencies = sentence_table(
    MAIN,
    "agencies",
    "Multi-agency arrangements that manage the case.",
    text("agency"),
    day("since"),
    number("level", "Level of MAPPA."),
    text("reference"),
    number("category", "Category of MAPPA."),
    flag("jointly", "Whether probation staff had a part in the selection."),
)

past_agencies = sentence_table(
    MAIN,
    "past_agencies",
    "Multi-agency arrangements that managed the case and released it, in order.",
    text("agency"),
    day("since"),
    day("until"),
    text("reason"),
)

civil_orders = sentence_table(
    MAIN,
    "civil_orders",
    "Civil orders of courts beside the sentence.",
    text("order_id"),
    text("kind"),
    day("since"),
    day("until"),
    day("ended_on"),
)

home_moves = sentence_table(
    MAIN,
    "home_moves",
    "Changes of address, without the addresses.",
    day("moved_on"),
    data("rows", "Rows of the table of address changes that apply."),
)

stays = sentence_table(
    MAIN,
    "stays",
    "Stays in approved premises.",
    text("stay_id"),
    day("referred_on"),
    flag("suitable"),
    day("expected_on"),
    day("prepared_on"),
    day("plan_agreed_on"),
    day("admitted_on"),
    day("planned_until"),
    text("key_worker"),
    day("left_on"),
    flag("completed"),
)

reports = sentence_table(
    MAIN,
    "reports",
    "Requested reports.",
    text("report_id"),
    text("kind"),
    day("due_on"),
    day("hearing_on"),
    day("delivered_on"),
)


failures = sentence_table(
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
    flag("acceptable", "Null until it is judged."),
    data("factors", "Codes of the considered factors."),
    flag("counts", "Whether it counts towards enforcement now."),
    flag("spent"),
    flag("in_window"),
    data("record_lacks", "What the record of the failure lacks, in words."),
    Index(None, "failed_on"),
)

failure_days = sentence_table(
    MAIN,
    "failure_days",
    "Days with a failure; several failures on one day count as one.",
    day("failed_on"),
    data("failure_ids"),
    flag(
        "acceptable", "False if any failure of the day is unacceptable; null until all are judged."
    ),
    flag("counts"),
)

explanations = sentence_table(
    MAIN,
    "explanations",
    "Explanations of failures.",
    *action_columns(),
    text("failure_id"),
    day("received_on"),
    text("from_whom"),
    text_digest("details", "Digest of the explanation."),
)

judgements = sentence_table(
    MAIN,
    "judgements",
    "Judgements of failures, with rationale and alternatives.",
    *action_columns(),
    text("failure_id"),
    flag("acceptable"),
    text_digest("rationale", "Digest of the reasons."),
    data("alternatives_considered", "Digest of each alternative.", texts=True),
)

enforcement_decisions = sentence_table(
    MAIN,
    "enforcement_decisions",
    "Decisions for breach or recall, with rationale and alternatives.",
    *action_columns(),
    data("failure_ids"),
    text_digest("rationale", "Digest of the reasons."),
    data("alternatives_considered", "Digest of each alternative.", texts=True),
    text_digest(
        "departure_rationale", "Digest of the reason for a departure from the expected decision."
    ),
)

warnings = sentence_table(
    MAIN,
    "warnings",
    "Warnings, including withdrawn ones.",
    text("warning_id"),
    data("failure_ids"),
    text("level"),
    text("regime"),
    instant("issued_at"),
    flag("departure"),
    instant("withdrawn_at"),
    day("refer_until"),
)

breaches = sentence_table(
    MAIN,
    "breaches",
    "Proceedings for breach, from the decision to the order of the court.",
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

warrants = sentence_table(
    MAIN,
    "warrants",
    "Warrants of arrest, for a breach or another ground.",
    text("warrant_id"),
    text("ground"),
    text("court"),
    text("executor"),
    instant("applied_at"),
    instant("issued_at"),
    instant("executed_at"),
    instant("withdrawn_at"),
)

recalls = sentence_table(
    MAIN,
    "recalls",
    "Recalls, from the decision to the return and the next release.",
    text("recall_type"),
    text("ground"),
    text("row", "Type of recall that was advised, and the reason, in words."),
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
    day("board_referred_on"),
    text(
        "recalled_on_charge",
        "Charge that the recall answers, if any.",
    ),
    number("term_days", "Days of the fixed term as the prison service recorded them."),
    day("board_released_on"),
    instant("undone_at"),
    instant("closed_at"),
)


events = sentence_table(
    MAIN,
    "events",
    "Events as they were received. Rows are added and never changed.",
    text("event_id"),
    text("organisation"),
    text("kind"),
    instant("occurred_at"),
    instant("received_at"),
    text("by_id"),
    text("by_role"),
    text("digest", "Digest of the received message."),
    text("sender", "Proof of the sender: trust level, integrator and key."),
    data("said", "Content, with free text as digests; null if it concerns victims."),
    Index(None, "kind", "occurred_at"),
)

event_conflicts = sentence_table(
    MAIN,
    "event_conflicts",
    "Events that were sent again with other content; the first one is in `events`.",
    text("event_key", needed=True),
    data("values", "Values of the later one."),
    instant("noted_at", needed=True),
)

dispositions = sentence_table(
    MAIN,
    "dispositions",
    "Dispositions of events that were not simply applied.",
    text("verdict"),
    text("reason"),
    flag("irregular"),
)

unapplied = sentence_table(
    MAIN,
    "unapplied",
    "Messages that were held, refused or unreadable.",
    text("event_id"),
    text("kind"),
    text("disposition"),
    text("code"),
    text("reason"),
    instant("at"),
    text("digest"),
    number("times"),
    flag("resolved"),
)

notices = sentence_table(
    MAIN,
    "notices",
    "Notices of the sentence, and their delivery status.",
    text("template"),
    text("recipient", "Code of a recipient, not an address."),
    text("subject"),
    flag("liberty", "Whether it is about liberty."),
    text("sending"),
    instant("since"),
    number("attempts"),
    text("error", "Type of the last failure."),
    instant("next_try_at"),
    instant("acknowledged_at"),
    Index(None, "sending"),
)


victim_contacts = sentence_table(
    VICTIMS,
    "victim_contacts",
    "Offers of contact to victims, and their results.",
    text("victim_ref"),
    text("scheme"),
    day("offered_on"),
    flag("accepted"),
    data("views", "Subject, time and location of each recorded view."),
)

victim_events = sentence_table(
    VICTIMS,
    "victim_events",
    "Events about victims as they were received. Rows are added and never changed.",
    text("kind"),
    data("said", "Content, with free text as digests."),
)


texts = record_table(
    MAIN,
    "texts",
    "Free text of events, by digest.",
    key("workflow_id"),
    key("digest", "Digest that rows refer to."),
    text("text", needed=True),
)

people = record_table(
    MAIN,
    "people",
    "Name and date of birth of the imposition.",
    key("workflow_id"),
    key("event_digest", "Digest of the event that gave them."),
    text("name", needed=True),
    day("date_of_birth"),
)

closed_sentences = record_table(
    MAIN,
    "closed_sentences",
    "Register of closed sentences; later messages for them are late arrivals.",
    key("workflow_id"),
    text("crn", needed=True),
    text("event_number", needed=True),
    text("outcome"),
    day("ended_on"),
    instant("closed_at", needed=True),
)

late_arrivals = record_table(
    MAIN,
    "late_arrivals",
    "Messages that arrived after their sentence was closed.",
    key("workflow_id"),
    key("digest"),
    text("kind", needed=True),
    instant("at", needed=True),
)

deliveries = record_table(
    MAIN,
    "deliveries",
    "Delivered notices, one row each.",
    key("workflow_id"),
    key("key", "Key of the notice."),
    text("template", needed=True),
    text("recipient", needed=True),
    text("channel", needed=True),
    text("address_digest", "SHA-256 of the address; the address itself is not stored."),
    text("content_digest", "SHA-256 of the content of the notice.", needed=True),
    text("document", "SHA-256 of its document."),
    instant("delivered_at", needed=True),
    Index(None, "delivered_at"),
)

documents = record_table(
    MAIN,
    "documents",
    "Documents as they were first made.",
    key("workflow_id"),
    key("key", "Key of its notice."),
    text("template", needed=True),
    text("edition", "Edition that it cites.", needed=True),
    text("sha256", needed=True),
    number("size", "Bytes.", needed=True),
    Column("pdf", LargeBinary, nullable=False),
    instant("made_at", needed=True),
)


heads = record_table(
    MAIN,
    "heads",
    "Progress of the record of each sentence.",
    key("workflow_id"),
    text("crn", needed=True),
    text("event_number", needed=True),
    number("sequence", "Number of the last batch.", needed=True),
    text("digest", "SHA-256 of the last batch.", needed=True),
    Column(
        "whole", Boolean, nullable=False, doc="Whether the record equals the view after that batch."
    ),
    instant("as_of", "Time of the view in the last batch."),
    Index(None, "crn"),
)

erasures = record_table(
    MAIN,
    "erasures",
    "Log of erasures, without personal data.",
    key("token", "Token that replaced the CRN."),
    text("reason", "Code.", needed=True),
    data("counts", "Rows that were changed or deleted, by table."),
    instant("erased_at", needed=True),
)

erasing = record_table(
    MAIN,
    "erasing",
    "Sentences whose events may change in the current transaction; otherwise empty.",
    key("workflow_id"),
)

victims_erasing = record_table(
    VICTIMS,
    "erasing",
    "Sentences whose events may change in the current transaction; otherwise empty.",
    key("workflow_id"),
)


ingested_messages = record_table(
    MAIN,
    "taken",
    "Messages of other systems.",
    key("digest", "Digest of the content."),
    text("type", needed=True),
    text("crn", "CRN of the person, if it has one."),
    instant("occurred_at"),
    instant("taken_at", "Time of the first arrival.", needed=True),
    instant("changed_at", needed=True),
    text("status", "Status: under way, sent, ignored, dead letter, dismissed.", needed=True),
    text("why", "Code of the reason, while it is a dead letter."),
    text("reason", "Reason for a person: why it is a dead letter, ignored or dismissed."),
    text("body", "The message itself, while it is a dead letter."),
    text("events", "Events to send, as JSON, until every sentence has accepted them."),
    number("tries", "Number of attempts.", needed=True),
    instant("next_try_at", "Time of the next automatic attempt; null for none."),
    Index(None, "status", "next_try_at"),
    Index(None, "crn"),
)

ingested_message_ids = record_table(
    MAIN,
    "taken_ids",
    "Ids under which messages arrived.",
    key("message_id"),
    text("digest", needed=True),
)

ingested_events = record_table(
    MAIN,
    "taken_events",
    "Events that were derived from messages, for later retractions.",
    key("crn"),
    key("event_number"),
    key("event_id"),
    text("digest", "Digest of its message.", needed=True),
    text("type", "Type of that message.", needed=True),
    text("subject", "Subject within the sentence.", needed=True),
    text("kind", needed=True),
    text("organisation", "Organisation of the sender.", needed=True),
    instant("occurred_at", needed=True),
)

ingested_retractions = record_table(
    MAIN,
    "taken_undoings",
    "Messages that retract earlier ones, in any order of arrival.",
    key("crn"),
    key("event_number"),
    key("digest", "Digest of the retracting message."),
    text("type", "Type of that message.", needed=True),
    text("subject", needed=True),
    instant("occurred_at", needed=True),
)


ROWS: Final[Mapping[str, Table]] = {
    name: table
    for metadata in (MAIN, VICTIMS)
    for name, table in sorted(metadata.tables.items())
    if set(IDENTITY) <= set(table.c.keys()) and name != "event_conflicts"
}
"""Tables of rows that a sentence sends, by name; `metadata` tells the database of each."""

APPEND_ONLY: Final = frozenset({"events", "victim_events"})
"""Tables of `ROWS` whose rows are never changed."""
