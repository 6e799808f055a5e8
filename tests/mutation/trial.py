"""Attempt to kill one mutant, in its own process, with limits and the chosen tests in order.

The process is forked from one that has imported the libraries but nothing of ours. An attempt
therefore costs only the import of our own modules and the tests, and its damage ends with it.
"""

import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType

import hypothesis
import pytest

from tests.mutation.result import Outcome


class Replaced(MetaPathFinder):
    """Finder of the modules whose code is given, ahead of the ordinary finders."""

    def __init__(self, code: Mapping[str, CodeType], **names: object) -> None:
        """Store the code of each module by its path; `names` are put into each before it runs."""
        self._code = {module_name(path): (path, code[path]) for path in code}
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module whose code is given, `None` for any other."""
        del path, target
        if fullname not in self._code:
            return None
        where, code = self._code[fullname]
        loader = _Loader(code, self._names)
        spec = spec_from_loader(
            fullname, loader, origin=where, is_package=where.endswith("__init__.py")
        )
        if spec is None:
            return None
        # A module with a file is one whose source pydantic finds, for the docstrings of fields.
        spec.has_location = True
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(str(Path(where).resolve().parent))
        return spec

    def install(self) -> None:
        """Install the finder ahead of the ordinary ones."""
        sys.meta_path.insert(0, self)


class _Loader(InspectLoader):
    def __init__(self, code: CodeType, names: Mapping[str, object]) -> None:
        self._given = code
        self._names = names

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return self._given

    def get_source(self, fullname: str) -> None:
        del fullname

    def exec_module(self, module: ModuleType) -> None:
        vars(module).update(self._names)
        exec(self._given, vars(module))  # noqa: S102 - the code is this checkout's own


def module_name(path: str) -> str:
    """Return the dotted name of the module at a path relative to the checkout."""
    return ".".join(Path(path).with_suffix("").parts).removesuffix(".__init__")


MEMORY = 4 * 2**30
"""Bytes of address space of one attempt, so that a loop that collects without end stops early."""
FIRST = 30
"""Number of tests in the first round. Most mutants die there, so the others are not collected."""
SAID = ".said"
OPTIONS = ("-x", "-q", "--assert=plain", "--noconftest", "--import-mode=importlib")


class Ordered:
    """Pytest plugin that keeps only the given tests, in the given order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._ranks = {test: rank for rank, test in enumerate(tests)}
        self.failed = ""
        """Test that failed; empty if it could not be collected."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Reduce and order the collected tests."""
        chosen = [item for item in items if item.nodeid in self._ranks]
        items[:] = sorted(chosen, key=lambda item: self._ranks[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the name of the test that fails."""
        if report.failed:
            self.failed = report.nodeid


def forked(work: Callable[[], int]) -> int:
    """Return the process that runs `work` and exits with its result, or with 3 if it raises.

    Its output is in the file `SAID` of the current folder, until the next process writes there.
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
    """Return 0 if all `tests` pass with the code `given` in place of the files, else 1.

    The process ends after `seconds` of processor time, because an endless loop uses no other.
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
    """Return the name of the file in which an attempt writes the test that failed."""
    return f".killer-{process}"


def settle_hypothesis() -> None:
    """Make Hypothesis use the same examples each time and stop at the first failure."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutation", derandomize=True, database=None, deadline=None, phases=phases
    )
    hypothesis.settings.load_profile("mutation")


def outcome(status: int) -> Outcome:
    """Return the outcome of a mutant from the wait status of its attempt."""
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
