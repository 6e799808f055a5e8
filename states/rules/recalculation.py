"""Recalculation: date running clocks again once other days count as working days.

A suspension or another calendar changes which days count. Only an unsettled clock whose due date is
still the one that its own rule computes is dated again; a clock that was moved for another reason,
such as an early end, keeps that date.
"""

from dataclasses import replace

from states.events.administration import CalendarRevised
from states.rules.appointments import refresh_appointments
from states.rules.clocks import recompute_due
from states.rules.edition_history import LAW_KEEPERS, missing_lookup, unknown_reference
from states.rules.evaluation import refresh_evaluation
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome, Nature
from states.sentence import Sentence
from states.standards.law import Law, ReferenceKind
from states.time.calendar import WorkingCalendar
from states.time.clock import Clock


def computed_clocks(s: Sentence, law: Law) -> tuple[str, ...]:
    """Return the ids of the unsettled clocks whose due date is the one that their rule computes."""
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
    *,
    reason: str,
    calendar: WorkingCalendar | None = None,
) -> None:
    """Date the clocks `keys` by the days that count now, by `calendar` where one is given."""
    for key in keys:
        clock = s.clocks[key]
        if calendar is not None:
            clock = replace(clock, calendar=calendar)
        s.clocks[key] = clock.moved_to(recompute_due(s, law, clock), reason)
    # Whether a booking or an evaluation is in time depends on the dates just moved.
    refresh_appointments(s, law)
    refresh_evaluation(s)


def _refuse_calendar(_s: Sentence, e: CalendarRevised, law: Law) -> str | None:
    result = law.lookup_results[e.uid]
    if result.calendar is None:
        return unknown_reference(ReferenceKind.CALENDAR, e.calendar, result)
    return None


def _revise_calendar(s: Sentence, e: CalendarRevised, law: Law) -> HandlerOutcome:
    calendar = law.lookup_results[e.uid].calendar
    if calendar is None or calendar.name == law.calendar.name:
        return HandlerOutcome(note=f"{e.calendar} was in force already")
    keys = computed_clocks(s, law)
    s.law = replace(law, calendar=calendar)
    reason = f"calendar {law.calendar.name} gave way to {calendar.name}"
    recalculate(s, s.law, keys, reason=reason, calendar=calendar)
    return REGULAR


HANDLERS = (
    EventHandler(
        CalendarRevised,
        _revise_calendar,
        nature=Nature.FACT,
        roles=LAW_KEEPERS,
        requires=None,
        depends_on=missing_lookup,
        guard=_refuse_calendar,
    ),
)
