"""Choice of the tests for each mutant: those that could kill it, the most likely first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.marks import Mark, Recorder
from tests.mutation.mutants import Mutant

SLOW = 1.0
"""Seconds above which a test runs last."""
WIDER = 2.0
"""Factor on the seconds of tests for code outside functions, because any test could detect it."""


@dataclass(slots=True)
class Choice:
    """Index from each statement to the tests that run it."""

    seconds: Mapping[str, float]
    """Processor time of each test that passes on unchanged code, and so can kill."""
    by_mark: dict[Mark, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_path: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    imported: frozenset[Mark] = frozenset()
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Mutants of a module that a test has killed: it is likely to kill the next one too."""

    @classmethod
    def of(cls, seen: Recorder) -> "Choice":
        """Return the choice from a recording."""
        fit = {test: spent for test, spent in seen.seconds.items() if test not in seen.failed}
        choice = cls(fit, imported=frozenset(seen.imported))
        for test in fit:
            for mark in seen.ran[test]:
                choice.by_mark[mark].add(test)
                choice.by_path[mark[0]].add(test)
        return choice

    def tests(self, mutant: Mutant, budget: float) -> list[str]:
        """Return the tests for a mutant that `budget` seconds allow, or one if all take longer.

        A mutant inside a function needs a test that runs its statement; one of an import, such as a
        table, can have any. The test file of the module's own name comes first, then those of its
        folder, then those that use the module, the quickest first within each. Of the chosen
        tests, those that have killed in this module run first.
        """
        mark = (mutant.path, mutant.statement)
        mirror, room = f"test_{Path(mutant.path).stem}.py", "tests" / Path(mutant.path).parent
        if mutant.statement and mark not in self.imported:
            found: Iterable[str] = self.by_mark.get(mark, ())
        else:
            found, budget = self.seconds, budget * WIDER
        users = self.by_path.get(mutant.path, set())

        def rank(test: str) -> tuple[bool, bool, bool, bool, float, str]:
            spent = self.seconds[test]
            file = Path(test.partition("::")[0])
            near = (file.name != mirror, file.parent != room)
            return (spent > SLOW, *near, test not in users, spent, test)

        chosen = self._within(sorted(found, key=rank), budget)
        return sorted(chosen, key=lambda test: -self.kills[mutant.path, test])

    def cost(self, tests: Iterable[str]) -> float:
        """Return the seconds of processor time that `tests` took on unchanged code."""
        return sum(self.seconds[test] for test in tests)

    def _within(self, tests: list[str], budget: float) -> list[str]:
        spent, chosen = 0.0, list[str]()
        for test in tests:
            if not chosen or spent + self.seconds[test] <= budget:
                spent += self.seconds[test]
                chosen.append(test)
        return chosen
