"""Advice on a failure under an order or post-sentence supervision (D6, D7)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from states.advice.excuse import judgements, withdrawals
from states.advice.proposal import Proposal
from states.entities import Failure
from states.rules.authorisation import NPS, enforcing_organisation
from states.rules.enforcement_advice import BREACH_ROWS, warning_row
from states.rules.failure_counts import (
    breach_threshold,
    countable_days,
    days_in_window,
    failure_days,
    failures_on,
    highest_count,
    of_regime,
    refer_until,
    regimes_of,
    statutory_warning,
    unspent,
)
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo
from states.time.london import day_of


def proposals_of_orders(s: Sentence, law: Law) -> Iterator[Proposal]:
    """Yield the advice on each unanswered failure-day, oldest first, and on a count but once."""
    advised: list[Proposal] = []
    for day, every in failure_days(s).items():
        for regime in regimes_of(every):
            failures = unspent(s, of_regime(every, regime))
            if regime in BREACH_ROWS and failures:
                for item in _of_day(s, law, day, regime=regime, failures=failures):
                    # Failures that count together lead to one breach, which names them all.
                    if item not in advised:
                        advised.append(item)
                        yield item
    yield from _to_be_referred(s)


def _of_day(
    s: Sentence, law: Law, day: date, regime: AppliesTo, failures: tuple[Failure, ...]
) -> Iterator[Proposal]:
    by = enforcing_organisation(s)
    yield from judgements(s, failures, by)
    yield from withdrawals(s, failures, by)
    bad = tuple(f.id for f in failures if f.acceptable is False)
    ids = {f.id for f in failures}
    if has_proceedings(s, ids):
        return
    concern = tuple(f.id for f in failures if f.concern_at is not None and not f.acceptable)
    if concern and s.breach is None:
        reason = "public protection: immediate enforcement, whatever the count"
        yield Proposal("breach_decided", "D7.8", reason, by=by, failure_ids=concern)
    elif has_warning(s, ids):
        return
    elif bad and s.breach is not None:
        reason = "a breach is before the court: pass it on as further evidence"
        yield Proposal("contact_recorded", "D7.12", reason, by=by, failure_ids=bad)
    elif bad:
        yield _by_count(s, law, day, regime=regime, bad=bad)


def has_warning(s: Sentence, ids: set[str]) -> bool:
    """Return True if a warning that was not withdrawn answers one of these failures."""
    return any(w.withdrawn_at is None and ids & set(w.failure_ids) for w in s.warnings.values())


def has_proceedings(s: Sentence, ids: set[str]) -> bool:
    """Return True if proceedings answer one of these failures.

    A breach that was withdrawn before any action on it answers none.
    """
    return any(
        ids & set(breach.failure_ids)
        and (
            breach.closed_at is None
            or breach.received_at is not None
            or breach.warrant_at is not None
            or breach.presented_at is not None
        )
        for breach in s.breaches
    )


_PRACTICE: Final[Mapping[AppliesTo, str]] = {
    AppliesTo.COMMUNITY_ORDER: "current practice advises breach",
    AppliesTo.SUSPENDED_SENTENCE_ORDER: "breach is advised, as for a community order,",
    AppliesTo.POST_SENTENCE_SUPERVISION: "current practice advises breach",
}
"""Force of the count, by regime: the framework names it current practice, the law counts none."""


def _by_count(
    s: Sentence, law: Law, day: date, regime: AppliesTo, bad: tuple[str, ...]
) -> Proposal:
    counted = highest_count(s, day, regime)
    limit = breach_threshold(s, law, regime)
    by = enforcing_organisation(s)
    count = len(counted)
    earlier = statutory_warning(s, law, day, regime)
    warned = (
        ""
        if earlier is None
        else (
            f"the law asks for referral: warning {earlier.id} was given on "
            f"{day_of(earlier.issued_at)}, and a failure up to {refer_until(law, earlier)} is "
            "referred"
        )
    )
    if limit is not None and count >= limit:
        reason = (
            f"{count} unacceptable failures within the 12 months to {counted[-1]}; "
            f"{_PRACTICE[regime]} from {limit}"
        )
        if warned:
            reason += f", and {warned}"
        grounds = tuple(
            failure.id
            for counting in counted
            for failure in of_regime(failures_on(s, counting), regime)
            if failure.acceptable is False and not has_proceedings(s, {failure.id})
        )
        return Proposal("breach_decided", BREACH_ROWS[regime], reason, by=by, failure_ids=grounds)
    if warned:
        return Proposal("breach_decided", BREACH_ROWS[regime], warned, by=by, failure_ids=bad)
    count = len(days_in_window(countable_days(s, regime), day, regime))
    failures = "failure" if count == 1 else "failures"
    reason = f"{count} unacceptable {failures} within the 12 months to {day}; a warning is advised"
    return Proposal("warning_issued", warning_row(regime, count), reason, by=by, failure_ids=bad)


def _to_be_referred(s: Sentence) -> Iterator[Proposal]:
    breach = s.breach
    if breach is None or breach.referred_at is not None:
        return
    concern = any(s.failures[f].concern_at is not None for f in breach.failure_ids)
    by = enforcing_organisation(s)
    step = "take it to court" if by == NPS else "refer it to the NPS, which alone presents it"
    reason = f"the breach was decided and is not referred yet: {step}"
    row = "D6.2" if concern else "D6.1"
    yield Proposal("breach_referred", row, reason, by=by, failure_ids=breach.failure_ids)
