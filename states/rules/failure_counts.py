"""Failure counts: unacceptable failures, one a day, within twelve months, unspent (D2, D5, D8).

The count is this sentence's own (D5.4): another sentence of the same person does not add to it, and
neither a new officer nor a transfer to another provider resets it or spends anything (D5.6, D8.8).

Each regime has its own count: a failure on licence never counts towards the threshold of
post-sentence supervision, nor the reverse (D5.5). No window is stated for a licence, so every
unspent failure counts there (AMB-35).
"""

from datetime import date, datetime
from typing import Final

from states.entities import Failure, IssuedWarning, Spending
from states.law.pack import LawFacts
from states.rules.triggers import applicable_timescales
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo, Trigger
from states.time.calendar import anniversary, last_day_of_months
from states.time.london import day_of


def record_failure(s: Sentence, failure: Failure) -> None:
    """Record a failure, or its new state."""
    s.failures[failure.id] = failure
    s.failure_days = None


def failure_days(s: Sentence) -> dict[date, tuple[Failure, ...]]:
    """Return each day with a failure, in order, and its failures.

    One missed appointment makes one such day (D2.1), failures of two days make two (D2.5).
    """
    if s.failure_days is None:
        found: dict[date, tuple[Failure, ...]] = {}
        for failure in s.failures.values():
            found[failure.failed_on] = (*found.get(failure.failed_on, ()), failure)
        s.failure_days = dict(sorted(found.items()))
        unacceptable: dict[AppliesTo | None, tuple[date, ...]] = {}
        for day, failures in s.failure_days.items():
            # On the day of a release or return, one day can count under one regime and not under
            # another.
            for regime in regimes_of(tuple(f for f in failures if f.acceptable is False)):
                unacceptable[regime] = (*unacceptable.get(regime, ()), day)
        s.unacceptable_days = unacceptable
    return s.failure_days


def failures_on(s: Sentence, day: date) -> tuple[Failure, ...]:
    """Return the failures of one day, which count as one at most (D2.2).

    They count where one of them is not excused (D2.3), and not at all where all are excused (D2.4).
    """
    return failure_days(s).get(day, ())


def regimes_of(failures: tuple[Failure, ...]) -> tuple[AppliesTo, ...]:
    """Return the regimes of the failures of one day; none where no requirement was in force.

    There are several where a release or a return was reported between two reports of one day.
    """
    return tuple(dict.fromkeys(f.regime for f in failures if f.regime is not None))


def of_regime(failures: tuple[Failure, ...], regime: AppliesTo) -> tuple[Failure, ...]:
    """Return those of the failures of one day that belong to `regime`."""
    return tuple(failure for failure in failures if failure.regime is regime)


def is_spent(s: Sentence, failure: Failure) -> bool:
    """Return whether a failure is spent (D8.1 to D8.4).

    Only what came before the decision of a court is. Of a failure on the day of the hearing only
    the day is known, so one that is reported after the decision is not lost: a person judges it.
    """
    if s.spent_to is None or failure.failed_on > s.spent_to:
        return False
    return any(spending.reaches(failure) for spending in s.spendings)


def unspent(s: Sentence, failures: tuple[Failure, ...]) -> tuple[Failure, ...]:
    """Return those of `failures` that are not spent."""
    return tuple(failure for failure in failures if not is_spent(s, failure))


def spent_at(s: Sentence, failures: tuple[Failure, ...]) -> datetime | None:
    """Return when all these failures were spent; later spendings change nothing."""
    found: datetime | None = None
    for failure in failures:
        at = next((item.at for item in s.spendings if item.reaches(failure)), None)
        if at is None:
            return None
        found = at if found is None else max(found, at)
    return found


def mark_spent(s: Sentence, spending: Spending) -> None:
    """Mark every failure and warning that `spending` reaches as spent (D8).

    Only a court (D8.1 to D8.3) or a re-release (D8.4) does so. The text on a further case, in which
    licence warnings are spent, is lost, and nothing is guessed (D8.5).
    """
    s.spent_to = spending.to if s.spent_to is None else max(s.spent_to, spending.to)
    s.spendings.append(spending)


def countable_days(s: Sentence, regime: AppliesTo | None = None) -> tuple[date, ...]:
    """Return every unacceptable and unspent failure-day of a regime, in order, of any age.

    The regime is the present one unless another is named. Accepted (D5.3) and spent (D5.2) failures
    are left out.
    """
    failure_days(s)
    days = s.unacceptable_days.get(regime or s.regime, ())
    if s.spent_to is None:
        return days
    governs = regime or s.regime
    return tuple(day for day in days if day > s.spent_to or _counts_unspent(s, day, governs))


def _counts_unspent(s: Sentence, day: date, regime: AppliesTo | None) -> bool:
    return any(
        failure.acceptable is False and failure.regime is regime and not is_spent(s, failure)
        for failure in failures_on(s, day)
    )


def days_in_window(days: tuple[date, ...], on: date, regime: AppliesTo | None) -> tuple[date, ...]:
    """Return those of `days` that count on the day `on`.

    The window is the twelve months that end with `on` (D5.1). The anniversary itself is outside
    (AMB-04), and that of 29 February is 1 March (D5.7). A failure outside the window is not spent
    (D8.7).
    """
    if regime is AppliesTo.LICENCE:
        return tuple(day for day in days if day <= on)
    return tuple(day for day in days if day <= on < anniversary(day))


def counted_days(s: Sentence, on: date, regime: AppliesTo | None = None) -> tuple[date, ...]:
    """Return the failure-days of a regime, by default the present one, that count on `on`."""
    governs = regime or s.regime
    return days_in_window(countable_days(s, governs), on, governs)


def highest_count(s: Sentence, day: date, regime: AppliesTo | None) -> tuple[date, ...]:
    """Return the failure-days that count together with `day`, on the day when they are most.

    A failure that comes to light late counts on the days of later failures too. Of several days
    with as many, it is the latest.
    """
    days = countable_days(s, regime)
    found = days_in_window(days, day, regime)
    for later in days:
        if later > day:
            counted = days_in_window(days, later, regime)
            if day in counted and len(counted) >= len(found):
                found = counted
    return found


_WARNED_BY_STATUTE = (AppliesTo.COMMUNITY_ORDER, AppliesTo.SUSPENDED_SENTENCE_ORDER)


REFER_IF_WARNED: Final = "order.warning.refer_if_warned_within"
"""Parameter: the months after a warning in which a further failure must be referred."""


def refer_until(law: Law, warning: IssuedWarning) -> date | None:
    """Return the last day on which a further failure must be referred because of `warning`.

    The months begin with the day of the warning, not with the failure that it was for. There is no
    such duty under supervision or on licence, from a warning that was withdrawn, or without a law
    pack, which has their number.
    """
    if warning.regime not in _WARNED_BY_STATUTE or warning.withdrawn_at is not None:
        return None
    given_on = day_of(warning.issued_at)
    found = None if law.pack is None else law.pack.resolve(REFER_IF_WARNED, given_on, LawFacts())
    months = None if found is None else found.value
    return last_day_of_months(given_on, months) if type(months) is int else None


def statutory_warning(
    s: Sentence, law: Law, day: date, regime: AppliesTo | None
) -> IssuedWarning | None:
    """Return the latest warning of an order in whose months a failure on `day` falls.

    Such a failure has to be referred (CJA 2003 Sch 8 and 12; Sentencing Code Sch 10 and 16, para
    6), whatever the count is; a warning that is spent brings no such duty.
    """
    if regime not in _WARNED_BY_STATUTE:
        return None
    found = [
        warning
        for warning in s.warnings.values()
        if (last := refer_until(law, warning)) is not None
        and day_of(warning.issued_at) <= day <= last
        and all(s.failures[f].failed_on != day for f in warning.failure_ids)
        and any(
            s.failures[f].acceptable is False and not is_spent(s, s.failures[f])
            for f in warning.failure_ids
        )
    ]
    return max(found, key=lambda warning: (warning.issued_at, warning.id), default=None)


def breach_threshold(s: Sentence, law: Law, regime: AppliesTo | None = None) -> int | None:
    """Return the count at which breach is advised (D7); None where none is set, as on licence."""
    for timescale in applicable_timescales(s, law, Trigger.THRESHOLD_REACHED, regime=regime):
        return timescale.threshold
    return None


def counted_warnings(s: Sentence, on: date) -> tuple[IssuedWarning, ...]:
    """Return the warnings that count on the day `on`: not withdrawn, spent or out of the window."""
    counted = set(counted_days(s, on))
    return tuple(
        warning
        for warning in s.warnings.values()
        if warning.withdrawn_at is None
        and any(s.failures[f].failed_on in counted for f in warning.failure_ids)
    )
