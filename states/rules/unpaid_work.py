"""Unpaid work: start in time, hours watched, return to court when they fall short (D19).

A court can give a community order more time for the work and for nothing else (G8): the order then
lasts as long as the work, and its other requirements keep their ends. The end of a suspended
sentence order never moves for it (G9): there the requirement is varied before the end.
"""

from dataclasses import replace
from datetime import date, datetime

from states.events.court import CourtDecided
from states.events.requirements import Prospect, RequirementProgressed
from states.rules import clocks
from states.rules.event_dates import time_of_act
from states.rules.triggers import applicable_timescales, trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.due import Due
from states.time.london import end_of
from states.vocabulary import RequirementKind, SentenceType

INDUCTION = "upw-induction-in-time"
FINISH = "upw-finish-12-months"
ON_TRACK = "unpaid_work_on_track"
"""Kind of contact by which an officer reports that the hours will be done in time."""

SHORT = {
    SentenceType.COMMUNITY_ORDER: (Prospect.LATE, Prospect.NOT_BEFORE_END, Prospect.NONE),
    # A late end inside the operational period needs no court (D19.3).
    SentenceType.SUSPENDED_SENTENCE_ORDER: (Prospect.NOT_BEFORE_END, Prospect.NONE),
}
"""Prospects with which an order goes back to court (D19.1, D19.2, D19.4, D19.5)."""


def open_unpaid_work(s: Sentence, key: str | None = None) -> list[str]:
    """Return the ids of open unpaid work requirements; only `key` where it is given."""
    return [
        name
        for name, item in s.requirements.items()
        if item.requirement.kind is RequirementKind.UNPAID_WORK
        and item.is_open
        and key in (None, name)
    ]


def check_work_induction(s: Sentence, key: str, on: date) -> str | None:
    """Date the induction by the first work session, which it has to precede (P.UPW).

    Return the note where the work began without it; None otherwise.
    """
    clock_key = clocks.clock_id(INDUCTION, key)
    clock = s.clocks.get(clock_key)
    if clock is None or not clock.is_open:
        return None
    if clock.due.due_on is not None and on < clock.due.due_on:
        reason = f"the first work session was on {on}"
        s.clocks[clock_key] = clock.moved_to(Due(on, end_of(on)), reason)
    return f"work began on {on}, and no induction is on record"


def record_prospect(s: Sentence, law: Law, e: RequirementProgressed, on: date) -> None:
    """Record the prospect of the work as it is on the day `on` (D19)."""
    key = e.requirement_id
    prospect = e.prospect
    s.requirements[key] = replace(s.requirements[key], prospect=prospect)
    at = time_of_act(e, on)
    if prospect in SHORT.get(s.kind, ()):
        for provision in applicable_timescales(s, law, Trigger.UNPAID_WORK_SHORTFALL):
            clocks.discard_cancelled(s, clocks.clock_id(provision.id, key))
        shortfall = trigger_context(e, f"{key} will be short of hours", on=on, at=at)
        clocks.start(
            s, law, Trigger.UNPAID_WORK_SHORTFALL, context=shortfall, subject=key, requirement=key
        )
        return
    clocks.settle_contact(s, law, ON_TRACK, at=at, by=e.uid, subject=key)
    clocks.cancel_triggered(s, law, Trigger.UNPAID_WORK_SHORTFALL, at=at, by=e.uid, subject=key)


def settle_return_to_court(
    s: Sentence, law: Law, *, at: datetime, by: str, key: str | None = None
) -> None:
    """Settle the return of the work to court, or the court's change of it."""
    for name in open_unpaid_work(s, key):
        clocks.settle(s, law, Settlement.RETURNED_TO_COURT, at=at, by=by, subject=name)


def extend_work(s: Sentence, law: Law, e: CourtDecided) -> None:
    """Extend unpaid work, and nothing else, to the day that the court named (T27, G8).

    Under a suspended sentence order no day beyond the operational period is given (G9).
    """
    settle_return_to_court(s, law, at=e.occurred_at, by=e.uid, key=e.requirement_id)
    if e.ends_on is None:
        return
    suspended = s.kind is SentenceType.SUSPENDED_SENTENCE_ORDER
    last = min(e.ends_on, s.ends_on or e.ends_on) if suspended else e.ends_on
    for key in open_unpaid_work(s, e.requirement_id):
        _move_end(s, law, key, ends_on=last, e=e)


def keep_ends(s: Sentence, law: Law, e: CourtDecided, *, last: date) -> None:
    """Let every other open requirement end when it was to, by the day `last` of the order."""
    reason = f"the court gave more time for unpaid work alone, so the rest ends on {last}"
    ended = trigger_context(e, reason, on=last)
    extended = open_unpaid_work(s, e.requirement_id)
    for key, known in s.requirements.items():
        if not known.is_open or key in extended:
            continue
        if known.ends_on is None:
            s.requirements[key] = replace(known, ends_on=last)
            trigger = Trigger.REQUIREMENT_END
            clocks.start(s, law, trigger, context=ended, subject=key, requirement=key)
        # What is to be done before the order ends is still due by its old end.
        clocks.redate(s, law, Trigger.ORDER_END, on=last, reason=reason, subject=key)


def _move_end(s: Sentence, law: Law, key: str, ends_on: date, e: CourtDecided) -> None:
    known = s.requirements[key]
    s.requirements[key] = replace(known, ends_on=ends_on)
    reason = f"the court gave {key} time to {ends_on}"
    clocks.redate(s, law, Trigger.REQUIREMENT_END, on=ends_on, reason=reason, subject=key)
    ended = trigger_context(e, reason, on=ends_on)
    clocks.start(s, law, Trigger.REQUIREMENT_END, context=ended, subject=key, requirement=key)
    finish = clocks.clock_id(FINISH, key)
    clock = s.clocks.get(finish)
    if clock is not None and clock.is_open:
        # The duty is twelve months until a court gives more (AMB-40).
        s.clocks[finish] = clock.moved_to(Due(ends_on, end_of(ends_on)), reason)
