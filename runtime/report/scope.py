"""What a report is asked for: whose sentences, which days, and as of when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, and_, true

from runtime.report.tables import SENTENCES
from states.law import Shelf
from states.london import day_of, end_of, start_of
from states.timescale import Direction, Edition
from states.vocabulary import Provider

BACKWARD: Final = (Direction.LATEST_BEFORE, Direction.EARLIEST_BEFORE)


@dataclass(frozen=True, slots=True)
class Kinds:
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
    def of(cls, shelf: Shelf) -> Self:
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
class Scope:
    """What is asked. Both days are London's and belong to the period; None leaves it open."""

    as_of: datetime
    kinds: Kinds = field(repr=False)
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
