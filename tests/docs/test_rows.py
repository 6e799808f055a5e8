"""Every row of the list of rules is implemented and tested, or left out with a reason."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from docs.tracing.rows import DuplicateRowError, load_sections
from docs.tracing.trace import IMPLEMENTED_THOUGH_LEFT_OUT, NOT_IMPLEMENTED, NOT_TESTED, trace
from states.advice.proposal import SOURCES

ROW = 'title = "A rule"\napplies_to = "CO"\nhardness = ["standard"]\nsource = "NS 2015 5(a)"\n'


COUNTS = """
2A:23 2B:37 2C:52 2D:24 2E:10 3A:11 3B:19 3C:18 3D:17 3E:26 3F:28 3G:18
4.0:7 D1:17 D2:6 D3:12 D4:8 D5:8 D6:7 D7:14 D8:9 D9:15 D10:5
D11:11 D12:12 D13:5 D14:6 D15:5 D16:8 D17:13 D18:7 D19:5 D20:7
5.2:33 5.3:8 5.4:8 5.5:15 6.1:16 6.2:6 6.3:16 6.4:11 6.5:16 6.6:12 10:55
"""


def _write(folder: Path, name: str, rows: str) -> None:
    (folder / name).write_text(f'section = "{name}"\ntitle = "Some"\n{rows}', "utf-8")


@pytest.mark.parametrize("complaint", [NOT_IMPLEMENTED, NOT_TESTED, IMPLEMENTED_THOUGH_LEFT_OUT])
def test_every_row_is_implemented_and_tested_or_left_out(complaint: str) -> None:
    """`docs/generate.py --open` prints what is missing, row by row."""
    found = [line for line in trace().open() if f": {complaint} (" in line]

    assert [] == found, "\n".join(found)


def test_a_proposal_cites_the_source_of_its_row() -> None:
    """The rule that advises a step is shown by document and heading, as on the page of rules."""
    sources = {row.id: row.source for one in load_sections() for row in one.rows}
    ours = re.compile(r"ours[^;]*")

    wrong = [
        row
        for row, source in SOURCES.items()
        if row in sources and source != ours.sub("our reading", sources[row]).replace(", ", " ")
    ]

    assert [] == wrong


def test_the_list_is_whole() -> None:
    """No section of the documents' rules has been lost from the list."""
    counts = [f"{one.section}:{len(one.rows)}" for one in load_sections()]

    assert COUNTS.split() == counts


def test_the_sections_stand_in_the_order_of_their_files(tmp_path: Path) -> None:
    """Files begin with the number of their section; those without one come last."""
    for name in ("ambiguities", "10-late", "2a-clocks", "4-d02"):
        _write(tmp_path, f"{name}.toml", "[rows]")

    assert ["2a-clocks.toml", "4-d02.toml", "10-late.toml", "ambiguities.toml"] == [
        section.section for section in load_sections(tmp_path)
    ]


@pytest.mark.parametrize("second", ["[rows.a-rule]\n", '[rows.other]\nknown_as = ["a-rule"]\n'])
def test_a_row_stands_once(tmp_path: Path, second: str) -> None:
    """A test could not distinguish two rows of one name."""
    _write(tmp_path, "1.toml", f"[rows.a-rule]\n{ROW}")
    _write(tmp_path, "2.toml", f"{second}{ROW}")

    with pytest.raises(DuplicateRowError, match="a-rule"):
        load_sections(tmp_path)


@pytest.mark.parametrize("line", ["reason = 1", "left_out = 1"])
def test_a_row_with_an_unknown_or_wrong_field_is_refused(tmp_path: Path, line: str) -> None:
    """A misspelt field would leave its row open without notice."""
    _write(tmp_path, "1.toml", f"[rows.a-rule]\n{ROW}{line}")

    with pytest.raises(ValidationError, match=line.partition(" ")[0]):
        load_sections(tmp_path)
