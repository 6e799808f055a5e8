"""The rules: for every kind of event, what it needs, who may send it and what it does."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from states.rules import (
    administration,
    allocation,
    appointments,
    breach,
    court,
    ends,
    evaluation,
    failures,
    imposition,
    obligations,
    pending,
    planning,
    warnings,
)
from states.rules.rule import Rule

_MODULES: Final = (
    imposition,
    ends,
    allocation,
    appointments,
    planning,
    obligations,
    failures,
    warnings,
    breach,
    court,
    evaluation,
    administration,
    pending,
)

RULES: Final[Mapping[str, Rule[Any]]] = MappingProxyType(
    {rule.event.KIND: rule for module in _MODULES for rule in module.RULES}
)
"""The rule for each kind of event, by the kind's name on the wire."""

__all__ = ["RULES", "Rule"]
