"""Warnings: issued for unacceptable failures, and taken back (T05, T10, D7)."""

from dataclasses import replace

from states.events.enforcement import WarningIssued, WarningWithdrawn
from states.graph import UNWARNED
from states.law import Law
from states.records import IssuedWarning
from states.regime import IN_THE_COMMUNITY
from states.rules.counting import counted_days, threshold
from states.rules.failure_day import refresh_days_of
from states.rules.failures import known, step_down, unknown_failure
from states.rules.moving import move
from states.rules.rule import OFFICERS, REGULAR, Applied, Rule
from states.rules.telling import LINE_MANAGER, PERSON, tell
from states.sentence import Sentence
from states.timescale import AppliesTo
from states.vocabulary import State


def unjudged(s: Sentence, failure_ids: tuple[str, ...]) -> str | None:
    """Return the first of `failure_ids` that waits for its judgement, as what is missing."""
    return next(
        (f"judgement of {f}" for f in known(s, failure_ids) if s.failures[f].acceptable is None),
        None,
    )


def accepted(s: Sentence, failure_ids: tuple[str, ...]) -> str | None:
    """Return why no action rests on `failure_ids`: one of them was excused; None where none."""
    for failure_id in known(s, failure_ids):
        if s.failures[failure_id].acceptable:
            return f"the explanation for failure {failure_id} was accepted, so it is no ground"
    return None


def _needs(s: Sentence, e: WarningIssued) -> str | None:
    return unknown_failure(s, e.failure_ids) or unjudged(s, e.failure_ids)


BREACH_ROWS = {
    AppliesTo.COMMUNITY_ORDER: "D7.2",
    AppliesTo.SUSPENDED_SENTENCE_ORDER: "D7.4",
    AppliesTo.POST_SENTENCE_SUPERVISION: "D7.7",
}
"""The row of D7 that advises breach, by regime."""


def departs(s: Sentence, e: WarningIssued, law: Law) -> str | None:
    """Return the row of D7 that advises more than a warning; None where a warning is advised."""
    failures = [s.failures[f] for f in known(s, e.failure_ids)]
    if any(failure.concern_at is not None for failure in failures):
        return "D7.8: immediate enforcement, for there are public protection concerns"
    newest = max(failures, key=lambda failure: failure.failed_on)
    count = len(counted_days(s, newest.failed_on, newest.regime))
    limit = threshold(s, law, newest.regime)
    if limit is not None and count >= limit:
        row = BREACH_ROWS.get(newest.regime or AppliesTo.COMMUNITY_ORDER)
        return f"{row}: breach, at {count} unacceptable failures within 12 months"
    return None


def _refuse(s: Sentence, e: WarningIssued, law: Law) -> str | None:
    if e.warning_id in s.warnings:
        return f"warning {e.warning_id} was already issued"
    if (excused := accepted(s, e.failure_ids)) is not None:
        return excused
    advised = departs(s, e, law)
    if advised is not None and e.departure_rationale is None:
        return f"advised is {advised}; a warning instead gives its departure_rationale"
    return None


def _issue(s: Sentence, e: WarningIssued, law: Law) -> Applied:
    departure = departs(s, e, law) is not None
    s.warnings[e.warning_id] = IssuedWarning(
        *(e.warning_id, known(s, e.failure_ids), e.level, e.occurred_at, e.uid, departure),
        regime=s.regime,
    )
    move(s, "T05", State.WARNED, e.occurred_at, e.uid)
    refresh_days_of(s, law, known(s, e.failure_ids))
    tell(s, "warning-letter", e.warning_id, PERSON, e, level=e.level.value)
    if departure:
        tell(s, "departure-recorded", e.warning_id, LINE_MANAGER, e, row="D7.11")
    return REGULAR


def _withdraw_needs(s: Sentence, e: WarningWithdrawn) -> str | None:
    return None if e.warning_id in s.warnings else f"warning {e.warning_id}"


def _refuse_withdrawal(s: Sentence, e: WarningWithdrawn, _law: Law) -> str | None:
    if s.warnings[e.warning_id].withdrawn_at is not None:
        return f"warning {e.warning_id} was already withdrawn"
    return None


def _withdraw(s: Sentence, e: WarningWithdrawn, law: Law) -> Applied:
    warning = s.warnings[e.warning_id]
    s.warnings[e.warning_id] = replace(warning, withdrawn_at=e.occurred_at)
    refresh_days_of(s, law, warning.failure_ids)
    step_down(s, "T10", e)
    tell(s, "warning-withdrawn", e.warning_id, PERSON, e)
    return REGULAR


RULES = (
    Rule(
        WarningIssued,
        _issue,
        states=(*UNWARNED, State.WARNED),
        phases=IN_THE_COMMUNITY,
        roles=OFFICERS,
        needs=_needs,
        guard=_refuse,
        provides=lambda e: (f"warning {e.warning_id}",),
    ),
    Rule(
        WarningWithdrawn,
        _withdraw,
        roles=OFFICERS,
        needs=_withdraw_needs,
        guard=_refuse_withdrawal,
    ),
)
