"""A due date follows from a rule, a trigger and a calendar, and from nothing else."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from activities.standards import load_catalogue
from states.standards.provisions import Timescale
from states.standards.terms import Direction, TimerKind, Unit
from states.time.due import Due, MissingTriggerError, compute, reach
from states.time.london import end_of, start_of
from tests.timescales import timescale

CATALOGUE = load_catalogue()
CALENDAR = CATALOGUE.calendar()
EDITION = CATALOGUE.editions["ns-2015"]
RULES = EDITION.timescales

AFTER, UNTIL, CAP = Direction.LATEST_AFTER, Direction.UNTIL, Direction.CAP
OPENS, BEFORE = Direction.EARLIEST_BEFORE, Direction.LATEST_BEFORE


def due(rule: Timescale, on: date) -> Due:
    return compute(rule, at=None, on=on, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("rule", "on", "due_on"),
    [
        ("first-appt-community", date(2015, 2, 2), date(2015, 2, 9)),
        ("first-appt-community", date(2015, 3, 27), date(2015, 4, 7)),
        ("first-appt-community", date(2015, 4, 4), date(2015, 4, 13)),
        ("first-appt-community-held", date(2015, 2, 2), date(2015, 2, 9)),
        ("enforce-6wd", date(2015, 4, 1), date(2015, 4, 13)),
        ("enforce-6wd", date(2015, 12, 24), date(2016, 1, 6)),
        ("enforce-6wd", date(2026, 11, 23), date(2026, 12, 1)),
        ("first-contact-release", date(2015, 4, 2), date(2015, 4, 7)),
        ("first-contact-release", date(2015, 8, 28), date(2015, 9, 1)),
        ("first-contact-release-day", date(2015, 4, 3), date(2015, 4, 3)),
        ("upw-start-7wd", date(2015, 2, 2), date(2015, 2, 11)),
        ("upw-induction-in-time", date(2015, 2, 2), date(2015, 2, 11)),
        ("upw-finish-12-months", date(2015, 2, 2), date(2016, 2, 1)),
        ("upw-finish-12-months", date(2016, 2, 29), date(2017, 2, 28)),
        ("upw-watch", date(2015, 2, 2), date(2015, 11, 1)),
        ("upw-sso-watch", date(2016, 5, 31), date(2016, 2, 29)),
        ("upw-sso-no-extension", date(2016, 2, 1), date(2016, 2, 1)),
        ("recall-decision-9wd", date(2015, 4, 1), date(2015, 4, 16)),
        ("recall-decision-9wd", date(2015, 5, 18), date(2015, 6, 1)),
        ("recall-10-day-timescale", date(2015, 4, 1), date(2015, 4, 17)),
        ("recall-10-day-timescale", date(2015, 5, 18), date(2015, 6, 2)),
        ("recall-10-day-timescale", date(2015, 5, 15), date(2015, 6, 1)),
        ("ftr-28-days", date(2015, 6, 1), date(2015, 6, 28)),
        ("standard-recall-term", date(2016, 6, 1), date(2016, 6, 1)),
        ("victim-offer-8w", date(2015, 9, 1), date(2015, 10, 27)),
        ("victim-asap", date(2015, 9, 1), date(2015, 9, 29)),
        ("plan-custody-prepared", date(2015, 10, 1), date(2015, 10, 1)),
        ("ap-prep-3-months", date(2015, 10, 1), date(2015, 7, 1)),
        ("ap-prep-3-months", date(2015, 5, 31), date(2015, 2, 28)),
        ("conditions-to-governor", date(2015, 10, 1), date(2015, 9, 3)),
        ("reporting-to-governor", date(2015, 10, 1), date(2015, 9, 3)),
        ("warning-window-end", date(2015, 3, 10), date(2016, 3, 9)),
        ("requirement-before-order-end", date(2016, 2, 1), date(2016, 2, 1)),
        ("court-hearing", date(2016, 2, 1), date(2016, 2, 1)),
        ("court-info-in-time", date(2016, 2, 1), date(2016, 1, 29)),
        ("immediate-risk-action", date(2016, 2, 1), date(2016, 2, 1)),
        ("rosh-referral-no-delay", date(2015, 4, 2), date(2015, 4, 7)),
        ("plan-updated-prompt", date(2015, 3, 27), date(2015, 4, 7)),
        ("enforce-immediate", date(2026, 11, 22), date(2026, 11, 22)),
        ("failure-window-12m", date(2015, 3, 10), date(2016, 3, 9)),
        ("failure-window-12m", date(2016, 2, 29), date(2017, 2, 28)),
        ("evaluation-by-end", date(2016, 3, 31), date(2016, 3, 31)),
        ("order-end", date(2027, 11, 1), date(2027, 11, 1)),
        ("officer-assigned-prompt", date(2015, 4, 2), date(2015, 4, 7)),
        ("induction-at-start", date(2022, 5, 31), date(2022, 6, 9)),
        ("imposition-prompt", date(2022, 9, 15), date(2022, 9, 23)),
    ],
)
def test_a_duty_lasts_to_the_end_of_its_london_day(rule: str, on: date, due_on: date) -> None:
    """The worked days of the documents, each until the midnight that ends it.

    Hours, windows that open and what has no date follow below.
    """
    found = due(RULES[rule], on)

    assert (due_on, end_of(due_on)) == (found.due_on, found.due_at)


@pytest.mark.parametrize(
    ("rule", "on", "opens_on"),
    [
        ("evaluation-opens", date(2016, 3, 31), date(2016, 2, 4)),
        ("plan-custody-opens", date(2015, 10, 1), date(2015, 7, 9)),
    ],
)
def test_a_window_opens_with_its_london_day(rule: str, on: date, opens_on: date) -> None:
    """Evaluation 8 weeks before the end, the plan of custody 12 weeks before release (AMB-24)."""
    found = due(RULES[rule], on)

    assert (opens_on, start_of(opens_on)) == (found.due_on, found.due_at)


@pytest.mark.parametrize(
    ("bound", "on", "last_day"),
    [
        ("exclusion-min", date(2015, 2, 2), date(2015, 4, 1)),
        ("exclusion-min", date(2015, 12, 31), date(2016, 2, 29)),
        ("exclusion-max", date(2015, 2, 2), date(2017, 2, 1)),
        ("exclusion-max", date(2016, 2, 29), date(2018, 2, 28)),
        ("prohibited-max-co", date(2015, 2, 2), date(2018, 2, 1)),
        ("prohibited-max-sso", date(2015, 2, 2), date(2017, 2, 1)),
        ("custody-over-1-day", date(2015, 2, 2), date(2015, 2, 2)),
        ("custody-12m-victim", date(2015, 9, 1), date(2016, 8, 31)),
        ("attendance-centre-under-25", date(1992, 2, 29), date(2017, 2, 28)),
    ],
)
def test_a_bound_reaches_to_the_day_before_the_anniversary(
    bound: str, on: date, last_day: date
) -> None:
    """The first day is counted, as in every period; a bound itself is never due."""
    assert last_day == reach(EDITION.bound(bound), on)
    assert Due() == due(RULES[bound], on)


@pytest.mark.parametrize("bound", ["rar-max-days", "licence-night-away", "ora-cutover"])
def test_a_bound_without_a_period_reaches_no_day(bound: str) -> None:
    """Days of activity and nights are counted, and a day of law is itself the bound."""
    with pytest.raises(MissingTriggerError, match=f"{bound} counts from a length in days"):
        reach(EDITION.bound(bound), date(2015, 2, 2))


@pytest.mark.parametrize(
    ("rule", "on", "due_on"),
    [
        (timescale(1, Unit.WORKING_DAYS, AFTER), date(2015, 8, 28), date(2015, 9, 1)),
        (timescale(7, Unit.WORKING_DAYS, AFTER), date(2015, 2, 2), date(2015, 2, 11)),
        (timescale(9, Unit.WORKING_DAYS, AFTER), date(2015, 5, 18), date(2015, 6, 1)),
        (timescale(8, Unit.WEEKS, AFTER), date(2015, 9, 1), date(2015, 10, 27)),
        (timescale(12, Unit.WEEKS, OPENS), date(2015, 10, 1), date(2015, 7, 9)),
        (timescale(3, Unit.MONTHS, BEFORE), date(2015, 10, 1), date(2015, 7, 1)),
        (timescale(12, Unit.MONTHS, AFTER), date(2015, 2, 2), date(2016, 2, 1)),
        (timescale(28, Unit.CALENDAR_DAYS, UNTIL), date(2015, 6, 1), date(2015, 6, 28)),
        (timescale(28, Unit.CALENDAR_DAYS, AFTER), date(2015, 6, 1), date(2015, 6, 29)),
        (timescale(2, Unit.MONTHS, CAP), date(2026, 1, 31), date(2026, 3, 30)),
        (timescale(28, Unit.CALENDAR_DAYS, CAP), date(2015, 6, 1), date(2015, 6, 28)),
        (timescale(0, Unit.CALENDAR_DAYS, UNTIL), date(2028, 2, 29), date(2028, 2, 29)),
        (
            timescale(None, Unit.NONE, Direction.ON_THE_DAY),
            date(2028, 2, 29),
            date(2028, 2, 29),
        ),
    ],
)
def test_each_unit_and_direction_has_its_worked_day(
    rule: Timescale, on: date, due_on: date
) -> None:
    """Rules that no edition holds are computed in the same way."""
    assert due_on == due(rule, on).due_on


@pytest.mark.parametrize("rule", ["recall-nonemergency-24h"])
def test_hours_elapse_through_a_change_of_the_clock(rule: str) -> None:
    """24 hours from 17:00 BST on the last night of summer time end at 16:00 GMT (AMB-41)."""
    decided = datetime(2015, 10, 24, 17, tzinfo=timezone(timedelta(hours=1)))

    found = compute(RULES[rule], at=decided, on=None, calendar=CALENDAR)

    assert Due(due_on=None, due_at=datetime(2015, 10, 25, 16, tzinfo=UTC)) == found


@pytest.mark.parametrize(
    ("rule", "due_at"),
    [
        ("recall-nonemergency-24h", datetime(2015, 5, 30, 15, tzinfo=UTC)),
        ("recall-emergency-2h", datetime(2015, 5, 29, 17, tzinfo=UTC)),
    ],
)
def test_hours_run_through_a_weekend(rule: str, due_at: datetime) -> None:
    """Hours from a Friday afternoon run at once, whatever the working days say (AMB-07)."""
    decided = datetime(2015, 5, 29, 15, tzinfo=UTC)

    assert due_at == compute(RULES[rule], at=decided, on=None, calendar=CALENDAR).due_at


@pytest.mark.parametrize(
    ("failed_on", "due_at"),
    [
        (date(2026, 3, 20), datetime(2026, 3, 30, 23, tzinfo=UTC)),
        (date(2026, 10, 19), datetime(2026, 10, 28, tzinfo=UTC)),
    ],
)
def test_days_end_at_midnight_in_london_on_either_side_of_a_clock_change(
    failed_on: date, due_at: datetime
) -> None:
    """Six working days over each change end at London's midnight, 23:00 or 00:00 UTC."""
    assert due_at == due(RULES["enforce-6wd"], failed_on).due_at


def test_the_day_of_an_instant_is_its_london_day() -> None:
    """An allocation at 23:30 UTC in June is of the next London day."""
    rule = RULES["first-appt-community"]
    allocated = datetime(2015, 6, 1, 23, 30, tzinfo=UTC)

    found = compute(rule, at=allocated, on=None, calendar=CALENDAR)

    assert date(2015, 6, 9) == found.due_on


def test_only_timescales_that_count_suspension_pass_over_suspended_days() -> None:
    """A suspension moves a first appointment and leaves enforcement alone."""
    rules = (RULES["first-appt-community"], RULES["enforce-6wd"])

    moved, kept = (
        compute(rule, at=None, on=date(2026, 11, 23), calendar=CALENDAR, suspended=_in_november)
        for rule in rules
    )

    assert (date(2026, 12, 4), date(2026, 12, 1)) == (moved.due_on, kept.due_on)
    assert "2026-11-24 suspended" in moved.skipped


def test_a_suspension_without_an_end_leaves_no_date() -> None:
    """Neither day nor instant is made up while nobody knows when supervision resumes."""
    found = compute(
        RULES["first-appt-community"],
        at=None,
        on=date(2026, 11, 23),
        calendar=CALENDAR,
        suspended=lambda _: True,
    )

    assert (None, None) == (found.due_on, found.due_at)


@pytest.mark.parametrize(
    "rule",
    [
        "record-same-day",
        "breach-co-2-in-12m",
        "breach-sso-unstated",
        "breach-pss-3-in-12m",
        "recall-notice-police",
    ],
)
def test_what_is_measured_and_not_timed_has_no_date(rule: str) -> None:
    """A counter, the delay of a record and a time that nobody states have no due date."""
    assert TimerKind.NONE is RULES[rule].timer
    assert Due() == due(RULES[rule], date(2026, 11, 23))


def test_what_is_measured_against_a_length_has_a_date_and_no_timer() -> None:
    """AMB-06: how fast somebody was back in prison is held against the page's two days."""
    rule = RULES["recall-within-two-days"]

    assert TimerKind.NONE is rule.timer
    assert date(2026, 11, 25) == due(rule, date(2026, 11, 23)).due_on
    assert not rule.binds


def test_a_due_date_past_the_published_holidays_is_provisional() -> None:
    """A count in working days says so; one in weeks depends on no holiday."""
    assert due(RULES["enforce-6wd"], date(2028, 12, 27)).provisional
    assert not due(timescale(8, Unit.WEEKS, AFTER), date(2028, 12, 27)).provisional


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (timescale(2, Unit.HOURS, AFTER), "example counts from an instant"),
        (timescale(2, Unit.WEEKS, AFTER), "example counts from a day"),
    ],
)
def test_a_timescale_without_its_trigger_is_refused(rule: Timescale, message: str) -> None:
    """The refusal says what was missing."""
    with pytest.raises(MissingTriggerError, match=message) as refused:
        compute(rule, at=None, on=None, calendar=CALENDAR)
    assert rule.id == refused.value.timescale


def _in_november(day: date) -> bool:
    return date(2026, 11, 24) <= day <= date(2026, 11, 27)
