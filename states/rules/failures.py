"""Apparent failures: reported, explained, judged (D1 to D4)."""

from dataclasses import replace
from datetime import date

from states.events.enforcement import (
    ExplanationReceived,
    FailureJudged,
    FailureReported,
    PublicProtectionConcernRaised,
)
from states.events.event import Event
from states.law import Law
from states.london import day_of
from states.records import Failure
from states.regime import IN_PRISON, regime_of
from states.rules.appointments import refresh_appointments
from states.rules.counting import counted_days, keep, standing_warnings, threshold
from states.rules.failure_day import refresh_days, refresh_days_of
from states.rules.moving import move, supported_state
from states.rules.rule import OFFICERS, REGULAR, Applied, Nature, Rule
from states.rules.telling import CASEWORK_SECTION, LINE_MANAGER, NPS, OFFICER, tell
from states.sentence import Sentence
from states.timescale import AppliesTo
from states.vocabulary import State


def _report_needs(s: Sentence, e: FailureReported) -> str | None:
    if e.appointment_id is not None and e.appointment_id not in s.appointments:
        return f"appointment {e.appointment_id}"
    if e.requirement_id is not None and e.requirement_id not in s.obligations:
        return f"requirement {e.requirement_id}"
    return None


def _refuse_report(s: Sentence, e: FailureReported, _law: Law) -> str | None:
    if e.failure_id in s.failures:
        return f"failure {e.failure_id} was already reported; correct that event with `replaces`"
    if e.failed_on > day_of(e.occurred_at):
        return f"failed_on {e.failed_on} lies after the day on which it was reported"
    if s.imposed is not None and e.failed_on < s.imposed.sentenced_on:
        return f"failed_on {e.failed_on} lies before the order of {s.imposed.sentenced_on}"
    if s.ended_on is not None and e.failed_on > s.ended_on:
        return f"failed_on {e.failed_on} lies after the sentence ended on {s.ended_on}"
    return None


def _report(s: Sentence, e: FailureReported, law: Law) -> Applied:
    regime = regime_on(s, e.failed_on)
    failure = Failure(
        e.failure_id,
        e.failed_on,
        e.what,
        e.appointment_id,
        e.requirement_id,
        e.occurred_at,
        e.uid,
        regime,
        concern_at=e.occurred_at if e.public_protection else None,
    )
    keep(s, failure)
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note="recorded; the sentence is over, no clock is started")
    refresh_days(s, law, e.failed_on)
    if e.appointment_id is not None:
        refresh_appointments(s, law)
    tell(s, "seek-explanation", e.failure_id, OFFICER, e, failed_on=e.failed_on)
    if e.public_protection:
        tell(s, "public-protection", e.failure_id, LINE_MANAGER, e, failed_on=e.failed_on)
    if s.breach is not None:
        tell(s, "further-evidence", e.failure_id, NPS, e, failed_on=e.failed_on)
    if s.recall is not None:
        # D7.13: it is passed on with the recall.
        tell(s, "further-evidence", e.failure_id, CASEWORK_SECTION, e, failed_on=e.failed_on)
    if regime is None:
        return Applied(irregular=True, note="recorded; in prison there is nothing to fail")
    return REGULAR


def regime_on(s: Sentence, day: date) -> AppliesTo | None:
    """Return under which rules somebody could fail on `day`; None in prison (5.3)."""
    phase = s.phase_on(day)
    return None if s.imposed is None or phase in IN_PRISON else regime_of(s.kind, phase)


def _named(s: Sentence, e: ExplanationReceived | FailureJudged) -> str | None:
    return None if e.failure_id in s.failures else f"failure {e.failure_id}"


def known(s: Sentence, failure_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `failure_ids` that stand: a decision rests on what was not withdrawn."""
    return tuple(f for f in failure_ids if f in s.failures)


def unknown_failure(s: Sentence, failure_ids: tuple[str, ...]) -> str | None:
    """Return what a decision on `failure_ids` waits for: a report not yet here.

    Reports that were withdrawn are not waited for, unless nothing else is left: a decision that
    rested wholly on them is set aside.
    """
    lacking = [f for f in failure_ids if f not in s.failures]
    unreported = [f for f in lacking if f not in s.withdrawn_failures]
    if unreported or len(lacking) == len(failure_ids):
        return f"failure {(unreported or lacking)[0]}"
    return None


def _explain(s: Sentence, e: ExplanationReceived, _law: Law) -> Applied:
    failure = s.failures[e.failure_id]
    if failure.explained_on is None or e.received_on < failure.explained_on:
        keep(s, replace(failure, explained_on=e.received_on))
    return REGULAR


def _judge(s: Sentence, e: FailureJudged, law: Law) -> Applied:
    failure = s.failures[e.failure_id]
    judged = replace(
        failure,
        judged_at=e.occurred_at,
        judged_by=e.uid,
        first_judged_at=min(failure.first_judged_at or e.occurred_at, e.occurred_at),
        acceptable=e.acceptable,
    )
    keep(s, judged)
    refresh_days(s, law, failure.failed_on)
    step_down(s, "T10", e)
    limit = threshold(s, law, failure.regime)
    count = len(counted_days(s, failure.failed_on, failure.regime))
    if not e.acceptable and limit is not None and count >= limit and s.breach is None:
        tell(s, "breach-advised", e.failure_id, OFFICER, e, row="D7.2")
    return REGULAR


def step_down(s: Sentence, arrow: str, e: Event) -> None:
    """Leave `warned` where no warning stands that still counts."""
    if s.state is State.WARNED and not standing_warnings(s, day_of(e.occurred_at)):
        move(s, arrow, supported_state(s), e.occurred_at, e.uid)


def _raise_concern(s: Sentence, e: PublicProtectionConcernRaised, law: Law) -> Applied:
    failure_ids = known(s, e.failure_ids)
    for failure_id in failure_ids:
        failure = s.failures[failure_id]
        since = min(failure.concern_at or e.occurred_at, e.occurred_at)
        keep(s, replace(failure, concern_at=since))
    refresh_days_of(s, law, failure_ids)
    tell(s, "public-protection", ".".join(e.failure_ids[:3]), LINE_MANAGER, e)
    return REGULAR


RULES = (
    Rule(
        FailureReported,
        _report,
        nature=Nature.FACT,
        needs=_report_needs,
        guard=_refuse_report,
        provides=lambda e: (f"failure {e.failure_id}",),
    ),
    Rule(ExplanationReceived, _explain, nature=Nature.FACT, needs=_named),
    Rule(
        FailureJudged,
        _judge,
        roles=OFFICERS,
        needs=_named,
        provides=lambda e: (f"judgement of {e.failure_id}",),
    ),
    Rule(
        PublicProtectionConcernRaised,
        _raise_concern,
        needs=lambda s, e: unknown_failure(s, e.failure_ids),
        # Where the public is to be protected, breach waits for no judgement (5.5 guard 15).
        provides=lambda e: tuple(f"judgement of {f}" for f in e.failure_ids),
    ),
)
