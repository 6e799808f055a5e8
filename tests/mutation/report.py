"""Report of a run: the score, module by module, and each survivor with its reason.

The score is the part killed of all mutants that a test could detect. A survivor that no test could
detect is accepted in `survivors.toml` with the reason; without a reason it counts as undetected.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.mutation.result import Judged, Outcome, Result

ACCEPTED = Path(__file__).with_name("survivors.toml")


def accepted(path: Path = ACCEPTED) -> dict[str, str]:
    """Return the reason of each accepted survivor by its name, in which `*` stands for any text."""
    found = tomllib.loads(path.read_text("utf-8"))["accepted"]
    return {name: entry["reason"] for entry in found for name in entry["mutants"]}


def reason(name: str, reasons: Mapping[str, str]) -> str | None:
    """Return the reason why the mutant of that name may survive, `None` if there is none."""
    found = (why for pattern, why in reasons.items() if _pattern(pattern).fullmatch(name))
    return next(found, None)


def idle(names: Iterable[str], reasons: Mapping[str, str]) -> list[str]:
    """Return the accepted names that no mutant has any more, because the code has changed."""
    known = list(names)
    return [p for p in reasons if not any(_pattern(p).fullmatch(name) for name in known)]


def unexplained(result: Result, reasons: Mapping[str, str]) -> list[Judged]:
    """Return the survivors without a reason, by module and line."""
    return [j for j in _survivors(result) if reason(j.mutant.name, reasons) is None]


def score(judged: Iterable[Judged], reasons: Mapping[str, str]) -> float:
    """Return the part killed of the mutants that are not accepted survivors, from 0 to 1."""
    count = _count(judged, reasons)
    noticed = count["killed"] + count["timed out"]
    return noticed / ((noticed + count["survived"]) or 1)


def report(result: Result, reasons: Mapping[str, str]) -> str:
    """Return the whole report as text."""
    return "\n".join(_lines(result, reasons))


def _lines(result: Result, reasons: Mapping[str, str]) -> Iterator[str]:
    orders = result.orders
    yield (
        f"Mutants of {orders.room}/: {len(result.judged)} judged of {result.total}, drawn with"
        f" seed {orders.seed} (sample {orders.sample}), in {result.seconds:.0f} s of"
        f" {orders.seconds:.0f} s, {orders.workers} at a time, against {result.tests} tests"
    )
    yield f"{'module':40}{'killed':>8}{'timed out':>11}{'survived':>10}{'accepted':>10}{'score':>8}"
    for path in sorted({j.mutant.path for j in result.judged}):
        yield _row(path, [j for j in result.judged if j.mutant.path == path], reasons)
    yield _row("all", result.judged, reasons)
    yield from (f"fails on unchanged code: {test}" for test in result.failing)
    for item in _survivors(result):
        why = reason(item.mutant.name, reasons) or "NO REASON GIVEN"
        seen = "" if item.tests else " (no test runs it)"
        yield f"{item.mutant.path}:{item.mutant.line}: survived{seen}: {item.mutant.name}"
        yield f"    {why}"


def _row(name: str, judged: Iterable[Judged], reasons: Mapping[str, str]) -> str:
    judged = list(judged)
    count = _count(judged, reasons)
    columns = "".join(
        f"{count[column]:>{width}}"
        for column, width in (("killed", 8), ("timed out", 11), ("survived", 10), ("accepted", 10))
    )
    return f"{name:40}{columns}{score(judged, reasons):>8.1%}"


def _count(judged: Iterable[Judged], reasons: Mapping[str, str]) -> Counter[str]:
    return Counter(
        "accepted"
        if j.outcome is Outcome.SURVIVED and reason(j.mutant.name, reasons)
        else j.outcome.value
        for j in judged
    )


def _survivors(result: Result) -> list[Judged]:
    found = [j for j in result.judged if j.outcome is Outcome.SURVIVED]
    return sorted(found, key=lambda j: (j.mutant.path, j.mutant.line, j.mutant.name))


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in name.split("*")))
