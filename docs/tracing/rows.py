"""List of rules: every row that the documents give, read from the files of docs/rows/.

A row is one rule, factor, bound, transition or open question. Data, code and tests refer to it by
exactly its id.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

ROWS = Path(__file__).parents[1] / "rows"
NUMBER = re.compile(r"\d+")


class Row(BaseModel):
    """Row of the list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    applies_to: str
    """Types of sentence to which the row applies, in short names: "CO, SSO with UPW"."""
    hardness: tuple[str, ...] = Field(min_length=1)
    """Binding force; several if several texts state the row."""
    source: str
    """Citation of the source; "ours" if no document states the row."""
    lines: tuple[str, ...] = ()
    """Places in our copies of the texts, for a later check; never shown."""
    known_as: tuple[str, ...] = ()
    """Further ids of this row, if it stands for several codes."""
    left_out: str | None = None
    """Reason why no sentence implements the row; `None` if one does."""


class Section(BaseModel):
    """Section of the list: one file of rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str
    title: str
    rows: tuple[Row, ...]


class DuplicateRowError(Exception):
    """Error for an id that two rows share."""


def load_sections(folder: Path = ROWS) -> tuple[Section, ...]:
    """Return the sections in the order of their files.

    Raises:
        DoubleRowError: If two rows share an id or another name.
    """
    paths = sorted(folder.glob("*.toml"), key=lambda path: _natural(path.name))
    sections = tuple(_section(path) for path in paths)
    names_of(row for section in sections for row in section.rows)
    return sections


def names_of(rows: Iterable[Row]) -> dict[str, Row]:
    """Return the rows by each of their names.

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
