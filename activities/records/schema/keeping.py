"""How the record keeps itself: how far each sentence has come, and what was erased."""

from sqlalchemy import Boolean, Column, Index

from activities.records.schema.apart import MAIN, VICTIMS
from activities.records.schema.columns import data, instant, key, number, of_table, text

heads = of_table(
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

erasures = of_table(
    MAIN,
    "erasures",
    "People who were erased, without anything about them.",
    key("token", "What stands now where the CRN stood."),
    text("reason", "Code.", needed=True),
    data("counts", "Rows that were changed or deleted, by table."),
    instant("erased_at", needed=True),
)

erasing = of_table(
    MAIN,
    "erasing",
    "Sentences whose events may change within one transaction; else it is empty.",
    key("workflow_id"),
)

victims_erasing = of_table(
    VICTIMS,
    "erasing",
    "Sentences whose events may change within one transaction; else it is empty.",
    key("workflow_id"),
)
