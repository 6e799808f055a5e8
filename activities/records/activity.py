"""Keep free text, the register of closed sentences and late arrivals in one local database.

Every write may come twice and leaves the same rows: the first one stands.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from temporalio import activity

from activities.names import (
    CLOSE_SENTENCE,
    FILE_TEXTS,
    REPORT_LATE,
    ClosedSentence,
    FileTexts,
    LateArrival,
)

FILE = "records.sqlite"
BUSY_SECONDS = 10.0
"""How long a write waits for another process that holds the database."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS texts (
    workflow_id TEXT NOT NULL, digest TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (workflow_id, digest)
) STRICT;
CREATE TABLE IF NOT EXISTS closed_sentences (
    workflow_id TEXT NOT NULL PRIMARY KEY, crn TEXT NOT NULL, event_number TEXT NOT NULL,
    outcome TEXT, ended_on TEXT, closed_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS late_arrivals (
    workflow_id TEXT NOT NULL, digest TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (workflow_id, digest)
) STRICT;
"""


class Records:
    """The case records in `records.sqlite` of a folder, which is made for its owner alone.

    Threads and processes may share the file: each call has a connection of its own.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / FILE
        with closing(self._connection()) as database:
            # Readers then never wait for a writer; the setting stays in the file.
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(_SCHEMA)

    @activity.defn(name=FILE_TEXTS)
    def file_texts(self, filed: FileTexts) -> int:
        """Keep each text under its digest; return how many were new."""
        rows = [(filed.workflow_id, digest, text) for digest, text in filed.texts.items()]
        with self._writing() as database:
            before = database.total_changes
            database.executemany("INSERT OR IGNORE INTO texts VALUES (?, ?, ?)", rows)
            return database.total_changes - before

    @activity.defn(name=CLOSE_SENTENCE)
    def close_sentence(self, closed: ClosedSentence) -> None:
        """Enter a sentence in the register; an entry already there stands."""
        ended_on = closed.ended_on.isoformat() if closed.ended_on else None
        row = (
            *(closed.workflow_id, closed.crn, closed.event_number),
            *(closed.outcome, ended_on, closed.closed_at.isoformat()),
        )
        with self._writing() as database:
            database.execute(
                "INSERT OR IGNORE INTO closed_sentences VALUES (?, ?, ?, ?, ?, ?)", row
            )

    @activity.defn(name=REPORT_LATE)
    def report_late(self, late: LateArrival) -> None:
        """Note each message that came after the end; the first arrival of a digest stands."""
        at = late.at.isoformat()
        pairs = zip(late.digests, late.kinds, strict=True)
        rows = [(late.workflow_id, digest, kind, at) for digest, kind in pairs]
        with self._writing() as database:
            database.executemany("INSERT OR IGNORE INTO late_arrivals VALUES (?, ?, ?, ?)", rows)

    def is_closed(self, workflow_id: str) -> bool:
        """Return whether the register of closed sentences holds the workflow id."""
        with closing(self._connection()) as database:
            found = database.execute(
                "SELECT 1 FROM closed_sentences WHERE workflow_id = ?", (workflow_id,)
            )
            return found.fetchone() is not None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connection()) as database:
            # The lock first: a transaction that upgrades from reading can be refused at once.
            database.execute("BEGIN IMMEDIATE")
            with database:
                yield database

    def _connection(self) -> sqlite3.Connection:
        # No implicit transactions: each write opens its own.
        return sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
