"""Erase a person from both databases, and leave what is counted.

Where the CRN stood there is a token then, another in each database. Gone are name, date of birth,
free text with its digests, what events said, the pages of documents and where notices went. Codes,
dates and who acted stay: from them the figures come.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, delete, func, insert, select, text

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
"""What stands where there was something of which it counts that it was there."""

_BLANK_VALUES: Final[Mapping[str, Mapping[str, Any]]] = {
    "events": {"said": None},
    "victim_events": {"said": None},
    "event_conflicts": {"values": None},
    "agencies": {"reference": None},
    "documents": {"pdf": b"", "size": 0, "sha256": ERASED},
    "deliveries": {"address_digest": None, "content_digest": ERASED},
}
"""What a column holds afterwards, by table."""

_ERASED_COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "sentences": frozenset({"moved_to"}),
    "deliveries": frozenset({"document"}),
}
"""Columns that say `erased` afterwards, where they said anything."""


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """Who is erased, and what stands for them then in one database."""

    crn: str
    token: str
    sentences: set[str]

    def anonymise(self, value: Any) -> Any:
        """Return a value with the token wherever the CRN stood: ids of others may hold it."""
        if isinstance(value, str):
            return value.replace(self.crn, self.token)
        if isinstance(value, Mapping):
            return {self.anonymise(key): self.anonymise(item) for key, item in value.items()}
        return [self.anonymise(item) for item in value] if isinstance(value, list) else value


def anonymised_row(table: Table, row: dict[str, Any], person: ErasedPerson) -> dict[str, Any]:
    """Return what is left of a row of somebody."""
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
    """What was erased: nothing at all where the databases held nothing of the person."""

    sentences: tuple[str, ...]
    """Workflow ids, as they were."""
    counts: Mapping[str, int]
    """Rows that were changed or deleted, by table."""


def sentences_of(store: Store, crn: str) -> tuple[str, ...]:
    """Return the workflow ids of everything that either database holds of a person."""
    with store.main.reading() as main, store.victims.reading() as victims:
        return tuple(sorted(_sentence_ids(main, MAIN, crn) | _sentence_ids(victims, VICTIMS, crn)))


def erase(store: Store, crn: str, reason: str, at: datetime) -> Erasure:
    """Erase a person and return what was changed; a second time there is nothing left to change.

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
    """Have both databases give up the space in which deleted rows still stand."""
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
    # None of these runs inside a transaction.
    if database.is_file:
        with database.raw_connection() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with database_errors(database.name), engine.connect() as connection:
        # It takes as long as it takes.
        for statement in ("SET statement_timeout = 0", "VACUUM", "RESET statement_timeout"):
            connection.execute(text(statement))


_PSEUDONYM_PATTERN = "erased-%"


def past_retention(store: Store, closed_before: datetime) -> tuple[str, ...]:
    """Return the CRNs of the people of whom no sentence is open or was closed later, in order."""
    closed = closed_sentences
    known = select(heads.c.crn, heads.c.workflow_id).union(
        select(closed.c.crn, closed.c.workflow_id)
    )
    every = known.subquery()
    files = select(every.c.crn).outerjoin(closed, closed.c.workflow_id == every.c.workflow_id)
    still_held = files.where(closed.c.closed_at.is_(None) | (closed.c.closed_at >= closed_before))
    people = (
        select(every.c.crn)
        .where(every.c.crn.not_in(still_held), every.c.crn.not_like(_PSEUDONYM_PATTERN))
        .group_by(every.c.crn)
        .order_by(every.c.crn)
    )
    with store.main.reading() as connection:
        return tuple(connection.scalars(people))


def count_people(store: Store) -> int:
    """Return of how many people there is a record."""
    wanted = select(func.count(heads.c.crn.distinct())).where(
        heads.c.crn.not_like(_PSEUDONYM_PATTERN)
    )
    with store.main.reading() as connection:
        return connection.scalar(wanted) or 0
