"""Build timescales for tests: any rule, without a file of its own."""

from datetime import date
from typing import Any

from states.timescale import (
    AppliesTo,
    Citation,
    Direction,
    Flag,
    Hardness,
    TimerKind,
    Timescale,
    Trigger,
    Unit,
)


def timescale(amount: int | None, unit: Unit, direction: Direction, **others: Any) -> Timescale:
    """Return a valid timescale of that length; `others` are fields of `Timescale`."""
    facts: dict[str, Any] = {
        "id": "example",
        "title": "An example",
        "standard": "5(a)",
        "applies_to": (AppliesTo.COMMUNITY_ORDER,),
        "trigger": Trigger.ALLOCATION,
        "hardness": Hardness.STANDARD,
        "timer": TimerKind.NAMED,
        "when_missed": Flag.NONE,
        "rule": "an example",
        "source": (Citation(document="ns-2015", reference="5(a)"),),
        "last_checked": date(2026, 11, 22),
    }
    return Timescale(amount=amount, unit=unit, direction=direction, **{**facts, **others})
