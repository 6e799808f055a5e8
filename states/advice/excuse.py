"""Advice on the explanation of a failure: factors to weigh, and warnings to withdraw (D3).

The four factors that are always weighed are the nature of the failure (D3.f1), its circumstances
(D3.f2), the pattern of compliance (D3.f3) and the person's own circumstances (D3.f4). Barriers to
keeping the sentence are considered in every case (D3.f8).
"""

from collections.abc import Iterator

from states.advice.proposal import Proposal
from states.entities import Failure
from states.events.enforcement import ExcuseFactor
from states.sentence import Sentence
from states.vocabulary import FailureKind, RequirementKind

CONSTANT_FACTORS = (
    ExcuseFactor.NATURE,
    ExcuseFactor.CIRCUMSTANCES,
    ExcuseFactor.PATTERN,
    ExcuseFactor.PERSON,
    ExcuseFactor.EQUALITY,
)
"""D3.f1 to D3.f4, and D3.f8."""


def factors_to_weigh(s: Sentence, failure: Failure) -> tuple[ExcuseFactor, ...]:
    """Return the factors that bear on the excuse for one failure, in the order of D3."""
    kinds = {item.requirement.kind for item in s.requirements.values() if item.is_open}
    factors = list(CONSTANT_FACTORS)
    if RequirementKind.MENTAL_HEALTH_TREATMENT in kinds:
        factors.append(ExcuseFactor.MENTAL_CONDITION)  # D3.f5
    if RequirementKind.DRUG_TESTING in kinds:
        factors.append(ExcuseFactor.TREATMENT_WAIT)  # D3.f6
    if failure.what is FailureKind.MOVED_WITHOUT_PERMISSION:
        factors.append(ExcuseFactor.OUTSIDE_CONTROL)  # D3.f7
    return tuple(factors)


def judgements(s: Sentence, failures: tuple[Failure, ...], by: str) -> Iterator[Proposal]:
    """Yield the judgements that are due, one for each failure of a day (D2.2)."""
    for failure in failures:
        if failure.acceptable is None:
            status = (
                "the explanation is still to be judged"
                if failure.explained_on is not None
                else "no explanation was received; without one, the failure is unacceptable unless "
                "found otherwise"
            )
            factors = ", ".join(factor.value for factor in factors_to_weigh(s, failure))
            reason = f"{status}; weigh {factors}"
            yield Proposal("failure_judged", "D3", reason, by=by, failure_ids=(failure.id,))


def withdrawals(s: Sentence, failures: tuple[Failure, ...], by: str) -> Iterator[Proposal]:
    """Yield the withdrawal of each warning whose failures were all excused later (D3.4)."""
    ids = {failure.id for failure in failures}
    for warning in s.warnings.values():
        excused = all(s.failures[f].acceptable for f in warning.failure_ids)
        # Proposed once, with the first of the failures that the warning names.
        first = min(warning.failure_ids, key=lambda f: (s.failures[f].failed_on, f))
        if warning.withdrawn_at is None and excused and first in ids:
            reason = f"every explanation was accepted after the warning {warning.id}: withdraw it"
            yield Proposal(
                "warning_withdrawn",
                "D3.4",
                reason,
                by=by,
                failure_ids=warning.failure_ids,
                subject=warning.id,
            )
