"""The library's machines say what the table says, and draw it, for each type of sentence."""

import pytest

from states.graph import arrows_of, states_of
from states.machine import TITLES, diagram, sources, targets
from states.vocabulary import SentenceType, State

EVERY_ARROW = [(kind, arrow) for kind in SentenceType for arrow in arrows_of(kind)]
EVERY_STATE = [(kind, state) for kind in SentenceType for state in states_of(kind)]


@pytest.mark.parametrize(("kind", "arrow"), EVERY_ARROW)
def test_every_arrow_is_looked_up_as_the_table_has_it(kind: SentenceType, arrow: object) -> None:
    """From each state: its targets where the arrow leaves it, nothing elsewhere."""
    row = next(item for item in arrows_of(kind) if item is arrow or item == arrow)

    assert frozenset(row.sources) == sources(row.id, kind)
    for state in State:
        wanted = frozenset(row.ends_of(state)) if state in row.sources else frozenset()
        assert wanted == targets(row.id, state, kind)


def test_an_arrow_that_a_type_does_not_know_leads_nowhere() -> None:
    """T04 changes no state, so no type has it; an order is never recalled."""
    assert frozenset() == targets("T04", State.ACTIVE, SentenceType.CUSTODY)
    assert frozenset() == sources("T11", SentenceType.COMMUNITY_ORDER)


@pytest.mark.parametrize("kind", SentenceType)
def test_nothing_leaves_the_end_in_the_machine_either(kind: SentenceType) -> None:
    """The library would let a wildcard do so; we use none."""
    assert {frozenset()} == {targets(arrow.id, State.COMPLETED, kind) for arrow in arrows_of(kind)}


@pytest.mark.parametrize(("kind", "state"), EVERY_STATE)
def test_the_diagram_marks_the_present_state(kind: SentenceType, state: State) -> None:
    """Mermaid text with every state of the type, and the present one in a style of its own."""
    drawn = diagram(kind, state)

    assert drawn.count("stateDiagram") == 1
    assert TITLES[kind] in drawn
    assert [] == [other.value for other in states_of(kind) if other.value not in drawn]
    assert f"Class {state.value} s_active" in drawn


def test_the_diagram_without_a_state_marks_the_start() -> None:
    """It is then a picture of the graph alone."""
    order = SentenceType.COMMUNITY_ORDER

    assert diagram(order) == diagram(order, State.AWAITING_ALLOCATION)


def test_a_state_that_the_type_does_not_know_is_not_drawn() -> None:
    """An irregular fact can put an order where no arrow leads: the picture stays the type's own."""
    order = SentenceType.COMMUNITY_ORDER

    assert diagram(order) == diagram(order, State.RECALLED)
