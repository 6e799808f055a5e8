"""Write the batches of a sentence in the order of their numbers, each whole or not at all.

A head row for each sentence says which batch was last. It is locked first, so that of two attempts
at one time the second sees what the first did, and one that comes too late changes nothing.
"""

from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from activities.names import RecordBatch, Recorded
from activities.records.applying import apply, tables_of
from activities.records.codec import UnknownShapeError
from activities.records.database import Store
from activities.records.faults import Fault, StoreError, Whose
from activities.records.portable import add_new
from activities.records.schema import MAIN, VICTIMS
from activities.records.schema.keeping import heads


def write(store: Store, batch: RecordBatch) -> Recorded:
    """Write a batch and return how far the record has come; a repeat changes nothing.

    Rows about victims go first, into their database: a crash between the two leaves a batch that
    is written again, never one that is half there.

    Raises:
        StoreError: If a database does not do it, or has no place for a row.
    """
    try:
        with store.main.writing() as main:
            head = _locked_head(main, batch)
            digest = _digest_of(batch)
            if (batch.sequence, digest) == (head.sequence, head.digest):
                return Recorded(accepted=True, sequence=head.sequence)
            if not _follows(batch, head):
                _forget_empty(main, head)
                return Recorded(accepted=False, sequence=head.sequence)
            _write_victims(store, batch)
            apply(main, batch, tables_of(MAIN))
            _move_head(main, batch, digest)
            return Recorded(accepted=True, sequence=batch.sequence)
    except UnknownShapeError:
        raise StoreError(Whose.RECORDS, Fault.UNKNOWN_SHAPE) from None


def _digest_of(batch: RecordBatch) -> str:
    # By it a repeat is known.
    return sha256(batch.model_dump_json().encode()).hexdigest()


def _locked_head(main: Connection, batch: RecordBatch) -> Row[Any]:
    # It stays ours until the transaction ends.
    first = {
        "workflow_id": batch.workflow_id,
        "crn": batch.crn,
        "event_number": batch.event_number,
        "sequence": 0,
        "digest": "",
        "whole": False,
        "as_of": None,
    }
    add_new(main, heads, [first])
    wanted = select(heads).where(heads.c.workflow_id == batch.workflow_id)
    return main.execute(wanted.with_for_update()).one()


def _follows(batch: RecordBatch, head: Row[Any]) -> bool:
    if batch.sequence != head.sequence + 1:
        return False
    # After a database came back from a backup, an attempt of long ago may have the next number.
    return batch.afresh or head.as_of is None or batch.as_of >= head.as_of


def _forget_empty(main: Connection, head: Row[Any]) -> None:
    # A head that was only made to be locked says nothing, and nobody would ever erase it.
    if head.sequence == 0:
        main.execute(delete(heads).where(heads.c.workflow_id == head.workflow_id))


def _move_head(main: Connection, batch: RecordBatch, digest: str) -> None:
    main.execute(
        update(heads)
        .where(heads.c.workflow_id == batch.workflow_id)
        .values(sequence=batch.sequence, digest=digest, whole=batch.whole, as_of=batch.as_of)
    )


def _write_victims(store: Store, batch: RecordBatch) -> None:
    tables = tables_of(VICTIMS)
    named = {row.table for row in batch.rows} | {table for table, _ in batch.removed}
    if batch.afresh or named & set(tables):
        with store.victims.writing() as victims:
            apply(victims, batch, tables)
