"""Committed text is about the product: no machine's paths, no index address, no vague names."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Written as patterns, the needles do not match this file.
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:work|home|root|Users)/\w")
INDEX_ADDRESS = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.org|--(?:extra-)?index-ur[l]|--find-link[s]"
)
VAGUE = {"utils", "util", "helpers", "helper", "common", "core", "base", "misc"}


@pytest.fixture(scope="module")
def committed() -> list[Path]:
    """The committed files, relative to the checkout."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout, so there is no list of committed files")
    listing = subprocess.run(
        [git, "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [Path(name) for name in listing.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("needle", [MACHINE_PATH, INDEX_ADDRESS], ids=["a path", "an index"])
def test_no_committed_text_names_a_machine(committed: list[Path], needle: re.Pattern[str]) -> None:
    """A checkout works anywhere, so no text in it names one machine's folders or package index."""
    found = [
        f"{path}:{number}: {line.strip()[:80]}"
        for path in committed
        for number, line in enumerate(_lines(ROOT / path), start=1)
        if needle.search(line)
    ]

    assert [] == found


def test_no_module_has_a_vague_name(committed: list[Path]) -> None:
    """A module is named for its concept; a vague name attracts unrelated code."""
    modules = [path for path in committed if path.suffix == ".py"]

    assert [] == [str(path) for path in modules if VAGUE & {*path.parts[:-1], path.stem}]


def test_the_needles_find_what_they_are_for() -> None:
    """The patterns match a machine's path and an index address, and leave a route alone."""
    assert MACHINE_PATH.search("see /" + "home/someone/notes")
    assert not MACHINE_PATH.search("POST https://example.org/api/" + "work/items")
    assert INDEX_ADDRESS.search("https://py" + "pi.org/simple")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        return []  # an image
