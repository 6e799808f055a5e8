"""The clocks of one failure-day, brought in line with what is known of it.

Nothing here remembers what happened in which order: each clock is derived again from the failures
of the day and from what was done about them, so a late judgement or a withdrawn warning leads to
the same clocks as an early one. On licence the nine days are answered by a warning as by a recall
(D6.3, D6.5, AMB-08). Each day keeps its own clock, and one action may answer several (D6.7).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from states.clock import Clock, Settled
from states.law import Law
from states.records import Failure
from states.rules import clocks
from states.rules.answering import Answer, answers, before_court, in_prison
from states.rules.clocks import Occasion
from states.rules.counting import (
    countable_days,
    failure_days,
    failures_of,
    of_regime,
    regimes_of,
    spent_at,
    threshold,
    within,
)
from states.rules.window import refresh_window
from states.sentence import Sentence
from states.timescale import AppliesTo, Settlement, Trigger
from states.vocabulary import State

ENFORCEMENT = (Trigger.FAILURE, Trigger.PUBLIC_PROTECTION_FAILURE)
"""What starts the clocks that hold up T09 while one of them is open."""

_CLOSED_WITH: Final = {"recall-10-day-timescale": "recall-decision-9wd"}
"""Where somebody closed the decision with a reason, nothing is left that could be initiated."""


@dataclass(frozen=True, slots=True)
class Course:
    """When a clock of the day starts, if it does, and when its duty fell away, if it did."""

    trigger: Trigger
    since: datetime | None = None
    over: datetime | None = None


def _courses(
    s: Sentence, law: Law, day: date, regime: AppliesTo, failures: tuple[Failure, ...]
) -> Iterator[Course]:
    reported = min(failure.reported_at for failure in failures)
    concern = min((f.concern_at for f in failures if f.concern_at), default=None)
    evidence = [f.judged_at for f in failures if f.acceptable is False and before_court(s, f)]
    # A court that lets the order continue leaves nothing to be done about what went before.
    dealt_with = spent_at(s, day)
    spent = max(dealt_with, reported) if dealt_with is not None else None
    # On licence a concern hurries the recall; the nine days run beside it all the same (D12.3).
    on_licence = regime is AppliesTo.LICENCE
    hurried = None if on_licence else concern
    held = in_prison(s, day, failures) if on_licence else None
    inside = max(held, reported) if held is not None else None
    reasons = (hurried, spent, inside, *evidence)
    over = min((at for at in reasons if at is not None), default=None)
    since = None if hurried is not None and hurried <= reported else reported
    yield Course(Trigger.FAILURE, since, over)
    yield Course(Trigger.PUBLIC_PROTECTION_FAILURE, concern, spent)
    judged = max((f.judged_at for f in failures if f.judged_at), default=None)
    if judged is None:
        return
    days = countable_days(s, regime)
    gone = max(dealt_with, judged) if dealt_with is not None else judged
    counts = day in days
    yield Course(Trigger.UNACCEPTABLE_FAILURE, judged if counts else None, None if counts else gone)
    limit = threshold(s, law, regime)
    reached = counts and limit is not None and len(within(days, day, regime)) >= limit
    yield Course(Trigger.THRESHOLD_REACHED, judged if reached else None, None if reached else gone)


def refresh_day(s: Sentence, law: Law, day: date) -> None:
    """Derive the clocks of one failure-day again: those of each regime under which one failed.

    In prison nothing is served that one could fail, and there is no clock to keep (5.3).
    """
    failures = failures_of(s, day)
    for regime in regimes_of(failures):
        _refresh(s, law, day, regime, of_regime(failures, regime))


def _refresh(
    s: Sentence, law: Law, day: date, regime: AppliesTo, failures: tuple[Failure, ...]
) -> None:
    done = tuple(answers(s, failures))
    subject = str(day)
    concerned = next((f.requirement_id for f in failures if f.requirement_id is not None), "")
    because = f"failure_reported {', '.join(f.id for f in failures[:3])}, failed on {day}"
    for course in _courses(s, law, day, regime, failures):
        if course.since is not None:
            clocks.start(
                *(s, law, course.trigger),
                Occasion(
                    *(course.since, because, failures[0].cause, _from(course, day)), failed_on=day
                ),
                subject=subject,
                requirement=concerned,
                regime=regime,
            )
        for timescale in clocks.governing(s, law, course.trigger, regime):
            _settle(s, clocks.clock_id(timescale.id, subject), course, done)


def _from(course: Course, day: date) -> date | None:
    # An immediate duty counts from the moment the concern is known, all others from the failure.
    return None if course.trigger is Trigger.PUBLIC_PROTECTION_FAILURE else day


def _settle(s: Sentence, key: str, course: Course, done: tuple[Answer, ...]) -> None:
    before = s.clocks.get(key)
    if before is None:
        return
    discharging = before.timescale.discharged_by
    reasons = [(Settled.DONE, at, by) for what, at, by in done if what in discharging]
    reasons.extend((Settled.DONE, at, by) for at, by in _closed_by_hand(s, before))
    if course.over is not None:
        reasons.insert(0, (Settled.FELL_AWAY, course.over, None))
    clock = before.settled_first_by(reasons)
    if course.trigger in ENFORCEMENT:
        _answer(s, before, clock)
    s.clocks[key] = clock


def _closed_by_hand(s: Sentence, clock: Clock) -> Iterator[tuple[datetime, str | None]]:
    """Yield when somebody closed the clock with a reason, as is left after a licence (G14)."""
    if Settlement.DUTY_DISCHARGED not in clock.timescale.discharged_by:
        return
    row = clock.timescale.id
    for said in (row, _CLOSED_WITH.get(row, row)):
        known = s.done.get((clocks.said_done(said), clock.subject))
        if known is not None and known[0] >= clock.started_at:
            yield known


def _answer(s: Sentence, before: Clock, after: Clock) -> None:
    if after.is_open:
        s.unanswered.add(after.id)
        return
    s.unanswered.discard(after.id)
    if before.is_open:
        s.unblocked_at = s.at


def refresh_days(s: Sentence, law: Law, since: date | None = None) -> None:
    """Derive the clocks of failure-days again, unless the sentence is over.

    What is known of a failure bears on its own day and, by the count, on later ones; `since`
    leaves out the days before it.
    """
    if s.state is State.COMPLETED:
        return
    s.derivations += 1
    for day in failure_days(s):
        if since is None or day >= since:
            refresh_day(s, law, day)
    refresh_window(s, law)


def refresh_days_of(s: Sentence, law: Law, failure_ids: tuple[str, ...]) -> None:
    """Derive the clocks of the days of these failures, and of later days, again."""
    refresh_days(s, law, min(s.failures[f].failed_on for f in failure_ids))
