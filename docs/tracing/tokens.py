"""Search for row ids in a text. Only whole ids count: D1.1 is also part of D1.10 and XD1.1."""

import re
from collections.abc import Iterator, Mapping

from docs.tracing.rows import Row

TOKEN = re.compile(r"\w+(?:[.-]\w+)*")
"""Longest connected token, so that `first-appt-community-held` is not a shorter id."""
PLAIN = re.compile(r"[a-z]+")
QUOTED = re.compile(r"""["'`]([a-z]+)["'`]|\bid:\s*([a-z]+)\s*$""", re.MULTILINE)
"""Places in which an id that is an ordinary word counts, because they cannot be prose."""

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
"""Spellings of ids in names of tests, which contain neither dots nor hyphens."""


def rows_in(text: str, names: Mapping[str, Row]) -> Iterator[str]:
    """Yield the id of each row that `text` names, with repeats."""
    for token in TOKEN.findall(text):
        if token in names and not PLAIN.fullmatch(token):
            yield names[token].id
    for either in QUOTED.findall(text):
        word = "".join(either)
        if word in names:
            yield names[word].id


def rows_in_name(name: str, names: Mapping[str, Row]) -> Iterator[str]:
    """Yield the id of each row in the name of a test, such as `test_d7_row_2_warns`."""
    yield from (names[spelt].id for spelt in _spelt(name) if spelt in names)


def _spelt(name: str) -> Iterator[str]:
    for table, numbers in TABLE_ROWS.findall(name):
        yield from (f"D{table}.{number}" for number in numbers.split("_and_"))
    for pattern, form in NAMED:
        for found in pattern.findall(name):
            yield form.format(found)
