"""What is filed beside the rows: texts, people, the registers, deliveries and documents."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from activities.records.schema.apart import MAIN
from activities.records.schema.columns import day, instant, number, text

texts = Table(
    "texts",
    MAIN,
    Column("workflow_id", Text, primary_key=True),
    Column("digest", Text, primary_key=True, doc="Under which the rows name it."),
    text("text", needed=True),
    info={"doc": "Free text of events, under its digest."},
)

people = Table(
    "people",
    MAIN,
    Column("workflow_id", Text, primary_key=True),
    Column("event_digest", Text, primary_key=True, doc="Digest of the event that named it."),
    text("name", needed=True),
    day("date_of_birth"),
    info={"doc": "Name and date of birth, as the imposition gave them."},
)

closed_sentences = Table(
    "closed_sentences",
    MAIN,
    Column("workflow_id", Text, primary_key=True),
    text("crn", needed=True),
    text("event_number", needed=True),
    text("outcome"),
    day("ended_on"),
    instant("closed_at", needed=True),
    info={"doc": "Sentences whose files are closed: what comes for them is a late arrival."},
)

late_arrivals = Table(
    "late_arrivals",
    MAIN,
    Column("workflow_id", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    text("kind", needed=True),
    instant("at", needed=True),
    info={"doc": "Messages that came after the file was closed."},
)

deliveries = Table(
    "deliveries",
    MAIN,
    Column("workflow_id", Text, primary_key=True),
    Column("key", Text, primary_key=True, doc="Key of the notice."),
    text("template", needed=True),
    text("recipient", needed=True),
    text("channel", needed=True),
    text("address_digest", "SHA-256 of the address; the address itself is not kept."),
    text("content_digest", "SHA-256 of what was sent.", needed=True),
    text("document", "SHA-256 of the document that went with it."),
    instant("delivered_at", needed=True),
    Index(None, "delivered_at"),
    info={"doc": "Notices that were delivered, each once."},
)

documents = Table(
    "documents",
    MAIN,
    Column("workflow_id", Text, primary_key=True),
    Column("key", Text, primary_key=True, doc="Key of the notice that it goes with."),
    text("template", needed=True),
    text("edition", "Edition that it names.", needed=True),
    text("sha256", needed=True),
    number("size", "Bytes.", needed=True),
    Column("pdf", LargeBinary, nullable=False),
    instant("made_at", needed=True),
    info={"doc": "Documents as they were first made."},
)
