"""Codec between rows as sentences send them and rows as a database stores them."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import JSON, Column, Date, Row, Table

from activities.records.columns import IDENTITY, Instant
from states.time.london import iso

_NUL: Final = ("\x00", "\u2400")
"""NUL, which no database text may contain, and its replacement."""


class UnknownColumnError(Exception):
    """A row has a table or a column that this build lacks, or a value that it cannot store."""


def value_columns(table: Table) -> tuple[Column[Any], ...]:
    """Return the columns of a table without those that identify a row."""
    return tuple(column for column in table.columns if column.name not in IDENTITY)


def encode_row(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values by column as the database stores them; missing ones are null.

    Raises:
        UnknownColumnError: If the table has no column of a name, or it takes no such value.
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
    """Return the values of a row as a sentence sends them, with every column."""
    held = row if isinstance(row, Mapping) else row._mapping  # noqa: SLF001 - its public name
    return {column.name: _out(held[column.name]) for column in value_columns(table)}


def canonical_row(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as they would be read back, for comparison."""
    return decode_row(table, encode_row(table, values))


def clean(value: Any) -> Any:
    """Return a value that every database can store, without NUL and lone surrogates."""
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
    # In JSON such characters show as an escape, which is rare.
    return clean(value) if "\\u" in json.dumps(value) else value


def _out(value: Any) -> Any:
    return iso(value) if isinstance(value, date) else value
