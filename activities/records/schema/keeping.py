"""How the record keeps itself: how far each sentence has come, and what was erased."""

from sqlalchemy import Boolean, Column, Index, Table, Text

from activities.records.schema.apart import MAIN, VICTIMS
from activities.records.schema.columns import data, instant, number, text

heads = Table(
    "heads",
    MAIN,
    Column("workflow_id", Text, primary_key=True),
    text("crn", needed=True),
    text("event_number", needed=True),
    number("sequence", "Number of the last batch.", needed=True),
    text("digest", "SHA-256 of the last batch.", needed=True),
    Column("whole", Boolean, nullable=False, doc="Whether the record equals the view then."),
    instant("as_of", "Time of the view that the last batch told of."),
    Index(None, "crn"),
    info={"doc": "How far the record of each sentence has come."},
)

erasures = Table(
    "erasures",
    MAIN,
    Column("token", Text, primary_key=True, doc="What stands now where the CRN stood."),
    text("reason", "Code.", needed=True),
    data("counts", "Rows that were changed or deleted, by table."),
    instant("erased_at", needed=True),
    info={"doc": "People who were erased, without anything about them."},
)

erasing = Table(
    "erasing",
    MAIN,
    Column("workflow_id", Text, primary_key=True),
    info={"doc": "Sentences whose events may change within one transaction; else it is empty."},
)

victims_erasing = Table(
    "erasing",
    VICTIMS,
    Column("workflow_id", Text, primary_key=True),
    info={"doc": "Sentences whose events may change within one transaction; else it is empty."},
)
