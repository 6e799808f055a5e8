"""Count unacceptable failures: one a day, within twelve months, unspent (D2, D5, D8)."""

from datetime import date

from states.calendar import anniversary
from states.law import Law
from states.london import day_of
from states.records import Failure, IssuedWarning
from states.rules import clocks
from states.sentence import Sentence
from states.timescale import Trigger


def keep(s: Sentence, failure: Failure) -> None:
    """Put a failure, or what is known of it by now, on the record."""
    s.failures[failure.id] = failure
    s.failure_days = None


def failure_days(s: Sentence) -> dict[date, tuple[Failure, ...]]:
    """Return each day with a failure, in order, and its failures."""
    if s.failure_days is None:
        found: dict[date, tuple[Failure, ...]] = {}
        for failure in s.failures.values():
            found[failure.failed_on] = (*found.get(failure.failed_on, ()), failure)
        s.failure_days = dict(sorted(found.items()))
        s.unacceptable_days = tuple(
            day
            for day, failures in s.failure_days.items()
            if any(failure.acceptable is False for failure in failures)
        )
    return s.failure_days


def failures_of(s: Sentence, day: date) -> tuple[Failure, ...]:
    """Return the failures of one day: whatever their number, they count as one at most."""
    return failure_days(s).get(day, ())


def is_spent(s: Sentence, day: date) -> bool:
    """Return whether a court that let the order continue has dealt with the failures of `day`."""
    return s.spent_at is not None and day <= day_of(s.spent_at)


def countable_days(s: Sentence) -> tuple[date, ...]:
    """Return every unacceptable and unspent failure-day, in order, whatever its age."""
    if s.failure_days is None:
        failure_days(s)
    if s.spent_at is None:
        return s.unacceptable_days
    return tuple(day for day in s.unacceptable_days if not is_spent(s, day))


def within(days: tuple[date, ...], on: date) -> tuple[date, ...]:
    """Return those of `days` that count on the day `on`.

    The window is the twelve months that end with `on`; the anniversary itself is out (AMB-04).
    """
    return tuple(day for day in days if day <= on < anniversary(day))


def counted_days(s: Sentence, on: date) -> tuple[date, ...]:
    """Return the failure-days that count on the day `on`."""
    return within(countable_days(s), on)


def threshold(s: Sentence, law: Law) -> int | None:
    """Return the count at which breach is advised for this sentence; None where none is set."""
    for timescale in clocks.governing(s, law, Trigger.THRESHOLD_REACHED):
        return timescale.threshold
    return None


def standing_warnings(s: Sentence, on: date) -> tuple[IssuedWarning, ...]:
    """Return the warnings that still count on the day `on`: not withdrawn, spent or outlived."""
    counted = set(counted_days(s, on))
    return tuple(
        warning
        for warning in s.warnings.values()
        if warning.withdrawn_at is None
        and any(s.failures[f].failed_on in counted for f in warning.failure_ids)
    )
