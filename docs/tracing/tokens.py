"""Ids of rows in a text: whole ones only, since D1.1 also begins D1.10 and ends XD1.1."""

import re
from collections.abc import Iterator, Mapping

from docs.tracing.rows import Row

TOKEN = re.compile(r"\w+(?:[.-]\w+)*")
"""As much as hangs together, so that `first-appt-community-held` is not its own beginning."""
PLAIN = re.compile(r"[a-z]+")
QUOTED = re.compile(r"""["'`]([a-z]+)["'`]|\bid:\s*([a-z]+)\s*$""", re.MULTILINE)
"""An id that is an ordinary word counts only where it cannot be prose."""

TABLE_ROWS = re.compile(r"(?<![a-z])d(\d+)_rows?_(\d+(?:_and_\d+)*)(?!\d)")
NAMED = (
    (re.compile(r"(?<![a-z])d3_factor_(\d+)(?!\d)"), "D3.f{}"),
    (re.compile(r"(?<![a-z])d11_bar_(\d+)(?!\d)"), "D11.b{}"),
    (re.compile(r"(?<![a-z])d12_step_(\d+)(?!\d)"), "D12.{}"),
    (re.compile(r"(?<![a-z])t(\d\d)(?!\d)"), "T{}"),
    (re.compile(r"(?<![a-z])amb_(\d\d)(?!\d)"), "AMB-{}"),
    (re.compile(r"(?<![a-z])g(?:uard_)?(\d+)(?!\d)"), "G{}"),
    (re.compile(r"(?<![a-z])slc(\d)(?!\d)"), "SLC{}"),
)
"""How the name of a test spells an id, which may hold neither a dot nor a hyphen."""


def rows_in(text: str, names: Mapping[str, Row]) -> Iterator[str]:
    """Yield the id of each row that `text` names, as often as it does."""
    for token in TOKEN.findall(text):
        if token in names and not PLAIN.fullmatch(token):
            yield names[token].id
    for either in QUOTED.findall(text):
        word = "".join(either)
        if word in names:
            yield names[word].id


def rows_in_name(name: str, names: Mapping[str, Row]) -> Iterator[str]:
    """Yield the id of each row that the name of a test spells, as in `test_d7_row_2_warns`."""
    yield from (names[spelt].id for spelt in _spelt(name) if spelt in names)


def _spelt(name: str) -> Iterator[str]:
    for table, numbers in TABLE_ROWS.findall(name):
        yield from (f"D{table}.{number}" for number in numbers.split("_and_"))
    for pattern, form in NAMED:
        for found in pattern.findall(name):
            yield form.format(found)
