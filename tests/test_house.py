"""The code reads as CONTRIBUTING.md says it does, and the checker itself can be trusted."""

import re
from pathlib import Path

import pytest

from tests.house import (
    CODE,
    PRODUCT,
    RETIRED,
    SHORT,
    importers,
    literal_unpackings,
    prose,
    public_classes,
    python_files,
    retired_names,
    retired_words,
    vague_docstrings,
)

ROOT = Path(__file__).parents[1]

BOUNDARIES = {
    "states/advice/risk.py": "one decision table of the catalogue, beside the other advice tables",
}
"""Short modules with one importer that stand alone, each with its reason; ten at most."""

NAMES = frozenset(
    {
        # The HTTP method, and the names of libraries.
        "__post_init__",
        "mail",
        "mail_server",
        "post",
        # Letters to a person, and the address to which they go.
        "ADDRESS_NOT_TOLD",
        "warning_letter",
        # Fields and kinds of contact that integrators were promised.
        "agencies_told",
        "ascii_letters",
        "police_told_at",
        "told_by_court",
        "told_on",
        "POST_SENTENCE_SUPERVISION",
    }
)
"""Identifiers that hold a retired word for a reason: the name is a library's or the wire's."""

PLAIN_IN_TESTS = frozenset({"mail", "post", "standing", "surface", "told"})
"""Words that the name of a test may use: it is a sentence."""

PLAIN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bpost[- ]sentence\b",
        r"\bpost[- ]release\b",
        r"\bpost [a-z]*/",
        r"\bpost the\b",
        r"\b[Bb]oth post\b",
        r"\bpost any text\b",
        r"\bPOST\b",
        r"\be-mails?\b",
        r"\bno mail\b",
        r"\bmail server\b",
        r"\bby post\b",
        r"\bpostal\b",
        r"\bdead[- _\s]letters?\b",
        r"\blist_dead_letters?\b",
        r"\b(?:show|replay|dismiss)_dead_letters?\b",
        r"\bcapital letter\b",
        r"\bletters, digits\b",
        r"\b(?:warning|decision|appointment|breach|licence|withdrawal|first)[- ]letters?\b",
        r"\btold\b",
        r"\bix_clocks_standing\b",
        r"\bc-revolving-door\b",
    )
)
"""Uses of a retired word in its plain sense: a letter to a person, e-mail, HTTP, a dead letter."""


def _words(path: str) -> frozenset[str]:
    return RETIRED - PLAIN_IN_TESTS if path.startswith("tests/") else RETIRED


def _sources(rooms: tuple[str, ...]) -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for path in python_files(ROOT, rooms)
    }


@pytest.fixture(scope="module")
def code() -> dict[str, str]:
    """The source of every module and script, by its path."""
    return _sources(CODE)


@pytest.fixture(scope="module")
def product(code: dict[str, str]) -> dict[str, str]:
    """The source of the four rooms, by its path."""
    return {path: source for path, source in code.items() if path.split("/")[0] in PRODUCT}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The text of every page that a person reads, by its path."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(found)}


def test_no_call_unpacks_a_literal(code: dict[str, str]) -> None:
    """Arguments stand as arguments: `f(*(a, b), k=c)` hides them from the reader."""
    found = [f"{p}:{line}" for p, source in code.items() for line in literal_unpackings(source)]

    assert [] == found


def test_a_short_module_with_one_importer_belongs_in_it(
    code: dict[str, str], product: dict[str, str]
) -> None:
    """A module that one other needs costs a name, an import and a header, and hides nothing."""
    readers = importers({p: s for p, s in code.items() if not p.startswith("tests/")})
    found = [
        path
        for path, source in product.items()
        if not path.endswith("__init__.py") and path not in BOUNDARIES
        if len(source.splitlines()) < SHORT and len(readers[path]) == 1
    ]

    assert [] == found


def test_the_boundaries_are_few_and_each_has_a_reason(product: dict[str, str]) -> None:
    """The list of exceptions does not grow, and names nothing that is gone."""
    assert len(BOUNDARIES) <= 10
    assert all(BOUNDARIES.values())
    assert [] == [path for path in BOUNDARIES if path not in product]


def test_no_name_holds_a_retired_word(code: dict[str, str]) -> None:
    """Names are the field's terms; retired words are in none of them."""
    found = [
        f"{path}:{line}: {name}"
        for path, source in code.items()
        for line, name in retired_names(source, NAMES, words=_words(path))
    ]

    assert [] == found


def test_no_prose_of_the_product_holds_a_retired_word(product: dict[str, str]) -> None:
    """Docstrings, comments, help and messages use the field's terms."""
    found = [
        f"{path}:{line}: {word}"
        for path, source in product.items()
        for line, word in retired_words(prose(source), PLAIN)
    ]

    assert [] == found


def test_no_page_holds_a_retired_word(pages: dict[str, str]) -> None:
    """The documentation uses the words of the code."""
    found = [
        f"{path}:{line}: {word}"
        for path, text in pages.items()
        for line, word in retired_words(text, PLAIN)
    ]

    assert [] == found


def test_no_two_public_classes_have_one_name(product: dict[str, str]) -> None:
    """A class is found by its name alone."""
    assert {} == {name: at for name, at in public_classes(product).items() if len(at) > 1}


def test_a_docstring_names_its_thing(code: dict[str, str]) -> None:
    """A docstring opens with a noun, or with the verb of the function."""
    found = [
        f"{path}:{line}: {text}"
        for path, source in code.items()
        for line, text in vague_docstrings(source)
    ]

    assert [] == found


@pytest.mark.parametrize("source", ["f(*(a, b), k=c)", "f(*[a, b])", "f(x, *(a, *b))"])
def test_a_literal_that_is_unpacked_is_found(source: str) -> None:
    """Tuples and lists count; a variable may be unpacked."""
    assert [1] == literal_unpackings(source)
    assert [] == literal_unpackings("f(*parts, *rest())\nall_of = (*a, *b)")


def test_a_retired_name_is_found_in_each_spelling() -> None:
    """Snake case, camel case and arguments count; a word that only contains one does not."""
    source = (
        "class FrontDesk: ...\ndef open_letter(is_told): ...\nMAIL_BOX = 1\npostpone = chains\n"
    )

    found = [name for _, name in retired_names(source)]

    assert ["FrontDesk", "open_letter", "is_told", "MAIL_BOX"] == found


def test_a_retired_word_is_found_in_prose_alone() -> None:
    """Strings and comments are prose, identifiers are not, and an allowed phrase is passed over."""
    source = 'desk = 1  # the shelf\n"""A letter, and\na warning letter."""\n'

    assert [(1, "shelf"), (2, "letter")] == retired_words(prose(source), PLAIN)


def test_a_docstring_that_names_nothing_is_found() -> None:
    """Only the first word counts."""
    source = (
        '"""What is here."""\ndef f():\n    """Return what is here."""\nA = 1\n"""Whether so."""\n'
    )

    assert [(1, "What is here."), (5, "Whether so.")] == vague_docstrings(source)


def test_importers_are_counted_by_module_and_by_name() -> None:
    """`from a import b` imports the module `a.b` where there is one, and `a` otherwise."""
    sources = {"a/b.py": "", "c.py": "from a import b", "d.py": "from a.b import x\nimport c"}

    assert {"a/b.py": {"c.py", "d.py"}, "c.py": {"d.py"}, "d.py": set()} == importers(sources)


def test_two_classes_of_one_name_are_found() -> None:
    """A private class may share its name."""
    sources = {"a.py": "class A: ...\nclass _B: ...", "b.py": "class A: ...\nclass _B: ..."}

    assert {"A": ["a.py", "b.py"]} == public_classes(sources)
