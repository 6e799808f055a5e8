"""Clocks and duties of a sentence, as the view shows them."""

from datetime import datetime
from typing import Any

from states.entities import OpenDuty
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import TimerKind
from states.time.clock import Clock, ClockOutcome
from states.time.london import day_of, iso
from states.vocabulary import ClockStatus, RequirementKind


def clock_view(s: Sentence, clock: Clock, law: Law, now: datetime) -> dict[str, Any]:
    """Return one clock, with its status at `now` and why it is due when it is."""
    timescale, due = clock.timescale, clock.due
    edition = clock.edition or law.edition
    at = clock.settled_at
    return {
        "id": clock.id,
        "timescale": timescale.id,
        "title": timescale.title,
        "standard": timescale.standard,
        "hardness": timescale.hardness.value,
        "subject": clock.subject,
        "started_at": iso(clock.started_at),
        "due_at": iso(due.due_at),
        "due_on": iso(due.due_on),
        "provisional": due.provisional,
        "status": clock.status(now).value,
        "settled_at": iso(at) if at is not None and at <= now else None,
        "settled_by": clock.settled_by if at is not None and at <= now else None,
        "why": {
            "rule": timescale.rule,
            "trigger": clock.trigger,
            "skipped": list(due.skipped),
            "source": edition.cited(timescale, _requirement(s, clock.subject)),
            "edition": edition.name,
            "calendar": (clock.calendar or law.calendar).name,
            "moved_from": clock.moved_from,
            "moves": [
                {"from": iso(m.before), "to": iso(m.after), "reason": m.reason}
                for m in clock.due_changes
            ],
        },
    }


def status_word(status: str, settled_at: object | None) -> str:
    """Return the status of a clock as a person reads it.

    A clock that is missed is overdue for as long as there is still something to do.
    """
    return "overdue" if status == ClockStatus.MISSED.value and settled_at is None else status


def duties_view(s: Sentence, law: Law, now: datetime) -> list[dict[str, Any]]:
    """Return the duties that have no deadline, oldest first, with their age in London days."""
    found = sorted(s.duties.values(), key=lambda duty: (duty.since, duty.id))
    return [_duty_view(s, duty, law, now) for duty in found]


def _requirement(s: Sentence, subject: str | None) -> RequirementKind | None:
    imposed = s.requirements.get(subject) if subject is not None else None
    return imposed.requirement.kind if imposed is not None else None


def _duty_view(s: Sentence, item: OpenDuty, law: Law, now: datetime) -> dict[str, Any]:
    at = item.settled_at if item.settled_at is not None and item.settled_at <= now else None
    over = "done" if item.settled is ClockOutcome.DONE else "fell_away"
    edition = item.edition or law.edition
    return {
        "id": item.id,
        "duty": item.duty.id,
        "title": item.duty.title,
        "standard": item.duty.standard,
        "hardness": item.duty.hardness.value,
        "owner": item.duty.owner.value,
        "subject": item.subject,
        "since": iso(item.since),
        "age_days": max(0, (day_of(at or now) - day_of(item.since)).days),
        "status": "open" if at is None else over,
        "settled_at": iso(at),
        "settled_by": item.settled_by if at is not None else None,
        "notices": list(item.notices),
        "why": {
            "rule": item.duty.rule,
            "trigger": item.trigger,
            "source": edition.cited(item.duty, _requirement(s, item.subject)),
            "edition": edition.name,
        },
    }


def ordered_clocks(s: Sentence) -> list[Clock]:
    """Return the clocks of a sentence, soonest due first."""
    dated = [clock for clock in s.clocks.values() if clock.due.due_at is not None]
    counters = [clock for clock in s.clocks.values() if clock.due.due_at is None]
    dated.sort(key=lambda clock: (clock.due.due_at, clock.id))
    return dated + sorted(counters, key=lambda clock: clock.id)


def overdue_clocks(s: Sentence, now: datetime) -> list[Clock]:
    """Return the clocks that are missed at `now`, unsettled, and bind by a standard."""
    return [clock for clock in _late(s, now) if clock.timescale.binds]


def overdue_prompts(s: Sentence, now: datetime) -> list[Clock]:
    """Return the clocks that are missed at `now` and unsettled, and bind by no standard."""
    return [clock for clock in _late(s, now) if not clock.timescale.binds]


def _late(s: Sentence, now: datetime) -> list[Clock]:
    return [
        clock
        for clock in ordered_clocks(s)
        if clock.status(now) is ClockStatus.MISSED
        and (clock.settled_at is None or clock.settled_at > now)
    ]


def running_clocks(s: Sentence, now: datetime) -> list[Clock]:
    """Return the dated clocks that run at `now`, soonest due first."""
    return [
        clock
        for clock in ordered_clocks(s)
        if clock.due.due_at is not None and clock.status(now) is ClockStatus.RUNNING
    ]


def leading_clocks(s: Sentence, now: datetime) -> list[Clock]:
    """Return the running clocks with a number from a document, or that bind by a standard.

    They are what ops see first; the prompts, whose lengths are ours, come behind them.
    """
    return [
        clock
        for clock in running_clocks(s, now)
        if clock.timescale.timer is TimerKind.NAMED or clock.timescale.binds
    ]
