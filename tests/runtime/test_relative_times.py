"""Times relative to a day: working days by the published calendar, clock times in London."""

from datetime import date
from typing import Any

import pytest

from runtime.streams import RelativeBase, RelativeTimeError
from states.standards.law import StandardsCatalogue

# A Thursday. Of the five days after it only the last is a working day.
BEFORE_CHRISTMAS = date(2026, 12, 24)


@pytest.fixture
def base(catalogue: StandardsCatalogue) -> RelativeBase:
    """Christmas Eve of 2026, a Thursday."""
    return RelativeBase(BEFORE_CHRISTMAS, catalogue.calendar())


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("@+0d", "2026-12-24"),
        ("@-3d", "2026-12-21"),
        ("@+8d", "2027-01-01"),
        ("@+0wd", "2026-12-24"),
        ("@+1wd", "2026-12-29"),
        ("@+5wd", "2027-01-05"),
        ("@-4wd", "2026-12-18"),
        ("@-3d 10:30", "2026-12-21T10:30:00+00:00"),
        ("@+5wd 23:59", "2027-01-05T23:59:00+00:00"),
        ("@+2h", "2026-12-24T02:00:00+00:00"),
        ("@-1h", "2026-12-23T23:00:00+00:00"),
    ],
)
def test_a_relative_time_is_counted_from_the_base(
    base: RelativeBase, written: str, means: str
) -> None:
    """Days alone are dates, a clock time makes them instants, hours run from midnight."""
    assert means == base.resolve(written)


@pytest.mark.parametrize(
    ("day", "written", "means"),
    [
        (date(2026, 3, 28), "@+1d 10:30", "2026-03-29T10:30:00+01:00"),
        (date(2026, 3, 29), "@+2h", "2026-03-29T03:00:00+01:00"),
        (date(2026, 10, 24), "@+1d 10:30", "2026-10-25T10:30:00+00:00"),
        (date(2026, 10, 25), "@+24h", "2026-10-25T23:00:00+00:00"),
    ],
)
def test_a_clock_time_is_londons_on_its_own_day(
    catalogue: StandardsCatalogue, day: date, written: str, means: str
) -> None:
    """Summer time comes and goes between the base and the time; hours are elapsed hours."""
    assert means == RelativeBase(day, catalogue.calendar()).resolve(written)


def test_times_are_found_at_any_depth_and_nothing_else_is_touched(base: RelativeBase) -> None:
    """Objects and lists are searched; other values, and texts that only begin with @, stay."""
    data = {"a": ["@+1d", {"b": "@+1d 09:00"}], "n": 3, "t": True, "x": None, "text": "@home, 5"}
    expected: dict[str, Any] = {
        "a": ["2026-12-25", {"b": "2026-12-25T09:00:00+00:00"}],
        "n": 3,
        "t": True,
        "x": None,
        "text": "@home, 5",
    }
    assert expected == base.resolve(data)


@pytest.mark.parametrize(
    "written",
    ["@5d", "@+5", "@+5w", "@+5wd10:30", "@+5d 24:00", "@+5d 9:30", "@+2h 10:30", "@+99999d"],
)
def test_what_begins_like_a_relative_time_and_is_none_is_refused(
    base: RelativeBase, written: str
) -> None:
    """A slip is not sent as text: the message names the field and how a time is written."""
    with pytest.raises(RelativeTimeError, match=r"requirements\.0\.starts_on: .*@\+5wd") as caught:
        base.resolve({"requirements": [{"starts_on": written}]})

    assert "requirements.0.starts_on" == caught.value.where
