"""The few Markdown shapes that the generated pages are put together from."""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

HEAD = "<!-- Made by `make docs`; changes belong in the code or data that it is made from. -->\n"


def page(*lines: str) -> str:
    """Return a whole page, which says how it is made."""
    return "\n".join([HEAD, *lines, ""])


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table, one for each row below its head."""
    yield _row(columns)
    yield f"|{' --- |' * len(columns)}"
    yield from map(_row, rows)


def code(text: object) -> str:
    """Return `text` set as code."""
    return f"`{text}`"


def words(value: object) -> str:
    """Return a value of the data as a reader would say it; nothing where there is none."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, Enum):
        return str(value.value).replace("_", " ")
    if isinstance(value, list | tuple):
        return ", ".join(words(item) for item in value)
    return str(value)


def first_line(text: str | None) -> str:
    """Return the first paragraph of a docstring as one line."""
    return inspect.cleandoc(text or "").split("\n\n")[0].replace("\n", " ")


def _row(cells: Sequence[str]) -> str:
    # A bar would end its cell.
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
