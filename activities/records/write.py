"""Writer of the batches of a sentence, in the order of their numbers, each whole or not at all.

A head row of each sentence has the number of the last batch. The sentence is locked first: of two
attempts at one time the second one sees the result of the first, and a late one changes nothing.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Row, Table, delete, insert, select, update

from activities.contracts import PERSON, BatchRow, RecordBatch, RecordProgress
from activities.records.database import Store, insert_new, lock_sentence
from activities.records.deliveries import show_deliveries
from activities.records.errors import DatabaseFault, DatabaseName, StoreError
from activities.records.row_codec import UnknownColumnError, clean, decode_row, encode_row
from activities.records.schema import (
    APPEND_ONLY,
    MAIN,
    ROWS,
    VICTIMS,
    event_conflicts,
    heads,
    notices,
    people,
    texts,
)

_AT_ONCE: Final = 200
"""Keys in one statement: databases limit the number of values."""

_PERSON: Final = f"{PERSON}:"


def row_tables(metadata: MetaData) -> dict[str, Table]:
    """Return the tables of rows of one of the databases, by name."""
    return {name: table for name, table in ROWS.items() if table.metadata is metadata}


def apply_batch(connection: Connection, batch: RecordBatch, into: Mapping[str, Table]) -> None:
    """Write the rows of a batch for some tables, within the transaction of the connection.

    Raises:
        UnknownColumnError: If the batch names a table or a column that this build does not have.
    """
    if unknown := {row.table for row in batch.rows} - set(ROWS):
        raise UnknownColumnError(*sorted(unknown))
    gone = defaultdict[str, list[str]](list)
    for removed, key in batch.removed:
        gone[removed].append(key)
    rows = defaultdict[str, list[BatchRow]](list)
    for row in batch.rows:
        rows[row.table].append(row)
    for name, table in into.items():
        if name in APPEND_ONLY:
            _append(connection, batch, table, rows[name])
            continue
        if batch.full_resync:
            connection.execute(delete(table).where(table.c.workflow_id == batch.workflow_id))
        else:
            _remove(connection, batch, table, [*gone[name], *(row.key for row in rows[name])])
        if rows[name]:
            connection.execute(insert(table), [_full(batch, table, row) for row in rows[name]])


def _full(batch: RecordBatch, table: Table, row: BatchRow) -> dict[str, Any]:
    whose = {
        "workflow_id": batch.workflow_id,
        "crn": batch.crn,
        "event_number": batch.event_number,
    }
    return {**whose, "key": row.key, **encode_row(table, row.values)}


def _remove(connection: Connection, batch: RecordBatch, table: Table, keys: Sequence[str]) -> None:
    mine = delete(table).where(table.c.workflow_id == batch.workflow_id)
    for start in range(0, len(keys), _AT_ONCE):
        connection.execute(mine.where(table.c.key.in_(keys[start : start + _AT_ONCE])))


def _append(
    connection: Connection, batch: RecordBatch, table: Table, rows: Sequence[BatchRow]
) -> None:
    """Insert the new rows. A row that exists with other values stays; the conflict is logged."""
    for row in rows:
        values = _full(batch, table, row)
        if insert_new(connection, table, [values]):
            continue
        wanted = (table.c.workflow_id == batch.workflow_id) & (table.c.key == row.key)
        held = decode_row(table, connection.execute(select(table).where(wanted)).one())
        came = decode_row(table, values)
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
    insert_new(connection, event_conflicts, [noted])


def store_texts(connection: Connection, workflow_id: str, found: Mapping[str, str]) -> int:
    """Store texts by digest, and persons in a table of their own; return how many are new."""
    whose = {"workflow_id": workflow_id}
    persons = [
        whose | {"event_digest": key.removeprefix(_PERSON)} | _person(text)
        for key, text in found.items()
        if key.startswith(_PERSON)
    ]
    rows = [
        whose | {"digest": digest, "text": clean(text)}
        for digest, text in found.items()
        if not digest.startswith(_PERSON)
    ]
    return insert_new(connection, texts, rows) + insert_new(connection, people, persons)


def _person(text: str) -> dict[str, Any]:
    person: dict[str, Any] = json.loads(text)
    born = person.get("date_of_birth")
    return {
        "name": clean(person["name"]),
        "date_of_birth": date.fromisoformat(born) if born is not None else None,
    }


def write_batch(store: Store, batch: RecordBatch) -> RecordProgress:
    """Write a batch and return the progress of the record; a repeat changes nothing.

    Rows about victims go first, into their database: a crash between the two leaves a batch that
    is written again, never one that is half there.

    Raises:
        StoreError: If a database does not do it, or has no place for a row.
    """
    try:
        with store.main.writing() as main:
            lock_sentence(main, batch.workflow_id)
            head = _head(main, batch)
            digest = _digest_of(batch)
            if (batch.sequence, digest) == (head.sequence, head.digest):
                return RecordProgress(accepted=True, sequence=head.sequence)
            if not _is_next(batch, head):
                _delete_empty_head(main, head)
                return RecordProgress(accepted=False, sequence=head.sequence)
            _write_victims(store, batch)
            store_texts(main, batch.workflow_id, batch.texts)
            apply_batch(main, batch, row_tables(MAIN))
            sent = [row.key for row in batch.rows if row.table == notices.name]
            show_deliveries(main, batch.workflow_id, sent)
            _move_head(main, batch, digest)
            return RecordProgress(accepted=True, sequence=batch.sequence)
    except UnknownColumnError:
        raise StoreError(DatabaseName.RECORDS, DatabaseFault.UNKNOWN_SHAPE) from None


def _digest_of(batch: RecordBatch) -> str:
    # It identifies a repeat.
    return sha256(batch.model_dump_json().encode()).hexdigest()


def _head(main: Connection, batch: RecordBatch) -> Row[Any]:
    first = {
        "workflow_id": batch.workflow_id,
        "crn": batch.crn,
        "event_number": batch.event_number,
        "sequence": 0,
        "digest": "",
        "whole": False,
        "as_of": None,
    }
    insert_new(main, heads, [first])
    wanted = select(heads).where(heads.c.workflow_id == batch.workflow_id)
    return main.execute(wanted).one()


def _is_next(batch: RecordBatch, head: Row[Any]) -> bool:
    if batch.sequence != head.sequence + 1:
        return False
    # After a restore from a backup, an old attempt may have the next number.
    return batch.full_resync or head.as_of is None or batch.as_of >= head.as_of


def _delete_empty_head(main: Connection, head: Row[Any]) -> None:
    # An empty head records nothing, and no erasure would find it.
    if head.sequence == 0:
        main.execute(delete(heads).where(heads.c.workflow_id == head.workflow_id))


def _move_head(main: Connection, batch: RecordBatch, digest: str) -> None:
    main.execute(
        update(heads)
        .where(heads.c.workflow_id == batch.workflow_id)
        .values(sequence=batch.sequence, digest=digest, whole=batch.is_complete, as_of=batch.as_of)
    )


def _write_victims(store: Store, batch: RecordBatch) -> None:
    tables = row_tables(VICTIMS)
    named = {row.table for row in batch.rows} | {table for table, _ in batch.removed}
    if batch.full_resync or named & set(tables):
        with store.victims.writing() as victims:
            apply_batch(victims, batch, tables)
