"""Choose, for each mutant, the tests that could kill it, those most likely to first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.marks import Mark, Recorder
from tests.mutation.mutants import Mutant

SLOW = 1.0
"""Seconds above which a test is tried last."""
WIDER = 2.0
"""How many times more seconds of tests there are for what no function holds: any could notice."""


@dataclass(slots=True)
class Choice:
    """What the tests were seen to run, turned round: from a statement to its tests."""

    seconds: Mapping[str, float]
    """Processor time of each test that can kill, because it passes on unchanged code."""
    by_mark: dict[Mark, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_path: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    imported: frozenset[Mark] = frozenset()
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many mutants of a module a test has killed: it is likely to kill the next one too."""

    @classmethod
    def of(cls, seen: Recorder) -> "Choice":
        """Return the choice that a recording allows."""
        fit = {test: spent for test, spent in seen.seconds.items() if test not in seen.failed}
        choice = cls(fit, imported=frozenset(seen.imported))
        for test in fit:
            for mark in seen.ran[test]:
                choice.by_mark[mark].add(test)
                choice.by_path[mark[0]].add(test)
        return choice

    def tests(self, mutant: Mutant, budget: float) -> list[str]:
        """Return the tests for a mutant that `budget` seconds allow, or one if all take longer.

        What a function does is tested by those that run its statement; what an import does, such
        as a table, by any. The test file of the module's own name counts first, then those of its
        folder, then those that use the module, and of each the quickest;
        of those chosen, the ones that have killed in this module are tried first.
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
        """Return how many seconds of processor time `tests` took on unchanged code."""
        return sum(self.seconds[test] for test in tests)

    def _within(self, tests: list[str], budget: float) -> list[str]:
        spent, chosen = 0.0, list[str]()
        for test in tests:
            if not chosen or spent + self.seconds[test] <= budget:
                spent += self.seconds[test]
                chosen.append(test)
        return chosen
