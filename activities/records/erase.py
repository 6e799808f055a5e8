"""Erasure of a person from both databases, which keeps what statistics count.

A random token replaces the CRN, another one in each database. Name, date of birth, free text with
its digests, contents of events, pages of documents and addresses of notices are removed. Codes,
dates and ids of officers stay: statistics are made of them.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, delete, insert, select, text

from activities.records.columns import TEXT_DIGEST
from activities.records.database import Database, Store
from activities.records.errors import database_errors
from activities.records.ingest_log import IngestLog
from activities.records.schema import (
    MAIN,
    VICTIMS,
    closed_sentences,
    erasing,
    erasures,
    heads,
    victims_erasing,
)

ERASED: Final = "erased"
"""Replacement for a value whose presence is counted."""

_BLANK_VALUES: Final[Mapping[str, Mapping[str, Any]]] = {
    "events": {"said": None},
    "victim_events": {"said": None},
    "event_conflicts": {"values": None},
    "agencies": {"reference": None},
    "documents": {"pdf": b"", "size": 0, "sha256": ERASED},
    "deliveries": {"address_digest": None, "content_digest": ERASED},
}
"""Values after the erasure by table and column."""

_ERASED_COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "sentences": frozenset({"moved_to"}),
    "deliveries": frozenset({"document"}),
}
"""Columns that are `erased` afterwards, unless they were null."""


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """Person to erase from one database, with the token that replaces the CRN."""

    crn: str
    token: str
    sentences: set[str]

    def anonymise(self, value: Any) -> Any:
        """Return a value with the token in place of the CRN, which ids may contain."""
        if isinstance(value, str):
            return value.replace(self.crn, self.token)
        if isinstance(value, Mapping):
            return {self.anonymise(key): self.anonymise(item) for key, item in value.items()}
        return [self.anonymise(item) for item in value] if isinstance(value, list) else value


def anonymised_row(table: Table, row: dict[str, Any], person: ErasedPerson) -> dict[str, Any]:
    """Return a row of the person after the erasure."""
    kept: dict[str, Any] = {name: person.anonymise(value) for name, value in row.items()}
    for column in table.columns:
        if column.info.get(TEXT_DIGEST) or column.name in _ERASED_COLUMNS.get(table.name, ()):
            kept[column.name] = _erased(kept[column.name])
    kept.update(_BLANK_VALUES.get(table.name, {}))
    return kept


def _erased(value: Any) -> Any:
    if value is None:
        return None
    return [ERASED for _ in value] if isinstance(value, list) else ERASED


_PSEUDONYM_PREFIX: Final = "erased-"
_DELETED: Final = frozenset({"texts", "people"})


@dataclass(frozen=True, slots=True)
class Erasure:
    """Result of an erasure; empty if the databases had nothing of the person."""

    sentences: tuple[str, ...]
    """Workflow ids before the erasure."""
    counts: Mapping[str, int]
    """Rows that were changed or deleted, by table."""


def sentences_of(store: Store, crn: str) -> tuple[str, ...]:
    """Return the workflow ids under which either database has rows of a person."""
    with store.main.reading() as main, store.victims.reading() as victims:
        return tuple(sorted(_sentence_ids(main, MAIN, crn) | _sentence_ids(victims, VICTIMS, crn)))


def erase(store: Store, crn: str, reason: str, at: datetime) -> Erasure:
    """Erase a person and return the changes; a second time there are none.

    A crash on the way leaves each database as it was or erased, and a repeat does what is missing.

    Args:
        store: Both databases.
        crn: Whose.
        reason: A code, for the log of erasures.
        at: When it was asked for.

    Raises:
        StoreError: If a database does not do it.
    """
    with store.victims.writing() as victims:
        sentences = _sentence_ids(victims, VICTIMS, crn)
        apart = _erase(victims, VICTIMS, victims_erasing, ErasedPerson(crn, _token(), sentences))
    with store.main.writing() as main:
        person = ErasedPerson(crn, _token(), _sentence_ids(main, MAIN, crn))
        counts = _erase(main, MAIN, erasing, person)
        if counts:
            entry = {"token": person.token, "reason": reason, "erased_at": at}
            main.execute(insert(erasures), entry | {"counts": dict(sorted(counts.items()))})
    if messages := IngestLog(store.main).erase_person(crn):
        counts["taken"] = messages
    scrub(store)
    counts += apart
    return Erasure(tuple(sorted(person.sentences | sentences)), dict(sorted(counts.items())))


def scrub(store: Store) -> None:
    """Make both databases release the space of deleted rows."""
    for database in (store.main, store.victims):
        _scrub(database)


def _token() -> str:
    return _PSEUDONYM_PREFIX + secrets.token_hex(8)


def _sentence_ids(connection: Connection, metadata: MetaData, crn: str) -> set[str]:
    found = set[str]()
    for table in _sentence_tables(metadata):
        ids = select(table.c.workflow_id).distinct()
        found |= set(connection.scalars(ids.where(table.c.workflow_id.like(f"sentence-{crn}-%"))))
        if "crn" in table.c:
            found |= set(connection.scalars(ids.where(table.c.crn == crn)))
    return found


def _sentence_tables(metadata: MetaData) -> Iterable[Table]:
    tables = (table for _, table in sorted(metadata.tables.items()))
    return (table for table in tables if "workflow_id" in table.c and table.name != "erasing")


def _erase(
    connection: Connection, metadata: MetaData, permits: Table, person: ErasedPerson
) -> Counter[str]:
    counts = Counter[str]()
    if not person.sentences:
        return counts
    ids = sorted(person.sentences)
    connection.execute(insert(permits), [{"workflow_id": name} for name in ids])
    for table in _sentence_tables(metadata):
        mine = table.c.workflow_id.in_(ids)
        rows = [dict(row) for row in connection.execute(select(table).where(mine)).mappings()]
        connection.execute(delete(table).where(mine))
        if rows and table.name not in _DELETED:
            connection.execute(insert(table), [anonymised_row(table, row, person) for row in rows])
        counts[table.name] = len(rows)
    connection.execute(delete(permits).where(permits.c.workflow_id.in_(ids)))
    return +counts


def _scrub(database: Database) -> None:
    # These statements cannot run inside a transaction.
    if database.is_file:
        with database.raw_connection() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with database_errors(database.name), engine.connect() as connection:
        # It may take longer than other statements.
        for statement in ("SET statement_timeout = 0", "VACUUM", "RESET statement_timeout"):
            connection.execute(text(statement))


def past_retention(store: Store, closed_before: datetime) -> tuple[str, ...]:
    """Return the CRNs of people whose sentences were all closed before a moment, in order."""
    closed = closed_sentences
    known = select(heads.c.crn, heads.c.workflow_id).union(
        select(closed.c.crn, closed.c.workflow_id)
    )
    every = known.subquery()
    files = select(every.c.crn).outerjoin(closed, closed.c.workflow_id == every.c.workflow_id)
    still_held = files.where(closed.c.closed_at.is_(None) | (closed.c.closed_at >= closed_before))
    people = (
        select(every.c.crn)
        .where(every.c.crn.not_in(still_held), every.c.crn.not_like(f"{_PSEUDONYM_PREFIX}%"))
        .group_by(every.c.crn)
        .order_by(every.c.crn)
    )
    with store.main.reading() as connection:
        return tuple(connection.scalars(people))
