"""Drug tests and samples (D20): recorded and notified; a person reports any failure.

A positive test under the testing condition is no failure by itself (D1.13, D20.1). A sample that
was refused or not given looks like one, and is advised as such. A treatment provider's own test is
outside the remit of probation and is held as information (D20.7).
"""

from bisect import insort
from dataclasses import replace
from typing import Final

from states.entities import DrugSample
from states.events.requirements import DrugTested
from states.rules.handler import (
    IMPOSED,
    EventHandler,
    HandlerOutcome,
    Nature,
    missing_requirement,
    unexpected,
)
from states.rules.notifications import OFFICER, notify
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import RecipientRole
from states.vocabulary import RequirementKind, State

TESTED: Final = frozenset(
    {
        RequirementKind.DRUG_TESTING,
        RequirementKind.DRUG_REHABILITATION,
        RequirementKind.DRUG_APPOINTMENT,
    }
)
"""Kinds of requirement under which a test can be taken.

Under drug appointments only the treatment provider tests.
"""


def _test(s: Sentence, e: DrugTested, _law: Law) -> HandlerOutcome:
    key = e.requirement_id
    on = e.tested_on
    known = s.requirements[key]
    samples = list(known.samples)
    own = not e.by_treatment_provider
    insort(
        samples,
        DrugSample(on, e.result, e.uid, own_remit=own),
        key=lambda item: (item.on, item.cause),
    )
    s.requirements[key] = replace(known, samples=tuple(samples))
    surprise = _unexpected(s, e)
    if known.requirement.kind is RequirementKind.DRUG_REHABILITATION and own:
        # D20.6: those who deliver the requirement are notified of the result; its meaning for
        # breach is not stated.
        for recipient in (OFFICER, RecipientRole.TREATMENT_PROVIDER.value):
            notify(
                s,
                e,
                "drug-test-result",
                subject=key,
                to=recipient,
                tested_on=on,
                result=e.result.value,
            )
    return unexpected(surprise)


def _unexpected(s: Sentence, e: DrugTested) -> str | None:
    """Return what speaks against a test; None if nothing (D20.7, ev-dtc-staff-kits)."""
    known = s.requirements[e.requirement_id]
    if s.state is State.COMPLETED:
        return f"the sentence had ended on {s.ended_on}"
    if known.terminated_on is not None and known.terminated_on < e.tested_on:
        return f"{e.requirement_id} had ended on {known.terminated_on}"
    if e.by_treatment_provider:
        return None
    if known.requirement.kind is RequirementKind.DRUG_APPOINTMENT:
        return "drug appointments include no tests; only the treatment provider tests"
    if known.requirement.kind is RequirementKind.DRUG_TESTING and e.tester_trained is False:
        return "only trained staff test, with contracted kits"
    return None


def _refuse(s: Sentence, e: DrugTested, _law: Law) -> str | None:
    kind = s.requirements[e.requirement_id].requirement.kind
    if kind not in TESTED:
        kinds = ", ".join(sorted(item.value for item in TESTED))
        return f"{e.requirement_id} is {kind.value}; drugs are tested under {kinds}"
    return None


HANDLERS = (
    EventHandler(
        DrugTested,
        _test,
        nature=Nature.FACT,
        requires=IMPOSED,
        depends_on=lambda s, e: missing_requirement(s, e.requirement_id),
        guard=_refuse,
    ),
)
