"""Types of columns, and the columns with which every row of a sentence begins."""

from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of indices and keys, the same in both databases and every migration."""

IDENTITY: Final = ("workflow_id", "key", "crn", "event_number")
"""Columns that identify a row and its sentence."""


TEXT_DIGEST: Final = "filed"
"""Mark of a column of digests of free text, which the erasure of a person removes."""


class Instant(TypeDecorator[datetime]):
    """Moment, stored in UTC: SQLite has no zones, PostgreSQL returns that of the connection."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as the database stores it.

        Raises:
            ValueError: If it has no offset, and so is no moment.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment needs an offset from UTC"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def key(name: str, doc: str | None = None) -> Column[str]:
    """Return a column of the primary key."""
    return Column(name, Text, primary_key=True, doc=doc)


def text(name: str, doc: str | None = None, *, needed: bool = False) -> Column[str]:
    """Return a column of a code, a reference or a sentence of ours."""
    return Column(name, Text, nullable=not needed, doc=doc)


def text_digest(name: str, doc: str) -> Column[str]:
    """Return a column of the digest of free text, which `texts` stores."""
    return Column(name, Text, doc=doc, info={TEXT_DIGEST: True})


def flag(name: str, doc: str | None = None) -> Column[bool]:
    """Return a column of yes or no; null means not known."""
    return Column(name, Boolean, doc=doc)


def number(name: str, doc: str | None = None, *, needed: bool = False) -> Column[int]:
    """Return a column of a whole number."""
    return Column(name, Integer, nullable=not needed, doc=doc)


def day(name: str, doc: str | None = None) -> Column[date]:
    """Return a column of a London date."""
    return Column(name, Date, doc=doc)


def instant(name: str, doc: str | None = None, *, needed: bool = False) -> Column[datetime]:
    """Return a column of a moment in UTC."""
    return Column(name, Instant, nullable=not needed, doc=doc)


def data(name: str, doc: str | None = None, *, texts: bool = False) -> Column[Any]:
    """Return a column of a list or a map; without one it is null, not JSON's null.

    Args:
        name: Name of the column.
        doc: Meaning, if the name does not say it.
        texts: Whether it is a list of digests of free text.
    """
    kind = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    return Column(name, kind, doc=doc, info={TEXT_DIGEST: texts})


def record_table(metadata: MetaData, name: str, doc: str, *items: SchemaItem) -> Table:
    """Return a table; `doc` describes its rows on the page about the records."""
    return Table(name, metadata, *items, info={"doc": doc})


def sentence_table(metadata: MetaData, name: str, doc: str, *items: SchemaItem) -> Table:
    """Return a table of rows of the record, each with a sentence and a key that is unique in it."""
    return record_table(
        metadata,
        name,
        doc,
        key("workflow_id"),
        key("key"),
        text("crn", needed=True),
        text("event_number", needed=True),
        *items,
    )
