"""Try one mutant: in a process of its own, with limits, the chosen tests in the chosen order.

The process is forked from one that has imported the libraries but nothing of ours, so that a try
costs the import of our own modules and the tests, and nothing that it breaks lives on.
"""

import os
import resource
import signal
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import CodeType

import hypothesis
import pytest

from tests.mutation.replaced import Replaced
from tests.mutation.result import Outcome

MEMORY = 4 * 2**30
"""Bytes of address space for one try: a loop that collects for ever ends early."""
FIRST = 30
"""Tests of the first round; most mutants die there, without the others being collected."""
SAID = ".said"
OPTIONS = ("-x", "-q", "--assert=plain", "--noconftest", "--import-mode=importlib")


class Ordered:
    """A plugin of pytest that keeps the given tests only, in the given order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._ranks = {test: rank for rank, test in enumerate(tests)}
        self.failed = ""
        """The test that failed; one that cannot be collected has no name."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Reduce and order what was collected."""
        chosen = [item for item in items if item.nodeid in self._ranks]
        items[:] = sorted(chosen, key=lambda item: self._ranks[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the name of the test that fails."""
        if report.failed:
            self.failed = report.nodeid


def forked(work: Callable[[], int]) -> int:
    """Return the process that does `work` and exits with what it returns, or 3 where it raises.

    What it says is in the file `SAID` of the current folder, until the next one says something.
    """
    process = os.fork()
    if process:
        return process
    code = 3
    try:
        said = os.open(SAID, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(said, stream)
        code = work()
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def attempt(given: dict[str, CodeType], tests: Sequence[str], seconds: float) -> int:
    """Return 0 if all `tests` pass with the code `given` in place of the files, 1 if one does not.

    `seconds` of processor time end the process: endless loops count no other time.
    """
    _limit(seconds)
    settle_hypothesis()
    Replaced(given).install()
    for part in filter(None, (tests[:FIRST], tests[FIRST:])):
        ordered = Ordered(part)
        code = pytest.main([*OPTIONS, *_files(part)], plugins=[ordered])
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            Path(killer(os.getpid())).write_text(ordered.failed, "utf-8")
            return 1
    return 0


def killer(process: int) -> str:
    """Return the name of the file in which a try tells which test failed."""
    return f".killer-{process}"


def settle_hypothesis() -> None:
    """Let properties be tried with the same examples each time, and stop at the first failure."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutation", derandomize=True, database=None, deadline=None, phases=phases
    )
    hypothesis.settings.load_profile("mutation")


def outcome(status: int) -> Outcome:
    """Return what the wait status of a try says of its mutant."""
    if os.WIFSIGNALED(status):
        is_late = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
        return Outcome.TIMED_OUT if is_late else Outcome.KILLED
    return Outcome.SURVIVED if os.WEXITSTATUS(status) == 0 else Outcome.KILLED


def _limit(seconds: float) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _files(tests: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(test.partition("::")[0] for test in tests))
