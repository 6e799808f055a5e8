"""The rules: for every kind of event, what it needs, who may send it and what it does."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from states.rules import (
    address,
    administration,
    agencies,
    allocation,
    appointments,
    breach,
    changes,
    completing,
    concern,
    contact,
    court,
    custody,
    danger,
    discharging,
    drug_tests,
    ends,
    evaluation,
    failures,
    hearing,
    imposition,
    induction,
    judging,
    parole,
    planning,
    premises,
    progress,
    proposing,
    recall,
    recall_report,
    referral,
    release,
    release_date,
    relocation,
    reports,
    requirement_changes,
    review,
    revocation,
    risk,
    starting,
    suspension,
    transfers,
    victims,
    warnings,
)
from states.rules.pending import noted
from states.rules.rule import Rule

_MODULES: Final = (
    imposition,
    ends,
    allocation,
    appointments,
    contact,
    induction,
    planning,
    review,
    risk,
    danger,
    transfers,
    victims,
    premises,
    agencies,
    reports,
    proposing,
    starting,
    address,
    drug_tests,
    progress,
    requirement_changes,
    completing,
    failures,
    judging,
    concern,
    warnings,
    breach,
    referral,
    hearing,
    court,
    evaluation,
    release,
    release_date,
    recall,
    recall_report,
    revocation,
    custody,
    parole,
    discharging,
    administration,
    suspension,
    changes,
    relocation,
)

_WRITTEN: Final = {rule.event.KIND: rule for module in _MODULES for rule in module.RULES}

RULES: Final[Mapping[str, Rule[Any]]] = MappingProxyType(
    {**_WRITTEN, **{rule.event.KIND: rule for rule in noted(_WRITTEN)}}
)
"""The rule for each kind of event, by the kind's name on the wire."""

__all__ = ["RULES", "Rule"]
