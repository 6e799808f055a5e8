"""Reopening: run clocks and duties again that ended although nothing was done."""

from dataclasses import replace
from datetime import datetime

from states.sentence import Sentence
from states.standards.terms import Direction
from states.time.clock import ClockOutcome


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
