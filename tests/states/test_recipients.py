"""Whoever a notice can go to is known to the directory, and nobody else is."""

import ast
from pathlib import Path

import pytest

from states.recipients import CODES, RECIPIENTS
from states.rules import telling
from states.timescale import Recipient
from tests.states.stream import shelf

ROOT = Path(__file__).parents[2]


def _constants() -> set[str]:
    return {
        value for name, value in vars(telling).items() if name.isupper() and isinstance(value, str)
    }


def _told() -> list[ast.expr]:
    """The recipient of every call of `tell` in the rules, unless it comes with others in a row."""
    found = []
    for path in sorted((ROOT / "states" / "rules").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tell":
                first = node.args[0]
                row = first.value if isinstance(first, ast.Starred) else None
                args = row.elts if isinstance(row, ast.Tuple) else node.args
                found.append(args[3])
    return found


def test_every_word_of_rules_and_clocks_is_known() -> None:
    """A word that the directory does not know could never be given an address."""
    assert set() == (_constants() | {item.value for item in Recipient}) - RECIPIENTS.keys()


def test_no_rule_tells_by_a_word_of_its_own() -> None:
    """Each names its recipient by a constant or a variable: a literal would escape that test."""
    told = _told()
    assert len(told) > 30
    assert [] == [ast.dump(item) for item in told if isinstance(item, ast.Constant)]


def test_every_recipient_of_an_edition_is_known() -> None:
    """Whom a duty tells, and who hears of a clock that was missed."""
    for edition in shelf().editions.values():
        told = {
            notice.recipient.value for duty in edition.duties.values() for notice in duty.notices
        }
        late = {item.value for row in edition.timescales.values() for item in row.tells}
        assert {"police", "officer"} <= told | late
        assert set() == (told | late) - RECIPIENTS.keys()


@pytest.mark.parametrize("words", [RECIPIENTS, CODES])
def test_each_word_is_one_code(words: tuple[str, ...]) -> None:
    """They stand in files and in logs."""
    assert all(word.replace("_", "").isalpha() and word.islower() for word in words)
