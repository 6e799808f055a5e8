"""Engines of SQLAlchemy for the two sorts of database, and how their transactions begin."""

import sqlite3
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

BUSY_SECONDS = 10.0
"""How long a write waits for another process that holds the database."""

CONNECT_SECONDS: Final = 5
"""How long PostgreSQL may take to answer at all."""

STATEMENT_SECONDS: Final = 60
"""How long one statement may take: a lock that is never given up must not hold an activity."""

_POOLED: Final = 20
READING: Final = "records_reading"
"""Option of a connection that only reads: it waits for no writer and keeps none waiting."""


def postgres(url: URL) -> Engine:
    """Return an engine that keeps some connections to PostgreSQL, and looks whether each lives."""
    return create_engine(
        url,
        # What is bound to a statement is somebody's life: no log and no error shows it.
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=_POOLED,
        pool_timeout=BUSY_SECONDS,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c statement_timeout={STATEMENT_SECONDS * 1000} -c timezone=UTC",
        },
    )


def sqlite(url: URL) -> Engine:
    """Return an engine over a file."""
    # A connection for each transaction: none is left behind in a thread, or over a replaced file.
    engine = create_engine(
        url, hide_parameters=True, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS}
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
    # No implicit transactions: each begins with what `_on_begin` says.
    connection.isolation_level = None
    # What is deleted is overwritten, so that an erased person is not in the file any more.
    connection.execute("PRAGMA secure_delete = ON").close()


def _on_begin(connection: Connection) -> None:
    # The lock first: a transaction that upgrades from reading can be refused at once.
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
