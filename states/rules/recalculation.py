"""Date running clocks anew when the days that count have changed: by a suspension or a calendar.

Only a clock that nothing has settled is dated anew, and only where its date is its own count: one
that was moved for a reason of its own, such as an early end, keeps the date that this gave it.
"""

from dataclasses import replace

from states.rules.appointments import refresh_appointments
from states.rules.clocks import recompute_due
from states.rules.evaluation import refresh_evaluation
from states.sentence import Sentence
from states.standards.law import Law
from states.time.calendar import WorkingCalendar
from states.time.clock import Clock


def computed_clocks(s: Sentence, law: Law) -> tuple[str, ...]:
    """Return the ids of the unsettled clocks whose date is their own count, as it is now."""
    return tuple(
        key
        for key, clock in s.clocks.items()
        if _is_unsettled(s, clock) and clock.due == recompute_due(s, law, clock)
    )


def _is_unsettled(s: Sentence, clock: Clock) -> bool:
    # A booking for a later day meets the standard only when that day has come.
    return clock.settled_at is None or (s.at is not None and clock.settled_at > s.at)


def recalculate(
    s: Sentence,
    law: Law,
    keys: tuple[str, ...],
    reason: str,
    calendar: WorkingCalendar | None = None,
) -> None:
    """Date the clocks `keys` by the days as they count now, by `calendar` where one is given."""
    for key in keys:
        clock = s.clocks[key]
        if calendar is not None:
            clock = replace(clock, calendar=calendar)
        s.clocks[key] = clock.moved_to(recompute_due(s, law, clock), reason)
    # Whether a booking or an evaluation is in time goes by the dates as they stand now.
    refresh_appointments(s, law)
    refresh_evaluation(s)
