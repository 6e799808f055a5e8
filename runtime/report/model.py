"""What a report is asked for: whose sentences, which days, and as of when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, Select, and_, true

from runtime.report.tables import SENTENCES
from states.standards.edition import Edition
from states.standards.law import StandardsCatalogue
from states.standards.terms import Direction
from states.time.london import day_of, end_of, start_of
from states.vocabulary import Provider

BACKWARD: Final = (Direction.LATEST_BEFORE, Direction.EARLIEST_BEFORE)


@dataclass(frozen=True, slots=True)
class TimescaleKinds:
    """What the record does not say of a timescale, by id, over every edition on the shelf."""

    titles: Mapping[str, str]
    until: tuple[str, ...]
    """Terms that end of themselves: nobody misses them."""
    opening: tuple[str, ...]
    """Windows that open."""
    backward: tuple[str, ...]
    """Those counted back from a date."""
    binding: tuple[str, ...]
    """Those whose miss is a missed standard."""

    @classmethod
    def of(cls, shelf: StandardsCatalogue) -> Self:
        """Return the kinds of the timescales that `shelf` holds."""
        editions: list[Edition] = [shelf.editions[name] for name in sorted(shelf.editions)]
        known = {row.id: row for edition in editions for row in edition.timescales.values()}
        duties = {row.id: row.title for edition in editions for row in edition.duties.values()}

        def having(*directions: Direction) -> tuple[str, ...]:
            return tuple(sorted(k for k, row in known.items() if row.direction in directions))

        return cls(
            titles=duties | {key: row.title for key, row in known.items()},
            until=having(Direction.UNTIL),
            opening=having(Direction.EARLIEST_BEFORE),
            backward=having(*BACKWARD),
            binding=tuple(sorted(key for key, row in known.items() if row.binds)),
        )


@dataclass(frozen=True, slots=True)
class ReportScope:
    """What is asked. Both days are London's and belong to the period; None leaves it open."""

    as_of: datetime
    kinds: TimescaleKinds = field(repr=False)
    provider: str | None = None
    """CRC or NPS, or the code of one provider; of whoever holds the sentence now."""
    first: date | None = None
    last: date | None = None

    @property
    def today(self) -> date:
        """Return the London day of the report."""
        return day_of(self.as_of)

    @property
    def until(self) -> date:
        """Return the day on which a caseload is counted: the last of the period, or today."""
        return self.today if self.last is None else min(self.last, self.today)

    def held(self) -> ColumnElement[bool]:
        """Return the condition that the provider asked for holds the sentence."""
        if self.provider is None:
            return true()
        name = "provider" if self.provider in set(Provider) else "provider_code"
        return SENTENCES.c[name] == self.provider

    @property
    def is_open(self) -> bool:
        """Return whether no period is asked for."""
        return self.first is None and self.last is None

    def on(self, day: Any) -> ColumnElement[bool]:
        """Return the condition that a date is known and lies in the period."""
        found = [] if self.first is None else [day >= self.first]
        return and_(day.is_not(None), *found, *([] if self.last is None else [day <= self.last]))

    def at(self, instant: Any) -> ColumnElement[bool]:
        """Return the condition that an instant is known and on a London day of the period."""
        found = [] if self.first is None else [instant >= start_of(self.first)]
        found += [] if self.last is None else [instant < end_of(self.last)]
        return and_(instant.is_not(None), *found)


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
class MeasurePart:
    """One table of a measure.

    Its query yields, beside whose sentence it is, a `line`, a `column`, an `item` (what of the
    sentence is meant), a `weight` that is summed, and two times, `since` and `until`, whose
    distance in London days has a median where the part is `timed`.
    """

    id: str
    title: str
    lines: str
    """What a line stands for."""
    rows: Callable[[ReportScope], Select[tuple[object, ...]]]
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
    parts: tuple[MeasurePart, ...] = ()
    caveat: str = ""
    topic: str = ""
    """Heading under which it is shown: that of its module, which the register fills in."""
