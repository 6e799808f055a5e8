"""Which warning comes next on licence: the first, then the second and final, then none (AMB-35)."""

from typing import Final

from states.law import Law
from states.records import IssuedWarning
from states.rules.counting import is_spent
from states.sentence import Sentence
from states.timescale import AppliesTo
from states.vocabulary import WarningLevel

FINAL: Final = "licence-second-warning-final"
"""The bound that says the how manyth warning of a licence is the last."""


def licence_warnings(s: Sentence) -> tuple[IssuedWarning, ...]:
    """Return the licence warnings that count: neither withdrawn, excused nor spent (D8.4).

    No time limit is stated on them, so they never grow old.
    """
    return tuple(
        warning
        for warning in s.warnings.values()
        if warning.regime is AppliesTo.LICENCE
        and warning.withdrawn_at is None
        and any(
            s.failures[f].acceptable is False and not is_spent(s, s.failures[f].failed_on)
            for f in warning.failure_ids
        )
    )


def next_level(s: Sentence, law: Law) -> WarningLevel | None:
    """Return the level of the next licence warning; None once the final one was given (G6)."""
    given = licence_warnings(s)
    last = law.edition.bound(FINAL).threshold or 0
    if len(given) >= last or any(warning.level is WarningLevel.FINAL for warning in given):
        return None
    return WarningLevel.FINAL if len(given) + 1 == last else WarningLevel.FIRST
