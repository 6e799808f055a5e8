"""Tables that the report reads; none of them is in the victims database."""

from typing import Final

from sqlalchemy import Join, Table

from activities.records.schema import MAIN

SENTENCES: Final = MAIN.tables["sentences"]
CLOCKS: Final = MAIN.tables["clocks"]
DUTIES: Final = MAIN.tables["duties"]
EVENTS: Final = MAIN.tables["events"]
DISPOSITIONS: Final = MAIN.tables["dispositions"]
FAILURES: Final = MAIN.tables["failures"]
FAILURE_DAYS: Final = MAIN.tables["failure_days"]
WARNINGS: Final = MAIN.tables["warnings"]
BREACHES: Final = MAIN.tables["breaches"]
RECALLS: Final = MAIN.tables["recalls"]
REQUIREMENTS: Final = MAIN.tables["requirements"]
TRANSITIONS: Final = MAIN.tables["transitions"]
OFFICERS: Final = MAIN.tables["officers"]
PLANS: Final = MAIN.tables["plans"]
TRANSFERS: Final = MAIN.tables["transfers"]
ATTENDANCES: Final = MAIN.tables["attendances"]
JUDGEMENTS: Final = MAIN.tables["judgements"]
DECISIONS: Final = MAIN.tables["enforcement_decisions"]
OFFENCES: Final = MAIN.tables["further_offences"]
DOCUMENTS: Final = MAIN.tables["documents"]
HEADS: Final = MAIN.tables["heads"]


def with_sentence(table: Table) -> Join:
    """Return `table` joined with the sentence of each row."""
    return SENTENCES.join(table, table.c.workflow_id == SENTENCES.c.workflow_id)
