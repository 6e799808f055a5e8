"""The pages made from code and data are as they would be made now."""

import pytest

from docs.generate import PAGES, events_page, graph_page, stale, timescales_page
from states.events.register import KINDS
from states.graph import ARROWS


def test_the_generated_pages_are_fresh() -> None:
    """Whoever changes the graph, a timescale or an event runs `make docs`."""
    assert [] == stale()


def test_a_changed_page_is_found_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check can fail: a page that would be made differently is named."""
    monkeypatch.setitem(PAGES, "graph.md", lambda: "another page")

    assert ["graph.md"] == stale()


def test_the_graph_page_holds_every_arrow() -> None:
    """Each arrow has its row, and the diagram its line."""
    page = graph_page()

    assert [] == [arrow.id for arrow in ARROWS if f"| {arrow.id} |" not in page]
    assert "stateDiagram-v2" in page


def test_the_events_page_holds_every_kind() -> None:
    """Each kind of the register has its row."""
    page = events_page()

    assert [] == [kind for kind in KINDS if f"| `{kind}` |" not in page]


def test_the_timescales_page_cites_the_standards() -> None:
    """The first appointment is shown with its standard and its source."""
    rows = [row for row in timescales_page().splitlines() if "`first-appt-community`" in row]

    assert 1 == len(rows)
    assert "NS 2015 5(a)" in rows[0]
    assert "5 working days" in rows[0]
