"""The generated pages are fresh and complete."""

import pytest

from docs.generate import stale
from docs.pages.events import events_page
from docs.pages.markdown import table, words
from docs.pages.standards import standards_page
from docs.pages.timescales import timescales_page
from docs.pages.transitions import transitions_page
from docs.tracing.trace import trace
from states.events.registry import KINDS
from states.transitions import TITLES, TRANSITIONS
from states.vocabulary import State


def test_the_generated_pages_are_fresh() -> None:
    """After a change of a transition, a timescale or an event, `make docs` must be run."""
    assert [] == stale()


def test_a_changed_page_is_found_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check can fail: a page with other content is named."""
    monkeypatch.setattr("docs.generate.PAGES", {"transitions.md": lambda: "another page"})

    assert "transitions.md" in stale()


def test_the_transitions_page_has_every_transition_and_a_diagram_for_each_type() -> None:
    """Each transition has its row, and each type of sentence its own diagram."""
    page = transitions_page()

    assert [] == [item.name for item in TRANSITIONS if f"| `{item.name}` |" not in page]
    assert [] == [title for title in TITLES.values() if f"## {title}\n" not in page]
    assert len(TITLES) == page.count("stateDiagram-v2")


def test_the_events_page_has_every_kind() -> None:
    """Each kind of the registry has its row."""
    page = events_page()

    assert [] == [kind for kind in KINDS if f"| `{kind}` |" not in page]


def test_the_timescales_page_cites_the_standards() -> None:
    """The first appointment is shown with its standard and its source."""
    rows = [row for row in timescales_page().splitlines() if row.startswith("| `first-appt-comm")]

    assert "NS 2015 5(a)" in rows[0]
    assert "5 working days" in rows[0]


def test_the_standards_page_has_every_row_once() -> None:
    """Each row of the list has its line, whether it is implemented or left out."""
    page = standards_page().splitlines()
    ids = [one.row.id for one in trace().rows()]

    assert [] == [
        name
        for name in ids
        if 1 != len([line for line in page if line.startswith(f"| `{name}` |")])
    ]


def test_a_table_keeps_its_cells_apart() -> None:
    """A bar inside a cell cannot end it."""
    assert ["| a | b |", "| --- | --- |", "| 1/2 | 3 |"] == [*table("ab", [("1|2", "3")])]


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, ""), (False, ""), (True, "yes"), (State.AWAITING_ALLOCATION, "awaiting allocation"),
     ((3, 5), "3, 5"), ("rolling", "rolling")],
)  # fmt: skip
def test_values_are_said_in_words(value: object, said: str) -> None:
    """The pages show words instead of identifiers."""
    assert said == words(value)
