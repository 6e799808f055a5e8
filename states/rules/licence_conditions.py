"""The six standard conditions, which hold on every licence without being sent (NS 2015).

They end with the licence. A failure names the one that it breaks as its `condition`.
"""

from dataclasses import dataclass
from typing import Final

from states.vocabulary import FailureKind

LICENCE_CONDITIONS: Final = "NS 2015 licence conditions"


@dataclass(frozen=True, slots=True)
class StandardCondition:
    """One condition of every licence."""

    code: str
    asks: str
    """What it asks, in our own words."""
    broken_by: tuple[FailureKind, ...]
    """What a failure of it consists of, where the failure names no condition."""
    source: str = LICENCE_CONDITIONS


STANDARD_CONDITIONS: Final = (
    StandardCondition(
        "SLC1",
        "keep in touch with the supervising officer as instructed",
        (FailureKind.MISSED_APPOINTMENT, FailureKind.INSTRUCTION),
    ),
    StandardCondition("SLC2", "receive visits at home, where that is required", ()),
    StandardCondition(
        "SLC3",
        "live at an approved address, and ask before a night anywhere else",
        (FailureKind.NIGHT_AWAY, FailureKind.MOVED_WITHOUT_PERMISSION),
    ),
    StandardCondition(
        "SLC4",
        "do only approved work, and tell of a change in advance",
        (FailureKind.UNAPPROVED_WORK,),
    ),
    StandardCondition(
        "SLC5",
        "stay in the United Kingdom unless directed, or removed from it",
        (FailureKind.TRAVEL,),
    ),
    StandardCondition(
        "SLC6",
        "be of good behaviour, commit no offence, undermine nothing of supervision",
        (FailureKind.NEW_OFFENCE, FailureKind.BEHAVIOUR),
    ),
)


STANDARD_CODES: Final = tuple(item.code for item in STANDARD_CONDITIONS)
"""The conditions of every licence; any other one is a requirement by its own id."""


def broken_by(what: FailureKind, condition: str | None) -> str | None:
    """Return the code of the condition that a failure breaks; None for one that is not standard.

    A failure that names its condition is taken at its word, also where that is an additional one.
    """
    if condition is not None:
        return condition
    return next((item.code for item in STANDARD_CONDITIONS if what in item.broken_by), None)
