"""An address asks for a report, or is refused without a word of it being repeated."""

from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.web import page_number, parse_scope

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
KINDS = TimescaleKinds({}, (), (), backward=(), binding=())


def request(**query: str) -> Request:
    """A request with this query."""
    return Request({"type": "http", "query_string": urlencode(query).encode(), "headers": []})


def asked(**query: str) -> tuple[ReportScope, dict[str, str]]:
    """Return the scope of a query, and the query without its empty fields."""
    return parse_scope(
        request(**{name.rstrip("_"): text for name, text in query.items()}), NOW, KINDS
    )


def test_what_is_left_empty_is_not_asked_for() -> None:
    """A form sends every field; an address that is passed on holds those that were filled in."""
    scope, query = asked(provider="", from_="2026-01-01", to="", colour="red")

    assert (None, date(2026, 1, 1), None, NOW) == (
        scope.provider,
        scope.first,
        scope.last,
        scope.as_of,
    )
    assert {"from": "2026-01-01"} == query


def test_all_three_limits_are_asked_for_together() -> None:
    """As the form has them."""
    query = {"provider": "N07", "from_": "2026-01-01", "to": "2026-03-31"}
    scope, kept = asked(**query)

    assert ReportScope(NOW, KINDS, "N07", first=date(2026, 1, 1), last=date(2026, 3, 31)) == scope
    assert list(query.values()) == list(kept.values())


@pytest.mark.parametrize(
    "query",
    [
        {"provider": "two words"},
        {"provider": "<script>"},
        {"provider": "x" * 500},
        {"from_": "yesterday"},
        {"from_": "2026-02-30"},
        {"to": "22/11/2026"},
        {"to": "2026-11-22T10:00:00"},
    ],
    ids=range(7),
)
def test_what_cannot_be_read_is_refused_and_not_repeated(query: dict[str, str]) -> None:
    """The sentence says how it is written instead."""
    with pytest.raises(HTTPException) as found:
        asked(**query)

    assert 400 == found.value.status_code
    assert "A provider is a code, and a day is written as 2026-11-22." == found.value.detail


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("3", 3), ("007", 7), ("0", 0), ("99999999", 99_999_999)),
        *(("", 1), ("-1", 1), ("1.5", 1), ("x", 1), ("٣", 1), ("²", 1), ("9" * 9, 1)),
    ],
)
def test_a_page_that_is_no_number_is_the_first(text: str, number: int) -> None:
    """A list that moves on leaves old addresses behind; none of them is a fault."""
    assert number == page_number(request(page=text))
