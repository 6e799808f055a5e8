"""Between rows as sentences send them and rows as a database holds them."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import JSON, Column, Date, Row, Table

from activities.records.columns import IDENTITY, Instant
from states.time.london import iso

_NUL: Final = ("\x00", "\u2400")
"""What no database text may hold, and the sign that stands for it."""


class UnknownColumnError(Exception):
    """A row names a table or a column that this build does not have."""


def value_columns(table: Table) -> tuple[Column[Any], ...]:
    """Return the columns of what a row says, without those of which row it is."""
    return tuple(column for column in table.columns if column.name not in IDENTITY)


def encode_row(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values by column as the database takes them; what is not said is null.

    Raises:
        UnknownShapeError: If the table has no column of a name, or it takes no such value.
    """
    if unknown := values.keys() - _encoders(table).keys():
        raise UnknownColumnError(table.name, *sorted(unknown))
    try:
        return {
            name: None if (value := values.get(name)) is None else into(value)
            for name, into in _encoders(table).items()
        }
    except (TypeError, ValueError):
        raise UnknownColumnError(table.name) from None


def decode_row(table: Table, row: Row[Any] | Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row of the database as a sentence says them, every column named."""
    held = row if isinstance(row, Mapping) else row._mapping  # noqa: SLF001 - its public name
    return {column.name: _out(held[column.name]) for column in value_columns(table)}


def canonical_row(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as they would be read back, so that both can be compared."""
    return decode_row(table, encode_row(table, values))


def clean(value: Any) -> Any:
    """Return a value that every database can hold: no NUL in it and no half of a character."""
    if isinstance(value, str):
        if value.isascii() and _NUL[0] not in value:
            return str(value)
        return str(value).replace(*_NUL).encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {clean(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return value


@cache
def _encoders(table: Table) -> dict[str, Callable[[Any], Any]]:
    return {column.name: _encoder(column) for column in value_columns(table)}


def _encoder(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, Instant):
        return datetime.fromisoformat
    if isinstance(column.type, Date):
        return date.fromisoformat
    return _cleaned_data if isinstance(column.type, JSON) else clean


def _cleaned_data(value: Any) -> Any:
    # Written down, what may need cleaning shows as an escape: nearly never.
    return clean(value) if "\\u" in json.dumps(value) else value


def _out(value: Any) -> Any:
    return iso(value) if isinstance(value, date) else value
