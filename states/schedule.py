"""Schedule of a sentence: the times of the wake-ups at which its workflow decides again.

Each clock with a number from the documents has a wake-up of its own. The other clocks share one
prompt, and everything else shares one housekeeping wake-up. A wake-up only says when to decide
again; the fold decides, from the legal times.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from states.alerts import escalates_at, reminders_at
from states.calendar_transitions import upcoming
from states.event_log import EventLog, FoldResult
from states.rejection_notices import next_rejection_notice
from states.standards.law import Law
from states.standards.terms import TimerKind
from states.time.clock import Clock
from states.time.london import day_of, end_of
from states.vocabulary import ClockStatus

JITTER_SECONDS: Final = 900
"""Bound of the delay after midnight by which wake-ups of many sentences are spread."""

PROMPTS: Final = "prompts"
HOUSEKEEPING: Final = "housekeeping"


@dataclass(frozen=True, slots=True)
class Wakeup:
    """Time at which to decide again, and the reason."""

    at: datetime
    summary: str


def jitter(workflow_id: str) -> timedelta:
    """Return the delay of this sentence after midnight: 0 to 15 minutes, always the same."""
    return timedelta(seconds=zlib.crc32(workflow_id.encode()) % JITTER_SECONDS)


def _named(clock: Clock, due_at: datetime, later: timedelta) -> Wakeup:
    if clock.due.due_on is None:
        # An hour clock is in time up to its last instant, so the wake-up is just after it.
        return Wakeup(
            due_at + timedelta(milliseconds=1), f"{clock.id} due {due_at:%Y-%m-%d %H:%M} UTC"
        )
    return Wakeup(due_at + later, f"{clock.id} due {clock.due.due_on}")


def _prompts(
    clocks: list[Clock], decided: FoldResult, law: Law, later: timedelta
) -> Iterator[Wakeup]:
    for clock in clocks:
        due_at = clock.due.due_at
        if clock.timescale.timer is TimerKind.PROMPT and due_at is not None:
            yield _named(clock, due_at, later)
        at = escalates_at(clock)
        if at is not None:
            yield Wakeup(at, f"{clock.id} escalates")
        for moment in reminders_at(decided.sentence, law, clock):
            yield Wakeup(moment + later, f"{clock.id} to be judged")


def _housekeeping(
    case: EventLog,
    decided: FoldResult,
    now: datetime,
    quiet: timedelta,
    later: timedelta,
    also: Iterable[Wakeup],
) -> Iterator[Wakeup]:
    yield from also
    if decided.decidable_at is not None:
        yield Wakeup(decided.decidable_at, "an event that lay in the future")
    if (notice_at := next_rejection_notice(decided.notable, decided.dispositions, now)) is not None:
        yield Wakeup(notice_at, "the sender is notified of a held message")
    wanted = case.alerts_to_send(decided, now)
    if wanted.is_deferred:
        yield Wakeup(end_of(day_of(now)) + later, "the digest of the next day")
    unsent = any(key not in case.outbox.entries for key in wanted.alerts)
    if unsent and case.last_received_at is not None:
        yield Wakeup(case.last_received_at + quiet, "the quiet spell ends")
    next_try_at = case.outbox.next_try_at(decided.sentence.acknowledged)
    if next_try_at is not None:
        yield Wakeup(next_try_at, "a notice is tried again")
    for step in upcoming(decided.sentence):
        yield Wakeup(step.at + later, step.meaning)


def wakeups(
    case: EventLog,
    decided: FoldResult,
    law: Law,
    now: datetime,
    *,
    later: timedelta,
    quiet: timedelta,
    also: Iterable[Wakeup] = (),
) -> dict[str, Wakeup]:
    """Return the wake-ups after `now`, by key: the id of a clock, or one of the two shared keys.

    `also` are wake-ups of the caller that join the housekeeping.
    """
    running = [
        clock
        for _, clock in sorted(decided.sentence.clocks.items())
        if clock.status(now) is ClockStatus.RUNNING
    ]
    found: dict[str, Wakeup] = {}
    for clock in running:
        if clock.timescale.timer is TimerKind.NAMED and clock.due.due_at is not None:
            found[clock.id] = _named(clock, clock.due.due_at, later)
    shared = {
        PROMPTS: _prompts(running, decided, law, later),
        HOUSEKEEPING: _housekeeping(case, decided, now, quiet, later, also),
    }
    for key, candidates in shared.items():
        ahead = [wakeup for wakeup in candidates if wakeup.at > now]
        if ahead:
            found[key] = min(ahead, key=lambda wakeup: (wakeup.at, wakeup.summary))
    return {key: wakeup for key, wakeup in sorted(found.items()) if wakeup.at > now}
