"""The list of rules against the checkout: which row is carried and proved, and by what."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from docs.tracing.carriers import Place, find_carriers
from docs.tracing.proofs import find_proofs
from docs.tracing.rows import ROWS, Row, Section, load_sections, names_of

ROOT = Path(__file__).parents[2]

UNCARRIED = "neither carried nor left out with a reason"
UNPROVED = "carried, and no test names it"
CARRIED_ALL_THE_SAME = "left out, and carried all the same"


class Traced(NamedTuple):
    """One row with all that carries and proves it."""

    row: Row
    implementations: tuple[Place, ...]
    tests: tuple[Place, ...]

    @property
    def problem(self) -> str | None:
        """What is wrong with the row; None where it is carried and proved, or left out."""
        if self.row.left_out is not None:
            return CARRIED_ALL_THE_SAME if self.implementations else None
        if not self.implementations:
            return UNCARRIED
        return None if self.tests else UNPROVED


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
            f"{one.row.id}: {one.problem} ({one.row.title})"
            for one in self.rows()
            if one.problem
        ]


@cache
def trace(root: Path = ROOT, folder: Path = ROWS) -> Trace:
    """Return the rows of `folder` traced through the checkout at `root`, read once a process."""
    sections = load_sections(folder)
    names = names_of(row for section in sections for row in section.rows)
    carriers, proofs = find_carriers(root, names), find_proofs(root, names)
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
