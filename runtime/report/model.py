"""Model of the report: its scope, and the measures, parts and columns that define it."""

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
    """Properties of timescales that the record lacks, over every edition of the standards."""

    titles: Mapping[str, str]
    until: tuple[str, ...]
    """Ids of terms, which end by themselves and cannot be missed."""
    opening: tuple[str, ...]
    """Ids of windows, which open by themselves."""
    backward: tuple[str, ...]
    """Ids of timescales counted back from a date."""
    binding: tuple[str, ...]
    """Ids of timescales whose miss is a missed standard."""

    @classmethod
    def of(cls, catalogue: StandardsCatalogue) -> Self:
        """Return the properties of the timescales in every edition of the standards."""
        editions: list[Edition] = [catalogue.editions[name] for name in sorted(catalogue.editions)]
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
    """Scope of a report. Both days are London days and included; None leaves the period open."""

    as_of: datetime
    kinds: TimescaleKinds = field(repr=False)
    provider: str | None = None
    """CRC or NPS, or the code of one provider, that holds the sentence now."""
    first: date | None = None
    last: date | None = None

    @property
    def today(self) -> date:
        """Return the London day of the report."""
        return day_of(self.as_of)

    @property
    def until(self) -> date:
        """Return the day of the caseload: the last day of the period, or today if earlier."""
        return self.today if self.last is None else min(self.last, self.today)

    def held(self) -> ColumnElement[bool]:
        """Return the condition that the provider in scope holds the sentence."""
        if self.provider is None:
            return true()
        name = "provider" if self.provider in set(Provider) else "provider_code"
        return SENTENCES.c[name] == self.provider

    @property
    def is_open(self) -> bool:
        """Return whether the scope has no period."""
        return self.first is None and self.last is None

    def on(self, day: Any) -> ColumnElement[bool]:
        """Return the condition that a date is known and in the period."""
        found = [] if self.first is None else [day >= self.first]
        return and_(day.is_not(None), *found, *([] if self.last is None else [day <= self.last]))

    def at(self, instant: Any) -> ColumnElement[bool]:
        """Return the condition that an instant is known and its London day in the period."""
        found = [] if self.first is None else [instant >= start_of(self.first)]
        found += [] if self.last is None else [instant < end_of(self.last)]
        return and_(instant.is_not(None), *found)


@dataclass(frozen=True, slots=True)
class Column:
    """Column of a part."""

    id: str
    title: str


def columns(**titles: str) -> tuple[Column, ...]:
    """Return columns with these titles by id, in order."""
    return tuple(Column(key, title) for key, title in titles.items())


class Chart(StrEnum):
    """Kind of chart beside the table of a part."""

    BARS = "bars"
    """One bar for each line, divided into the shares of its columns."""
    COUNTS = "counts"
    """One bar for each column, all lines together."""
    LINES = "lines"
    """One bar for each line, by its first column."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean computed from columns: `total` divided by the sum of the columns `of`."""

    title: str
    total: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasurePart:
    """Table of a measure.

    Each row of its query has the sentence, a `line`, a `column`, an `item` (the part of the
    sentence that is counted), a `weight` that is summed, and two times, `since` and `until`. If
    the part is `timed`, each line has the median of the London days between them.
    """

    id: str
    title: str
    line_heading: str
    """Heading of the lines."""
    rows: Callable[[ReportScope], Select[tuple[object, ...]]]
    columns: tuple[Column, ...]
    whole: tuple[str, ...] = ()
    """Columns shown as shares of their sum; empty for none."""
    good: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    """Columns of the line's share: the sum of `good` divided by the sum of `of`."""
    share: str = ""
    """Heading of that share."""
    timed: bool = False
    mean: Mean | None = None
    chart: Chart | None = None
    detail: bool = False
    """True if only the page of its measure shows it: its totals repeat those of other parts."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Measure: a question, its definition on our own data, and the meaning of a period for it."""

    id: str
    title: str
    definition: str
    """Definition on our own data."""
    period: str
    source: str
    """Document that the measure comes from."""
    parts: tuple[MeasurePart, ...] = ()
    caveat: str = ""
    topic: str = ""
    """Heading under which it is shown; the catalogue fills it in."""
