"""Recorder of the statements that each test runs, from one run of all tests on unchanged code.

A call before every statement of a function gives coverage for each single test, at a fraction of
the cost of tracing every line.
"""

import ast
import os
import pickle
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.mutation.trial import OPTIONS, SAID, Replaced, forked, settle_hypothesis

SEEN = "_seen_"
BODIES = ("body", "orelse", "finalbody")

Mark = tuple[str, int]
"""Statement, by the path and line where it begins."""


def marked(path: str, source: str) -> ast.Module:
    """Return the module with a call before each statement of its functions."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            _mark(node, path)
            node.body.insert(0, _call(path, node.lineno))
    return ast.fix_missing_locations(tree)


def _mark(block: ast.AST, path: str) -> None:
    for name in BODIES:
        body = getattr(block, name, None)
        if isinstance(body, list):
            setattr(block, name, [marked for node in body for marked in _with_mark(node, path)])
    for part in (*getattr(block, "handlers", ()), *getattr(block, "cases", ())):
        _mark(part, path)


def _with_mark(node: ast.stmt, path: str) -> list[ast.stmt]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node]
    _mark(node, path)
    return [_call(path, node.lineno), node]


def _call(path: str, line: int) -> ast.stmt:
    mark = ast.Tuple([ast.Constant(path), ast.Constant(line)], ast.Load())
    return ast.Expr(ast.Call(ast.Name(SEEN, ast.Load()), [mark], []))


@dataclass(slots=True)
class Recorder:
    """Pytest plugin that records the statements, the time and the result of each test."""

    seen: set[Mark] = field(default_factory=set)
    ran: dict[str, list[Mark]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    """Processor time of each test, so that a busy machine changes little."""
    imported: list[Mark] = field(default_factory=list)
    """Statements that ran before the first test."""
    failed: set[str] = field(default_factory=set)

    def pytest_collection_finish(self) -> None:
        """Separate the statements that importing the tests has run."""
        self.imported = sorted(self.seen)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item):  # type: ignore[no-untyped-def]
        """Record the statements of one test."""
        self.seen.clear()
        began = time.process_time()
        result = yield
        self.seconds[item.nodeid] = time.process_time() - began
        self.ran[item.nodeid] = sorted(self.seen)
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record the tests that fail on unchanged code: they can kill nothing."""
        if not report.passed:
            self.failed.add(report.nodeid)


RECORDED = ".recorded"


class NoRecordError(Exception):
    """Error for tests that cannot be run on unchanged code, with the output of pytest."""


def remember_yaml(texts: Iterable[str]) -> None:
    """Parse each of `texts` once, here, instead of again in every attempt."""
    known = {text: pickle.dumps(YAML(typ="safe", pure=True).load(text)) for text in texts}
    load = YAML.load

    def remembered(self: YAML, stream: object) -> object:
        found = known.get(stream) if isinstance(stream, str) else None
        return load(self, stream) if found is None else pickle.loads(found)  # noqa: S301 - as above

    YAML.load = remembered  # type: ignore[method-assign]


def recorded(sources: dict[str, str], tests: Iterable[str]) -> Recorder:
    """Run all tests once on unchanged code, and return the statements of each.

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
