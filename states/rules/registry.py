"""The rules: for every kind of event, what it needs, who may send it and what it does."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from states.rules import (
    address,
    administration,
    allocation,
    appointments,
    breach,
    changes,
    concern,
    contact,
    court,
    custody,
    drug_tests,
    duty_discharge,
    evaluation,
    failures,
    hearings,
    imposition,
    induction,
    judgements,
    licence_proposals,
    parole,
    partners,
    plan_review,
    planning,
    premises,
    progress,
    recall,
    recall_report,
    referral,
    release,
    release_date,
    relocation,
    reports,
    requirement_changes,
    requirement_completion,
    requirement_start,
    revocation,
    risk,
    risk_escalation,
    sentence_end,
    suspension,
    transfers,
    victims,
    warnings,
)
from states.rules.handler import EventHandler, noted

_MODULES: Final = (
    imposition,
    sentence_end,
    allocation,
    appointments,
    contact,
    induction,
    planning,
    plan_review,
    risk,
    risk_escalation,
    transfers,
    victims,
    premises,
    partners,
    reports,
    licence_proposals,
    requirement_start,
    address,
    drug_tests,
    progress,
    requirement_changes,
    requirement_completion,
    failures,
    judgements,
    concern,
    warnings,
    breach,
    referral,
    hearings,
    court,
    evaluation,
    release,
    release_date,
    recall,
    recall_report,
    revocation,
    custody,
    parole,
    duty_discharge,
    administration,
    suspension,
    changes,
    relocation,
)

_WRITTEN: Final = {rule.event.KIND: rule for module in _MODULES for rule in module.RULES}

HANDLERS: Final[Mapping[str, EventHandler[Any]]] = MappingProxyType(
    {**_WRITTEN, **{rule.event.KIND: rule for rule in noted(_WRITTEN)}}
)
"""The rule for each kind of event, by the kind's name on the wire."""

__all__ = ["HANDLERS", "EventHandler"]
