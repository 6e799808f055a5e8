"""A run over a tiny room: tested faults die, untested ones are listed, nothing is changed."""

from pathlib import Path

import pytest

from tests.mutation.report import report, score, unexplained
from tests.mutation.result import Orders, Result
from tests.mutation.runner import run

ROOM = {
    "pyproject.toml": "",
    "states/ages.py": '''"""Ages."""

ADULT = 18


def is_adult(age: int) -> bool:
    return age >= ADULT


def years_until(age: int, goal: int) -> int:
    years = 0
    while age < goal:
        age += 1
        years += 1
    return years


def unwatched(age: int) -> int:
    return age + 1
''',
    "tests/states/test_ages.py": """from states.ages import is_adult, years_until


def test_is_adult() -> None:
    assert [False, True] == [is_adult(17), is_adult(18)]


def test_years_until() -> None:
    assert 1 == years_until(17, 18)


def test_fails() -> None:
    assert is_adult(3)
""",
}

pytestmark = pytest.mark.prove

# On a busy machine a mutant needs seconds to start; the endless loops take all of the patience.
ORDERS = Orders(tests=("tests/states",), sample=100, seconds=180, patience=8)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkout of one small module and its tests."""
    root = tmp_path_factory.mktemp("room")
    for name, text in ROOM.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.fixture(scope="module")
def result(room: Path) -> Result:
    """Result of a run over it."""
    return run(ORDERS, room)


def outcomes(result: Result) -> dict[str, str]:
    return {
        judged.mutant.name.removeprefix("states/ages.py:"): judged.outcome.value
        for judged in result.judged
    }


def test_what_is_tested_dies_and_the_rest_survives(result: Result) -> None:
    """A fault in a table, in a bound, an endless loop; a test that always fails kills nothing."""
    assert {
        "<module>: constant: 18 -> 19": "killed",
        "is_adult: compare: age >= ADULT -> age > ADULT": "killed",
        "is_adult: return: return age >= ADULT -> return not age >= ADULT": "killed",
        "years_until: constant: 0 -> 1": "killed",
        "years_until: compare: age < goal -> age <= goal": "killed",
        "years_until: condition: age < goal -> not age < goal": "killed",
        "years_until: arithmetic: age += 1 -> age -= 1": "timed out",
        "years_until: constant: 1 -> 2": "survived",
        "years_until: remove: age += 1": "timed out",
        "years_until: arithmetic: years += 1 -> years -= 1": "killed",
        "years_until: constant: 1 -> 2 (2)": "killed",
        "years_until: remove: years += 1": "killed",
        "years_until: return: return years -> return None": "killed",
        "unwatched: arithmetic: age + 1 -> age - 1": "survived",
        "unwatched: constant: 1 -> 2": "survived",
        "unwatched: return: return age + 1 -> return None": "survived",
    } == outcomes(result)
    assert ("tests/states/test_ages.py::test_fails",) == result.failing


def test_a_survivor_is_listed_with_its_place_and_reason(result: Result) -> None:
    """A survivor with a reason is accepted; one without a reason counts against the score."""
    reasons = {"states/ages.py:unwatched: *": "no test asks"}
    text = report(result, reasons)

    assert "states/ages.py:13: survived: states/ages.py:years_until: constant: 1 -> 2\n" in text
    assert (
        "states/ages.py:19: survived (no test runs it): "
        "states/ages.py:unwatched: constant: 1 -> 2\n    no test asks"
    ) in text
    assert ["states/ages.py:years_until: constant: 1 -> 2"] == [
        judged.mutant.name for judged in unexplained(result, reasons)
    ]
    assert (12 / 16, 12 / 13) == (score(result.judged, {}), score(result.judged, reasons))


def test_a_run_leaves_the_checkout_as_it_was(room: Path, result: Result) -> None:
    """The copy is gone afterwards, and no file of the checkout has changed."""
    assert result.judged
    left = {path.relative_to(room).as_posix() for path in room.rglob("*") if path.is_file()}

    assert ROOM == {name: (room / name).read_text("utf-8") for name in left}


def test_a_seed_and_a_sample_give_the_same_run_twice(room: Path, result: Result) -> None:
    """The first of the order are attempted, with the same outcome, for any number of workers."""
    again = run(Orders(tests=("tests/states",), sample=4, seconds=180, workers=1, patience=8), room)

    assert 4 == len(again.judged)
    assert outcomes(again).items() <= outcomes(result).items()


def test_no_mutant_is_tried_when_the_time_is_over(room: Path) -> None:
    """The time box ends the run, and the report says how many were judged."""
    late = run(Orders(tests=("tests/states",), seconds=-1), room)

    assert () == late.judged
    assert "0 judged of 16" in report(late, {})
