"""Working days are counted over published holidays, and months by taking the day off first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.standards import load_catalogue
from states.time.calendar import (
    WorkingDayCount,
    anniversary,
    last_day_of_months,
    months_before,
    shift,
)

CALENDAR = load_catalogue().calendar()
DAYS = st.dates(date(2015, 1, 1), date(2028, 6, 1))


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        (date(2015, 2, 2), 5, date(2015, 2, 9)),
        (date(2015, 3, 27), 5, date(2015, 4, 7)),
        (date(2015, 4, 4), 5, date(2015, 4, 13)),
        (date(2015, 4, 2), 1, date(2015, 4, 7)),
        (date(2015, 8, 28), 1, date(2015, 9, 1)),
        (date(2015, 2, 2), 7, date(2015, 2, 11)),
        (date(2015, 4, 1), 6, date(2015, 4, 13)),
        (date(2015, 12, 24), 6, date(2016, 1, 6)),
        (date(2015, 4, 1), 9, date(2015, 4, 16)),
        (date(2015, 4, 1), 10, date(2015, 4, 17)),
        (date(2015, 5, 18), 9, date(2015, 6, 1)),
        (date(2015, 5, 18), 10, date(2015, 6, 2)),
        (date(2015, 5, 15), 10, date(2015, 6, 1)),
    ],
)
def test_the_day_of_the_trigger_is_day_0(start: date, amount: int, due: date) -> None:
    """Counting begins with the first working day after the trigger, over every holiday."""
    assert due == CALENDAR.count(start, amount).due_on


@pytest.mark.parametrize("start", [date(2015, 4, 3), date(2015, 4, 4), date(2015, 4, 6)])
def test_a_trigger_on_a_free_day_counts_from_the_first_working_day_after_it(start: date) -> None:
    """On Good Friday, Saturday and Easter Monday alike, Tuesday is day 1."""
    assert date(2015, 4, 7) == CALENDAR.count(start, 1).due_on


def test_the_days_passed_over_are_named_with_their_reasons() -> None:
    """Someone asking why a day is the due date can read which days did not count."""
    counted = CALENDAR.count(date(2015, 12, 24), 2)

    assert date(2015, 12, 30) == counted.due_on
    assert (
        "2015-12-25 Christmas Day",
        "2015-12-26 Saturday",
        "2015-12-27 Sunday",
        "2015-12-28 Boxing Day (substitute day)",
    ) == counted.skipped


def test_nothing_to_count_is_due_on_the_day_itself() -> None:
    """An amount of 0 ends on the trigger, a Sunday included."""
    counted = CALENDAR.count(date(2026, 11, 22), 0)

    assert (date(2026, 11, 22), ()) == (counted.due_on, counted.skipped)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2020, 5, 4), None),
        (date(2020, 5, 8), "May Day"),
        (date(2022, 5, 30), None),
        (date(2022, 6, 2), "Spring Bank Holiday"),
        (date(2022, 6, 3), "Platinum Jubilee of Elizabeth II"),
        (date(2022, 9, 19), "State Funeral of Queen Elizabeth II"),
        (date(2023, 5, 1), "May Day"),
        (date(2023, 5, 8), "Coronation of Charles III"),
        (date(2026, 11, 28), "Saturday"),
        (date(2026, 11, 29), "Sunday"),
        (date(2021, 12, 25), "Saturday"),
        (date(2021, 12, 27), "Christmas Day (substitute day)"),
        (date(2028, 2, 29), None),
    ],
)
def test_one_off_holidays_are_free_and_moved_ones_are_not(day: date, name: str | None) -> None:
    """Holidays proclaimed once are in the calendar; the Mondays they were moved from are not."""
    assert name == CALENDAR.closed(day)


def test_a_count_over_the_platinum_jubilee_passes_over_four_days_on_end() -> None:
    """Thursday, Friday and the weekend were all free."""
    counted = CALENDAR.count(date(2022, 6, 1), 1)

    assert date(2022, 6, 6) == counted.due_on
    assert 4 == len(counted.skipped)


def test_suspended_days_are_passed_over_and_said_to_be() -> None:
    """A day that is free anyway keeps its own reason."""
    counted = CALENDAR.count(date(2026, 11, 26), 1, lambda day: day <= date(2026, 11, 30))

    assert date(2026, 12, 1) == counted.due_on
    assert (
        "2026-11-27 suspended",
        "2026-11-28 Saturday",
        "2026-11-29 Sunday",
        "2026-11-30 suspended",
    ) == counted.skipped


def test_a_suspension_without_an_end_leaves_no_due_date() -> None:
    """The count gives up instead of running for ever, and says from when it is suspended."""
    counted = CALENDAR.count(date(2026, 11, 23), 5, lambda _: True)

    assert WorkingDayCount(None, ("2026-11-24 onwards suspended",), provisional=False) == counted


@pytest.mark.parametrize(
    ("days", "due_on"), [(3660, date(2036, 12, 1)), (3661, None)], ids=["ten years", "a day more"]
)
def test_a_count_gives_up_after_ten_years_of_suspension(days: int, due_on: date | None) -> None:
    """No sentence is suspended for longer with an end in sight."""
    start = date(2026, 11, 23)

    assert due_on == CALENDAR.count(start, 1, lambda day: (day - start).days <= days).due_on


def test_a_calendar_remembers_its_counts_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same question costs nothing again; the memory of a worker stays bounded."""
    calendar, days = replace(CALENDAR), [date(2026, 11, 23) + timedelta(n) for n in range(4)]
    monkeypatch.setattr("states.time.calendar.REMEMBERED", 3)
    first = [calendar.count(day, 1) for day in days[:3]]

    assert [True] * 3 == [
        calendar.count(d, 1) is known for d, known in zip(days[:3], first, strict=True)
    ]
    calendar.count(days[3], 1)
    assert (first[0], False) == (calendar.count(days[0], 1), calendar.count(days[0], 1) is first[0])


@pytest.mark.parametrize(
    ("start", "amount", "provisional"),
    [
        (date(2028, 12, 21), 3, False),
        (date(2028, 12, 21), 6, True),
        (date(2029, 3, 1), 1, True),
        (date(2029, 3, 1), 0, False),
        (date(2014, 12, 30), 3, True),
        (date(2014, 12, 31), 1, False),
    ],
)
def test_a_count_beyond_the_published_years_is_provisional(
    start: date, amount: int, *, provisional: bool
) -> None:
    """It is computed without the unknown holidays, and marked; never silently."""
    assert provisional is CALENDAR.count(start, amount).provisional


def test_a_count_that_leaves_the_writable_dates_stops_there() -> None:
    """A date from a hostile message ends on the last date of all, provisionally."""
    counted = CALENDAR.count(date(9999, 12, 30), 10)

    assert (date.max, True) == (counted.due_on, counted.provisional)


@given(DAYS, st.integers(1, 40))
def test_exactly_the_amount_of_working_days_lies_between_start_and_due(
    start: date, amount: int
) -> None:
    """The due day is a working day; days counted and skipped are all the days there are."""
    counted = CALENDAR.count(start, amount)

    assert counted.due_on is not None
    assert CALENDAR.closed(counted.due_on) is None
    assert amount + len(counted.skipped) == (counted.due_on - start).days


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2020, 11, 30), 3, date(2021, 2, 28)),
        (date(2020, 8, 31), 1, date(2020, 9, 30)),
        (date(2015, 2, 2), 12, date(2016, 2, 1)),
        (date(2015, 3, 10), 12, date(2016, 3, 9)),
        (date(2026, 2, 1), 1, date(2026, 2, 28)),
        (date(2026, 3, 1), 1, date(2026, 3, 31)),
        (date(2015, 3, 1), 12, date(2016, 2, 29)),
        (date(2016, 3, 1), 12, date(2017, 2, 28)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2016, 2, 29), 48, date(2020, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 14)),
    ],
)
def test_months_take_the_day_off_first_and_then_add(start: date, months: int, last: date) -> None:
    """A start on the 1st runs to the end of a month; others keep the number before their own."""
    assert last == last_day_of_months(start, months)


@pytest.mark.parametrize(
    ("day", "first_outside"),
    [
        (date(2015, 3, 10), date(2016, 3, 10)),
        (date(2016, 2, 29), date(2017, 3, 1)),
        (date(2015, 3, 1), date(2016, 3, 1)),
        (date(2019, 2, 28), date(2020, 2, 28)),
    ],
)
def test_the_anniversary_is_the_first_day_outside_the_year(day: date, first_outside: date) -> None:
    """29 February has its anniversary on 1 March."""
    assert first_outside == anniversary(day)


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2015, 10, 1), 3, date(2015, 7, 1)),
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2028, 5, 31), 3, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_months_before_keep_the_number_of_the_day(day: date, months: int, earlier: date) -> None:
    """A short month cuts the number to its last day."""
    assert earlier == months_before(day, months)


def test_dates_past_the_writable_ones_stop_at_the_edge() -> None:
    """A date from a hostile message raises nothing."""
    assert date.max == shift(date.max, 1)
    assert date.min == shift(date.min, -1)
    assert date.max == last_day_of_months(date(9999, 6, 1), 12)
    assert date.min == months_before(date(1, 2, 1), 3)


@given(DAYS, st.integers(1, 60))
def test_consecutive_periods_of_months_never_overlap(start: date, months: int) -> None:
    """A longer period ends later, and no period is longer than its months can be."""
    last = last_day_of_months(start, months)

    assert last < last_day_of_months(start, months + 1)
    assert last - start < timedelta(days=31 * months)


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2026-11-30", -1, "2026-11-27"),
        ("2026-11-29", -1, "2026-11-27"),
        ("2026-11-27", -1, "2026-11-26"),
        ("2026-12-29", -1, "2026-12-24"),
        ("2026-12-29", -3, "2026-12-22"),
    ],
    ids=["Monday", "Sunday", "Friday", "after Christmas", "three before"],
)
def test_a_negative_count_counts_back(start: str, amount: int, due: str) -> None:
    """The day itself is day 0 and is not counted, as forwards."""
    counted = CALENDAR.count(date.fromisoformat(start), amount)

    assert date.fromisoformat(due) == counted.due_on


def test_a_count_back_names_the_days_that_it_passes_over() -> None:
    """Each with its reason, in the order in which they are passed."""
    counted = CALENDAR.count(date(2026, 11, 30), -1)

    assert ("2026-11-29 Sunday", "2026-11-28 Saturday") == counted.skipped
    assert not counted.provisional
