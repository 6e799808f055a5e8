"""Timescales and duties for tests: any rule, without a file of its own."""

from datetime import date
from typing import Any

from states.standards.provisions import Citation, Duty, Timescale
from states.standards.terms import (
    AppliesTo,
    BindingForce,
    Direction,
    Flag,
    RecipientRole,
    Settlement,
    TimerKind,
    Trigger,
    Unit,
)

_ROW: dict[str, Any] = {
    "id": "example",
    "title": "An example",
    "standard": "5(a)",
    "applies_to": (AppliesTo.COMMUNITY_ORDER,),
    "trigger": Trigger.ALLOCATION,
    "hardness": BindingForce.STANDARD,
    "rule": "an example",
    "source": (Citation(document="ns-2015", reference="5(a)"),),
    "last_checked": date(2026, 11, 22),
}


def timescale(amount: int | None, unit: Unit, direction: Direction, **others: Any) -> Timescale:
    """Return a valid timescale of that length; `others` are fields of `Timescale`."""
    facts = _ROW | {"timer": TimerKind.NAMED, "when_missed": Flag.NONE}
    return Timescale(amount=amount, unit=unit, direction=direction, **(facts | others))


def duty(**others: Any) -> Duty:
    """Return a valid duty of the officer; `others` are fields of `Duty`."""
    facts = _ROW | {"owner": RecipientRole.OFFICER, "discharged_by": (Settlement.DUTY_DISCHARGED,)}
    return Duty(**(facts | others))
