"""Every trigger and settlement of the edition is used by code, and every provision can start.

The source of `states/` is read as text, so an unused word is found before a sentence waits for it
for ever.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from states.standards.provisions import Provision, Timescale
from states.standards.terms import Settlement, Trigger
from tests.states.stream import law

ROOT: Final = Path(__file__).parents[3] / "states"

BOUNDS_ALONE: Final = {
    Trigger.DECISION: "decisions-recorded-prompt has no number: nothing runs",
    Trigger.OFFENCE: "ora-cutover compares a day and starts nothing",
    Trigger.AUTOMATIC_RELEASE: "ftr-hdc-ard compares a day and starts nothing",
    Trigger.ADDRESS_CHANGE: "bounds on a move start nothing; D18 reads them",
}
"""Triggers that date a bound, with what reads it."""

OTHERWISE: Final = {
    Settlement.ORDER_ENDED: "`sentence_end.complete_sentence` stops all that still runs",
    Settlement.LICENCE_ENDED: "`phases.cancel_former_regime` stops what only the licence had",
    Settlement.PSS_ENDED: "as for the order: the end of supervision is that of the sentence",
    Settlement.EVALUATION_COMPLETED: "evaluation derives its two clocks anew each time",
    Settlement.FAILURE_REMOVED: "a withdrawn failure is left out: what it started never was",
    Settlement.NOTICE_ACKNOWLEDGED: "administration settles each duty by the keys of its notices",
}
"""Settlements that no module names, with what brings about what they say."""


def sources() -> Iterator[tuple[str, ast.AST]]:
    """Yield every module of `states/` except those of the package that defines the words."""
    for path in sorted(ROOT.rglob("*.py")):
        if path.parent != ROOT / "standards":
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


@cache
def spoken(owner: str) -> dict[str, set[str]]:
    """Return the members of an enumeration that code names, with the modules that name each."""
    found: dict[str, set[str]] = {}
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", None) == owner:
                found.setdefault(node.attr, set()).add(path)
    return found


@pytest.mark.parametrize("trigger", list(Trigger), ids=lambda item: item.value)
def test_every_trigger_is_started_somewhere(trigger: Trigger) -> None:
    """A provision whose trigger is never started would never run."""
    if trigger in BOUNDS_ALONE:
        rows = [row for row in _rows() if trigger in row.triggers]
        assert rows == [row for row in rows if isinstance(row, Timescale) and row.is_bound]
    else:
        assert spoken("Trigger").get(trigger.name, set()) != set()


@pytest.mark.parametrize("settlement", list(Settlement), ids=lambda item: item.value)
def test_every_settlement_is_settled_somewhere(settlement: Settlement) -> None:
    """A row that nothing settles would be missed for ever."""
    named = spoken("Settlement").get(settlement.name, set())
    assert (settlement in OTHERWISE) == (named == set())


def _rows() -> list[Provision]:
    edition = law().edition
    return [*edition.timescales.values(), *edition.duties.values()]


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row.id)
def test_every_row_of_the_edition_can_be_started_and_settled(row: Provision) -> None:
    """Its trigger is started somewhere, and one of its settlements is settled."""
    if isinstance(row, Timescale) and row.is_bound:
        return
    started = spoken("Trigger")
    settled = spoken("Settlement")
    assert [] == [word.value for word in row.triggers if word.name not in started]
    words = (*row.discharged_by, *row.ends_with)
    known = {*settled, *(word.name for word in OTHERWISE)}
    assert [] == [word.value for word in words if word.name not in known]
