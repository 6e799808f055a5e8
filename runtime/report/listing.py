"""The sentences behind a figure: the rows of the same query, unread, a page at a time."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select

from runtime.report.scope import Scope
from runtime.report.shape import Part
from runtime.report.tables import SENTENCES

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One row that a figure counts."""

    crn: str
    event_number: str
    type: str | None
    state: str | None
    provider_code: str | None
    officer: str | None
    line: str
    column: str
    item: str
    weight: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the rows of a figure."""

    rows: tuple[Found, ...]
    total: int
    """Rows in all; their weights may add up to another number."""
    weight: int
    """What the figure shows."""
    number: int
    """From 1."""
    pages: int


def behind(
    connection: Connection,
    part: Part,
    scope: Scope,
    *,
    line: str | None,
    column: str | None,
    number: int = 1,
) -> Page:
    """Return a page of what one figure counts; None stands for every line or every column."""
    found = part.rows(scope).subquery()
    where = [found.c.line == line] if line is not None else []
    where += [found.c.column == column] if column is not None else []
    total, weight = connection.execute(
        select(func.count(), func.coalesce(func.sum(found.c.weight), 0))
        .select_from(found)
        .where(*where)
    ).one()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    s = SENTENCES.c
    wanted = (
        select(
            *(found.c.crn, found.c.event_number),
            *(s.type, s.state, s.provider_code, s.officer),
            *(found.c.line, found.c.column, found.c.item, found.c.weight),
        )
        .select_from(found.join(SENTENCES, s.workflow_id == found.c.workflow_id))
        .where(*where)
        .order_by(found.c.crn, found.c.event_number, found.c.line, found.c.column, found.c.item)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    rows = tuple(Found(*_plain(row)) for row in connection.execute(wanted))
    return Page(rows, total, int(weight), number, pages)


def _plain(row: Any) -> list[Any]:
    *most, weight = row
    return [*most, int(weight)]
