"""The shapes of the files of standards/: what each may hold, and nothing else."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from pydantic import model_validator

from states.calendar import WorkingCalendar
from states.timescale import Duty, Facts, Text, Timescale, demand


class StandardFile(Facts):
    """One standard, or a part of it, with its timescales and its duties."""

    standard: Text
    title: Text
    timescales: tuple[Timescale, ...] = ()
    duties: tuple[Duty, ...] = ()


class CalendarFile(Facts):
    """The bank holidays of one country, as published on one day."""

    name: Text
    title: Text
    source: Text
    published: date
    first_year: int
    last_year: int
    holidays: Mapping[date, Text]

    @model_validator(mode="after")
    def _years_are_covered(self) -> Self:
        expected = set(range(self.first_year, self.last_year + 1))
        years = {day.year for day in self.holidays}
        wrong = ", ".join(map(str, sorted(expected ^ years)))
        demand(not wrong, f"holidays outside the years of the calendar, or none in: {wrong}")
        return self

    def calendar(self) -> WorkingCalendar:
        """Return the calendar that the file describes."""
        return WorkingCalendar(
            name=self.name,
            source=self.source,
            first_year=self.first_year,
            last_year=self.last_year,
            holidays=dict(self.holidays),
        )
