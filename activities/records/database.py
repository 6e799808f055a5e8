"""Open the two databases: SQLite files of a folder, or PostgreSQL where a URL says so."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import cast

from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import ArgumentError

from activities.records.engines import BUSY_SECONDS, READING, postgres, sqlite
from activities.records.faults import Fault, StoreError, Whose, named

FILE = "records.sqlite"
VICTIMS_FILE = "victims.sqlite"


class Database:
    """One of the two databases. Threads may share it; nothing is opened before it is used."""

    def __init__(self, whose: Whose, url: URL) -> None:
        self.name = whose
        self.engine = postgres(url) if url.get_backend_name() == "postgresql" else sqlite(url)
        self._turn = Lock()

    @property
    def is_file(self) -> bool:
        """Whether it is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction of its own: all of it is kept, or nothing.

        Raises:
            StoreError: If the database does not do it, with what is wrong as its type.
        """
        with self._in_turn(), named(self.name), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        # Whoever waits for a file is not served in order: among our threads they are.
        if not self.is_file:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise StoreError(self.name, Fault.BUSY)
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database and changes nothing.

        Raises:
            StoreError: As when writing.
        """
        with named(self.name), self.engine.connect() as connection:
            yield connection.execution_options(**{READING: True})

    @contextmanager
    def raw_connection(self) -> Iterator[sqlite3.Connection]:
        """Give the driver's own connection to a SQLite file, outside of any transaction.

        Raises:
            StoreError: As when writing.
        """
        with named(self.name):
            held = self.engine.raw_connection()
            try:
                yield cast("sqlite3.Connection", held.driver_connection)
            finally:
                held.close()

    def ping(self) -> None:
        """Return when the database answers.

        Raises:
            StoreError: If it does not.
        """
        with self.reading() as connection:
            connection.execute(text("SELECT 1"))


@dataclass(frozen=True)
class Store:
    """Both databases of the records."""

    main: Database
    victims: Database

    def close(self) -> None:
        """Let go of every connection that is kept for later."""
        self.main.engine.dispose()
        self.victims.engine.dispose()


def open_store(folder: Path, url: str | None = None, victims_url: str | None = None) -> Store:
    """Return both databases, without looking at either yet.

    Args:
        folder: Where the SQLite files lie; it is made for its owner alone.
        url: Another database, as `postgresql://...`; it may hold a password and is never shown.
        victims_url: The same for victims, with credentials of its own.

    Raises:
        StoreError: If a URL cannot be read, or the folder cannot be made.
    """
    return Store(
        Database(Whose.RECORDS, _url(Whose.RECORDS, url, folder / FILE)),
        Database(Whose.VICTIMS, _url(Whose.VICTIMS, victims_url, folder / VICTIMS_FILE)),
    )


def _url(whose: Whose, url: str | None, file: Path) -> URL:
    try:
        if url is None:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return URL.create("sqlite", database=str(file))
        known = make_url(url)
    except OSError:
        raise StoreError(whose, Fault.UNREACHABLE) from None
    except (ArgumentError, ValueError):
        raise StoreError(whose, Fault.MISNAMED) from None
    return known.set(drivername="postgresql+psycopg") if "postgres" in known.drivername else known
