"""Write the calendars of the bank holidays of England and Wales: `standards/make_calendar.py`.

The dates come from the `holidays` library and are compared, day by day, with those that GOV.UK
publishes (as packed in `govuk-bank-holidays`). The result is data: a due date depends on the file,
never on the version of a library that happens to be installed. When a holiday is announced,
give the new calendar a new NAME and date; a released one never changes. An older issue is kept for
sentences that ran when a day was proclaimed: it holds what was known on its own day.
"""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import holidays
from govuk_bank_holidays.bank_holidays import (  # type: ignore[import-untyped]  # ships no types
    BankHolidays,
)

NAME = "england-and-wales-2026a"
PUBLISHED = date(2026, 11, 22)
FIRST_YEAR = 2015
LAST_YEAR = 2028
"""Last year that GOV.UK had published in full."""

CALENDARS = Path(__file__).parent / "calendars"

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Issue:
    """Issue of the calendar: the days that were known when it was published."""

    name: str
    published: date
    last_year: int
    proclaimed_later: frozenset[date] = frozenset()
    """Days that were proclaimed after the issue was published."""


NEWEST = Issue(NAME, PUBLISHED, LAST_YEAR)
ISSUES = (
    Issue(
        "england-and-wales-2022a",
        date(2022, 9, 9),
        2024,
        # The State Funeral was proclaimed on 10 September 2022, the Coronation's day in November.
        frozenset({date(2022, 9, 19), date(2023, 5, 8)}),
    ),
    NEWEST,
)

HEAD = """\
# Written by standards/make_calendar.py. Holidays that fall on a weekend are left out, for those
# days are free already; the substitute days given for them are in.
name: {name}
title: Bank holidays of England and Wales, {first_year} to {last_year}
source: {source}
published: {published}
first_year: {first_year}
last_year: {last_year}
holidays:
"""
SOURCE = "the holidays library (GB, ENG), equal day by day to www.gov.uk/bank-holidays"


class DisagreementError(Exception):
    """Error for two sources that give different days."""

    def __init__(self, days: set[date]) -> None:
        self.days = days
        super().__init__(f"the sources disagree on {', '.join(map(str, sorted(days)))}")


def calendar(issue: Issue = NEWEST) -> str:
    """Return the text of the file of one issue.

    Raises:
        DisagreementError: If the library and GOV.UK differ on any working day.
    """
    days = _library(issue.last_year)
    if differing := days.keys() ^ _published(issue.last_year):
        raise DisagreementError(differing)
    known = sorted(days.keys() - issue.proclaimed_later)
    return _head(issue) + "".join(f"  {day}: {days[day]}\n" for day in known)


def _head(issue: Issue) -> str:
    less = ", without what was proclaimed later" if issue.proclaimed_later else ""
    return HEAD.format(
        name=issue.name,
        first_year=FIRST_YEAR,
        last_year=issue.last_year,
        source=f"{SOURCE}{less}",
        published=issue.published,
    )


def _library(last_year: int) -> dict[date, str]:
    years = range(FIRST_YEAR, last_year + 1)
    found = holidays.country_holidays("GB", subdiv="ENG", years=years)
    return {
        day: name.replace("(observed)", "(substitute day)")
        for day, name in found.items()
        if day.weekday() < SATURDAY
    }


def _published(last_year: int) -> set[date]:
    source = BankHolidays(use_cached_holidays=True)
    found = source.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return {day["date"] for day in found if FIRST_YEAR <= day["date"].year <= last_year}


def write(issue: Issue) -> None:
    """Write the file of one issue, unless it exists with other content."""
    path = CALENDARS / f"{issue.name}.yaml"
    text = calendar(issue)
    if path.exists() and path.read_text(encoding="utf-8") != text:
        sys.exit(f"{path} is there with other content: give the new calendar a new NAME")
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")


if __name__ == "__main__":
    for one in ISSUES:
        write(one)
