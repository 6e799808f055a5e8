"""What came and what went: events as they were received, and the notices that they caused."""

from sqlalchemy import Index

from activities.records.schema.apart import MAIN
from activities.records.schema.columns import data, flag, instant, number, of_sentence, text

events = of_sentence(
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

event_conflicts = of_sentence(
    MAIN,
    "event_conflicts",
    "Events that came again under their key with other content; the first stands in `events`.",
    text("event_key", needed=True),
    data("values", "The row as it came again."),
    instant("noted_at", needed=True),
)

dispositions = of_sentence(
    MAIN,
    "dispositions",
    "What became of an event that was not simply applied.",
    text("verdict"),
    text("reason"),
    flag("irregular"),
)

unapplied = of_sentence(
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

notices = of_sentence(
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
