"""Search for tests: those that name a row in their text, their data or their own name."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from docs.tracing.implementations import Place, first_line
from docs.tracing.rows import Row
from docs.tracing.tokens import rows_in, rows_in_name

Function = ast.FunctionDef | ast.AsyncFunctionDef
Test = Function | ast.ClassDef

APART = ("tests/docs/", "tests/activities/test_standards.py")
"""Tests that name rows without testing them: of this search and of the edition's inventory"""


def find_tests(root: Path, names: Mapping[str, Row]) -> dict[str, tuple[Place, ...]]:
    """Return the tests below `root` for each row, the best first.

    A test names a row in its body, its decorators or the constants of its module that it uses. A
    state machine of Hypothesis is a test under the name of its class. The best are the tests of
    the rules themselves, and among them those that name the fewest rows.
    """
    named: dict[Place, tuple[str, ...]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        where = path.relative_to(root).as_posix()
        if not where.startswith(APART):
            for name, rows in _proved(path.read_text("utf-8"), names):
                named[Place(where, name)] = rows
    found: defaultdict[str, list[Place]] = defaultdict(list)
    for place in sorted(named, key=lambda place: _rank(place, len(named[place]))):
        for row in named[place]:
            found[row].append(place)
    return {row: tuple(places) for row, places in found.items()}


def _rank(place: Place, rows: int) -> tuple[bool, int]:
    return not place.path.startswith("tests/states/"), rows


def _proved(source: str, names: Mapping[str, Row]) -> Iterator[tuple[str, tuple[str, ...]]]:
    tree = ast.parse(source)
    lines = source.splitlines()
    constants = dict(_constants(tree, lines))
    for node in _tests(tree):
        used = (constants.get(name, "") for name in sorted(_read_by(node)))
        text = "\n".join([_text(node, lines), *used])
        rows = (*rows_in_name(node.name, names), *rows_in(text, names))
        yield node.name, tuple(dict.fromkeys(rows))


def _tests(tree: ast.Module) -> Iterator[Test]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            if any(ast.unparse(base).endswith("StateMachine") for base in node.bases):
                yield node
        elif isinstance(node, Function) and node.name.startswith("test_"):
            yield node


def _constants(tree: ast.Module, lines: list[str]) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id, _text(node, lines)


def _read_by(test: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}


def _text(node: ast.stmt, lines: list[str]) -> str:
    return "\n".join(lines[first_line(node) - 1 : node.end_lineno])
