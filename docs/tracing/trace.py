"""The list of rules against the checkout: which row is carried and proved, and by what."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from docs.tracing.implementations import Place, find_implementations
from docs.tracing.rows import ROWS, Row, Section, load_sections, names_of
from docs.tracing.tests import find_tests

ROOT = Path(__file__).parents[2]

NOT_IMPLEMENTED = "neither carried nor left out with a reason"
NOT_TESTED = "carried, and no test names it"
IMPLEMENTED_THOUGH_LEFT_OUT = "left out, and carried all the same"


class Traced(NamedTuple):
    """One row with all that carries and proves it."""

    row: Row
    implementations: tuple[Place, ...]
    tests: tuple[Place, ...]

    @property
    def problem(self) -> str | None:
        """What is wrong with the row; None where it is carried and proved, or left out."""
        if self.row.left_out is not None:
            return IMPLEMENTED_THOUGH_LEFT_OUT if self.implementations else None
        if not self.implementations:
            return NOT_IMPLEMENTED
        return None if self.tests else NOT_TESTED


class Trace(NamedTuple):
    """Every section with its rows traced."""

    sections: tuple[tuple[Section, tuple[Traced, ...]], ...]

    def rows(self) -> Iterator[Traced]:
        """Yield every row, section by section."""
        for _, rows in self.sections:
            yield from rows

    def open(self) -> list[str]:
        """Return one line for each row with a complaint, in the order of the list."""
        return [
            f"{one.row.id}: {one.problem} ({one.row.title})" for one in self.rows() if one.problem
        ]


@cache
def trace(root: Path = ROOT, folder: Path = ROWS) -> Trace:
    """Return the rows of `folder` traced through the checkout at `root`, read once a process."""
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
