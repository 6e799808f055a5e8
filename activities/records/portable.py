"""What SQLite and PostgreSQL spell alike and SQLAlchemy's common language lacks."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def add_new(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert each row unless its key is there, and return how many were new: the first stands."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    key = table.primary_key.columns[0]
    # What comes back was inserted: not every driver counts rows that were passed over.
    statement = dialect.insert(table).on_conflict_do_nothing().returning(key)
    return sum(len(connection.execute(statement, dict(row)).all()) for row in rows)
