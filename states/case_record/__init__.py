"""The case record of a sentence as rows: what outlives the workflow (NS 2015 1(b)).

The rows are a function of the view, the log and the ledger, so a record can be compared with its
workflow row by row, and made again from it. They hold codes, dates and digests: free text and the
person lie in tables of their own, filed under those digests.
"""

from datetime import datetime

from states.case_record.deeds import deeds
from states.case_record.messages import messages
from states.case_record.row import Row
from states.case_record.standing import standing
from states.case_record.victims import victims
from states.casefile import CaseFile, Decided
from states.identity import Identity
from states.view import law_view

__all__ = ["Row", "rows"]


def rows(identity: Identity, case: CaseFile, decided: Decided, now: datetime) -> tuple[Row, ...]:
    """Return every row of the record at `now`, by table and key; no two share both."""
    seen = law_view(decided, decided.law, now)
    found = [
        *standing(identity, case, decided, seen),
        *deeds(case, decided),
        *messages(case, decided),
        *victims(case, seen),
    ]
    return tuple(sorted(found, key=lambda row: (row.table, row.key)))
