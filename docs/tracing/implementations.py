"""Search for implementations: the data of the edition and the modules that name a row."""

import ast
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from docs.tracing.rows import Row
from docs.tracing.tokens import rows_in

WHERE = (
    "standards/editions/**/*.yaml",
    "states/**/*.py",
    "workflows/**/*.py",
    "activities/**/*.py",
)
"""Files to search, data first: if both name a row, the reader looks at the data."""
ENTRY = re.compile(r"  - id: ([\w-]+)|  ([\w-]+):|(?=\w)")
"""First line of an entry of a list or mapping; a key of the file ends the last entry."""


class Place(NamedTuple):
    """Place that names a row: a file, and an entry or definition in it; empty for the file."""

    path: str
    symbol: str


def find_implementations(root: Path, names: Mapping[str, Row]) -> dict[str, tuple[Place, ...]]:
    """Return the implementations of each row below `root`, data before code, each once.

    A row that no file names is not among the keys.
    """
    found: defaultdict[str, dict[Place, None]] = defaultdict(dict)
    for pattern in WHERE:
        for path in sorted(root.glob(pattern)):
            text = path.read_text("utf-8")
            where = path.relative_to(root).as_posix()
            marks = _entries(text) if path.suffix == ".yaml" else _definitions(text)
            for row, symbol in _named(text, marks, names):
                found[row][Place(where, symbol)] = None
    return {row: _without_file(tuple(places)) for row, places in found.items()}


def _named(
    text: str, marks: list[tuple[int, str]], names: Mapping[str, Row]
) -> Iterator[tuple[str, str]]:
    starts = [line for line, _ in marks]
    for number, line in enumerate(text.splitlines(), start=1):
        mark = bisect_right(starts, number)
        for row in rows_in(line, names):
            yield row, marks[mark - 1][1] if mark else ""


def _entries(text: str) -> list[tuple[int, str]]:
    return [
        (number, entry.group(1) or entry.group(2) or "")
        for number, line in enumerate(text.splitlines(), start=1)
        if (entry := ENTRY.match(line))
    ]


def _definitions(text: str) -> list[tuple[int, str]]:
    # A constant's docstring is a statement of its own, but belongs to the constant.
    return [
        (first_line(node), _name(node))
        for node in ast.parse(text).body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]


def first_line(node: ast.stmt) -> int:
    """Return the first line of a definition, including its decorators."""
    decorators = getattr(node, "decorator_list", ())
    return min(node.lineno, *(item.lineno for item in decorators)) if decorators else node.lineno


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return ""


def _without_file(places: tuple[Place, ...]) -> tuple[Place, ...]:
    # If a definition of a file is listed, omit the entry for the file itself.
    inside = {place.path for place in places if place.symbol}
    return tuple(place for place in places if place.symbol or place.path not in inside)
