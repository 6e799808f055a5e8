"""Clocks and duties: started, settled, moved and cancelled as the data of the edition say.

Code of the rules reports a trigger or a settlement; the provisions of the edition say what that
starts or discharges. A provision is a timescale, which becomes a clock, or a duty, which stays open
until it is done and is never timed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from states.entities import OpenDuty
from states.rules import edition_history
from states.rules.law_values import legal_timescale
from states.rules.notifications import notify_duty
from states.rules.triggers import TriggerContext, applicable_duties, applicable_timescales
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.provisions import Duty, Provision, Timescale
from states.standards.terms import AppliesTo, Direction, Settlement, TimerKind, Trigger
from states.time.calendar import WorkingCalendar
from states.time.clock import Clock, ClockOutcome
from states.time.due import Due, compute
from states.time.london import start_of


def due_of(s: Sentence, law: Law, timescale: Timescale, at: datetime, on: date | None) -> Due:
    """Return the due date of `timescale`, counted from the day `on` or the instant `at`."""
    return _due_by(s, law.calendar, timescale, at=at, on=on)


def _due_by(
    s: Sentence, calendar: WorkingCalendar, timescale: Timescale, at: datetime, on: date | None
) -> Due:
    due = _counted(s, calendar, timescale, at=at, on=on)
    if not _before_sentence(s, timescale, due):
        return due
    # A sentence shorter than the lead time of a prompt is prompted on the target date itself.
    return _counted(s, calendar, timescale.model_copy(update={"amount": 0}), at=at, on=on)


def _before_sentence(s: Sentence, timescale: Timescale, due: Due) -> bool:
    """Return whether a prompt with a length of our own would fall before the sentence."""
    if s.imposed is None or due.due_on is None or timescale.timer is not TimerKind.PROMPT:
        return False
    ahead = timescale.direction is Direction.LATEST_BEFORE
    return ahead and due.due_on < s.imposed.sentenced_on


def _counted(
    s: Sentence, calendar: WorkingCalendar, timescale: Timescale, at: datetime, on: date | None
) -> Due:
    if not s.suspensions:
        return compute(timescale, at=at, on=on, calendar=calendar)
    held = s.suspensions.covers
    endless = s.suspensions.endless_from
    return compute(timescale, at=at, on=on, calendar=calendar, suspended=held, endless_from=endless)


def recompute_due(s: Sentence, law: Law, clock: Clock) -> Due:
    """Return the due date of `clock` by its own rule, calendar and day, ignoring any move."""
    calendar = clock.calendar or law.calendar
    return _due_by(s, calendar, clock.timescale, at=clock.started_at, on=clock.counted_from)


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
    """Re-date the clocks that count to or from a day that has moved to `on` (T29)."""
    for timescale in applicable_timescales(s, law, trigger, regime=regime):
        for key in s.by_provision.get(timescale.id, ()):
            clock = s.clocks[key]
            if subject is None or clock.subject == subject:
                due = due_of(s, law, clock.timescale, at=clock.started_at, on=on)
                moved = clock.moved_to(due, reason)
                s.clocks[key] = replace(moved, counted_from=on, calendar=law.calendar)


def done_key(provision_id: str) -> str:
    """Return the key in `s.done` of an explicit discharge of a provision (`duty_discharged`)."""
    return f"{Settlement.DUTY_DISCHARGED}:{provision_id}"


def record_done(s: Sentence, what: str, subject: str | None, at: datetime, by: str | None) -> None:
    """Record the latest time at which something was done, for a clock or duty that opens later."""
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
    """Settle the clocks and duties that `settlement` discharges or ends.

    They are those about `subject` and those without a subject; when None, those about any subject.
    """
    record_done(s, settlement.value, subject, at=at, by=by)
    # A clock keeps the provision of its own edition; the law only tells which ids to look at.
    for provision_id in law.settled_by(settlement):
        for key in _keys_of(s, provision_id, subject):
            if settlement in provision_of(s, key).discharged_by:
                discharge(s, key, at=at, by=by)
    for provision_id in law.ended_by(settlement):
        for key in _keys_of(s, provision_id, subject):
            if settlement in provision_of(s, key).ends_with:
                cancel(s, key, at=at, by=by)


def settle_contact(
    s: Sentence, law: Law, kind: str, *, at: datetime, by: str | None, subject: str | None = None
) -> None:
    """Settle the clocks and duties that a contact of that kind discharges.

    `subject` is a requirement: it narrows only provisions that are limited to kinds of
    requirements.
    """
    record_done(s, f"{Settlement.CONTACT_RECORDED}:{kind}", subject, at=at, by=by)
    for provision_id in law.settled_by_contact(kind):
        for key in s.by_provision.get(provision_id, ()):
            known = provision_of(s, key)
            about = subject_of(s, key)
            everything = subject is None or not known.requirements
            if kind in known.contact_kinds and (everything or about in (subject, None)):
                discharge(s, key, at=at, by=by)


def _keys_of(s: Sentence, provision_id: str, subject: str | None) -> Iterator[str]:
    for key in s.by_provision.get(provision_id, ()):
        if subject is None or subject_of(s, key) in (subject, None):
            yield key


def provision_of(s: Sentence, key: str) -> Provision:
    """Return the provision of a clock or duty, which it keeps when the edition changes."""
    clock = s.clocks.get(key)
    return clock.timescale if clock is not None else s.duties[key].duty


def subject_of(s: Sentence, key: str) -> str | None:
    """Return the subject of a clock or duty; None where it has none."""
    clock = s.clocks.get(key)
    return clock.subject if clock is not None else s.duties[key].subject


def discharge(s: Sentence, key: str, *, at: datetime, by: str | None) -> None:
    """Settle exactly one clock or duty, by its id, as done at `at`."""
    clock = s.clocks.get(key)
    if clock is not None:
        s.clocks[key] = clock.settle(ClockOutcome.DONE, at, by)
    else:
        s.duties[key] = s.duties[key].settle(ClockOutcome.DONE, at, by)


def settle_by_day(s: Sentence, keys: tuple[str, ...], done: list[tuple[date, str]]) -> None:
    """Settle clocks by the first act in `done`, each a day and its event; reopen without one.

    The hour is not recorded: the start of the day is in time for a last day that is due to its end.
    """
    for key in keys:
        clock = s.clocks.get(key)
        if clock is None or clock.settled is ClockOutcome.FELL_AWAY:
            continue
        clock = clock.reopen()
        if done:
            day, cause = min(done)
            clock = clock.settle(ClockOutcome.DONE, start_of(day), cause)
        s.clocks[key] = clock


def cancel(s: Sentence, key: str, *, at: datetime, by: str | None) -> None:
    """Cancel a clock or duty that fell away at `at`; do nothing if it does not exist."""
    if (clock := s.clocks.get(key)) is not None:
        s.clocks[key] = clock.settle(ClockOutcome.FELL_AWAY, at, by)
    elif (duty := s.duties.get(key)) is not None:
        s.duties[key] = duty.settle(ClockOutcome.FELL_AWAY, at, by)


def is_running(s: Sentence, trigger: Trigger) -> bool:
    """Return whether any clock or duty that `trigger` starts is still open."""
    keys = (key for found in s.by_provision.values() for key in found)
    return any(trigger in provision_of(s, key).triggers and is_open(s, key) for key in keys)


def is_open(s: Sentence, key: str) -> bool:
    """Return whether a clock or duty of that id exists and is not settled."""
    if (clock := s.clocks.get(key)) is not None:
        return clock.is_open
    duty = s.duties.get(key)
    return duty is not None and duty.settled_at is None


def cancel_triggered(
    s: Sentence, law: Law, trigger: Trigger, *, at: datetime, by: str | None, subject: str | None
) -> None:
    """Cancel the clocks and duties that `trigger` started about `subject`, under any regime."""
    for regime in AppliesTo:
        provision_ids = {
            provision.id
            for edition in law.editions()
            for provision in (
                *edition.triggered_by(trigger, regime),
                *edition.duties_triggered_by(trigger, regime),
            )
        }
        for provision_id in sorted(provision_ids):
            for key in s.by_provision.get(provision_id, ()):
                if subject is None or subject_of(s, key) == subject:
                    cancel(s, key, at=at, by=by)


def clock_id(provision_id: str, subject: str | None) -> str:
    """Return the id of a clock or duty: the id of its provision, and its subject if it has one."""
    return provision_id if subject is None else f"{provision_id}/{subject}"


def start(
    s: Sentence,
    law: Law,
    trigger: Trigger,
    context: TriggerContext,
    *,
    subject: str | None = None,
    requirement: str | None = None,
    regime: AppliesTo | None = None,
) -> None:
    """Start every clock and open every duty of `trigger`; keep those that exist already.

    Args:
        s: The sentence.
        law: The law that governs it.
        trigger: The trigger.
        context: Time, reason and event; the notices of the duties are queued under that event.
        subject: The subject, where a sentence can have several.
        requirement: The requirement concerned: provisions limited to other kinds do not start. When
            None, such provisions start once for each open requirement of their kinds.
        regime: The regime whose provisions apply; the present regime when None.
    """
    for timescale in applicable_timescales(s, law, trigger, regime=regime, context=context):
        if not _opens(s, timescale, trigger, context=context):
            continue
        for about in _subjects(s, timescale, subject, requirement=requirement):
            key = clock_id(timescale.id, about)
            dated = legal_timescale(s, law, timescale, at=context.at, on=context.on)
            if key not in s.clocks and dated is not None:
                s.clocks[key] = Clock(
                    key,
                    dated,
                    about,
                    started_at=context.at,
                    trigger=context.because,
                    due=due_of(s, law, dated, at=context.at, on=context.on),
                    counted_from=context.on,
                    edition=edition_history.edition_of(law, timescale),
                    calendar=law.calendar,
                )
                _index(s, timescale, key, subject=about)
    for duty in applicable_duties(s, law, trigger, regime=regime, context=context):
        if not _opens(s, duty, trigger, context=context):
            continue
        for about in _subjects(s, duty, subject, requirement=requirement):
            key = clock_id(duty.id, about)
            if key not in s.duties:
                keys = tuple(notify_duty(s, duty, about, trigger=trigger, context=context))
                if duty.notices and not keys:
                    # The requirement names no stakeholder to notify.
                    continue
                s.duties[key] = OpenDuty(
                    key,
                    duty,
                    about,
                    since=context.at,
                    trigger=context.because,
                    notices=keys,
                    edition=edition_history.edition_of(law, duty),
                )
                _index(s, duty, key, subject=about)
                _retract_notices(s, key)


def _subjects(
    s: Sentence, provision: Provision, subject: str | None, requirement: str | None
) -> Iterator[str | None]:
    """Yield the subjects of a provision: one for each requirement of the kinds that it names."""
    if not provision.requirements:
        yield subject
    elif requirement is not None:
        known = s.requirements.get(requirement)
        if known is not None and known.requirement.kind in provision.requirements:
            yield subject
    else:
        for key, item in s.requirements.items():
            if item.requirement.kind in provision.requirements and item.is_open:
                yield key


def _retract_notices(s: Sentence, key: str) -> None:
    """Take back the notices of a duty that was done before it opened."""
    duty = s.duties[key]
    if duty.settled_at is not None:
        for notice in duty.notices:
            s.effects.pop(notice, None)
        s.duties[key] = replace(duty, notices=())


def _opens(s: Sentence, provision: Provision, trigger: Trigger, context: TriggerContext) -> bool:
    """Return whether the provision covers the kind of contact, agency or requirement at hand."""
    if context.requirement_only and not provision.requirements:
        return False
    if context.before_start and not _prepares(provision):
        return False
    if isinstance(provision, Timescale) and _never_possible(s, provision, trigger, context=context):
        return False
    match trigger:
        case Trigger.CONTACT_OF_KIND:
            return context.kind in provision.opening_kinds
        case Trigger.AGENCY_FLAGGED | Trigger.AGENCY_LEVEL_CHANGED | Trigger.AGENCY_RELEASED:
            return context.kind in provision.agencies
        case _:
            return True


def _prepares(provision: Provision) -> bool:
    """Return whether the provision owes notices that can be given before a requirement begins."""
    return isinstance(provision, Duty) and provision.done_before and bool(provision.notices)


def _never_possible(
    s: Sentence, timescale: Timescale, trigger: Trigger, context: TriggerContext
) -> bool:
    """Return whether a duty before release never arises, because release came with the sentence.

    A person who has served the time on remand is released on the day of sentence.
    """
    if trigger is not Trigger.EXPECTED_RELEASE or s.imposed is None or context.on is None:
        return False
    before = timescale.direction in (Direction.LATEST_BEFORE, Direction.EARLIEST_BEFORE)
    return before and context.on <= s.imposed.sentenced_on


def _index(s: Sentence, provision: Provision, key: str, subject: str | None) -> None:
    siblings = s.by_provision.get(provision.id, ())
    s.by_provision[provision.id] = (*siblings, key)
    if not provision.done_before:
        return
    contacts = (f"{Settlement.CONTACT_RECORDED}:{kind}" for kind in provision.contact_kinds)
    for what in (*provision.discharged_by, *contacts, done_key(provision.id)):
        known = s.done.get((what, subject)) or s.done.get((what, None))
        # An act counts once: if it settled a sibling, it does not settle this one too.
        if known is not None and all(_settled_by(s, other) != known[1] for other in siblings):
            discharge(s, key, at=known[0], by=known[1])


def _settled_by(s: Sentence, key: str) -> str | None:
    clock = s.clocks.get(key)
    return clock.settled_by if clock is not None else s.duties[key].settled_by


def discard_cancelled(s: Sentence, key: str) -> None:
    """Remove a cancelled clock or duty so that it can start again; keep any other."""
    clock = s.clocks.get(key)
    duty = s.duties.get(key)
    if clock is not None and clock.settled is ClockOutcome.FELL_AWAY:
        provision_id = s.clocks.pop(key).timescale.id
    elif duty is not None and duty.settled is ClockOutcome.FELL_AWAY:
        provision_id = s.duties.pop(key).duty.id
    else:
        return
    s.by_provision[provision_id] = tuple(
        other for other in s.by_provision[provision_id] if other != key
    )


def reopen(s: Sentence, subject: str, since: datetime) -> None:
    """Reopen the clocks and duties about `subject` that ended undone at or after `since`.

    A clock that runs until a day of its own also counts as undone: it ran out.
    """
    for key, clock in s.clocks.items():
        at = clock.settled_at
        undone = (
            clock.settled is ClockOutcome.FELL_AWAY or clock.timescale.direction is Direction.UNTIL
        )
        if clock.subject == subject and undone and at is not None and at >= since:
            s.clocks[key] = clock.reopen()
    for key, duty in s.duties.items():
        at = duty.settled_at
        undone = duty.settled is ClockOutcome.FELL_AWAY
        if duty.subject == subject and undone and at is not None and at >= since:
            s.duties[key] = replace(duty, settled=None, settled_at=None, settled_by=None)
