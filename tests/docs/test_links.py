"""The links of the pages lead somewhere."""

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)
LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
BLOCK: Final = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
FILE: Final = re.compile(
    r"`((?:activities|bench|deploy|docs|examples|runtime|standards|states|tests|workflows)/[\w./-]*)`"
)
MODULE: Final = re.compile(r"\bpython -m ([\w.]+)")
NO_SLUG: Final = re.compile(r"[^\w\- ]")


def slugs(page: Path) -> set[str]:
    """The anchors of the headings of a page."""
    text = BLOCK.sub("", page.read_text("utf-8"))
    return {NO_SLUG.sub("", item.lower()).replace(" ", "-") for item in HEADING.findall(text)}


def leads_nowhere(page: Path, link: str) -> bool:
    """Return whether a link of a page names a missing file or heading."""
    if link.startswith(("http://", "https://")):
        return False
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return not target.exists() or bool(anchor and anchor not in slugs(target))


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    """Files exist, and so do the headings in them."""
    page = ROOT / name
    links = LINK.findall(BLOCK.sub("", page.read_text("utf-8")))

    assert [] == [link for link in links if leads_nowhere(page, link)]


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_a_page_names_exists(name: str) -> None:
    """A file or folder that moved must move on the pages too, and so must a module to run."""
    text = (ROOT / name).read_text("utf-8")
    modules = [f"{module.replace('.', '/')}" for module in MODULE.findall(text)]
    folders = [module for module in modules if not (ROOT / f"{module}.py").is_file()]

    assert [] == [path for path in FILE.findall(text) if not (ROOT / path).exists()]
    assert [] == [path for path in folders if not (ROOT / path / "__main__.py").is_file()]


def test_a_link_to_a_missing_heading_is_found() -> None:
    """The check can fail: a missing file, a missing heading."""
    page = ROOT / "README.md"

    assert leads_nowhere(page, "docs/no-such-page.md")
    assert leads_nowhere(page, "docs/notices.md#no-such-heading")
    assert not leads_nowhere(page, "docs/notices.md#channels")
