"""Steps of a page that readers follow: the commands, and the output that the page promises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """Block of a page, with the lines that the page shows below it; none for a definition."""

    language: str
    text: str
    shown: str

    @property
    def asks(self) -> bool:
        """Return whether it is only a query, which may be repeated until its result is there."""
        return "query" in self.text and self.language == "sh"


def steps(page: Path, heading: str) -> list[Step]:
    """Return the steps of one section, in their order."""
    text = page.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return list(_steps(_BLOCK.findall(text)))


def _steps(blocks: list[tuple[str, str]]) -> Iterator[Step]:
    for number, (language, text) in enumerate(blocks):
        if language != "text":
            below = blocks[number + 1 : number + 2]
            shown = below[0][1] if below and below[0][0] == "text" else ""
            yield Step(language, text, shown)


def missing(shown: str, printed: str) -> list[str]:
    """Return the lines of the page that were not printed; `...` stands for anything."""
    said = " ".join(printed.split())
    return [line for line in shown.splitlines() if not _in_order(line, said)]


def _in_order(line: str, said: str) -> bool:
    pieces = [re.escape(" ".join(piece.split())) for piece in line.split("...")]
    return re.search(".*?".join(pieces), said) is not None
