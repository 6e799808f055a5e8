"""Run inside a copy of the checkout: record, then attempt to kill mutant after mutant.

`tests.mutation.course` starts this as its own process. It imports nothing of ours that could be
mutated, so that each attempt imports that itself.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

from tests.mutation.attempts import attempt, forked, killer, outcome
from tests.mutation.change import Enums
from tests.mutation.choice import Choice
from tests.mutation.mutants import Mutant, drawn, enumerations, mutated, of_all
from tests.mutation.recording import recorded, remember_yaml
from tests.mutation.result import Judged, Orders, Outcome, Result, sources_of

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
