"""The list of rules: every row that the documents give, as the files of docs/rows/ hold it.

A row is one rule, factor, bound, transition or open question. Its id is the one that data, code
and tests name it by, letter for letter.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

ROWS = Path(__file__).parents[1] / "rows"
NUMBER = re.compile(r"\d+")


class Row(BaseModel):
    """One row of the list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    applies_to: str
    """To which sentences, in the short names of the field: "CO, SSO with UPW"."""
    hardness: tuple[str, ...] = Field(min_length=1)
    """How it binds; several where several texts state it."""
    source: str
    """As people cite it; "ours" where no document says so."""
    lines: tuple[str, ...] = ()
    """Places in our copies of the texts, for whoever checks a row again; never shown."""
    known_as: tuple[str, ...] = ()
    """Further ids that mean this row, where it stands for several codes at once."""
    left_out: str | None = None
    """Why no sentence carries it; None where one does."""


class Section(BaseModel):
    """One file of rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str
    title: str
    rows: tuple[Row, ...]


class DuplicateRowError(Exception):
    """Raised when one id stands for two rows."""


def load_sections(folder: Path = ROWS) -> tuple[Section, ...]:
    """Return the sections in the order of their files, each row once.

    Raises:
        DoubleRowError: If an id, or a name that a row is also known by, stands twice.
    """
    paths = sorted(folder.glob("*.toml"), key=lambda path: _natural(path.name))
    sections = tuple(_section(path) for path in paths)
    names_of(row for section in sections for row in section.rows)
    return sections


def names_of(rows: Iterable[Row]) -> dict[str, Row]:
    """Return every row under each of its names.

    Raises:
        DoubleRowError: If two rows share a name.
    """
    found: dict[str, Row] = {}
    for row in rows:
        for name in (row.id, *row.known_as):
            if name in found:
                raise DuplicateRowError(name)
            found[name] = row
    return found


def _section(path: Path) -> Section:
    read = tomllib.loads(path.read_text("utf-8"))
    rows = tuple(Row(id=name, **row) for name, row in read.pop("rows").items())
    return Section(rows=rows, **read)


def _natural(name: str) -> tuple[object, ...]:
    # "4-d2" stands before "4-d10", and the files without a number come last.
    head = NUMBER.match(name)
    return (int(head.group()) if head else 100, name)
