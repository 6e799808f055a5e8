"""Law that no document states: a holiday and an edition made up for tests."""

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Final

from states.standards.edition import Edition
from states.standards.law import StandardsCatalogue
from tests.states.stream import catalogue

MOURNING: Final = date(2026, 11, 26)
"""A Thursday that the calendar `2026b` has as a bank holiday."""
LATER_CALENDAR: Final = "england-and-wales-2026b"
LATER_EDITION: Final = "ns-later"


@cache
def later() -> StandardsCatalogue:
    """Return the released standards, and a later calendar and edition beside them.

    In the later edition a first appointment is due within 10 working days, an officer's assignment
    prompts no more, and what answers a failure has 8 working days.
    """
    known = catalogue()
    calendar = known.calendar()
    proclaimed = replace(
        calendar,
        name=LATER_CALENDAR,
        holidays={**calendar.holidays, MOURNING: "Day of national mourning"},
    )
    return StandardsCatalogue(
        editions={
            "ns-2015": known.editions["ns-2015"],
            LATER_EDITION: _later(known.editions["ns-2015"]),
        },
        calendars={calendar.name: calendar, LATER_CALENDAR: proclaimed},
        packs=known.packs,
    )


def _later(edition: Edition) -> Edition:
    rows = dict(edition.timescales)
    del rows["officer-assigned-prompt"]
    for row, amount in (("first-appt-community", 10), ("enforce-6wd", 8)):
        rows[row] = rows[row].model_copy(update={"amount": amount, "rule": f"{amount} days"})
    return edition_of(edition, name=LATER_EDITION, digest="later", timescales=rows)


def edition_of(edition: Edition, **changes: Any) -> Edition:
    """Return another edition: a copy would keep the indexes of the first."""
    known = {name: getattr(edition, name) for name in type(edition).model_fields}
    return Edition.model_validate({**known, **changes})
