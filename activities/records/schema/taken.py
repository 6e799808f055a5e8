"""Messages of other systems that were taken in: what became of each, and what waits.

The words of a message stay here only while it is parked; what it became is the sentence's.
"""

from sqlalchemy import Index

from activities.records.schema.apart import MAIN
from activities.records.schema.columns import instant, key, number, of_table, text

taken = of_table(
    MAIN,
    "taken",
    "Messages of other systems.",
    key("digest", "Of what the message says."),
    text("type", needed=True),
    text("crn", "Whom it is about, where it says so."),
    instant("occurred_at"),
    instant("taken_at", "When it came first.", needed=True),
    instant("changed_at", needed=True),
    text("status", "Code: under way, sent, ignored, parked, dismissed.", needed=True),
    text("why", "Code, while it is parked."),
    text("reason", "The same for a person, or why it was ignored, or how it was dealt with."),
    text("body", "The message as it came, while it is parked."),
    text("events", "What is being sent, as JSON, until every sentence has taken it."),
    number("tries", "How often it was tried.", needed=True),
    instant("next_try_at", "When it is tried again by itself; null for never."),
    Index(None, "status", "next_try_at"),
    Index(None, "crn"),
)

taken_ids = of_table(
    MAIN,
    "taken_ids",
    "Under which ids a message came.",
    key("message_id"),
    text("digest", needed=True),
)

taken_events = of_table(
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

taken_undoings = of_table(
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
