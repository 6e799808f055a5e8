"""Advice on a failure on licence, short of recall (D7.9, G6, G14)."""

from collections.abc import Iterator

from states.advice.excuse import judgements, withdrawals
from states.advice.orders import has_warning
from states.advice.proposal import Proposal
from states.entities import Failure
from states.rules import clocks
from states.rules.authorisation import enforcing_organisation
from states.rules.failure_counts import failure_days, of_regime, unspent
from states.rules.warnings import next_level
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo
from states.vocabulary import Phase, Role, WarningLevel


def proposals_of_licence(s: Sentence, law: Law) -> Iterator[Proposal]:
    """Yield the advice on each unanswered failure of the licence, oldest first."""
    for every in failure_days(s).values():
        failures = unspent(s, of_regime(every, AppliesTo.LICENCE))
        if failures:
            by = enforcing_organisation(s)
            yield from judgements(s, failures, by)
            yield from withdrawals(s, failures, by)
            if s.regime is AppliesTo.LICENCE:
                yield from _warn(s, law, failures)
            else:
                yield from _close(s, failures, by)


def _warn(s: Sentence, law: Law, failures: tuple[Failure, ...]) -> Iterator[Proposal]:
    bad = tuple(f.id for f in failures if f.acceptable is False)
    ids = {f.id for f in failures}
    recalled = any(
        recall.undone_at is None and ids.intersection(recall.failure_ids) for recall in s.recalls
    )
    if not bad or recalled or has_warning(s, ids) or s.phase is Phase.RECALL_CUSTODY:
        return
    by = enforcing_organisation(s)
    if s.recall is not None:
        reason = "a recall is under way: pass it on with the recall"
        yield Proposal("contact_recorded", "D7.13", reason, by=by, failure_ids=bad)
        return
    if any(f.concern_at is not None for f in failures):
        # Recall is advised in its own table, and no warning beside it (D7.10).
        return
    match next_level(s, law):
        case WarningLevel.FIRST:
            reason = "a first written warning is advised; recall is possible at any point"
            yield Proposal(
                "warning_issued",
                "D7.9",
                reason,
                by=by,
                failure_ids=bad,
                subject=WarningLevel.FIRST.value,
            )
        case WarningLevel.FINAL:
            reason = (
                "the second and final written warning is advised, which a senior manager alone "
                "issues; recall is possible at any point"
            )
            senior = Role.SENIOR_MANAGER.value
            yield Proposal(
                "warning_issued",
                "D7.9",
                reason,
                by=senior,
                failure_ids=bad,
                subject=WarningLevel.FINAL.value,
            )
        case None:
            reason = "the final warning was given: only recall or acceptance remains"
            yield Proposal("recall_decided", "D7.9", reason, by=by, failure_ids=bad)


def left_open(s: Sentence) -> tuple[str, ...]:
    """Return the clocks of licence failures that the end of the licence left open (G14)."""
    if s.regime is AppliesTo.LICENCE:
        return ()
    return tuple(
        key for key in s.by_provision.get("recall-decision-9wd", ()) if s.clocks[key].is_open
    )


def _close(s: Sentence, failures: tuple[Failure, ...], by: str) -> Iterator[Proposal]:
    """Yield the closing of that day's clock, which no recall can answer any more."""
    key = clocks.clock_id("recall-decision-9wd", str(failures[0].failed_on))
    if key in left_open(s):
        reason = (
            "the licence has ended and recall is no longer possible: close the clock with a reason"
        )
        named = tuple(failure.id for failure in failures)
        yield Proposal("duty_discharged", "G14", reason, by=by, failure_ids=named, subject=key)
