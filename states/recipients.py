"""Recipients of notices: every word for one, and the codes by which the directory finds it."""

from collections.abc import Mapping
from typing import Final

from states.entities import Effect
from states.event_log import EventLog, FoldResult
from states.events.custody import ReturnedToCustody
from states.rejection_notices import SENDER
from states.rules.notifications import REPORTER
from states.sentence import Sentence
from states.vocabulary import DispositionKind

RECIPIENTS: Final[Mapping[str, str]] = {
    "officer": "the officer of the case",
    "line_manager": "the manager of that officer",
    "senior_manager": "the manager above",
    "provider": "the provider that manages the case",
    "reporting_provider": "who delivers part of the sentence and reported a failure",
    "treatment_provider": "who treats or tests the person under a requirement",
    "em_provider": "who monitors a requirement electronically",
    "contributors": "all who work on the plan",
    "nps_contact": "who at the NPS answers for a case that a CRC manages",
    "nps_enforcement": "the enforcement team of the NPS",
    "court_officer": "probation staff at court",
    "court": "the court",
    "casework_section": "the casework section that revokes licences",
    "noms": "the agency above probation and prisons",
    "prison": "the prison",
    "police": "the police of the area",
    "agencies": "all agencies that work with the case",
    "stakeholders": "whom a requirement concerns besides the police",
    "victim_liaison": "the victim liaison of the case",
    "ap": "the approved premises",
    "person": "the person who serves the sentence",
    "sender": "the organisation that sent a message which was not taken",
    "ops": "the operators of this system",
}
"""Meaning of each recipient's word."""

CODES: Final = (
    "officer",
    "stakeholder",
    "provider_code",
    "area",
    "court",
    "prison",
    "organisation",
    "provider",
)
"""Codes that distinguish two recipients of one word, the most specific first.

`organisation` is who reported, or sent, what the notice is about; `stakeholder` whom a requirement
names.
"""


_STAKEHOLDER = "stakeholder"


def route_of(effect: Effect, case: EventLog, decided: FoldResult) -> dict[str, str]:
    """Return the codes of `CODES` that are known, in that order.

    They are not part of the notice: after a transfer it goes to the present provider.
    """
    s = decided.sentence
    found = {
        "officer": s.officer,
        _STAKEHOLDER: dict(effect.facts).get(_STAKEHOLDER),
        "provider_code": s.allocation.provider_code if s.allocation is not None else None,
        "court": s.imposed.court if s.imposed is not None else None,
        "prison": _prison(case, decided),
        "organisation": _reporter(effect, s),
        "provider": s.allocation.provider.value if s.allocation is not None else None,
    }
    return {name: code for name in CODES if (code := found.get(name)) is not None}


def _reporter(effect: Effect, s: Sentence) -> str | None:
    """Return the organisation that reported the failure, or sent the message, of the notice."""
    if effect.recipient == SENDER:
        return dict(effect.facts).get("organisation")
    failure = s.failures.get(effect.subject)
    if effect.recipient != REPORTER or failure is None:
        return None
    return failure.cause.partition("/")[0]


def _prison(case: EventLog, decided: FoldResult) -> str | None:
    """Return the prison to which the person last returned; None where it is unknown."""
    prisons = (
        entry.event.prison
        for entry in reversed(case.log)
        if isinstance(entry.event, ReturnedToCustody)
        and entry.event.prison is not None
        and decided.dispositions[entry.event.uid].verdict is DispositionKind.APPLIED
    )
    return next(prisons, None)
