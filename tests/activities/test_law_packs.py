"""A released law pack cannot be edited, and a file of one states source and evidence."""

from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from activities.lock import LOCK, StandardsError, extend_lock
from activities.standards import STANDARDS, load_catalogue

RECALL = "law/england-and-wales-2026a/recall.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a copy of the standards that a test may spoil."""
    return copytree(STANDARDS, tmp_path / "standards", ignore=ignore_patterns("*.py"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(("old", "new"), [("then: 56", "then: 57"), ("          - then: 56\n", "")])
def test_a_released_value_cannot_be_edited_or_deleted(root: Path, old: str, new: str) -> None:
    """The file was released: what is learned later is a new pack."""
    edit(root / RECALL, old, new)

    with pytest.raises(StandardsError, match=r"recall\.yaml was released and has changed"):
        load_catalogue(root)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("        evidence: text\n", "", r"evidence: Field required"),
        ("        source: CJA 2003 s.255B\n", "", r"source: Field required"),
        ("evidence: text", "evidence: remembered", r"evidence: Input should be"),
        ("then: 28", "then: many", r"calendar_days are whole numbers"),
        ("later_of: recall.fixed_term.steps", "later_of: recall.steps", r"later_of names no"),
        ("parameter: recall.board_referral", "parameter: recall.fixed_term.days", r"days twice"),
    ],
)
def test_a_file_of_a_pack_is_valid_before_it_is_released(
    root: Path, old: str, new: str, fault: str
) -> None:
    """The refusal names the file and the fault."""
    edit(root / RECALL, old, new)
    (root / LOCK).unlink()
    extend_lock(root)

    with pytest.raises(StandardsError, match=fault):
        load_catalogue(root)
