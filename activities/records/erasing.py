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
from typing import Final

from sqlalchemy import Connection, MetaData, Table, delete, insert, select, text

from activities.records.database import Database, Store
from activities.records.faults import named
from activities.records.leavings import Person, left_of
from activities.records.schema import MAIN, VICTIMS
from activities.records.schema.keeping import erasing, erasures, victims_erasing
from activities.records.taking import TakenMessages

_BEGINNING: Final = "erased-"
_DELETED: Final = frozenset({"texts", "people"})


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: nothing at all where the databases held nothing of the person."""

    sentences: tuple[str, ...]
    """Workflow ids, as they were."""
    counts: Mapping[str, int]
    """Rows that were changed or deleted, by table."""


def sentences_of(store: Store, crn: str) -> tuple[str, ...]:
    """Return the workflow ids of everything that either database holds of a person."""
    with store.main.reading() as main, store.victims.reading() as victims:
        return tuple(sorted(_known(main, MAIN, crn) | _known(victims, VICTIMS, crn)))


def erase(store: Store, crn: str, reason: str, at: datetime) -> Erased:
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
        sentences = _known(victims, VICTIMS, crn)
        apart = _erase(victims, VICTIMS, victims_erasing, Person(crn, _token(), sentences))
    with store.main.writing() as main:
        person = Person(crn, _token(), _known(main, MAIN, crn))
        counts = _erase(main, MAIN, erasing, person)
        if counts:
            entry = {"token": person.token, "reason": reason, "erased_at": at}
            main.execute(insert(erasures), entry | {"counts": dict(sorted(counts.items()))})
    if messages := TakenMessages(store.main).erase_person(crn):
        counts["taken"] = messages
    scrub(store)
    counts += apart
    return Erased(tuple(sorted(person.sentences | sentences)), dict(sorted(counts.items())))


def scrub(store: Store) -> None:
    """Have both databases give up the space in which deleted rows still stand."""
    for database in (store.main, store.victims):
        _scrub(database)


def _token() -> str:
    return _BEGINNING + secrets.token_hex(8)


def _known(connection: Connection, metadata: MetaData, crn: str) -> set[str]:
    found = set[str]()
    for table in _of_sentences(metadata):
        ids = select(table.c.workflow_id).distinct()
        found |= set(connection.scalars(ids.where(table.c.workflow_id.like(f"sentence-{crn}-%"))))
        if "crn" in table.c:
            found |= set(connection.scalars(ids.where(table.c.crn == crn)))
    return found


def _of_sentences(metadata: MetaData) -> Iterable[Table]:
    tables = (table for _, table in sorted(metadata.tables.items()))
    return (table for table in tables if "workflow_id" in table.c and table.name != "erasing")


def _erase(
    connection: Connection, metadata: MetaData, permits: Table, person: Person
) -> Counter[str]:
    counts = Counter[str]()
    if not person.sentences:
        return counts
    ids = sorted(person.sentences)
    connection.execute(insert(permits), [{"workflow_id": name} for name in ids])
    for table in _of_sentences(metadata):
        mine = table.c.workflow_id.in_(ids)
        rows = [dict(row) for row in connection.execute(select(table).where(mine)).mappings()]
        connection.execute(delete(table).where(mine))
        if rows and table.name not in _DELETED:
            connection.execute(insert(table), [left_of(table, row, person) for row in rows])
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
    with named(database.name), engine.connect() as connection:
        # It takes as long as it takes.
        for statement in ("SET statement_timeout = 0", "VACUUM", "RESET statement_timeout"):
            connection.execute(text(statement))
