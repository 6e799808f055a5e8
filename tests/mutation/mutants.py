"""Mutants of a module: list them, draw some of them, write one out as source."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from tests.mutation.operators import Change, Enums, changes
from tests.mutation.sites import Site, sites

ENUMERATIONS = {"Enum", "StrEnum", "IntEnum"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """Module with one fault."""

    path: str
    """Relative to the checkout."""
    line: int
    statement: int
    """The line of the statement that runs it when a function is called; 0 if an import does."""
    name: str
    """Name that survives moved lines: the place, the change, and a number among equal ones."""
    number: int
    """Number of the change in the module, counted from 0."""


def enumerations(sources: Iterable[str]) -> Enums:
    """Return the members of every enumeration that `sources` define."""
    found: dict[str, tuple[str, ...]] = {}
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        if isinstance(node, ast.ClassDef) and ENUMERATIONS & {ast.unparse(b) for b in node.bases}:
            targets = [part.targets[0] for part in node.body if isinstance(part, ast.Assign)]
            found[node.name] = tuple(t.id for t in targets if isinstance(t, ast.Name))
    return found


def mutants(path: str, source: str, enums: Enums) -> list[Mutant]:
    """Return every mutant of one module, in the order of its text."""
    seen = Counter[str]()
    found = []
    for number, (site, change) in enumerate(_all(ast.parse(source), enums)):
        what = f"{change.before} -> {change.after}" if change.after else change.before
        name = f"{path}:{site.place.name}: {change.operator}: {' '.join(what.split())}"
        seen[name] += 1
        if seen[name] > 1:
            name = f"{name} ({seen[name]})"
        line = getattr(site.node, "lineno", site.place.statement)
        found.append(Mutant(path, line, site.place.statement, name, number))
    return found


def drawn(found: Iterable[Mutant], seed: int) -> list[Mutant]:
    """Return the mutants in the random order of `seed`: its first hundred are a fair sample.

    A mutant's place depends on its own name only, so an edit of one module keeps the others' order.
    """
    return sorted(found, key=lambda m: sha256(f"{seed} {m.name}".encode()).digest())


def mutated(source: str, mutant: Mutant, enums: Enums) -> str:
    """Return the source of the module with that one fault."""
    tree = ast.parse(source)
    site, change = list(_all(tree, enums))[mutant.number]
    site.put(change.node)
    return ast.unparse(ast.fix_missing_locations(tree))


def of_all(sources: Mapping[str, str]) -> list[Mutant]:
    """Return every mutant of all modules, whose sources are given by path."""
    enums = enumerations(sources.values())
    return [m for path in sorted(sources) for m in mutants(path, sources[path], enums)]


def _all(tree: ast.Module, enums: Enums) -> Iterator[tuple[Site, Change]]:
    for site in sites(tree):
        for change in changes(site.node, enums, site.place.returns):
            yield site, change
