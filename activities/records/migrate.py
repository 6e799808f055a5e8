"""Migration of a database to the tables of this build, also if many processes start at one time."""

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
"""Id of the advisory lock of PostgreSQL that one process holds during a migration."""


def migrate(store: Store) -> None:
    """Migrate both databases to the tables of this build.

    Raises:
        StoreError: If a database cannot be reached or changed, or a newer build has been there.
    """
    for database in (store.main, store.victims):
        _migrate_database(database)


def newest_revision(name: DatabaseName) -> str:
    """Return the newest revision of a database in this build."""
    head = ScriptDirectory.from_config(_config(name)).get_current_head()
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
        # Another process may have migrated it while this one waited for the lock.
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
    # A writing transaction of SQLite locks the whole file.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _upgrade(name: DatabaseName, connection: Connection) -> None:
    config = _config(name)
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        # The database has a revision that this build does not know.
        raise StoreError(name, DatabaseFault.NEWER) from None


def _config(name: DatabaseName) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS / _FOLDERS[name]).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def run_migrations(metadata: MetaData) -> None:
    """Run the requested migrations; only the `env.py` of each folder calls this."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection, target_metadata=metadata, render_item=render, compare_type=True
    )
    context.run_migrations()


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Return how a migration spells our own type of a column."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False
