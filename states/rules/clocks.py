"""What starts a clock or opens a duty: when, why, and by which event."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from states.entities import OpenDuty
from states.rules import edition_history
from states.rules.notifications import notify_duty
from states.rules.triggers import TriggerContext, applicable_duties, applicable_timescales
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.provisions import Provision, Timescale
from states.standards.terms import (
    AppliesTo,
    Direction,
    Settlement,
    TimerKind,
    Trigger,
)
from states.time.calendar import WorkingCalendar
from states.time.clock import Clock, ClockOutcome
from states.time.due import Due, compute


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


def recompute_due(s: Sentence, law: Law, clock: Clock) -> Due:
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
    for timescale in applicable_timescales(s, law, trigger, regime):
        for key in s.by_provision.get(timescale.id, ()):
            clock = s.clocks[key]
            if subject is None or clock.subject == subject:
                due = due_of(s, law, clock.timescale, clock.started_at, on)
                moved = clock.moved_to(due, reason)
                s.clocks[key] = replace(moved, counted_from=on, calendar=law.calendar)


def done_key(row: str) -> str:
    """Return under which name it is kept that somebody said a row was done (`duty_discharged`)."""
    return f"{Settlement.DUTY_DISCHARGED}:{row}"


def record_done(s: Sentence, what: str, subject: str | None, at: datetime, by: str | None) -> None:
    """Keep that something was done, in case that what it discharges has not begun: the latest."""
    known = s.done.get((what, subject))
    if known is None or known[0] <= at:
        s.done[what, subject] = (at, by)


def settle(
    s: Sentence,
    law: Law,
    settlement: Settlement,
    *,
    at: datetime,
    by: str | None,
    subject: str | None = None,
) -> None:
    """Settle what `settlement` discharges or ends: what is about `subject`, and about nothing.

    Without a subject it discharges all that it can, whatever that is about.
    """
    record_done(s, settlement.value, subject, at, by)
    # Where editions have changed, each row goes by its own: the law only says where to look.
    for row in law.settled_by(settlement):
        for key in _of_row(s, row, subject):
            if settlement in provision_of(s, key).discharged_by:
                discharge(s, key, at=at, by=by)
    for row in law.ended_by(settlement):
        for key in _of_row(s, row, subject):
            if settlement in provision_of(s, key).ends_with:
                cancel(s, key, at=at, by=by)


def settle_contact(
    s: Sentence, law: Law, kind: str, *, at: datetime, by: str | None, subject: str | None = None
) -> None:
    """Settle what a contact of that kind discharges.

    The `subject` is a requirement: it narrows only what there is one of for each requirement.
    """
    record_done(s, f"{Settlement.CONTACT_RECORDED}:{kind}", subject, at, by)
    for row in law.settled_by_contact(kind):
        for key in s.by_provision.get(row, ()):
            known, about = provision_of(s, key), subject_of(s, key)
            everything = subject is None or not known.requirements
            if kind in known.contact_kinds and (everything or about in (subject, None)):
                discharge(s, key, at=at, by=by)


def _of_row(s: Sentence, row: str, subject: str | None) -> Iterator[str]:
    for key in s.by_provision.get(row, ()):
        if subject is None or subject_of(s, key) in (subject, None):
            yield key


def provision_of(s: Sentence, key: str) -> Provision:
    """Return the rule of a clock or duty, which stays its own whatever the edition becomes."""
    clock = s.clocks.get(key)
    return clock.timescale if clock is not None else s.duties[key].duty


def subject_of(s: Sentence, key: str) -> str | None:
    """Return what a clock or duty is about."""
    clock = s.clocks.get(key)
    return clock.subject if clock is not None else s.duties[key].subject


def discharge(s: Sentence, key: str, *, at: datetime, by: str | None) -> None:
    """Settle exactly one clock or duty, by its id, as done at `at`."""
    clock = s.clocks.get(key)
    if clock is not None:
        s.clocks[key] = clock.settle(ClockOutcome.DONE, at, by)
    else:
        s.duties[key] = s.duties[key].settle(ClockOutcome.DONE, at, by)


def cancel(s: Sentence, key: str, *, at: datetime, by: str | None) -> None:
    """Stop a clock or duty that fell away at `at`; one that does not exist is no matter."""
    if (clock := s.clocks.get(key)) is not None:
        s.clocks[key] = clock.settle(ClockOutcome.FELL_AWAY, at, by)
    elif (duty := s.duties.get(key)) is not None:
        s.duties[key] = duty.settle(ClockOutcome.FELL_AWAY, at, by)


def is_running(s: Sentence, trigger: Trigger) -> bool:
    """Whether anything that `trigger` starts is still open."""
    keys = (key for found in s.by_provision.values() for key in found)
    return any(trigger in provision_of(s, key).triggers and is_open(s, key) for key in keys)


def is_open(s: Sentence, key: str) -> bool:
    """Whether a clock or duty of that id exists that nothing has settled."""
    if (clock := s.clocks.get(key)) is not None:
        return clock.is_open
    duty = s.duties.get(key)
    return duty is not None and duty.settled_at is None


def cancel_triggered(
    s: Sentence, law: Law, trigger: Trigger, *, at: datetime, by: str | None, subject: str | None
) -> None:
    """Stop what `trigger` started about `subject`, under whichever regime that was."""
    for regime in AppliesTo:
        rows = {
            row.id
            for edition in law.editions()
            for row in (
                *edition.triggered_by(trigger, regime),
                *edition.duties_triggered_by(trigger, regime),
            )
        }
        for row in sorted(rows):
            for key in s.by_provision.get(row, ()):
                if subject is None or subject_of(s, key) == subject:
                    cancel(s, key, at=at, by=by)


def clock_id(row: str, subject: str | None) -> str:
    """Return the id of a clock or duty: its row, and what it is about where several can be."""
    return row if subject is None else f"{row}/{subject}"


def start(
    s: Sentence,
    law: Law,
    trigger: Trigger,
    occasion: TriggerContext,
    *,
    subject: str | None = None,
    requirement: str | None = None,
    regime: AppliesTo | None = None,
) -> None:
    """Start every clock and open every duty of `trigger`, and leave alone those there are.

    Args:
        s: The sentence.
        law: The law that governs it.
        trigger: What happened.
        occasion: When, why and by which event, whose notices are queued.
        subject: What it is about, where there can be several.
        requirement: The requirement concerned: rows limited to other kinds stay silent. When
            None, such rows start once for each requirement of their kinds.
        regime: Whose rules govern; the present regime's when None.
    """
    for timescale in applicable_timescales(s, law, trigger, regime, occasion):
        if not _opens(timescale, trigger, occasion):
            continue
        for about in _subjects(s, timescale, subject, requirement):
            key = clock_id(timescale.id, about)
            if key not in s.clocks:
                at, because, on = occasion.at, occasion.because, occasion.on
                due = due_of(s, law, timescale, at, on)
                home = edition_history.edition_of(law, timescale)
                s.clocks[key] = Clock(
                    *(key, timescale, about, at, because, due, on),
                    edition=home,
                    calendar=law.calendar,
                )
                _index(s, timescale, key, about)
    for duty in applicable_duties(s, law, trigger, regime, occasion):
        if not _opens(duty, trigger, occasion):
            continue
        for about in _subjects(s, duty, subject, requirement):
            key = clock_id(duty.id, about)
            if key not in s.duties:
                keys = tuple(notify_duty(s, duty, about, trigger, occasion))
                if duty.notices and not keys:
                    # The requirement names nobody who would have to be told.
                    continue
                home = edition_history.edition_of(law, duty)
                s.duties[key] = OpenDuty(
                    *(key, duty, about, occasion.at, occasion.because, keys), edition=home
                )
                _index(s, duty, key, about)
                _spare_told(s, key)


def _subjects(
    s: Sentence, row: Provision, subject: str | None, requirement: str | None
) -> Iterator[str | None]:
    """Yield what a row is about: one clock for each requirement of the kinds that it names."""
    if not row.requirements:
        yield subject
    elif requirement is not None:
        known = s.requirements.get(requirement)
        if known is not None and known.requirement.kind in row.requirements:
            yield subject
    else:
        for key, item in s.requirements.items():
            if item.requirement.kind in row.requirements and item.is_open:
                yield key


def _spare_told(s: Sentence, key: str) -> None:
    """Take the notices of a duty back that was done before: who was told is not told again."""
    duty = s.duties[key]
    if duty.settled_at is not None:
        for notice in duty.notices:
            s.effects.pop(notice, None)
        s.duties[key] = replace(duty, notices=())


def _opens(row: Provision, trigger: Trigger, occasion: TriggerContext) -> bool:
    """Whether the row names what it is: the kind of contact, the agency, kinds of requirements."""
    if occasion.requirement_only and not row.requirements:
        return False
    match trigger:
        case Trigger.CONTACT_OF_KIND:
            return occasion.kind in row.opening_kinds
        case Trigger.AGENCY_FLAGGED:
            return occasion.kind in row.agencies
        case _:
            return True


def _index(s: Sentence, row: Provision, key: str, subject: str | None) -> None:
    siblings = s.by_provision.get(row.id, ())
    s.by_provision[row.id] = (*siblings, key)
    if not row.done_before:
        return
    contacts = (f"{Settlement.CONTACT_RECORDED}:{kind}" for kind in row.contact_kinds)
    for what in (*row.discharged_by, *contacts, done_key(row.id)):
        known = s.done.get((what, subject)) or s.done.get((what, None))
        # What was done once counts once: it does not answer the next occasion too.
        if known is not None and all(_settled_by(s, other) != known[1] for other in siblings):
            discharge(s, key, at=known[0], by=known[1])


def _settled_by(s: Sentence, key: str) -> str | None:
    clock = s.clocks.get(key)
    return clock.settled_by if clock is not None else s.duties[key].settled_by
