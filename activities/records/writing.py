"""Write the batches of a sentence in the order of their numbers, each whole or not at all.

A head row for each sentence says which batch was last. It is locked first, so that of two attempts
at one time the second sees what the first did, and one that comes too late changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from activities.names import RecordBatch, Recorded, RecordRow
from activities.records.codec import UnknownShapeError, decoded, encoded
from activities.records.database import Store
from activities.records.faults import Fault, StoreError, Whose
from activities.records.portable import add_new
from activities.records.schema import APPEND_ONLY, MAIN, ROWS, VICTIMS
from activities.records.schema.keeping import heads
from activities.records.schema.messages import event_conflicts

_AT_ONCE: Final = 200
"""Keys in one statement: a database bounds how many values it takes."""


def write(store: Store, batch: RecordBatch) -> Recorded:
    """Write a batch and return how far the record has come; a repeat changes nothing.

    Rows about victims go first, into their database: a crash between the two leaves a batch that
    is written again, never one that is half there.

    Raises:
        StoreError: If a database does not do it, or has no place for a row.
    """
    try:
        with store.main.writing() as main:
            head = locked_head(main, batch)
            digest = digest_of(batch)
            if (batch.sequence, digest) == (head.sequence, head.digest):
                return Recorded(accepted=True, sequence=head.sequence)
            if not _follows(batch, head):
                _forget_empty(main, head)
                return Recorded(accepted=False, sequence=head.sequence)
            _write_victims(store, batch)
            _apply(main, batch, _tables(MAIN.tables.values()))
            _move_head(main, batch, digest)
            return Recorded(accepted=True, sequence=batch.sequence)
    except UnknownShapeError:
        raise StoreError(Whose.RECORDS, Fault.UNKNOWN_SHAPE) from None


def digest_of(batch: RecordBatch) -> str:
    """Return the digest by which a repeat of a batch is known."""
    return sha256(batch.model_dump_json().encode()).hexdigest()


def locked_head(main: Connection, batch: RecordBatch) -> Row[Any]:
    """Return the head of the batch's sentence, which stays ours until the transaction ends."""
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
    tables = _tables(VICTIMS.tables.values())
    named = {row.table for row in batch.rows} | {table for table, _ in batch.removed}
    if batch.afresh or named & set(tables):
        with store.victims.writing() as victims:
            _apply(victims, batch, tables)


def _tables(of: Iterable[Table]) -> dict[str, Table]:
    names = {table.name for table in of}
    return {name: table for name, table in ROWS.items() if name in names}


def _apply(connection: Connection, batch: RecordBatch, tables: dict[str, Table]) -> None:
    if unknown := {row.table for row in batch.rows} - set(ROWS):
        raise UnknownShapeError(*sorted(unknown))
    gone = defaultdict[str, list[str]](list)
    for removed, key in batch.removed:
        gone[removed].append(key)
    rows = defaultdict[str, list[RecordRow]](list)
    for row in batch.rows:
        rows[row.table].append(row)
    for name, table in tables.items():
        if name in APPEND_ONLY:
            _append(connection, batch, table, rows[name])
            continue
        if batch.afresh:
            connection.execute(delete(table).where(table.c.workflow_id == batch.workflow_id))
        else:
            _remove(connection, batch, table, [*gone[name], *(row.key for row in rows[name])])
        if rows[name]:
            connection.execute(insert(table), [full(batch, table, row) for row in rows[name]])


def full(batch: RecordBatch, table: Table, row: RecordRow) -> dict[str, Any]:
    """Return a row with every column of its table."""
    whose = {
        "workflow_id": batch.workflow_id,
        "crn": batch.crn,
        "event_number": batch.event_number,
    }
    return {**whose, "key": row.key, **encoded(table, row.values)}


def _remove(connection: Connection, batch: RecordBatch, table: Table, keys: Sequence[str]) -> None:
    mine = delete(table).where(table.c.workflow_id == batch.workflow_id)
    for start in range(0, len(keys), _AT_ONCE):
        connection.execute(mine.where(table.c.key.in_(keys[start : start + _AT_ONCE])))


def _append(
    connection: Connection, batch: RecordBatch, table: Table, rows: Sequence[RecordRow]
) -> None:
    """Insert the rows that are new; one that came otherwise before stands, and that is noted."""
    for row in rows:
        values = full(batch, table, row)
        if add_new(connection, table, [values]):
            continue
        wanted = (table.c.workflow_id == batch.workflow_id) & (table.c.key == row.key)
        held = decoded(table, connection.execute(select(table).where(wanted)).one())
        came = decoded(table, values)
        if came != held and table.metadata is MAIN:
            _note_conflict(connection, values, came)


def _note_conflict(connection: Connection, row: dict[str, Any], came: dict[str, Any]) -> None:
    content = sha256(repr(sorted(came.items())).encode()).hexdigest()[:32]
    noted = {
        **{name: row[name] for name in ("workflow_id", "crn", "event_number")},
        "key": f"{row['key']}#{content}",
        "event_key": row["key"],
        "values": came,
        "noted_at": datetime.now(UTC),
    }
    add_new(connection, event_conflicts, [noted])
