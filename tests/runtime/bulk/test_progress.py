"""What is remembered of an import is never ahead of what was sent, and of this file alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.bulk.progress import Progress, ProgressError, Tally, digest_of, recall, remember

BEGUN = Progress(digest_of("a file"), "2026-11-22")


def test_lines_are_counted_off_in_whatever_order_they_are_sent() -> None:
    """Up to the first that is missing all are done; those after it are listed."""
    tally = Tally(BEGUN, [1, 2, 4, 5])
    for number in (4, 1):
        tally.count(number)
    assert (1, (4,), 2) == (tally.progress().through, tally.progress().ahead, tally.left)
    tally.count(2, closed=True)
    found = tally.progress()
    assert (4, (), (2,), 1) == (found.through, found.ahead, found.closed, tally.left)


def test_an_import_goes_on_where_it_was(tmp_path: Path) -> None:
    """What was sent, and what came for closed files, is known again."""
    path = tmp_path / "p"
    tally = Tally(BEGUN, [1, 2, 3, 4])
    for number, closed in ((1, False), (2, True), (4, False)):
        tally.count(number, closed=closed)
    remember(path, tally.progress())
    held = recall(path, BEGUN.file)

    assert held is not None
    again = Tally(held, [1, 2, 3, 4])
    assert [3] == [number for number in (1, 2, 3, 4) if not again.has(number)]
    again.count(3)
    assert (4, (2,), 0) == (again.progress().through, again.progress().closed, again.left)


@pytest.mark.parametrize(
    "change",
    [
        {"file": "other"},
        {"version": 2},
        {"through": "all"},
        {"base": "today"},
        {"more": 1},
        {"closed": 7},
    ],
)
def test_what_is_of_something_else_is_not_gone_on_with(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    """It is said, with what to do; nothing is sent on a guess."""
    path = tmp_path / "p"
    remember(path, BEGUN)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")

    with pytest.raises(ProgressError, match="take it away to begin anew"):
        recall(path, BEGUN.file)


def test_what_cannot_be_read_or_written_is_one_sentence(tmp_path: Path) -> None:
    """A folder that is missing or in the way, and half a file."""
    assert recall(tmp_path / "none", BEGUN.file) is None
    with pytest.raises(ProgressError, match="No such file"):
        remember(tmp_path / "none" / "p", BEGUN)
    with pytest.raises(ProgressError, match="Is a directory"):
        recall(tmp_path, BEGUN.file)
    (tmp_path / "half").write_text("{", "utf-8")
    with pytest.raises(ProgressError, match="not what an import remembers"):
        recall(tmp_path / "half", BEGUN.file)
