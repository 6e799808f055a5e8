"""Messages of other systems that were taken in: what became of each, and what waits.

The words of a message stay here only while it is parked; what it became is the sentence's.
"""

from sqlalchemy import Column, Index, Table, Text

from activities.records.schema.apart import MAIN
from activities.records.schema.columns import instant, number, text

taken = Table(
    "taken",
    MAIN,
    Column("digest", Text, primary_key=True, doc="Of what the message says."),
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
    info={"doc": "Messages of other systems."},
)

taken_ids = Table(
    "taken_ids",
    MAIN,
    Column("message_id", Text, primary_key=True),
    text("digest", needed=True),
    info={"doc": "Under which ids a message came."},
)

taken_events = Table(
    "taken_events",
    MAIN,
    Column("crn", Text, primary_key=True),
    Column("event_number", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    text("digest", "The message that it came of.", needed=True),
    text("type", "Type of that message.", needed=True),
    text("subject", "What within the sentence it is about.", needed=True),
    text("kind", needed=True),
    text("organisation", "Of its sender.", needed=True),
    instant("occurred_at", needed=True),
    info={"doc": "Events that came of messages, by which an undoing finds what it undoes."},
)

taken_undoings = Table(
    "taken_undoings",
    MAIN,
    Column("crn", Text, primary_key=True),
    Column("event_number", Text, primary_key=True),
    Column("digest", Text, primary_key=True, doc="The message that undoes."),
    text("type", "Type of that message.", needed=True),
    text("subject", needed=True),
    instant("occurred_at", needed=True),
    info={"doc": "Messages that undo what earlier ones told, whichever came first."},
)
