"""Failure-days: the clocks of one day with failures, derived from all that is known of it.

No order of arrival is remembered: each clock is derived again from the failures of the day and the
responses to them, so a late judgement or a withdrawn warning leads to the same clocks as an early
one. On licence a warning answers the nine days as a recall does (D6.3, D6.5, AMB-08). Each day
keeps its own clock, and one step may answer several (D6.7).

The window of a warning counts from the newest failure that counts. A breach before the court
suspends it (G7): its clock is cancelled, and runs again if the person returns to `warned`. No
window is stated for a licence, so there is none (AMB-35).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from states.entities import Breach, Failure, Recall
from states.rules import clocks
from states.rules.failure_counts import (
    breach_threshold,
    countable_days,
    days_in_window,
    failure_days,
    failures_on,
    of_regime,
    regimes_of,
    spent_at,
    statutory_warning,
)
from states.rules.triggers import TriggerContext, applicable_timescales
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo, Settlement, Trigger
from states.time.clock import Clock, ClockOutcome
from states.vocabulary import State


def refresh_warning_window(s: Sentence, law: Law) -> None:
    """Bring the clock of the window in line with the state and the failures that count."""
    provisions = applicable_timescales(s, law, Trigger.WARNING_WINDOW)
    if s.at is None or not provisions:
        return
    days = countable_days(s) if s.state is State.WARNED else ()
    if not days:
        for provision in provisions:
            clocks.cancel(s, provision.id, at=s.at, by=None)
        return
    newest = days[-1]
    because = f"the newest failure that counts is of {newest}"
    clocks.start(s, law, Trigger.WARNING_WINDOW, context=TriggerContext(s.at, because, on=newest))
    for provision in provisions:
        s.clocks[provision.id] = s.clocks[provision.id].reopen()
    clocks.redate(s, law, Trigger.WARNING_WINDOW, on=newest, reason=because)


Response = tuple[Settlement, datetime, str | None]
"""Response to a failure-day, its time, and its event."""


def responses(s: Sentence, failures: tuple[Failure, ...]) -> Iterator[Response]:
    """Yield every response to the failures of one day."""
    excused = all(f.acceptable for f in failures)
    if excused:
        last = max(failures, key=lambda f: (f.judged_at, f.id))
        if last.judged_at is not None:
            yield Settlement.EXPLANATION_ACCEPTED, last.judged_at, last.judged_by
    ids = {failure.id for failure in failures}
    for warning in s.warnings.values():
        # A warning withdrawn after an accepted explanation was still the response in time.
        counts = warning.withdrawn_at is None or excused
        if counts and ids.intersection(warning.failure_ids):
            yield Settlement.WARNING_ISSUED, warning.issued_at, warning.cause
            if warning.departure:
                yield Settlement.DEPARTURE_RECORDED, warning.issued_at, warning.cause
    for breach in s.breaches:
        if ids.intersection(breach.failure_ids):
            yield from _proceedings(breach)
    for recall in s.recalls:
        # A recall that was not carried out leaves its failures to be answered otherwise (T13).
        if recall.undone_at is None and ids.intersection(recall.failure_ids):
            yield from _recall(recall)


def _recall(recall: Recall) -> Iterator[Response]:
    yield Settlement.RECALL_DECIDED, recall.decided_at, recall.cause
    if recall.received_at:
        yield Settlement.RECALL_REPORT_RECEIVED, recall.received_at, recall.received_by


def _proceedings(breach: Breach) -> Iterator[Response]:
    yield Settlement.BREACH_DECIDED, breach.decided_at, breach.cause
    if breach.presented_at:
        yield Settlement.BREACH_REFERRED, breach.presented_at, breach.presented_by
    if breach.received_at:
        yield Settlement.REFERRAL_RECEIVED, breach.received_at, breach.received_by
    if breach.warrant_at:
        yield Settlement.WARRANT_SOUGHT, breach.warrant_at, breach.warrant_by


def judged_during_proceedings(s: Sentence, failure: Failure) -> bool:
    """Return whether a failure was judged while a breach or recall was under way.

    It is passed on as further evidence; no second step and no new warning remain to be taken
    (D7.12, D7.13).
    """
    at = failure.judged_at
    # A recall that was not carried out covered no failures.
    recalls = (recall for recall in s.recalls if recall.undone_at is None)
    under_way: tuple[Breach | Recall, ...] = (*s.breaches, *recalls)
    return at is not None and any(
        step.decided_at <= at and (step.closed_at is None or at < step.closed_at)
        for step in under_way
        if failure.id not in step.failure_ids
    )


def returned_to_prison_at(s: Sentence, day: date, failures: tuple[Failure, ...]) -> datetime | None:
    """Return when a return to custody ended the need to decide on a day of the licence (5.3).

    Failures that the recall names stay open until its report is received: they are its ground.
    """
    ids = {failure.id for failure in failures}
    held = (
        recall.returned_at
        for recall in s.recalls
        if recall.returned_on is not None
        and day <= recall.returned_on
        and not ids.intersection(recall.failure_ids)
    )
    return min((at for at in held if at is not None), default=None)


ENFORCEMENT = (Trigger.FAILURE, Trigger.PUBLIC_PROTECTION_FAILURE)
"""Triggers of the clocks that block T09 while one of them is open."""

_CLOSED_WITH: Final = {"recall-10-day-timescale": "recall-decision-9wd"}
"""Clock closed together with another, by id: a closed decision leaves nothing to initiate."""


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """Start of a clock of the day, and the time at which its duty fell away; None where not."""

    trigger: Trigger
    since: datetime | None = None
    over: datetime | None = None


def _clock_spans(
    s: Sentence, law: Law, day: date, regime: AppliesTo, failures: tuple[Failure, ...]
) -> Iterator[ClockSpan]:
    reported = min(failure.reported_at for failure in failures)
    concern = min((f.concern_at for f in failures if f.concern_at), default=None)
    evidence = [
        f.judged_at for f in failures if f.acceptable is False and judged_during_proceedings(s, f)
    ]
    # Where a court let the order continue, no response to earlier failures remains due.
    dealt_with = spent_at(s, failures)
    spent = max(dealt_with, reported) if dealt_with is not None else None
    # On licence a concern hurries the recall, while the nine days keep running (D12.3).
    on_licence = regime is AppliesTo.LICENCE
    hurried = None if on_licence else concern
    held = returned_to_prison_at(s, day, failures) if on_licence else None
    inside = max(held, reported) if held is not None else None
    reasons = (hurried, spent, inside, *evidence)
    over = min((at for at in reasons if at is not None), default=None)
    since = None if hurried is not None and hurried <= reported else reported
    yield ClockSpan(Trigger.FAILURE, since, over)
    yield ClockSpan(Trigger.PUBLIC_PROTECTION_FAILURE, concern, spent)
    judged = max((f.judged_at for f in failures if f.judged_at), default=None)
    if judged is None:
        return
    days = countable_days(s, regime)
    gone = max(dealt_with, judged) if dealt_with is not None else judged
    counts = day in days
    yield ClockSpan(
        Trigger.UNACCEPTABLE_FAILURE, judged if counts else None, None if counts else gone
    )
    limit = breach_threshold(s, law, regime)
    reached = counts and limit is not None and len(days_in_window(days, day, regime)) >= limit
    yield ClockSpan(
        Trigger.THRESHOLD_REACHED, judged if reached else None, None if reached else gone
    )
    warned = counts and statutory_warning(s, law, day, regime) is not None
    yield ClockSpan(Trigger.WARNED_BEFORE, judged if warned else None, None if warned else gone)


def _refresh_regime(
    s: Sentence, law: Law, day: date, regime: AppliesTo, failures: tuple[Failure, ...]
) -> None:
    done = tuple(responses(s, failures))
    subject = str(day)
    concerned = next((f.requirement_id for f in failures if f.requirement_id is not None), "")
    named = ", ".join(failure.id for failure in failures[:3])
    because = f"the failure was reported: {named}, failed on {day}"
    for span in _clock_spans(s, law, day, regime=regime, failures=failures):
        if span.since is not None:
            clocks.start(
                s,
                law,
                span.trigger,
                context=TriggerContext(
                    span.since,
                    because,
                    failures[0].cause,
                    # An immediate duty counts from the concern, all others from the failure.
                    on=None if span.trigger is Trigger.PUBLIC_PROTECTION_FAILURE else day,
                    failed_on=day,
                ),
                subject=subject,
                requirement=concerned,
                regime=regime,
            )
        for timescale in applicable_timescales(s, law, span.trigger, regime=regime):
            _settle(s, clocks.clock_id(timescale.id, subject), span, done=done)


def _settle(s: Sentence, key: str, span: ClockSpan, done: tuple[Response, ...]) -> None:
    before = s.clocks.get(key)
    if before is None:
        return
    discharging = before.timescale.discharged_by
    reasons = [(ClockOutcome.DONE, at, by) for what, at, by in done if what in discharging]
    reasons.extend((ClockOutcome.DONE, at, by) for at, by in _explicit_discharges(s, before))
    if span.over is not None:
        reasons.insert(0, (ClockOutcome.FELL_AWAY, span.over, None))
    clock = before.settled_first_by(reasons)
    if span.trigger in ENFORCEMENT:
        _track_unanswered(s, before, clock)
    s.clocks[key] = clock


def _explicit_discharges(s: Sentence, clock: Clock) -> Iterator[tuple[datetime, str | None]]:
    """Yield the explicit discharges of the clock, as left over after a licence (G14)."""
    if Settlement.DUTY_DISCHARGED not in clock.timescale.discharged_by:
        return
    provision_id = clock.timescale.id
    for said in (provision_id, _CLOSED_WITH.get(provision_id, provision_id)):
        known = s.done.get((clocks.done_key(said), clock.subject))
        if known is not None and known[0] >= clock.started_at:
            yield known


def _track_unanswered(s: Sentence, before: Clock, after: Clock) -> None:
    if after.is_open:
        s.unanswered.add(after.id)
        return
    s.unanswered.discard(after.id)
    if before.is_open:
        s.unblocked_at = s.at


def refresh_days(s: Sentence, law: Law, since: date | None = None) -> None:
    """Derive the clocks of failure-days again, for each regime of their failures (5.3).

    A failure affects its own day and, by the count, later ones; `since` leaves out earlier days.
    """
    if s.state is State.COMPLETED:
        return
    s.derivations += 1
    for day in failure_days(s):
        if since is None or day >= since:
            failures = failures_on(s, day)
            # In prison no requirement can be failed, so a failure there has no regime and no clock.
            for regime in regimes_of(failures):
                _refresh_regime(s, law, day, regime=regime, failures=of_regime(failures, regime))
    refresh_warning_window(s, law)


def refresh_days_of(s: Sentence, law: Law, failure_ids: tuple[str, ...]) -> None:
    """Derive the clocks of the days of these failures, and of later days, again."""
    refresh_days(s, law, min(s.failures[f].failed_on for f in failure_ids))
