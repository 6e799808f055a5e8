"""The law counts in London days, timers in instants."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.time.london import day_of, end_of, start_of

DAYS = st.dates(date(1970, 1, 2), date(2200, 1, 1))
MOMENT = timedelta(microseconds=1)


def test_a_winter_day_begins_at_midnight_in_utc() -> None:
    """In winter London keeps UTC."""
    assert datetime(2026, 11, 23, tzinfo=UTC) == start_of(date(2026, 11, 23))


def test_a_summer_day_begins_an_hour_before_midnight_in_utc() -> None:
    """In summer London is an hour ahead, so its day begins on the UTC day before."""
    assert datetime(2026, 6, 30, 23, tzinfo=UTC) == start_of(date(2026, 7, 1))


def test_an_act_at_half_past_eleven_on_a_summer_night_is_still_of_that_day() -> None:
    """23:30 in London is 22:30 UTC; half an hour later the next day has begun."""
    assert date(2026, 7, 1) == day_of(datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert date(2026, 7, 2) == day_of(datetime(2026, 7, 1, 23, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 29), 23),
        (date(2026, 10, 25), 25),
        (date(2028, 3, 26), 23),
        (date(2028, 2, 29), 24),
    ],
)
def test_a_day_on_which_the_clocks_change_is_an_hour_shorter_or_longer(
    day: date, hours: int
) -> None:
    """The end of a day is the next London midnight, not 24 hours after its start."""
    assert timedelta(hours=hours) == end_of(day) - start_of(day)


@given(DAYS)
def test_every_instant_between_start_and_end_is_of_the_day(day: date) -> None:
    """Start belongs to the day and end no longer does."""
    assert day == day_of(start_of(day))
    assert day == day_of(end_of(day) - MOMENT)
    assert day + timedelta(days=1) == day_of(end_of(day))


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_last_dates_of_all_have_a_start_and_an_end(day: date) -> None:
    """A date from a hostile message raises nothing."""
    assert start_of(day) < end_of(day)
    assert UTC is end_of(day).tzinfo
