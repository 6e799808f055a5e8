"""Fixed term of a recall: which sentence decides its length, and on which day it ends.

The day of return is day 1. Days unlawfully at large after the return, and added days, lengthen the
term; the end of the sentence that decides caps it. Nothing here releases anybody: the date of the
prison governs, and ours is held beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from states.law.pack import LawFacts, LawPack, Resolution, Term
from states.time.calendar import shift

DAYS: Final = "recall.fixed_term.days"
YEAR_IN_MONTHS: Final = 12
DECISIVE_DAYS: Final = 14
"""Days that a sentence of a year or more has left, from which it decides the length."""


@dataclass(frozen=True, slots=True)
class ServedSentence:
    """Recalled sentence, with consecutive terms added up."""

    term: Term
    ends_on: date | None = None
    """Its last day; None where it is not known."""


@dataclass(frozen=True, slots=True)
class FixedTermReturn:
    """Return to custody on a fixed term recall."""

    returned_on: date
    revoked_on: date | None = None
    """The day on which the licence was revoked."""
    added_days: int = 0
    """Added days, and days unlawfully at large after the return."""
    held_at_change: bool = False
    """True if the person was in custody on the recall when a new length commenced."""


@dataclass(frozen=True, slots=True)
class FixedTerm:
    """Fixed term: the length by law, and its last day."""

    days: Resolution
    ends_on: date
    step: Resolution | None = None
    """The step of the transition, where it is what counts."""
    capped: bool = False
    """True if the end of the sentence is what counts."""


class UndecidedError(ValueError):
    """The sources disagree about the length of a term, so a person decides."""


def deciding_sentence(served: Sequence[ServedSentence], returned_on: date) -> ServedSentence:
    """Return the sentence whose length decides: the one that ends last, with one exception.

    Where that one is under twelve months, another of twelve months or more decides if it has 14
    days or more left at the return.

    Raises:
        UndecidedError: If it has exactly 14 days left, on which the sources disagree.
    """
    last = max(served, key=lambda item: item.ends_on or date.max)
    if not last.term.is_under(YEAR_IN_MONTHS):
        return last
    for other in served:
        if other.ends_on is None or other.term.is_under(YEAR_IN_MONTHS):
            continue
        left = (other.ends_on - returned_on).days
        if left == DECISIVE_DAYS:
            raise UndecidedError
        if left > DECISIVE_DAYS:
            return other
    return last


def fixed_term(
    pack: LawPack,
    served: Sequence[ServedSentence],
    back: FixedTermReturn,
    facts: LawFacts | None = None,
) -> FixedTerm | None:
    """Return the fixed term by `pack`; None where it has no value for the day of return.

    Raises:
        UndecidedError: If the sources disagree about the length.
    """
    expired_on = back.revoked_on or back.returned_on
    running = [item for item in served if item.ends_on is None or item.ends_on >= expired_on]
    running = running or list(served)
    known = facts or LawFacts()
    deciding = deciding_sentence(running, back.returned_on)
    by = replace(known, serving=deciding.term)
    longest = max((item.term for item in running), key=lambda term: term.in_days)
    step = _step(pack, back, replace(known, serving=longest))
    # Who was in custody on the day is released by the new length, or by the step if that is later.
    governs_on = back.returned_on if step is None else step.dated.since
    days = pack.resolve(DAYS, governs_on, by)
    if days is None or type(days.value) is not int:
        return None
    ends_on = shift(back.returned_on, days.value - 1)
    stepped = step is not None and date.fromisoformat(str(step.value)) > ends_on
    if stepped and step is not None:
        ends_on = date.fromisoformat(str(step.value))
    ends_on = shift(ends_on, back.added_days)
    last = deciding.ends_on
    capped = last is not None and last < ends_on
    if capped and last is not None:
        ends_on = last
    return FixedTerm(replace(days, on=back.returned_on), ends_on, step if stepped else None, capped)


def _step(pack: LawPack, back: FixedTermReturn, facts: LawFacts) -> Resolution | None:
    """Return the step of those who were in custody when the length changed; None for others."""
    for dated in pack.parameters[DAYS].values:
        transition = dated.in_custody_on_the_day
        if transition is None or not back.held_at_change or back.returned_on > dated.since:
            continue
        if back.revoked_on is not None and back.revoked_on >= dated.since:
            continue
        return pack.resolve(transition.later_of, dated.since, facts)
    return None
