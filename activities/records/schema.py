"""The two databases, each with tables of its own: nothing joins them."""

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
"""Sentences and all that belongs to them, without victims."""

VICTIMS = MetaData(naming_convention=NAMES)
"""What concerns victims (NS 2015 7): no key of it points into the other database."""


def action_columns() -> tuple[Column[Any], ...]:
    """Return the columns of whoever acted, and when: every deed has them."""
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

appointments = sentence_table(
    MAIN,
    "appointments",
    "Appointments, kept or not.",
    instant("at"),
    flag("face_to_face"),
    instant("arranged_at"),
    flag("cancelled"),
    instant("attended_at"),
)

contacts = sentence_table(
    MAIN,
    "contacts",
    "Contacts that were recorded, fact and opinion apart (NS 2015 1(c)).",
    *action_columns(),
    text("kind"),
    text("requirement_id"),
    text_digest("fact", "Digest of what happened."),
    text_digest("opinion", "Digest of what the officer makes of it."),
    number("minutes"),
    text("purpose"),
)

attendances = sentence_table(
    MAIN,
    "attendances",
    "Appointments that were kept.",
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
    text("why", "Why it was reviewed; null for a plan."),
)

risk_assessments = sentence_table(
    MAIN,
    "risk_assessments",
    "Levels of risk of serious harm, assessed or confirmed.",
    *action_columns(),
    text("level"),
    text_digest("rationale", "Digest of the reasons."),
)

risk_referrals = sentence_table(
    MAIN,
    "risk_referrals",
    "What the NPS was asked about risk, and its answers.",
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
    text("provider", "NPS or CRC, which took it over."),
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
    "One row a sentence, under an empty key: how it stands as a whole.",
    text("type", "Type of sentence."),
    text("state"),
    text("phase"),
    text("outcome", "Null while it runs."),
    day("ended_on"),
    text("edition", "Edition of the standards that it lives by."),
    text("calendar", "Calendar of working days that it lives by."),
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
    text("officer", "Who manages the case."),
    text("rosh", "Risk of serious harm."),
    instant("inducted_at"),
    text("plan_version"),
    number("counted_failures", "Unacceptable failures that count now."),
    data("flags", "Codes of what is to be looked at."),
    text("imposed_by", "The event that imposed it."),
    number("length_days"),
    text("court"),
    day("live_from", "Day from which it is recorded here."),
    flag("electronic_only"),
    text("moved_to", "CRN and number under which it goes on."),
    Index(None, "crn"),
    Index(None, "state"),
    Index(None, "provider_code"),
    Index(None, "officer"),
)

clocks = sentence_table(
    MAIN,
    "clocks",
    "Every timescale that was started, and what became of it.",
    text("id"),
    text("timescale", "Id of its row in the edition."),
    text("title"),
    text("standard", "Paragraph of the standards."),
    text("hardness"),
    text("subject", "What it is about, where there may be several."),
    instant("started_at"),
    instant("due_at", "The moment at which its time is over; null for a counter."),
    day("due_on", "Last day in time."),
    flag("provisional", "Whether its start is not certain yet."),
    text("status", "As of the time of the record, which `heads` has."),
    instant("settled_at"),
    text("settled_by", "The event that settled it."),
    data("why", "Rule, trigger, days left out, source and moves."),
    data("count", "What a counter has counted; null for a clock with a time."),
    # Wide enough to tell how a clock stands without its row, which holds the whole reason.
    Index(
        "ix_clocks_standing",
        *("timescale", "status", "settled_at", "due_on", "due_at", "started_at"),
        "workflow_id",
    ),
    Index(None, "due_on"),
)

duties = sentence_table(
    MAIN,
    "duties",
    "What has to be done and has no time in any document.",
    text("id"),
    text("duty"),
    text("title"),
    text("standard"),
    text("hardness"),
    text("owner", "Who owes it."),
    text("subject"),
    instant("since"),
    text("status"),
    instant("settled_at"),
    text("settled_by"),
    data("notices", "Keys of the notices that it waits to see acknowledged."),
    data("why"),
    Index(None, "status", "owner"),
)

officers = sentence_table(
    MAIN,
    "officers",
    "Everybody who managed the case, in turn.",
    text("officer"),
    text("provider"),
    text("provider_code"),
    instant("since"),
    flag("temporary"),
    Index(None, "officer"),
)

transitions = sentence_table(
    MAIN,
    "transitions",
    "Every change of state, in turn.",
    instant("at"),
    text("arrow", "Id of the transition in the catalogue."),
    text("name", "Name of the transition."),
    text("from"),
    text("to"),
    text("cause", "The event; null where a date came."),
    text("phase"),
    flag("irregular"),
)

agencies = sentence_table(
    MAIN,
    "agencies",
    "The multi-agency arrangements that hold the case.",
    text("agency"),
    day("since"),
    number("level"),
    text("reference"),
)

home_moves = sentence_table(
    MAIN,
    "home_moves",
    "Changes of address, without the address.",
    day("moved_on"),
    data("rows", "Rows of the table of address changes that each falls under."),
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
    "Reports that were asked for.",
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
    flag("acceptable", "Null while nobody has judged it."),
    data("factors", "What was weighed, as codes."),
    flag("counts", "Whether it counts towards enforcement now."),
    flag("spent"),
    flag("in_window"),
    data("record_lacks", "Rows of the table of what a record has to hold that it lacks."),
    Index(None, "failed_on"),
)

failure_days = sentence_table(
    MAIN,
    "failure_days",
    "Days with a failure: several of one day are one.",
    day("failed_on"),
    data("failure_ids"),
    flag("acceptable", "False where any failure of the day is; null while one is not judged."),
    flag("counts"),
)

explanations = sentence_table(
    MAIN,
    "explanations",
    "What was said in explanation of a failure.",
    *action_columns(),
    text("failure_id"),
    day("received_on"),
    text("from_whom"),
    text_digest("details", "Digest of what was said."),
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
    text_digest("departure_rationale", "Digest of why it departs from what the rules expect."),
)

warnings = sentence_table(
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

breaches = sentence_table(
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

recalls = sentence_table(
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


events = sentence_table(
    MAIN,
    "events",
    "Every event as it was received. Rows are added and never changed.",
    text("event_id"),
    text("organisation"),
    text("kind"),
    instant("occurred_at"),
    instant("received_at"),
    text("by_id"),
    text("by_role"),
    text("digest", "Digest of what came."),
    text("sender", "Whether who sent it was proved, or only declared."),
    data("said", "What it said, free text as digests; null where it concerns victims."),
    Index(None, "kind", "occurred_at"),
)

event_conflicts = sentence_table(
    MAIN,
    "event_conflicts",
    "Events that came again under their key with other content; the first stands in `events`.",
    text("event_key", needed=True),
    data("values", "The row as it came again."),
    instant("noted_at", needed=True),
)

dispositions = sentence_table(
    MAIN,
    "dispositions",
    "What became of an event that was not simply applied.",
    text("verdict"),
    text("reason"),
    flag("irregular"),
)

unapplied = sentence_table(
    MAIN,
    "unapplied",
    "Messages that were held, refused or could not be read.",
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
    "Notices that the sentence caused, and how far each has come.",
    text("template"),
    text("recipient", "Code of a recipient, not an address."),
    text("subject"),
    flag("liberty", "Whether it touches somebody's liberty."),
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
    "Contact that was offered to a victim, and what came of it.",
    text("victim_ref"),
    text("scheme"),
    day("offered_on"),
    flag("accepted"),
    data("views", "What a view was about, when it was recorded and where its words lie."),
)

victim_events = sentence_table(
    VICTIMS,
    "victim_events",
    "Events about victims as they were received. Rows are added and never changed.",
    text("kind"),
    data("said", "What it said, free text as digests."),
)


texts = record_table(
    MAIN,
    "texts",
    "Free text of events, under its digest.",
    key("workflow_id"),
    key("digest", "Under which the rows name it."),
    text("text", needed=True),
)

people = record_table(
    MAIN,
    "people",
    "Name and date of birth, as the imposition gave them.",
    key("workflow_id"),
    key("event_digest", "Digest of the event that named it."),
    text("name", needed=True),
    day("date_of_birth"),
)

closed_sentences = record_table(
    MAIN,
    "closed_sentences",
    "Sentences whose files are closed: what comes for them is a late arrival.",
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
    "Messages that came after the file was closed.",
    key("workflow_id"),
    key("digest"),
    text("kind", needed=True),
    instant("at", needed=True),
)

deliveries = record_table(
    MAIN,
    "deliveries",
    "Notices that were delivered, each once.",
    key("workflow_id"),
    key("key", "Key of the notice."),
    text("template", needed=True),
    text("recipient", needed=True),
    text("channel", needed=True),
    text("address_digest", "SHA-256 of the address; the address itself is not kept."),
    text("content_digest", "SHA-256 of what was sent.", needed=True),
    text("document", "SHA-256 of the document that went with it."),
    instant("delivered_at", needed=True),
    Index(None, "delivered_at"),
)

documents = record_table(
    MAIN,
    "documents",
    "Documents as they were first made.",
    key("workflow_id"),
    key("key", "Key of the notice that it goes with."),
    text("template", needed=True),
    text("edition", "Edition that it names.", needed=True),
    text("sha256", needed=True),
    number("size", "Bytes.", needed=True),
    Column("pdf", LargeBinary, nullable=False),
    instant("made_at", needed=True),
)


heads = record_table(
    MAIN,
    "heads",
    "How far the record of each sentence has come.",
    key("workflow_id"),
    text("crn", needed=True),
    text("event_number", needed=True),
    number("sequence", "Number of the last batch.", needed=True),
    text("digest", "SHA-256 of the last batch.", needed=True),
    Column("whole", Boolean, nullable=False, doc="Whether the record equals the view then."),
    instant("as_of", "Time of the view that the last batch told of."),
    Index(None, "crn"),
)

erasures = record_table(
    MAIN,
    "erasures",
    "People who were erased, without anything about them.",
    key("token", "What stands now where the CRN stood."),
    text("reason", "Code.", needed=True),
    data("counts", "Rows that were changed or deleted, by table."),
    instant("erased_at", needed=True),
)

erasing = record_table(
    MAIN,
    "erasing",
    "Sentences whose events may change within one transaction; else it is empty.",
    key("workflow_id"),
)

victims_erasing = record_table(
    VICTIMS,
    "erasing",
    "Sentences whose events may change within one transaction; else it is empty.",
    key("workflow_id"),
)


ingested_messages = record_table(
    MAIN,
    "taken",
    "Messages of other systems.",
    key("digest", "Of what the message says."),
    text("type", needed=True),
    text("crn", "Whom it is about, where it says so."),
    instant("occurred_at"),
    instant("taken_at", "When it came first.", needed=True),
    instant("changed_at", needed=True),
    text("status", "Code: under way, sent, ignored, dead letter, dismissed.", needed=True),
    text("why", "Code, while it is a dead letter."),
    text("reason", "The same for a person, or why it was ignored, or how it was dealt with."),
    text("body", "The message as it came, while it is a dead letter."),
    text("events", "What is being sent, as JSON, until every sentence has taken it."),
    number("tries", "How often it was tried.", needed=True),
    instant("next_try_at", "When it is tried again by itself; null for never."),
    Index(None, "status", "next_try_at"),
    Index(None, "crn"),
)

ingested_message_ids = record_table(
    MAIN,
    "taken_ids",
    "Under which ids a message came.",
    key("message_id"),
    text("digest", needed=True),
)

ingested_events = record_table(
    MAIN,
    "taken_events",
    "Events that came of messages, by which an undoing finds what it undoes.",
    key("crn"),
    key("event_number"),
    key("event_id"),
    text("digest", "The message that it came of.", needed=True),
    text("type", "Type of that message.", needed=True),
    text("subject", "What within the sentence it is about.", needed=True),
    text("kind", needed=True),
    text("organisation", "Of its sender.", needed=True),
    instant("occurred_at", needed=True),
)

ingested_retractions = record_table(
    MAIN,
    "taken_undoings",
    "Messages that undo what earlier ones told, whichever came first.",
    key("crn"),
    key("event_number"),
    key("digest", "The message that undoes."),
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
"""The tables of rows that a sentence sends, by name; each knows its database by its metadata."""

APPEND_ONLY: Final = frozenset({"events", "victim_events"})
"""Tables of `ROWS` in which no row is ever changed."""
