"""Records of sentences that were played through, and the batches that write them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache

from sqlalchemy import select

from activities.contracts import BatchRow, RecordBatch
from activities.records.database import Store
from activities.records.row_codec import canonical_row
from activities.records.schema import MAIN, ROWS
from docs.journeys import load_journeys
from states.record import RecordRow
from states.sentence_ref import SentenceRef

BASE = date(2026, 11, 23)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SENTENCE = SentenceRef("X320741", "1")


@cache
def record_of(journey: str) -> tuple[RecordRow, ...]:
    """Every row at the end of a journey."""
    return load_journeys()[journey].simulated(BASE).record()


def spelt(rows: Iterable[RecordRow]) -> tuple[RecordRow, ...]:
    """Rows as they are read back: every column named, instants in one spelling."""
    return tuple(RecordRow(r.table, r.key, canonical_row(ROWS[r.table], r.values)) for r in rows)


def batch(
    rows: Sequence[RecordRow] = (),
    *,
    sequence: int = 1,
    removed: Sequence[tuple[str, str]] = (),
    afresh: bool = False,
    whole: bool = True,
    as_of: datetime = AT,
    sentence: SentenceRef = SENTENCE,
) -> RecordBatch:
    """A batch of a sentence."""
    return RecordBatch(
        workflow_id=sentence.workflow_id,
        crn=sentence.crn,
        event_number=sentence.event_number,
        sequence=sequence,
        full_resync=afresh,
        is_complete=whole,
        as_of=as_of,
        rows=[BatchRow(table=r.table, key=r.key, values=dict(r.values)) for r in rows],
        removed=list(removed),
    )


def held(store: Store, name: str) -> list[dict[str, object]]:
    """Every row of a table, by its key."""
    here = name in MAIN.tables
    table = MAIN.tables[name] if here else ROWS[name]
    with (store.main if here else store.victims).reading() as connection:
        wanted = select(table).order_by(*table.primary_key.columns)
        return [dict(row) for row in connection.execute(wanted).mappings()]
