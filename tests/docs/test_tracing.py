"""The search for implementations and tests finds whole ids only, with their places."""

from pathlib import Path

import pytest

from docs.tracing.implementations import find_implementations
from docs.tracing.rows import Row, names_of
from docs.tracing.tests import find_tests
from docs.tracing.tokens import rows_in, rows_in_name
from docs.tracing.trace import trace

IDS = (
    *("D1.1", "D1.10", "D11.1", "D7.2", "D7.3", "D3.f4", "D11.b2", "D12.9", "D9.warn"),
    *("T16", "AMB-13", "G7", "SLC3", "R.UPW", "reminder", "enforce-6wd", "first-appt"),
    "first-appt-held",
)


def _row(name: str, known_as: tuple[str, ...] = (), left_out: str | None = None) -> Row:
    return Row(
        id=name,
        title="A rule",
        applies_to="CO",
        hardness=("standard",),
        source="NS 2015 5(a)",
        known_as=known_as,
        left_out=left_out,
    )


NAMES = names_of([*map(_row, IDS), _row("X.EXC-PAR", ("X.EXC", "X.PAR"))])


def _write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("by D1.1, then", ["D1.1"]),
        ("D1.10", ["D1.10"]),
        ("D11.1", ["D11.1"]),
        ("XD1.1, D1.1x, D1.1-3, 2.D1.1, a_T16", []),
        ("the end (T16).", ["T16"]),
        ('"D7.2/D7.3"', ["D7.2", "D7.3"]),
        ("first-appt-held", ["first-appt-held"]),
        ("a first-appt: one", ["first-appt"]),
        ("AMB-13's default", ["AMB-13"]),
        ("X.PAR", ["X.EXC-PAR"]),
        ("a reminder is sent", []),
        ('"reminder"', ["reminder"]),
        ("  - id: reminder\n", ["reminder"]),
    ],
)
def test_an_id_is_found_whole(text: str, found: list[str]) -> None:
    """Part of a longer word is no id, and an ordinary word is one only where it is quoted."""
    assert found == [*rows_in(text, NAMES)]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("test_d7_row_2_warns", ["D7.2"]),
        ("test_d7_rows_2_and_3_warn", ["D7.2", "D7.3"]),
        ("test_d1_row_10", ["D1.10"]),
        ("test_d3_factor_4", ["D3.f4"]),
        ("test_d11_bar_2", ["D11.b2"]),
        ("test_d12_step_9", ["D12.9"]),
        ("test_t16_and_amb_13", ["T16", "AMB-13"]),
        ("test_guard_7_holds", ["G7"]),
        ("test_slc3", ["SLC3"]),
        ("test_at16_about_d9_row_99", []),
    ],
)
def test_the_name_of_a_test_spells_its_row(name: str, found: list[str]) -> None:
    """A name can contain neither dots nor hyphens, so it has its own spelling."""
    assert found == [*rows_in_name(name, NAMES)]


def test_data_implement_a_row_by_their_entry(tmp_path: Path) -> None:
    """An entry of a list or a setting implements the rows that it names, and comes before code."""
    _write(tmp_path, "states/rules/a.py", "CLOCK = 'enforce-6wd'\n")
    _write(
        tmp_path,
        "standards/editions/e/9.yaml",
        "timescales:\n  - id: enforce-6wd\n    ambiguity: AMB-13\nsettings:\n  a-choice:\n"
        "    ambiguity: AMB-13\nnote: T16\n",
    )

    found = find_implementations(tmp_path, NAMES)

    where = "standards/editions/e/9.yaml"
    assert ((where, "enforce-6wd"), ("states/rules/a.py", "CLOCK")) == found["enforce-6wd"]
    assert ((where, "enforce-6wd"), (where, "a-choice")) == found["AMB-13"]
    assert ((where, ""),) == found["T16"]


def test_code_implements_a_row_by_its_definition(tmp_path: Path) -> None:
    """A function with its decorators, a class or a constant with its docstring implements it."""
    _write(
        tmp_path,
        "workflows/a.py",
        '"""About T16 and D1.1."""\n\nimport re\n\nGROUNDS = 1\n"""D9.warn"""\n\n\n'
        '@mark("D7.2")\ndef warn():\n    # T16\n    return 1\n\n\nclass Day:\n    day: "D1.10"\n',
    )

    found = find_implementations(tmp_path, NAMES)

    assert {
        "T16": (("workflows/a.py", "warn"),),
        "D1.1": (("workflows/a.py", ""),),
        "D9.warn": (("workflows/a.py", "GROUNDS"),),
        "D7.2": (("workflows/a.py", "warn"),),
        "D1.10": (("workflows/a.py", "Day"),),
    } == found


def test_other_rooms_implement_nothing(tmp_path: Path) -> None:
    """A page or a test that names a row does not implement it."""
    for path in ("docs/a.py", "tests/a.py", "runtime/a.py", "standards/calendars/a.yaml"):
        _write(tmp_path, path, "A: 'T16'\n")

    assert {} == find_implementations(tmp_path, NAMES)


def test_a_test_covers_the_rows_that_it_names(tmp_path: Path) -> None:
    """It names a row in its docstring, its decorators, the constants it uses or its own name."""
    _write(
        tmp_path,
        "tests/states/test_a.py",
        'CASES = ["D1.1"]\nOTHERS = ["D1.10"]\n\n\n@pytest.mark.parametrize("case", CASES)\n'
        'def test_one(case):\n    """T16: moved."""\n\n\n@given("R.UPW")\nasync def '
        'test_d7_row_2():\n    pass\n\n\ndef helper():\n    """AMB-13"""\n',
    )

    one, two = ("tests/states/test_a.py", "test_one"), ("tests/states/test_a.py", "test_d7_row_2")
    assert {"D1.1": (one,), "T16": (one,), "R.UPW": (two,), "D7.2": (two,)} == find_tests(
        tmp_path, NAMES
    )


def test_a_state_machine_of_hypothesis_is_a_test(tmp_path: Path) -> None:
    """Its rules and invariants are run like any test."""
    _write(tmp_path, "tests/test_a.py", "class Folds(RuleBasedStateMachine):\n    '''G7'''\n")

    assert {"G7": (("tests/test_a.py", "Folds"),)} == find_tests(tmp_path, NAMES)


def test_the_tests_of_the_rules_are_named_first(tmp_path: Path) -> None:
    """Among them, the one that names the fewest rows."""
    _write(tmp_path, "tests/runtime/test_a.py", "def test_t16():\n    pass\n")
    _write(
        tmp_path,
        "tests/states/test_a.py",
        "def test_many():\n    'T16, G7'\n\n\ndef test_t16():\n    pass\n",
    )

    assert ["test_t16", "test_many", "test_t16"] == [
        place.symbol for place in find_tests(tmp_path, NAMES)["T16"]
    ]


def test_the_tests_of_the_search_cover_nothing(tmp_path: Path) -> None:
    """The rows that they name are only examples."""
    _write(tmp_path, "tests/docs/test_a.py", "def test_t16():\n    pass\n")

    assert {} == find_tests(tmp_path, NAMES)


@pytest.mark.parametrize(
    ("module", "test", "extra", "complaint"),
    [
        ("", "", "", ["T16: neither implemented nor left out with a reason (A rule)"]),
        ("A = 'T16'", "", "", ["T16: implemented, but no test names it (A rule)"]),
        ("A = 'T16'", "def test_t16(): ...", "", []),
        ("", "", 'left_out = "why"', []),
        (
            *("A = 'T16'", "def test_t16(): ...", 'left_out = "why"'),
            ["T16: left out, but implemented (A rule)"],
        ),
    ],
)
def test_a_row_is_implemented_and_tested_or_left_out(
    tmp_path: Path, module: str, test: str, extra: str, complaint: list[str]
) -> None:
    """Each problem of a row is described in words."""
    rows = '[rows.T16]\ntitle = "A rule"\napplies_to = "CO"\nhardness = ["law"]\nsource = "ours"\n'
    _write(tmp_path, "rows/1.toml", f'section = "1"\ntitle = "Some"\n{rows}{extra}')
    _write(tmp_path, "states/a.py", module)
    _write(tmp_path, "tests/test_a.py", test)

    assert complaint == trace(tmp_path, tmp_path / "rows").open()
