"""Write the rows of one batch: replaced where they may change, added where they stand for ever."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, delete, insert, select

from activities.names import RecordBatch, RecordRow
from activities.records.codec import UnknownShapeError, decoded, encoded
from activities.records.portable import add_new
from activities.records.schema import APPEND_ONLY, MAIN, ROWS
from activities.records.schema.messages import event_conflicts

_AT_ONCE: Final = 200
"""Keys in one statement: a database bounds how many values it takes."""


def tables_of(metadata: MetaData) -> dict[str, Table]:
    """Return the tables of rows that one of the databases has, by name."""
    return {name: table for name, table in ROWS.items() if table.metadata is metadata}


def apply(connection: Connection, batch: RecordBatch, into: Mapping[str, Table]) -> None:
    """Write what a batch says of some tables, within the transaction of the connection.

    Raises:
        UnknownShapeError: If the batch names a table or a column that this build does not have.
    """
    if unknown := {row.table for row in batch.rows} - set(ROWS):
        raise UnknownShapeError(*sorted(unknown))
    gone = defaultdict[str, list[str]](list)
    for removed, key in batch.removed:
        gone[removed].append(key)
    rows = defaultdict[str, list[RecordRow]](list)
    for row in batch.rows:
        rows[row.table].append(row)
    for name, table in into.items():
        if name in APPEND_ONLY:
            _append(connection, batch, table, rows[name])
            continue
        if batch.afresh:
            connection.execute(delete(table).where(table.c.workflow_id == batch.workflow_id))
        else:
            _remove(connection, batch, table, [*gone[name], *(row.key for row in rows[name])])
        if rows[name]:
            connection.execute(insert(table), [_full(batch, table, row) for row in rows[name]])


def _full(batch: RecordBatch, table: Table, row: RecordRow) -> dict[str, Any]:
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
        values = _full(batch, table, row)
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
