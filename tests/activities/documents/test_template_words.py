"""Every code that a document can show has words."""

import json
from collections.abc import Iterable

import pytest
import typst

from activities.documents.typst_engine import BUILTIN_TEMPLATES, fonts
from states.events.custody import ReleaseReason
from states.events.enforcement import BreachReason, ExcuseFactor
from states.events.recall import RecallGround, RecallType
from states.rules.licence_conditions import STANDARD_CODES
from states.standards.terms import AppliesTo
from states.vocabulary import (
    FailureKind,
    Provider,
    RequirementEnding,
    RequirementKind,
    Role,
    Rosh,
    SentenceOutcome,
    SentenceType,
)

_ALL = (
    *(Role, SentenceType, RequirementKind, FailureKind, ExcuseFactor, BreachReason, RecallType),
    *(RecallGround, Rosh, ReleaseReason, RequirementEnding, SentenceOutcome, Provider),
)


def known(table: str) -> frozenset[str]:
    """The codes that a table of `words.typ` has words for."""
    source = f'#import "words.typ": {table}\n#metadata({table}.keys()) <keys>\n'
    compiler = typst.Compiler(
        source.encode(), root=BUILTIN_TEMPLATES, font_paths=fonts(), ignore_system_fonts=True
    )
    return frozenset(json.loads(compiler.query("<keys>", field="value", one=True)))


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("words", [code.value for kind in _ALL for code in kind]),
        ("words", [code.value for code in AppliesTo if code is not AppliesTo.ALL]),
        ("you", [what.value for what in FailureKind]),
        ("means", [kind.value for kind in RequirementKind]),
        ("conditions", STANDARD_CODES),
    ],
    ids=["closed lists", "regimes", "failures", "requirements", "conditions"],
)
def test_every_code_has_words(table: str, codes: Iterable[str]) -> None:
    """A code in a letter would be a riddle to the person and an embarrassment to the sender."""
    assert [] == sorted(set(codes) - known(table))
