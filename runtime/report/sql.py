"""What SQLite and PostgreSQL write differently, so that every query is written once."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, cast, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class DaysBetween(FunctionElement[int]):
    """Days from the second date to the first; either may be an ISO date in a text."""

    type = Integer()
    inherit_cache = True


class SecondsBetween(FunctionElement[int]):
    """Whole seconds from the second instant to the first."""

    type = Integer()
    inherit_cache = True


@compiles(DaysBetween, "sqlite")
def _days_in_sqlite(item: DaysBetween, compiler: SQLCompiler, **more: Any) -> str:
    later, earlier = (compiler.process(part, **more) for part in item.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(DaysBetween, "postgresql")
def _days_in_postgresql(item: DaysBetween, compiler: SQLCompiler, **more: Any) -> str:
    later, earlier = (compiler.process(part, **more) for part in item.clauses)
    return f"(CAST({later} AS DATE) - CAST({earlier} AS DATE))"


@compiles(SecondsBetween, "sqlite")
def _seconds_in_sqlite(item: SecondsBetween, compiler: SQLCompiler, **more: Any) -> str:
    later, earlier = (compiler.process(part, **more) for part in item.clauses)
    return (
        f"(CAST(strftime('%s', {later}) AS INTEGER) - CAST(strftime('%s', {earlier}) AS INTEGER))"
    )


@compiles(SecondsBetween, "postgresql")
def _seconds_in_postgresql(item: SecondsBetween, compiler: SQLCompiler, **more: Any) -> str:
    # Not the difference itself: its microseconds would round otherwise than SQLite's do.
    parts = [compiler.process(part, **more) for part in item.clauses]
    later, earlier = (f"CAST(floor(extract(epoch FROM {part})) AS BIGINT)" for part in parts)
    return f"({later} - {earlier})"


def written(value: Any) -> ColumnElement[str]:
    """Return a date, a list or a map as text: both databases write the same."""
    return cast(value, Text)


def is_empty(listed: Any) -> ColumnElement[bool]:
    """Return whether a list is empty or missing."""
    return func.coalesce(written(listed), "[]") == "[]"
