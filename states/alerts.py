"""Alerts that time alone causes: overdue clocks, escalations, reminders to judge.

An alert is an effect like any other, but it is first sent only after a quiet spell: the evidence
that a duty was done may be the next message in the queue.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from states.entities import Effect
from states.rules.clocks import clock_id
from states.rules.failure_counts import failures_on
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Direction, RecipientRole, TimerKind, Trigger
from states.time.clock import Clock, ClockOutcome
from states.time.london import day_of, start_of
from states.vocabulary import ClockStatus

_LATE = (ClockStatus.MISSED, ClockStatus.MET_LATE)
_REMINDERS = "explanation-prompts"

OVERDUE: Final = "overdue"
"""Template of an alert about one overdue clock."""


def _effect(template: str, clock: Clock, recipient: str, due: date | datetime) -> Effect:
    key = f"{template}/{clock.id}/{due.isoformat()}/{recipient}"
    facts = (("clock", clock.id), ("due", due.isoformat()), ("standard", clock.timescale.standard))
    return Effect(key, template, recipient, clock.id, facts)


def _overdue(s: Sentence, clock: Clock, now: datetime) -> Iterator[Effect]:
    due = clock.due.due_on or clock.due.due_at
    late = clock.status(now) in _LATE or _ran_over(clock, now)
    if due is not None and late and not _listed_only(s, clock):
        for recipient in clock.timescale.tells:
            yield _effect(OVERDUE, clock, recipient.value, due)


def _ran_over(clock: Clock, now: datetime) -> bool:
    """Return whether a period ran out that a person had to end, as a release ends a recall."""
    if clock.timescale.direction is not Direction.UNTIL or clock.settled is ClockOutcome.FELL_AWAY:
        return False
    if clock.settled_at is not None and clock.settled_by is None:
        # The calendar itself ended it on its last day: there was nothing to do.
        return False
    return clock.is_past(now if clock.settled_at is None else min(clock.settled_at, now))


def _listed_only(s: Sentence, clock: Clock) -> bool:
    # A bulk import brings years of history: what fell due before it went live is shown, not sent.
    live_from = s.imposed.live_from if s.imposed is not None else None
    due_at = clock.due.due_at
    return live_from is not None and due_at is not None and due_at <= start_of(live_from)


def escalates_at(clock: Clock) -> datetime | None:
    """Return when an unsettled clock is escalated; None where it never is."""
    hours = clock.timescale.escalate_after_hours
    return None if hours is None else clock.started_at + timedelta(hours=hours)


def reminders_at(s: Sentence, law: Law, clock: Clock) -> tuple[datetime, ...]:
    """Return when the officer is reminded to judge the failures that `clock` answers (AMB-44).

    A reminder that was justified when it fell due stays, so a later judgement does not take it
    back. There is none before the report or after the judgement.
    """
    if clock.timescale.trigger is not Trigger.FAILURE or clock.counted_from is None:
        return ()
    if not _comes_first(s, law, clock):
        return ()
    judged = [failure.first_judged_at for failure in failures_on(s, clock.counted_from)]
    edition, calendar = clock.edition or law.edition, clock.calendar or law.calendar
    days = (
        calendar.count(clock.counted_from, number).due_on for number in edition.numbers(_REMINDERS)
    )
    moments = (start_of(day) for day in days if day is not None)
    return tuple(
        moment
        for moment in moments
        if clock.started_at <= moment
        and _open_at(clock, moment)
        and any(at is None or at > moment for at in judged)
    )


def _comes_first(s: Sentence, law: Law, clock: Clock) -> bool:
    """Return whether no clock of the same failure day is shorter; on licence two run."""
    edition = clock.edition or law.edition
    rows = (
        row
        for regime in clock.timescale.applies_to
        for row in edition.triggered_by(Trigger.FAILURE, regime)
    )
    beside = (s.clocks.get(clock_id(row.id, clock.subject)) for row in rows)
    return all(one is None or _rank(clock) <= _rank(one) for one in beside)


def _rank(clock: Clock) -> tuple[bool, int, str]:
    # A number from the documents comes before a prompt of ours.
    row = clock.timescale
    return row.timer is not TimerKind.NAMED, row.amount or 0, clock.id


def alerts(s: Sentence, law: Law, now: datetime) -> dict[str, Effect]:
    """Return the alerts of the sentence at `now`, by key."""
    found: dict[str, Effect] = {}
    for clock in s.clocks.values():
        for effect in _alerts_of(s, law, clock, now):
            found[effect.key] = effect
    return found


def _alerts_of(s: Sentence, law: Law, clock: Clock, now: datetime) -> Iterator[Effect]:
    yield from _overdue(s, clock, now)
    at = escalates_at(clock)
    if at is not None and at <= now and _open_at(clock, at) and not _listed_only(s, clock):
        for recipient in clock.timescale.tells:
            yield _effect("escalated", clock, recipient.value, at)
    if not _listed_only(s, clock):
        for moment in reminders_at(s, law, clock):
            if moment <= now:
                yield _effect("judge-reminder", clock, RecipientRole.OFFICER.value, day_of(moment))


def _open_at(clock: Clock, moment: datetime) -> bool:
    return clock.settled_at is None or clock.settled_at > moment
