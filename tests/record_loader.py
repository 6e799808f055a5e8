"""Loader of the records of many sentences at once, for tests and benchmarks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import insert

from activities.records.database import Store
from activities.records.row_codec import encode_row
from activities.records.schema import MAIN, ROWS, heads
from states.record import RecordRow
from states.sentence_ref import SentenceRef

_AT_ONCE: Final = 500
"""Number of sentences in one transaction."""


def load_rows(
    store: Store,
    sentences: Iterable[tuple[SentenceRef, Sequence[RecordRow]]],
    as_of: datetime = datetime(2026, 11, 22, tzinfo=UTC),
) -> int:
    """Write each sentence as a whole record of one batch, and return how many rows there were.

    The sentences must not exist yet: nothing is replaced.

    Args:
        store: Both databases.
        sentences: Each sentence with every row of its record, as `Rehearsal.record` gives them.
        as_of: Time of the view from which every row comes.
    """
    written, waiting = 0, list[tuple[SentenceRef, Sequence[RecordRow]]]()
    for sentence in sentences:
        waiting.append(sentence)
        if len(waiting) == _AT_ONCE:
            written += _load(store, waiting, as_of)
            waiting.clear()
    return written + _load(store, waiting, as_of)


def _load(
    store: Store, some: Sequence[tuple[SentenceRef, Sequence[RecordRow]]], as_of: datetime
) -> int:
    if not some:
        return 0
    rows = defaultdict[str, list[dict[str, Any]]](list)
    for identity, said in some:
        for row in said:
            values = encode_row(ROWS[row.table], row.values)
            rows[row.table].append({**_whose(identity), "key": row.key, **values})
    last = {"sequence": 1, "digest": "", "whole": True, "as_of": as_of}
    with store.victims.writing() as victims, store.main.writing() as main:
        main.execute(insert(heads), [_whose(identity) | last for identity, _ in some])
        for name, those in rows.items():
            here = main if ROWS[name].metadata is MAIN else victims
            here.execute(insert(ROWS[name]), those)
    return sum(map(len, rows.values()))


def _whose(identity: SentenceRef) -> dict[str, str]:
    return {
        "workflow_id": identity.workflow_id,
        "crn": identity.crn,
        "event_number": identity.event_number,
    }
