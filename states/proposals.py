"""What the tables advise next (D6, D7): advice with its reason, which a person takes or leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from states.law import Law
from states.records import Failure
from states.rules.counting import (
    countable_days,
    failure_days,
    failures_of,
    is_spent,
    regime_of_day,
    threshold,
    within,
)
from states.sentence import Sentence
from states.vocabulary import Provider, RequirementKind, State


@dataclass(frozen=True, slots=True)
class Proposal:
    """One advised step."""

    step: str
    """The kind of event that would take it."""
    failure_ids: tuple[str, ...]
    row: str
    """The table row that advises it."""
    reason: str
    by: str
    """Whose step it is (D9)."""


def enforcing(s: Sentence) -> str:
    """Return which organisation enforces this order (D9)."""
    kinds = {item.requirement.kind for item in s.obligations.values()}
    alone = len(s.obligations) == 1
    if alone and kinds & {RequirementKind.CURFEW, RequirementKind.ATTENDANCE_CENTRE}:
        return Provider.NPS.value
    return s.allocation.provider.value if s.allocation is not None else Provider.NPS.value


def _warned_of(s: Sentence, ids: set[str]) -> bool:
    return any(w.withdrawn_at is None and ids & set(w.failure_ids) for w in s.warnings.values())


def _taken_to_court(s: Sentence, ids: set[str]) -> bool:
    # A breach that was withdrawn before anybody acted on it answered nothing.
    return any(
        ids & set(b.failure_ids)
        and (
            b.closed_at is None or b.received_at or b.warrant_at or (b.referred_at and b.presented)
        )
        for b in s.breaches
    )


def _of_day(s: Sentence, law: Law, day: date, failures: tuple[Failure, ...]) -> Iterator[Proposal]:
    by = enforcing(s)
    for failure in failures:
        if failure.acceptable is None:
            reason = "the explanation, or that there is none, is still to be judged"
            yield Proposal("failure_judged", (failure.id,), "D3", reason, by)
    bad = tuple(f.id for f in failures if f.acceptable is False)
    ids = {f.id for f in failures}
    if _taken_to_court(s, ids):
        return
    concern = tuple(f.id for f in failures if f.concern_at is not None and not f.acceptable)
    if concern and s.breach is None:
        reason = "public protection: immediate enforcement, whatever the count"
        yield Proposal("breach_decided", concern, "D7.8", reason, by)
    elif _warned_of(s, ids):
        return
    elif bad and s.breach is not None:
        reason = "a breach is before the court: pass it on as further evidence"
        yield Proposal("contact_recorded", bad, "D7.12", reason, by)
    elif bad:
        yield _by_count(s, law, day, bad, by)


def _by_count(s: Sentence, law: Law, day: date, bad: tuple[str, ...], by: str) -> Proposal:
    regime = regime_of_day(failures_of(s, day))
    count = len(within(countable_days(s, regime), day, regime))
    limit = threshold(s, law, regime)
    if limit is not None and count >= limit:
        reason = f"{count} unacceptable failures within 12 months; breach is advised from {limit}"
        return Proposal("breach_decided", bad, "D7.2", reason, by)
    reason = f"{count} unacceptable failure within 12 months; a warning is advised"
    return Proposal("warning_issued", bad, "D7.1", reason, by)


def proposals(s: Sentence, law: Law) -> tuple[Proposal, ...]:
    """Return the advised next steps, oldest failure first; none once the sentence is over."""
    if s.state is State.COMPLETED:
        return ()
    found = [
        proposal
        for day in failure_days(s)
        if not is_spent(s, day)
        for proposal in _of_day(s, law, day, failures_of(s, day))
    ]
    if s.breach is not None and s.breach.referred_at is None:
        reason = "the breach was decided and is not referred yet"
        found.append(
            Proposal("breach_referred", s.breach.failure_ids, "D6.1", reason, enforcing(s))
        )
    return tuple(found)
