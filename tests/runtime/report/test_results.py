"""The arithmetic of a table, on rows that are written here: no record is needed for it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, literal, select, union_all

from activities.records.columns import Instant
from runtime.report.model import Mean, MeasurePart, ReportScope, TimescaleKinds, columns
from runtime.report.results import PartResult, ReportLine, count_part

SCOPE = ReportScope(
    datetime(2026, 11, 22, tzinfo=UTC), TimescaleKinds({}, (), (), backward=(), binding=())
)
COLUMNS = columns(yes="yes", no="no", open="still open")
DECIDED = ("yes", "no")

Said = tuple[str, str, int]
"""Line, column and weight of a row."""


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A database with nothing in it."""
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def row(line: str, column: str, weight: int, since: Any = None, until: Any = None) -> Any:
    """One row of a part's query; the two times are moments or nothing."""
    return select(
        literal(line).label("line"),
        literal(column).label("column"),
        literal(weight).label("weight"),
        literal(since, Instant).label("since"),
        literal(until, Instant).label("until"),
    )


def counted(connection: Connection, *rows: Any, **part: Any) -> PartResult:
    """The rows as the table of a part."""
    query: Any = union_all(*rows)
    made = MeasurePart("a", "A table", "provider", rows=lambda _: query, columns=COLUMNS, **part)
    return count_part(connection, made, SCOPE)


def only_line(connection: Connection, *rows: Said, **part: Any) -> ReportLine:
    """The one line of a part."""
    (line,) = counted(connection, *(row(*said) for said in rows), **part).lines
    return line


def test_weights_are_summed_by_line_and_column(connection: Connection) -> None:
    """Lines stand in order; a column without a row has nought."""
    found = counted(
        connection, row("NPS", "yes", 2), row("CRC", "no", 1), row("NPS", "yes", 3)
    ).lines

    assert [
        ("CRC", {"yes": 0, "no": 1, "open": 0}),
        ("NPS", {"yes": 5, "no": 0, "open": 0}),
    ] == [(line.line, line.counts) for line in found]


def test_a_share_is_of_what_it_is_of_and_no_more(connection: Connection) -> None:
    """An open item is neither good nor bad."""
    rows = ("a", "yes", 1), ("a", "no", 3), ("a", "open", 4)
    line = only_line(
        connection, *rows, whole=("yes", "no", "open"), good=("yes",), of=("yes", "no")
    )

    assert 0.25 == line.share
    assert {"yes": 0.125, "no": 0.375, "open": 0.5} == line.shares


def test_where_nothing_is_decided_there_is_no_share(connection: Connection) -> None:
    """Not nought: nobody has failed. The same of a mean over nothing."""
    mean = Mean("mean", "open", DECIDED)
    line = only_line(
        connection,
        ("a", "open", 4),
        whole=("yes", "no"),
        good=("yes",),
        of=("yes", "no"),
        mean=mean,
    )

    assert (None, None, {}) == (line.share, line.mean, line.shares)


def test_a_mean_is_of_the_sum_over_the_number(connection: Connection) -> None:
    """Ten days in all, over four entries."""
    rows = ("a", "yes", 1), ("a", "no", 3), ("a", "open", 10)
    mean = Mean("mean delay", "open", DECIDED)

    assert 2.5 == only_line(connection, *rows, mean=mean).mean
    assert "mean delay" == counted(connection, row("a", "yes", 1), mean=mean).mean_heading


def test_a_median_is_of_london_days(connection: Connection) -> None:
    """An evening in UTC is the next day in summer; a row without both times has no part in it."""
    start = datetime(2026, 7, 1, 12, tzinfo=UTC)
    rows = [
        row("a", "yes", 1, start, datetime(2026, 7, 1, 23, 30, tzinfo=UTC)),
        row("a", "yes", 1, start, datetime(2026, 7, 5, 22, 30, tzinfo=UTC)),
        row("a", "no", 1, start, None),
        row("b", "no", 1),
    ]

    first, second = counted(connection, *rows, timed=True).lines
    assert (2.5, None) == (first.median_days, second.median_days)
    assert [None, None] == [line.median_days for line in counted(connection, *rows).lines]


@pytest.mark.parametrize(("share", "said"), [("", None), ("met", "met")])
def test_a_table_without_a_share_has_no_heading_for_it(
    connection: Connection, share: str, said: str | None
) -> None:
    """Nor does one without a mean."""
    found = counted(connection, row("a", "yes", 1), share=share)

    assert (said, None) == (found.share_heading, found.mean_heading)
    assert ["yes", "no", "still open"] == [column.title for column in found.columns]


def test_a_period_holds_both_its_days() -> None:
    """A caseload is counted on the last day that has come."""
    ahead = ReportScope(SCOPE.as_of, SCOPE.kinds, last=date(2027, 1, 1))
    past = ReportScope(SCOPE.as_of, SCOPE.kinds, last=date(2026, 1, 1))

    assert [date(2026, 11, 22), date(2026, 11, 22), date(2026, 1, 1)] == [
        scope.until for scope in (SCOPE, ahead, past)
    ]
    assert [True, False] == [scope.is_open for scope in (SCOPE, past)]
