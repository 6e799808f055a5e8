"""The shape of a measure: its parts, each a query and the table that it is counted into."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select

from runtime.report.scope import Scope


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a part: what its rows have in common."""

    id: str
    title: str


def columns(**titles: str) -> tuple[Column, ...]:
    """Return the columns of a part, each title under its id, in the order given."""
    return tuple(Column(key, title) for key, title in titles.items())


class Chart(StrEnum):
    """How a part is drawn beside its table."""

    BARS = "bars"
    """One bar for each line, cut into the shares of its columns."""
    COUNTS = "counts"
    """One bar for each column, all lines together."""
    LINES = "lines"
    """One bar for each line, by its first column."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean that follows from the columns: of `total` over the number in `of`."""

    title: str
    total: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a measure.

    Its query yields, beside whose sentence it is, a `line`, a `column`, an `item` (what of the
    sentence is meant), a `weight` that is summed, and two times, `since` and `until`, whose
    distance in London days has a median where the part is `timed`.
    """

    id: str
    title: str
    lines: str
    """What a line stands for."""
    rows: Callable[[Scope], Select[tuple[object, ...]]]
    columns: tuple[Column, ...]
    whole: tuple[str, ...] = ()
    """Columns of whose sum each of them is given as a share; empty for none."""
    good: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    """The share of the line: what is in `good` among what is in `of`."""
    share: str = ""
    """Heading of that share."""
    timed: bool = False
    mean: Mean | None = None
    chart: Chart | None = None
    detail: bool = False
    """Whether it is left to the page of its measure: its sums say nothing that others do not."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: what it asks, how our own data answer, and what a period means for it."""

    id: str
    title: str
    asks: str
    """The definition on own data."""
    period: str
    source: str
    """Where the measure comes from."""
    parts: tuple[Part, ...] = ()
    caveat: str = ""
    topic: str = ""
    """Heading under which it is shown: that of its module, which the register fills in."""
