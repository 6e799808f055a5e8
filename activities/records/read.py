"""Readers of the record of a sentence, and its comparison with the rows of the workflow."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from activities.records.database import Store
from activities.records.row_codec import UnknownColumnError, canonical_row, decode_row
from activities.records.schema import (
    MAIN,
    ROWS,
    closed_sentences,
    heads,
    late_arrivals,
    people,
    sentences,
    texts,
)
from states.record import RecordRow
from states.standards.law import ReferenceKind

_AT_ONCE: Final = 200
"""Values in one statement: databases limit their number."""


@dataclass(frozen=True, slots=True)
class SyncHead:
    """Progress of the record of a sentence."""

    workflow_id: str
    crn: str
    event_number: str
    sequence: int
    """Number of the last batch; 0 if there is none."""
    whole: bool
    """True if the record equalled the view after it."""
    as_of: datetime | None
    """Time of that view."""


@dataclass(frozen=True, slots=True)
class LateMessage:
    """Message that arrived after its sentence was closed."""

    kind: str
    digest: str
    at: datetime


def read_sync_head(store: Store, workflow_id: str) -> SyncHead | None:
    """Return the progress of the record of a sentence, or None if there is no record."""
    wanted = select(*(heads.c[name] for name in SyncHead.__slots__))
    with store.main.reading() as connection:
        found = connection.execute(wanted.where(heads.c.workflow_id == workflow_id)).first()
    return SyncHead(*found) if found is not None else None


def read_standards_in_use(store: Store) -> Mapping[ReferenceKind, frozenset[str]]:
    """Return the editions, calendars and law packs of the sentences that have not ended."""
    c = sentences.c
    columns = {
        ReferenceKind.EDITION: (c.edition,),
        ReferenceKind.CALENDAR: (c.calendar,),
        ReferenceKind.LAW: (c.law_pack, c.first_law_pack),
    }
    wanted = select(c.edition, c.calendar, c.law_pack, c.first_law_pack).distinct()
    with store.main.reading() as connection:
        found = connection.execute(wanted.where(c.ended_on.is_(None))).mappings().all()
    return {
        kind: frozenset(name for row in found for c in own if (name := row[c]) is not None)
        for kind, own in columns.items()
    }


def read_rows(
    store: Store, workflow_id: str, names: Container[str] = ROWS
) -> tuple[RecordRow, ...]:
    """Return the rows of a sentence from both databases, by table and key.

    Values have the form of the wire, and every column is there: None if it is not known, or not
    of this kind of row.

    Args:
        store: Both databases.
        workflow_id: The sentence.
        names: Tables to read; every table by default.
    """
    found: list[RecordRow] = []
    for database, here in ((store.main, True), (store.victims, False)):
        tables = [
            table
            for name, table in ROWS.items()
            if name in names and (table.metadata is MAIN) is here
        ]
        with database.reading() as connection:
            for table in tables:
                wanted = select(table).where(table.c.workflow_id == workflow_id)
                found += [
                    RecordRow(table.name, row.key, decode_row(table, row))
                    for row in connection.execute(wanted)
                ]
    return tuple(sorted(found, key=lambda row: (row.table, row.key)))


def read_late_messages(store: Store, workflow_id: str) -> tuple[LateMessage, ...]:
    """Return the messages that arrived after a sentence was closed, in order of arrival."""
    held = late_arrivals.c
    wanted = select(held.kind, held.digest, held.at).where(held.workflow_id == workflow_id)
    with store.main.reading() as connection:
        found = connection.execute(wanted.order_by(held.at, held.digest))
        return tuple(LateMessage(*row) for row in found)


def read_texts(store: Store, workflow_id: str) -> dict[str, str]:
    """Return the free text of a sentence by its digest."""
    wanted = select(texts.c.digest, texts.c.text).where(texts.c.workflow_id == workflow_id)
    with store.main.reading() as connection:
        return {row.digest: row.text for row in connection.execute(wanted)}


def missing_texts(store: Store, workflow_id: str, digests: Sequence[str]) -> frozenset[str]:
    """Return those of the digests of a sentence under which the databases hold no free text.

    The text of a case that was transferred is stored under the sentence that it came from.
    """
    missing = set(digests)
    mine = select(texts.c.digest).where(texts.c.workflow_id == workflow_id)
    with store.main.reading() as connection:
        missing -= set(connection.scalars(mine))
        elsewhere = sorted(missing)
        for start in range(0, len(elsewhere), _AT_ONCE):
            some = elsewhere[start : start + _AT_ONCE]
            wanted = select(texts.c.digest).where(texts.c.digest.in_(some))
            missing -= set(connection.scalars(wanted))
    return frozenset(missing)


def open_record_ids(store: Store) -> tuple[str, ...]:
    """Return the workflow ids of all records that the register of closed sentences lacks."""
    closed = select(closed_sentences.c.workflow_id)
    wanted = select(heads.c.workflow_id).where(heads.c.workflow_id.not_in(closed))
    with store.main.reading() as connection:
        return tuple(connection.scalars(wanted.order_by(heads.c.workflow_id)))


def read_people(store: Store, workflow_id: str) -> dict[str, tuple[str, date | None]]:
    """Return name and date of birth by the digest of the event that gave them."""
    wanted = select(people.c.event_digest, people.c.name, people.c.date_of_birth)
    with store.main.reading() as connection:
        found = connection.execute(wanted.where(people.c.workflow_id == workflow_id))
        return {digest: (name, born) for digest, name, born in found}


@dataclass(frozen=True, slots=True)
class RowDifference:
    """Difference between record and workflow in one row."""

    table: str
    key: str
    what: str
    """`missing` in the record, `left over` in it, or `other` values."""
    columns: tuple[str, ...] = ()
    """Columns with other values."""


def compare_rows(
    held: Iterable[RecordRow], wanted: Iterable[RecordRow]
) -> tuple[RowDifference, ...]:
    """Return the differences between a record and the expected rows, by table and key.

    Args:
        held: Rows of the record, as `rows_of` reads them.
        wanted: Rows of the workflow; a column that one of them does not name is empty.
    """
    return tuple(
        sorted(_differences(_by_table_and_key(held), _by_table_and_key(wanted)), key=_sort_key)
    )


def _differences(
    held: Mapping[tuple[str, str], RecordRow], wanted: Mapping[tuple[str, str], RecordRow]
) -> Iterator[RowDifference]:
    for name in held.keys() - wanted.keys():
        yield RowDifference(*name, "left over")
    for name in wanted.keys() - held.keys():
        yield RowDifference(*name, "missing")
    for name in held.keys() & wanted.keys():
        if others := _differing_columns(held[name].values, _canonical(wanted[name])):
            yield RowDifference(*name, "other", others)


def _by_table_and_key(rows: Iterable[RecordRow]) -> dict[tuple[str, str], RecordRow]:
    return {(row.table, row.key): row for row in rows}


def _sort_key(found: RowDifference) -> tuple[str, str]:
    return found.table, found.key


def _differing_columns(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
    names = held.keys() | wanted.keys()
    return tuple(sorted(name for name in names if held.get(name) != wanted.get(name)))


def _canonical(row: RecordRow) -> Mapping[str, Any]:
    try:
        return canonical_row(ROWS[row.table], row.values)
    except (KeyError, UnknownColumnError):
        # Of another build: values without a column are differences.
        return row.values
