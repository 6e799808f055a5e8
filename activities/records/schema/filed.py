"""What is filed beside the rows: texts, people, the registers, deliveries and documents."""

from sqlalchemy import Column, Index, LargeBinary

from activities.records.schema.apart import MAIN
from activities.records.schema.columns import day, instant, key, number, of_table, text

texts = of_table(
    MAIN,
    "texts",
    "Free text of events, under its digest.",
    key("workflow_id"),
    key("digest", "Under which the rows name it."),
    text("text", needed=True),
)

people = of_table(
    MAIN,
    "people",
    "Name and date of birth, as the imposition gave them.",
    key("workflow_id"),
    key("event_digest", "Digest of the event that named it."),
    text("name", needed=True),
    day("date_of_birth"),
)

closed_sentences = of_table(
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

late_arrivals = of_table(
    MAIN,
    "late_arrivals",
    "Messages that came after the file was closed.",
    key("workflow_id"),
    key("digest"),
    text("kind", needed=True),
    instant("at", needed=True),
)

deliveries = of_table(
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

documents = of_table(
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
