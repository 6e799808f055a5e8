"""Every fenced block of a page is run by a test, or is on a list with the reason why not."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from ruamel.yaml import YAML

from activities.crypto.integrators import read_integrators

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

RUN: Final = {
    ("README.md", "sh", 7): "tests/test_tour.py",
    ("docs/api.md", "sh", 1): "tests/docs/test_integrating.py",
    ("docs/api.md", "yaml", 1): "tests/docs/test_blocks.py",
    ("docs/encryption.md", "python", 1): "tests/docs/test_encryption.py",
    ("docs/encryption.md", "ts", 1): "tests/docs/test_encryption.py",
    ("docs/encryption.md", "yaml", 1): "tests/docs/test_blocks.py",
    ("docs/ingesting.md", "yaml", 1): "tests/docs/test_blocks.py",
    ("docs/integrating.md", "python", 1): "tests/docs/test_integrating.py",
    ("docs/integrating.md", "sh", 12): "tests/docs/test_integrating.py",
    ("docs/integrating.md", "ts", 1): "tests/docs/test_integrating.py",
    ("docs/notices.md", "json", 1): "tests/docs/test_blocks.py",
    ("docs/notices.md", "python", 1): "tests/docs/test_notices.py",
    ("docs/notices.md", "toml", 1): "tests/docs/test_notices.py",
}
"""Blocks of a page by language and number, and the test that runs or reads them."""

NOT_RUN: Final = {
    ("docs/architecture.md", "mermaid", 1): "a picture; tests/test_rooms.py checks the arrows",
    ("docs/transitions.md", "mermaid", 3): "pictures that docs/generate.py draws from the graph",
    ("docs/ui.md", "js", 1): "it is typed into the console of the reader's own browser",
}
"""Blocks that no test runs, with the reason. Blocks of `text` show output, or lists of commands."""


def blocks(page: Path) -> list[tuple[str, str]]:
    """The language and the text of each block of a page."""
    return BLOCK.findall(page.read_text("utf-8"))


def test_every_block_is_run_or_has_a_reason() -> None:
    """Listed by page, language and number: a block more or less is noticed."""
    found = Counter(
        (page.relative_to(ROOT).as_posix(), language)
        for page in PAGES
        for language, _ in blocks(page)
        if language != "text"
    )

    assert {(page, language, count) for (page, language), count in found.items()} == {
        *RUN,
        *NOT_RUN,
    }
    assert [] == [test for test in RUN.values() if not (ROOT / test).is_file()]


def test_no_block_is_without_a_language() -> None:
    """A block whose language is left out would be on no list."""
    assert [] == [page.name for page in PAGES for language, _ in blocks(page) if not language]


@pytest.mark.parametrize("name", ["api.md", "encryption.md"])
def test_the_example_of_an_integrators_file_is_of_its_form(name: str, tmp_path: Path) -> None:
    """Its shortened keys, completed, are read by the parser of the workers."""
    (text,) = [text for language, text in blocks(ROOT / "docs" / name) if language == "yaml"]
    file = tmp_path / "integrators.yaml"
    key = "MCowBQYDK2VwAyEAMCowBQYDK2VwAyEAMCowBQYDK2U="
    file.write_text(text.replace("3kP4wQ2m...", key).replace("1b0a...", "1b" * 32), "utf-8")

    (integrator,) = read_integrators(file).integrators
    assert "delius" == integrator.id


def test_the_examples_of_data_are_data() -> None:
    """A mapping in YAML and a notice in JSON."""
    (mapping,) = [text for name, text in blocks(ROOT / "docs" / "ingesting.md") if name == "yaml"]
    (notice,) = [text for name, text in blocks(ROOT / "docs" / "notices.md") if name == "json"]

    assert {"name", "tables"} == YAML(typ="safe").load(mapping).keys()
    assert {"key", "template", "recipient"} <= json.loads(notice).keys()
