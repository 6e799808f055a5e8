"""When a clock is due, and when it is due after a day, a calendar or a pause has moved it."""

from dataclasses import replace
from datetime import date, datetime

from states.calendar import WorkingCalendar
from states.clock import Clock
from states.due import Due, compute
from states.law import Law
from states.rules.clocks.governing import governing
from states.sentence import Sentence
from states.timescale import AppliesTo, Direction, TimerKind, Timescale, Trigger


def due_of(s: Sentence, law: Law, timescale: Timescale, at: datetime, on: date | None) -> Due:
    """Return when `timescale` is due, counted from the day `on` or the instant `at`."""
    return _due_by(s, law.calendar, timescale, at, on)


def _due_by(
    s: Sentence, calendar: WorkingCalendar, timescale: Timescale, at: datetime, on: date | None
) -> Due:
    due = _counted(s, calendar, timescale, at, on)
    if not _before_sentence(s, timescale, due):
        return due
    # What a sentence is too short for is prompted by the date to which it counts.
    return _counted(s, calendar, timescale.model_copy(update={"amount": 0}), at, on)


def _before_sentence(s: Sentence, timescale: Timescale, due: Due) -> bool:
    """Whether a length that is ours would have prompted before there was a sentence."""
    if s.imposed is None or due.due_on is None or timescale.timer is not TimerKind.PROMPT:
        return False
    ahead = timescale.direction is Direction.LATEST_BEFORE
    return ahead and due.due_on < s.imposed.sentenced_on


def _counted(
    s: Sentence, calendar: WorkingCalendar, timescale: Timescale, at: datetime, on: date | None
) -> Due:
    if not s.suspensions:
        return compute(timescale, at=at, on=on, calendar=calendar)
    held, endless = s.suspensions.covers, s.suspensions.endless_from
    return compute(timescale, at=at, on=on, calendar=calendar, suspended=held, endless_from=endless)


def due_again(s: Sentence, law: Law, clock: Clock) -> Due:
    """Return when `clock` is due by its own rule, calendar and day: also where it was moved."""
    calendar = clock.calendar or law.calendar
    return _due_by(s, calendar, clock.timescale, clock.started_at, clock.counted_from)


def redate(
    s: Sentence,
    law: Law,
    trigger: Trigger,
    on: date,
    reason: str,
    *,
    subject: str | None = None,
    regime: AppliesTo | None = None,
) -> None:
    """Re-date the clocks that count to or from a day which has moved to `on` (T29)."""
    for timescale in governing(s, law, trigger, regime):
        for key in s.by_provision.get(timescale.id, ()):
            clock = s.clocks[key]
            if subject is None or clock.subject == subject:
                due = due_of(s, law, clock.timescale, clock.started_at, on)
                moved = clock.moved_to(due, reason)
                s.clocks[key] = replace(moved, counted_from=on, calendar=law.calendar)
