"""Tests that share something costly run on one worker, the others on any worker."""

from pathlib import Path

import pytest

from tests.sharing import MOST_WORKERS, PURE, TOGETHER, piece_of, workers_for

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("test", "piece"),
    [
        ("tests/test_tour.py::test_a", "programs"),
        ("tests/ui/test_ui.py::test_a[x]", "programs"),
        ("tests/docs/test_rows.py::test_a[b]", "pages"),
        ("tests/activities/records/test_heads.py::test_a[postgres]", "postgres"),
        ("tests/activities/records/test_heads.py::test_a[postgres-b]", "postgres"),
        ("tests/states/time/test_due.py::test_a[b]", "tests/states/time/test_due.py"),
        ("tests/workflows/test_law.py::test_a[b]", "tests/workflows/test_law.py::test_a[b]"),
    ],
)
def test_a_test_belongs_to_its_piece(test: str, piece: str) -> None:
    """The group is that of its folder, file or database; otherwise the test is its own group."""
    assert piece == piece_of(test)


def test_every_place_is_there() -> None:
    """A renamed file would run in parallel to tests that it must wait for."""
    assert [] == [place for place in (*TOGETHER, *PURE) if not (ROOT / place).exists()]


@pytest.mark.parametrize(("processors", "workers"), [(None, 2), (1, 2), (2, 3), (16, MOST_WORKERS)])
def test_there_is_a_worker_more_than_processors(processors: int | None, workers: int) -> None:
    """While one worker waits for a server another can run; each costs a server and memory."""
    assert workers == workers_for(processors)
