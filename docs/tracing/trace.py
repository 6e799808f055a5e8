"""Comparison of the list of rules with the checkout: implementations and tests of each row."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from docs.tracing.implementations import Place, find_implementations
from docs.tracing.rows import ROWS, Row, Section, load_sections, names_of
from docs.tracing.tests import find_tests

ROOT = Path(__file__).parents[2]

NOT_IMPLEMENTED = "neither implemented nor left out with a reason"
NOT_TESTED = "implemented, but no test names it"
IMPLEMENTED_THOUGH_LEFT_OUT = "left out, but implemented"


class Traced(NamedTuple):
    """Row with its implementations and its tests."""

    row: Row
    implementations: tuple[Place, ...]
    tests: tuple[Place, ...]

    @property
    def problem(self) -> str | None:
        """Problem of the row; `None` if it is implemented and tested, or left out."""
        if self.row.left_out is not None:
            return IMPLEMENTED_THOUGH_LEFT_OUT if self.implementations else None
        if not self.implementations:
            return NOT_IMPLEMENTED
        return None if self.tests else NOT_TESTED


class Trace(NamedTuple):
    """Trace of every section and row."""

    sections: tuple[tuple[Section, tuple[Traced, ...]], ...]

    def rows(self) -> Iterator[Traced]:
        """Yield every row, section by section."""
        for _, rows in self.sections:
            yield from rows

    def open(self) -> list[str]:
        """Return one line for each row with a problem, in the order of the list."""
        return [
            f"{one.row.id}: {one.problem} ({one.row.title})" for one in self.rows() if one.problem
        ]


@cache
def trace(root: Path = ROOT, folder: Path = ROWS) -> Trace:
    """Return the trace of the rows of `folder` through the checkout at `root`, cached."""
    sections = load_sections(folder)
    names = names_of(row for section in sections for row in section.rows)
    carriers, proofs = find_implementations(root, names), find_tests(root, names)
    return Trace(
        tuple(
            (
                section,
                tuple(
                    Traced(row, carriers.get(row.id, ()), proofs.get(row.id, ()))
                    for row in section.rows
                ),
            )
            for section in sections
        )
    )
