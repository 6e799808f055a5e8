"""A clock compares when its duty is due with when it was done, at a time that it is given."""

from datetime import date, datetime, timedelta

import pytest

from states.standards.terms import Direction, Unit
from states.time.clock import Clock, ClockOutcome
from states.time.due import Due
from states.time.london import end_of
from tests.states.stream import at
from tests.timescales import timescale

AFTER, UNTIL, OPENS = Direction.LATEST_AFTER, Direction.UNTIL, Direction.EARLIEST_BEFORE
DAY = date(2026, 11, 25)
IN_DAYS = Due(DAY, end_of(DAY))
IN_HOURS = Due(due_at=at("2026-11-25"))
MOMENT = timedelta(seconds=1)

DONE, AWAY = ClockOutcome.DONE, ClockOutcome.FELL_AWAY


def clock(due: Due = IN_DAYS, direction: Direction = AFTER) -> Clock:
    unit = Unit.WORKING_DAYS if direction is AFTER else Unit.WEEKS
    rule = timescale(2, unit, direction)
    return Clock("example", rule, "R1", at("2026-11-23"), "case_allocated", due)


def test_a_day_is_over_at_the_midnight_that_ends_it_and_an_hour_after_its_last_instant() -> None:
    """The last instant of an hour clock is in time; midnight belongs to the next day."""
    days, hours = clock(), clock(IN_HOURS)
    midnight, noon = end_of(DAY), at("2026-11-25")

    assert [False, True] == [days.is_past(midnight - MOMENT), days.is_past(midnight)]
    assert [False, True] == [hours.is_past(noon), hours.is_past(noon + MOMENT)]


def test_a_clock_without_a_date_is_never_past() -> None:
    """A suspension without an end leaves nothing to be late for."""
    assert not clock(Due()).is_past(at("2099-01-01"))


@pytest.mark.parametrize(
    ("direction", "before", "after"),
    [(AFTER, "running", "missed"), (UNTIL, "running", "ended"), (OPENS, "running", "opened")],
)
def test_what_nothing_settled_runs_until_its_time_is_over(
    direction: Direction, before: str, after: str
) -> None:
    """A duty is missed, a period ends, a window opens."""
    running = clock(direction=direction)

    assert [before, after] == [
        running.status(end_of(DAY) - MOMENT).value,
        running.status(end_of(DAY)).value,
    ]


@pytest.mark.parametrize(
    ("how", "direction", "in_time", "late"),
    [
        (DONE, AFTER, "met", "met_late"),
        (DONE, UNTIL, "ended", "ended"),
        (DONE, OPENS, "ended", "ended"),
        (AWAY, AFTER, "stopped", "missed"),
        (AWAY, UNTIL, "stopped", "ended"),
        (AWAY, OPENS, "stopped", "ended"),
    ],
)
def test_what_came_to_rest_was_in_time_or_late(
    how: ClockOutcome, direction: Direction, in_time: str, late: str
) -> None:
    """That a duty fell away later does not undo that it was not done in time."""
    running, now = clock(direction=direction), at("2026-12-31")

    assert [in_time, late] == [
        running.settle(how, end_of(DAY) - MOMENT, "CRC/e1").status(now).value,
        running.settle(how, end_of(DAY), "CRC/e1").status(now).value,
    ]


def test_what_will_settle_a_clock_has_not_settled_it_yet() -> None:
    """A settlement ahead of the present shows from its own instant."""
    ahead = clock().settle(DONE, at("2026-11-24"), "CRC/e1")

    assert ["running", "met"] == [
        ahead.status(at("2026-11-24") - MOMENT).value,
        ahead.status(at("2026-11-24")).value,
    ]


def test_the_earliest_settlement_stands() -> None:
    """By the law's own time, not by the order of arrival; of two at one instant the first."""
    told = clock().settle(DONE, at("2026-11-24"), "CRC/e1")
    earlier, later = at("2026-11-24") - MOMENT, at("2026-11-24") + MOMENT

    assert (AWAY, earlier, "CRC/e2") == settlement(told.settle(AWAY, earlier, "CRC/e2"))
    assert settlement(told) == settlement(told.settle(AWAY, later, "CRC/e2"))
    assert settlement(told) == settlement(told.settle(AWAY, at("2026-11-24"), "CRC/e2"))


def test_a_clock_with_several_reasons_rests_by_the_earliest_alone() -> None:
    """An earlier settlement no longer counts, and without a reason the clock is open again."""
    told = clock().settle(DONE, at("2026-11-24"), "CRC/e1")
    reasons = [(DONE, at("2026-11-26"), "CRC/e3"), (AWAY, at("2026-11-25"), "CRC/e2")]

    assert (AWAY, at("2026-11-25"), "CRC/e2") == settlement(told.settled_first_by(reasons))
    assert (None, None, None) == settlement(told.settled_first_by([]))
    assert (DONE, at("2026-11-24"), "CRC/e2") == settlement(
        told.settled_first_by([(DONE, at("2026-11-24"), "CRC/e2")])
    )


def test_a_reopened_clock_is_as_though_nothing_had_settled_it() -> None:
    """A clock without its settlement runs again."""
    settled = clock().settle(DONE, at("2026-11-24"), "CRC/e1")

    assert [True, False, True] == [clock().is_open, settled.is_open, settled.reopen().is_open]
    assert clock() == settled.reopen() == clock().reopen()


def test_a_moved_clock_says_from_when_and_why() -> None:
    """The date that it replaces is kept with the reason; the same date is no move."""
    moved = clock().moved_to(IN_HOURS, "a new calendar")

    assert (IN_HOURS, "2026-11-25: a new calendar") == (moved.due, moved.moved_from)
    assert "2026-11-25 12:00:00+00:00: again" == moved.moved_to(IN_DAYS, "again").moved_from
    assert clock() == clock().moved_to(IN_DAYS, "a new calendar")


def settlement(settled: Clock) -> tuple[ClockOutcome | None, datetime | None, str | None]:
    return settled.settled, settled.settled_at, settled.settled_by
