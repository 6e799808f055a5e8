"""Write a calendar of the bank holidays of England and Wales: `python standards/make_calendar.py`.

The dates come from the `holidays` library and are compared, day by day, with those that GOV.UK
publishes (as packed in `govuk-bank-holidays`). The result is data: a due date depends on the file,
never on whichever version of a library happens to be installed. When a holiday is announced,
give the new calendar a new NAME and date; a released one never changes.
"""

import sys
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
"""The last year that GOV.UK had published in full."""

CALENDARS = Path(__file__).parent / "calendars"

SATURDAY = 5

HEAD = f"""\
# Written by standards/make_calendar.py. Holidays that fall on a weekend are left out, for those
# days are free already; the substitute days given for them are in.
name: {NAME}
title: Bank holidays of England and Wales, {FIRST_YEAR} to {LAST_YEAR}
source: the holidays library (GB, ENG), equal day by day to www.gov.uk/bank-holidays
published: {PUBLISHED}
first_year: {FIRST_YEAR}
last_year: {LAST_YEAR}
holidays:
"""


class DisagreementError(Exception):
    """The two sources do not give the same days."""

    def __init__(self, days: set[date]) -> None:
        self.days = days
        super().__init__(f"the sources disagree on {', '.join(map(str, sorted(days)))}")


def calendar() -> str:
    """Return the text of the calendar file.

    Raises:
        DisagreementError: If the library and GOV.UK differ on any working day.
    """
    days = _library()
    if differing := days.keys() ^ _published():
        raise DisagreementError(differing)
    return HEAD + "".join(f"  {day}: {days[day]}\n" for day in sorted(days))


def _library() -> dict[date, str]:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    found = holidays.country_holidays("GB", subdiv="ENG", years=years)
    return {
        day: name.replace("(observed)", "(substitute day)")
        for day, name in found.items()
        if day.weekday() < SATURDAY
    }


def _published() -> set[date]:
    source = BankHolidays(use_cached_holidays=True)
    found = source.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return {day["date"] for day in found if FIRST_YEAR <= day["date"].year <= LAST_YEAR}


if __name__ == "__main__":
    path = CALENDARS / f"{NAME}.yaml"
    text = calendar()
    if path.exists() and path.read_text(encoding="utf-8") != text:
        sys.exit(f"{path} is there with other content: give the new calendar a new NAME")
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")
