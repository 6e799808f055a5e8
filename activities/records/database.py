"""The two databases of the records: SQLite files in a folder, or PostgreSQL by URL.

Both kinds have the same transactions: a reader sees one state and never waits for a writer. Both
keep their connections open in a pool.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final, cast

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from activities.records.errors import DatabaseFault, DatabaseName, StoreError, database_errors

FILE = "records.sqlite"
VICTIMS_FILE = "victims.sqlite"

BUSY_SECONDS = 10.0
"""Time for which a write waits for another process that locks the database."""

CONNECT_SECONDS: Final = 5
"""Time limit of a connection to PostgreSQL."""

STATEMENT_SECONDS: Final = 60
"""Time limit of a statement: a lock that is never released must not block an activity."""

PROBE_SECONDS: Final = 1.0
"""Time for which a check waits for a writer of an SQLite file."""

MIN_FREE_BYTES: Final = 16_000_000
"""Free space below which a disk counts as full: SQLite needs some to write and to clean up."""

_POOLED: Final = 20
"""Connections that stay open; each of the slow activities of a process may have one."""

_FILE_ID: Final = "file_id"
READING: Final = "records_reading"
"""Option of a connection that only reads: it neither waits for a writer nor blocks one."""


def postgres_engine(url: URL, connections: int = _POOLED) -> Engine:
    """Return an engine with a pool of connections to PostgreSQL, each tested before use."""
    return create_engine(
        url,
        # Parameters of statements are personal data: no log and no error shows them.
        hide_parameters=True,
        pool_pre_ping=True,
        # No overflow: the server counts connections, and others need theirs.
        pool_size=connections,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c statement_timeout={STATEMENT_SECONDS * 1000} -c timezone=UTC",
        },
    )


def sqlite_engine(url: URL) -> Engine:
    """Return an engine with a pool of connections to a file, each tested before use."""
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=_POOLED,
        pool_timeout=BUSY_SECONDS,
        connect_args={"timeout": BUSY_SECONDS},
    )
    file = url.database or ""

    def on_connect(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        # No implicit transactions: `_on_begin` starts each.
        connection.isolation_level = None
        # Deleted content is overwritten, so that the file holds nothing of an erased person.
        connection.execute("PRAGMA secure_delete = ON").close()
        entry.info[_FILE_ID] = _file_id(file)

    def on_checkout(
        _connection: sqlite3.Connection, entry: ConnectionPoolEntry, _proxy: object
    ) -> None:
        # A restored backup is another file: a connection to the old one would write to nowhere.
        if entry.info[_FILE_ID] != _file_id(file):
            raise InvalidatePoolError

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "checkout", on_checkout)
    event.listen(engine, "begin", _on_begin)
    return engine


def _file_id(file: str) -> tuple[int, int] | None:
    """Return what tells a file from another one under the same name; None if there is none."""
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _on_begin(connection: Connection) -> None:
    # The lock first: a reading transaction that starts to write can fail at once.
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


class Database:
    """One of the two databases. Threads may share it; the first use opens it."""

    def __init__(self, name: DatabaseName, url: URL, connections: int = _POOLED) -> None:
        self.name = name
        self.engine = (
            postgres_engine(url, connections)
            if url.get_backend_name() == "postgresql"
            else sqlite_engine(url)
        )
        self._turn = Lock()

    @property
    def is_file(self) -> bool:
        """Return whether it is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in a transaction of its own.

        Raises:
            StoreError: If the database fails, with the fault in its type.
        """
        with self._in_turn(), self._errors(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        # SQLite does not serve waiting connections in order; the lock does, among our threads.
        if not self.is_file:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise StoreError(self.name, DatabaseFault.BUSY)
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the database and changes nothing.

        Raises:
            StoreError: As when writing.
        """
        with self._errors(), self.engine.connect() as connection:
            yield connection.execution_options(**{READING: True})

    @contextmanager
    def raw_connection(self) -> Iterator[sqlite3.Connection]:
        """Yield the driver's own connection to a SQLite file, outside of any transaction.

        Raises:
            StoreError: As when writing.
        """
        with self._errors():
            held = self.engine.raw_connection()
            try:
                yield cast("sqlite3.Connection", held.driver_connection)
            finally:
                held.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        with database_errors(self.name):
            try:
                yield
            except (SQLAlchemyError, sqlite3.Error):
                # A file that was opened while it could only be read stays so once that is mended.
                if self.is_file:
                    self.engine.dispose()
                raise

    def check(self) -> None:
        """Check that the database has its tables and can be written.

        A statement that touches no table would not even open an SQLite file. A writer that holds
        the file is no fault: it can be written.

        Raises:
            StoreError: If it cannot be used; the fault says why.
        """
        if self.is_file:
            self._check_file()
            return
        with self.reading() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version"))
            mode = connection.execute(text("SHOW transaction_read_only")).scalar_one()
        if mode == "on":
            raise StoreError(self.name, DatabaseFault.READ_ONLY)

    def _check_file(self) -> None:
        file = Path(self.engine.url.database or "")
        # Asked first: for a disk that takes nothing SQLite has many errors.
        disk_fault = _disk_fault(file.parent)
        if disk_fault is not None:
            raise StoreError(self.name, disk_fault)
        try:
            with database_errors(self.name):
                _write_probe(file)
        except StoreError as error:
            if error.fault is not DatabaseFault.BUSY:
                raise


def _disk_fault(folder: Path) -> DatabaseFault | None:
    try:
        found = os.statvfs(folder)
    except OSError:
        return DatabaseFault.UNREACHABLE
    if found.f_flag & os.ST_RDONLY:
        return DatabaseFault.READ_ONLY
    if found.f_bavail * found.f_frsize < MIN_FREE_BYTES:
        return DatabaseFault.FULL
    return None


def _write_probe(file: Path) -> None:
    # A connection of its own: one that is open may not notice that the file was replaced.
    uri = f"{file.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=PROBE_SECONDS, isolation_level=None)
    try:
        connection.execute("SELECT version_num FROM alembic_version").close()
        # The smallest commit that reaches the disk; nothing else uses this number.
        connection.execute("BEGIN IMMEDIATE").close()
        connection.execute("PRAGMA user_version = 0").close()
        connection.execute("COMMIT").close()
    finally:
        connection.close()


@dataclass(frozen=True)
class Store:
    """Both databases of the records."""

    main: Database
    victims: Database

    def close(self) -> None:
        """Close the pooled connections."""
        self.main.engine.dispose()
        self.victims.engine.dispose()


def open_store(
    folder: Path,
    url: str | None = None,
    victims_url: str | None = None,
    *,
    connections: int = _POOLED,
) -> Store:
    """Return both databases, without connecting to either.

    Args:
        folder: Folder of the SQLite files; it is made with access for its owner only.
        url: Another database, as `postgresql://...`; it may have a password and is never shown.
        victims_url: The same for victims, with credentials of its own.
        connections: Connections to each database of PostgreSQL, at most.

    Raises:
        StoreError: If a URL cannot be read, or the folder cannot be made.
    """
    main = _url(DatabaseName.RECORDS, url, folder / FILE)
    victims = _url(DatabaseName.VICTIMS, victims_url, folder / VICTIMS_FILE)
    return Store(
        Database(DatabaseName.RECORDS, main, connections),
        Database(DatabaseName.VICTIMS, victims, connections),
    )


def _url(name: DatabaseName, url: str | None, file: Path) -> URL:
    try:
        if url is None:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return URL.create("sqlite", database=str(file))
        known = make_url(url)
    except OSError:
        raise StoreError(name, DatabaseFault.UNREACHABLE) from None
    except (ArgumentError, ValueError):
        raise StoreError(name, DatabaseFault.MISNAMED) from None
    return known.set(drivername="postgresql+psycopg") if "postgres" in known.drivername else known


def lock_sentence(connection: Connection, workflow_id: str) -> None:
    """Wait until no other transaction holds the lock of this sentence, and hold it to the end.

    What the connection reads afterwards includes all that the earlier holder wrote. SQLite needs no
    lock of a sentence, as its writers wait for one another.
    """
    if connection.dialect.name == "postgresql":
        number = func.hashtextextended(workflow_id, 0)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def insert_new(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert each row unless its key exists, and return how many are new; the first one stands."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    key = table.primary_key.columns[0]
    # Only inserted rows are returned: not every driver counts them otherwise.
    statement = dialect.insert(table).on_conflict_do_nothing().returning(key)
    return sum(len(connection.execute(statement, dict(row)).all()) for row in rows)
