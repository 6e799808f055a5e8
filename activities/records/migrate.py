"""Bring a database to the tables of this build, however many processes start at one time."""

from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, MetaData, text

from activities.records.columns import Instant
from activities.records.database import Database, Store
from activities.records.errors import DatabaseFault, DatabaseName, StoreError

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_FOLDERS: Final = {DatabaseName.RECORDS: "main", DatabaseName.VICTIMS: "victims"}

_LOCK: Final = 4_011_201_501
"""Names the lock that one process holds in PostgreSQL while it brings a database up to date."""


def migrate(store: Store) -> None:
    """Bring both databases to the tables of this build; one that has them is left alone.

    Raises:
        StoreError: If a database cannot be reached or changed, or a newer build has been there.
    """
    for database in (store.main, store.victims):
        _migrate_database(database)


def newest_revision(whose: DatabaseName) -> str:
    """Return the name of the last step of a database."""
    head = ScriptDirectory.from_config(_config(whose)).get_current_head()
    return head if head is not None else ""


_newest_revision = cache(newest_revision)


def _migrate_database(database: Database) -> None:
    if database.is_file:
        _use_write_ahead_log(database)
    with database.reading() as connection:
        if _revision(connection) == _newest_revision(database.name):
            return
    with database.writing() as connection:
        _hold(connection)
        # Another process may have done it while this one waited for the lock.
        if _revision(connection) != _newest_revision(database.name):
            _upgrade(database.name, connection)


def _use_write_ahead_log(database: Database) -> None:
    # Readers then never wait for a writer; the setting stays in the file.
    with database.raw_connection() as connection:
        if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            connection.execute("PRAGMA journal_mode = WAL").fetchone()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _hold(connection: Connection) -> None:
    # A transaction of SQLite that writes has the whole file already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _upgrade(whose: DatabaseName, connection: Connection) -> None:
    config = _config(whose)
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        # The database names a step that this build does not have.
        raise StoreError(whose, DatabaseFault.NEWER) from None


def _config(whose: DatabaseName) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS / _FOLDERS[whose]).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def run_migrations(metadata: MetaData) -> None:
    """Run the steps that are asked for; only the `env.py` of each folder calls this."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection, target_metadata=metadata, render_item=render, compare_type=True
    )
    context.run_migrations()


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Return how a step spells a column's type that is ours: as what it is in the database."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False
