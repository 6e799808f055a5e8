"""The edition is chosen by a date, the calendar by its age."""

from datetime import date

import pytest

from activities.standards import load_catalogue
from states.standards.law import NotInForceError, StandardsCatalogue

LOADED = load_catalogue()
NS_2015 = LOADED.editions["ns-2015"]
LATER = NS_2015.model_copy(update={"name": "ns-2021", "in_force_from": date(2021, 6, 1)})
CATALOGUE = StandardsCatalogue(
    editions={"ns-2021": LATER, "ns-2015": NS_2015},
    calendars={f"england-and-wales-{age}": LOADED.calendar() for age in ("2026a", "2025c")},
)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2015, 2, 1), "ns-2015"),
        (date(2021, 5, 31), "ns-2015"),
        (date(2021, 6, 1), "ns-2021"),
        (date(2026, 11, 22), "ns-2021"),
    ],
)
def test_the_edition_in_force_on_the_day_is_chosen(day: date, name: str) -> None:
    """An edition governs from its commencement until the next one commences."""
    assert name == CATALOGUE.edition_on(day)


def test_an_edition_that_has_run_out_is_chosen_where_none_followed() -> None:
    """A sentence of today runs under the historic baseline; whoever asks can see that it ended."""
    assert "ns-2015" == LOADED.edition_on(date(2026, 11, 22))
    assert date(2020, 12, 31) == NS_2015.in_force_until


def test_a_day_before_every_edition_is_refused() -> None:
    """The refusal says from when the earliest is in force."""
    with pytest.raises(
        NotInForceError, match=r"on 2015-01-31; the earliest, ns-2015, is in force from 2015-02-01"
    ):
        CATALOGUE.edition_on(date(2015, 1, 31))


def test_the_newest_calendar_is_used() -> None:
    """Names of calendars sort by their age."""
    assert CATALOGUE.calendars["england-and-wales-2026a"] is CATALOGUE.calendar()
