"""The run itself, inside a copy of the checkout: record, then try mutant after mutant.

A process of its own, started by `tests.mutation.course`. It imports nothing of ours that could be
mutated, so that each try can import it afresh.
"""

import gc
import json
import os
import pickle
import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from tests.mutation.attempts import OPTIONS, SAID, attempt, forked, outcome, settle_hypothesis
from tests.mutation.change import Enums
from tests.mutation.choice import Choice
from tests.mutation.marks import SEEN, Recorder, marked
from tests.mutation.mutants import Mutant, drawn, enumerations, mutated, of_all
from tests.mutation.replaced import Replaced
from tests.mutation.result import Judged, Orders, Outcome, Result, sources_of

LIBRARIES = ("hypothesis.stateful", "pydantic", "ruamel.yaml", "transitions", "zoneinfo")
BUDGET = 20.0
"""Seconds of tests, as they take on unchanged code, that a mutant has to survive."""
SLOWER = 5.0
"""How many times longer than on unchanged code the tests of a mutant may take."""
RECORDED = ".recorded"


class NoRecordError(Exception):
    """The tests could not be run on unchanged code; the message is what pytest said."""


def main(orders: Orders) -> Result:
    """Carry out `orders` in the current folder."""
    for library in LIBRARIES:
        import_module(library)
    gc.freeze()
    sources = sources_of(Path(), orders.room)
    seen = recorded(sources, orders.tests)
    found = [m for m in of_all(sources) if m.path.startswith(orders.only or "")]
    sample = drawn(found, orders.seed)[: orders.sample]
    began = time.monotonic()
    judged = tuple(Tries(sources, Choice.of(seen), orders).of(sample))
    spent = time.monotonic() - began
    return Result(orders, len(found), len(seen.seconds), tuple(sorted(seen.failed)), spent, judged)


def recorded(sources: dict[str, str], tests: Iterable[str]) -> Recorder:
    """Run all tests once on unchanged code, and return what each of them ran.

    Raises:
        NoRecordError: If there was no test to run.
    """

    def record() -> int:
        settle_hypothesis()
        seen = Recorder()
        code = {path: compile(marked(path, text), path, "exec") for path, text in sources.items()}
        Replaced(code, **{SEEN: seen.seen.add}).install()
        options = (*OPTIONS, "--maxfail=0", "--continue-on-collection-errors")
        pytest.main([*options, *tests], plugins=[seen])
        Path(RECORDED).write_bytes(pickle.dumps(seen))
        return 0 if seen.seconds else 1

    if os.waitpid(forked(record), 0)[1] != 0:
        raise NoRecordError(Path(SAID).read_text("utf-8"))
    found = pickle.loads(Path(RECORDED).read_bytes())  # noqa: S301 - written by the lines above
    assert isinstance(found, Recorder)
    return found


class Tries:
    """The tries of a sample, several at a time, until all are judged or the time is over."""

    def __init__(self, sources: dict[str, str], choice: Choice, orders: Orders) -> None:
        self._sources, self._choice, self._orders = sources, choice, orders
        self._enums: Enums = enumerations(sources.values())
        self._running: dict[int, tuple[Mutant, int]] = {}

    def of(self, sample: Iterable[Mutant]) -> Iterator[Judged]:
        """Yield the verdict on each mutant whose turn came in time."""
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
        return Judged(mutant, outcome(status), tests)


if __name__ == "__main__":
    asked, answer = sys.argv[1:]
    Path(answer).write_text(main(Orders.read(json.loads(asked))).written(), "utf-8")
