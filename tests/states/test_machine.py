"""The library's machine says what the table says, and draws it."""

import pytest

from states.graph import ARROWS
from states.machine import diagram, sources, targets
from states.vocabulary import State


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: arrow.id)
def test_every_arrow_is_looked_up_as_the_table_has_it(arrow: object) -> None:
    """From each state: its targets where the arrow leaves it, nothing elsewhere."""
    row = next(item for item in ARROWS if item is arrow)

    assert frozenset(row.sources) == sources(row.id)
    for state in State:
        wanted = frozenset(row.targets) if state in row.sources else frozenset()
        assert wanted == targets(row.id, state)


def test_an_arrow_that_is_not_in_the_table_is_an_error() -> None:
    """T04 changes no state, so it has no row."""
    with pytest.raises(KeyError):
        targets("T04", State.ACTIVE)


def test_nothing_leaves_the_end_in_the_machine_either() -> None:
    """The library would let a wildcard do so; we use none."""
    assert {frozenset()} == {targets(arrow.id, State.COMPLETED) for arrow in ARROWS}


@pytest.mark.parametrize("state", State)
def test_the_diagram_marks_the_present_state(state: State) -> None:
    """Mermaid text with every state in it, and the present one in a style of its own."""
    drawn = diagram(state)

    assert drawn.count("stateDiagram") == 1
    assert [] == [other.value for other in State if other.value not in drawn]
    assert f"Class {state.value} s_active" in drawn


def test_the_diagram_without_a_state_marks_the_start() -> None:
    """It is then a picture of the graph alone."""
    assert diagram() == diagram(State.AWAITING_ALLOCATION)
