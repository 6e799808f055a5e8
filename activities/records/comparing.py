"""Hold the record of a sentence against the rows of its workflow, row by row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from activities.records.codec import UnknownShapeError, canonical
from activities.records.schema import ROWS
from states.case_record import Row


@dataclass(frozen=True, slots=True)
class Difference:
    """One row in which record and workflow differ."""

    table: str
    key: str
    what: str
    """`missing` in the record, `left over` in it, or `other` values."""
    columns: tuple[str, ...] = ()
    """Which values are other ones."""


def differences(held: Iterable[Row], wanted: Iterable[Row]) -> tuple[Difference, ...]:
    """Return where the record differs from what it is to hold, by table and key.

    Args:
        held: Rows of the record, as `rows_of` reads them.
        wanted: Rows of the workflow; a column that one of them does not name is empty.
    """
    return tuple(sorted(_differences(_by_name(held), _by_name(wanted)), key=_place))


def _differences(
    held: Mapping[tuple[str, str], Row], wanted: Mapping[tuple[str, str], Row]
) -> Iterator[Difference]:
    for name in held.keys() - wanted.keys():
        yield Difference(*name, "left over")
    for name in wanted.keys() - held.keys():
        yield Difference(*name, "missing")
    for name in held.keys() & wanted.keys():
        if others := _others(held[name].values, _canonical(wanted[name])):
            yield Difference(*name, "other", others)


def _by_name(rows: Iterable[Row]) -> dict[tuple[str, str], Row]:
    return {(row.table, row.key): row for row in rows}


def _place(found: Difference) -> tuple[str, str]:
    return found.table, found.key


def _others(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
    names = held.keys() | wanted.keys()
    return tuple(sorted(name for name in names if held.get(name) != wanted.get(name)))


def _canonical(row: Row) -> Mapping[str, Any]:
    try:
        return canonical(ROWS[row.table], row.values)
    except (KeyError, UnknownShapeError):
        # Of another build: whatever it says that has no column is a difference.
        return row.values
