"""Run of many mutants, in a copy of the checkout, so that nothing in the checkout is changed.

The run itself is a separate process. It imports nothing of ours that could be mutated, so that
each attempt imports that itself.
"""

import gc
import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

from tests.mutation.mutants import Mutant, drawn, enumerations, mutated, of_all
from tests.mutation.operators import Enums
from tests.mutation.recorder import Mark, Recorder, recorded, remember_yaml
from tests.mutation.result import Judged, Orders, Outcome, Result, sources_of
from tests.mutation.trial import attempt, forked, killer, outcome

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


ROOT = Path(__file__).parents[2]
NOT_COPIED = ignore_patterns(".git", ".venv", ".cache", "var", "__pycache__")


def run(orders: Orders, root: Path = ROOT) -> Result:
    """Return the result of `orders` on a copy of the checkout at `root`.

    The copy is in the `.cache` of that checkout for the time of the run.

    Raises:
        subprocess.CalledProcessError: If the tests cannot be run on unchanged code.
    """
    cache = root / ".cache"
    cache.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="mutation-", dir=cache) as folder:
        copy, answer = Path(folder, "checkout"), Path(folder, "result.json")
        copytree(root, copy, ignore=NOT_COPIED)
        # The copy comes first; this checkout lends only the machine to one that has none.
        where = os.pathsep.join([str(copy), str(ROOT)])
        subprocess.run(
            [sys.executable, "-m", "tests.mutation.runner", json.dumps(asdict(orders)), answer],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": where},
            check=True,
        )
        return Result.read(answer.read_text("utf-8"))


LIBRARIES = ("hypothesis.stateful", "pydantic", "transitions", "zoneinfo")
BUDGET = 12.0
"""Seconds of tests, measured on unchanged code, that a mutant must survive."""
SLOWER = 5.0
"""Factor by which the tests of a mutant may take longer than on unchanged code."""


def main(orders: Orders) -> Result:
    """Carry out `orders` in the current folder."""
    for library in LIBRARIES:
        import_module(library)
    remember_yaml(path.read_text("utf-8") for path in sorted(Path().rglob("*.yaml")))
    gc.freeze()
    sources = sources_of(Path(), orders.room)
    seen = recorded(sources, orders.tests)
    found = [m for m in of_all(sources) if m.path.startswith(orders.only or "")]
    sample = drawn(found, orders.seed)[: orders.sample]
    began = time.monotonic()
    judged = tuple(Tries(sources, Choice.of(seen), orders).of(sample))
    spent = time.monotonic() - began
    return Result(orders, len(found), len(seen.seconds), tuple(sorted(seen.failed)), spent, judged)


class Tries:
    """Attempts of a sample, several at a time, until all are judged or the time is over."""

    def __init__(self, sources: dict[str, str], choice: Choice, orders: Orders) -> None:
        self._sources, self._choice, self._orders = sources, choice, orders
        self._enums: Enums = enumerations(sources.values())
        self._running: dict[int, tuple[Mutant, int]] = {}

    def of(self, sample: Iterable[Mutant]) -> Iterator[Judged]:
        """Yield the verdict on each mutant that was attempted in time."""
        ends = time.monotonic() + self._orders.seconds
        for mutant in sample:
            if time.monotonic() > ends:
                break
            tests = self._choice.tests(mutant, BUDGET)
            if not tests:
                yield Judged(mutant, Outcome.SURVIVED, 0)
                continue
            if len(self._running) >= self._orders.workers:
                yield self._ended()
            self._start(mutant, tests)
        while self._running:
            yield self._ended()

    def _start(self, mutant: Mutant, tests: list[str]) -> None:
        seconds = self._orders.patience + SLOWER * self._choice.cost(tests)
        process = forked(partial(self._try, mutant, tests, seconds))
        self._running[process] = (mutant, len(tests))

    def _try(self, mutant: Mutant, tests: list[str], seconds: float) -> int:
        source = mutated(self._sources[mutant.path], mutant, self._enums)
        return attempt({mutant.path: compile(source, mutant.path, "exec")}, tests, seconds)

    def _ended(self) -> Judged:
        process, status = os.waitpid(-1, 0)
        mutant, tests = self._running.pop(process)
        found = outcome(status)
        file = Path(killer(process))
        if file.exists():
            self._choice.kills[mutant.path, file.read_text("utf-8")] += 1
            file.unlink()
        if found is Outcome.SURVIVED:
            # Print at once, so that a person can begin to write the missing test.
            sys.stderr.write(f"survived: {mutant.path}:{mutant.line}: {mutant.name}\n")
        return Judged(mutant, found, tests)


if __name__ == "__main__":
    asked, answer = sys.argv[1:]
    Path(answer).write_text(main(Orders.read(json.loads(asked))).written(), "utf-8")
