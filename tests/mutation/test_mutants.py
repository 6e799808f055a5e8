"""The operators make their faults, exclude what they must, and the sample is reproducible."""

import pytest

from tests.mutation.mutants import drawn, enumerations, mutants, mutated, of_all

COLOURS = "class Colour(Enum):\n    RED = auto()\n    BLUE = auto()\n"

FAULTS = {
    "a < b": ["compare: a < b -> a <= b"],
    "a == b": ["compare: a == b -> a != b"],
    "a in b": ["compare: a in b -> a not in b"],
    "a is b": ["compare: a is b -> a is not b"],
    "a and b": ["and/or: a and b -> a or b"],
    "not a": ["sign: not a -> a"],
    "a + b": ["arithmetic: a + b -> a - b"],
    "12": ["constant: 12 -> 13"],
    "True": ["constant: True -> False"],
    "'on_time'": ["code: 'on_time' -> 'on_timex'"],
    "min(a)": ["call: min(a) -> max(a)"],
    "(a, b)": ["entry: a", "entry: b"],
    "{k: a, **b}": ["entry: k", "entry: **b"],
    "[a for a in b if c]": ["filter: c"],
    "a if b else c": ["condition: b -> not b"],
    "Colour.RED": ["member: Colour.RED -> Colour.BLUE"],
    "Colour.BLUE": ["member: Colour.BLUE -> Colour.RED"],
}

STATEMENTS = {
    "def f():\n    return a": ["f: return: return a -> return None"],
    "def f() -> bool:\n    return a": ["f: return: return a -> return not a"],
    "def f() -> tuple[int, ...]:\n    return a": ["f: return: return a -> return ()"],
    "def f():\n    a.b = c": ["f: remove: a.b = c"],
    "def f():\n    g()": ["f: remove: g()"],
    "def f():\n    raise E": ["f: remove: raise E"],
    "def f():\n    if a:\n        pass": ["f: condition: a -> not a"],
    "for a in b:\n    continue": ["<module>: loop: continue -> break"],
    "match a:\n    case b.c:\n        pass\n    case _:\n        pass": [
        "<module>: case: b.c",
        "<module>: case: _",
    ],
    "class C:\n    def f(self, a=False):\n        pass": ["C.f: constant: False -> True"],
    "class C(Event, rank=10):\n    pass": ["C: rank: rank=10 -> rank=110"],
    "class C(Part):\n    a: Annotated[int, Field(ge=0)]": ["C: constant: 0 -> 1"],
}

LEFT_ALONE = [
    '"""A text."""',
    "a: dict[str, int] = b",
    "def f(a: 'str') -> tuple[int, int]:\n    '''A text.'''",
    "a = 'a text for people'",
    "a = f'{b}_c'",
    "import a",
    "@dataclass(frozen=True)\nclass C:\n    pass",
    "class E(Exception):\n    def __init__(self):\n        super().__init__('refused')",
    "__all__ = ['a', 'b']",
    "T = TypeVar('T', int, str)",
    "a = field(repr=False)",
    "A = Text | None",
    "def f():\n    assert a == b",
]


def names(source: str) -> list[str]:
    found = mutants("states/a.py", source, enumerations([COLOURS]))
    return [mutant.name.removeprefix("states/a.py:") for mutant in found]


@pytest.mark.parametrize("source", FAULTS)
def test_each_operator_makes_its_fault(source: str) -> None:
    """A comparison, an operation, a constant, an entry, a member: each is changed, and only it."""
    assert [f"<module>: {fault}" for fault in FAULTS[source]] == names(f"a = {source}")


@pytest.mark.parametrize("source", STATEMENTS)
def test_each_statement_has_its_fault(source: str) -> None:
    """Results are emptied, effects omitted, conditions negated, bounds of fields moved."""
    assert STATEMENTS[source] == names(source)


@pytest.mark.parametrize("source", LEFT_ALONE)
def test_what_says_nothing_of_the_rules_is_left_alone(source: str) -> None:
    """Texts for people, types, decorators, imports and assertions have no mutants."""
    assert [] == names(source)


def test_a_mutant_is_the_module_with_that_one_fault() -> None:
    """Two faults with the same wording have different names, and each is made in its own place."""
    source = "a = b < c\nd = b < c"
    first, second = mutants("states/a.py", source, {})

    assert ("a = b <= c\nd = b < c", "a = b < c\nd = b <= c") == (
        mutated(source, first, {}),
        mutated(source, second, {}),
    )
    assert f"{first.name} (2)" == second.name


def test_a_seed_always_draws_the_same() -> None:
    """The order is random but fixed by the seed; another seed gives another order."""
    found = of_all({"states/a.py": "a = [1, 2, 3, 4, 5, 6, 7, 8, 9]"})

    assert drawn(found, 1) == drawn(list(reversed(found)), 1)
    assert drawn(found, 1) != drawn(found, 2)


def test_an_edit_of_one_module_leaves_the_order_of_the_others() -> None:
    """The place of a mutant in the order does not depend on the other mutants."""
    before = {"states/a.py": "a = [1, 2, 3]", "states/b.py": "b = [4, 5, 6]"}
    after = {**before, "states/b.py": "\n\nb = [7, 8]"}
    kept = [
        [m for m in drawn(of_all(room), 1) if m.path == "states/a.py"] for room in (before, after)
    ]

    assert kept[0] == kept[1]
