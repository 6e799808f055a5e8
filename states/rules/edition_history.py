"""Which edition governs what is triggered, where more than one has governed a sentence.

A row is of the edition that was in force on its own day: that of its trigger, or of the failure,
the release or the return where the row goes by that (`applies_by`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from states.sentence import Sentence
from states.standards.edition import Edition
from states.standards.law import Law
from states.standards.provisions import Provision, Timescale
from states.standards.terms import AppliesBy
from states.time.london import day_of

AnyProvision = TypeVar("AnyProvision", bound=Provision)


@dataclass(frozen=True, slots=True)
class TriggerDays:
    """The days of a trigger by which an edition can be chosen."""

    at: datetime
    on: date | None = None
    failed_on: date | None = None


def law_in_force(s: Sentence, law: Law, at: datetime) -> Law:
    """Return the law of the sentence at `at`, with the changes of edition that have come."""
    held = s.law or law
    if held.scheduled and held.scheduled[0].on <= day_of(at):
        held = s.law = held.on(day_of(at))
    return held


def _basis(s: Sentence, row: Provision, days: TriggerDays) -> date:
    by = row.applies_by if isinstance(row, Timescale) else AppliesBy.SENTENCE
    match by:
        case AppliesBy.FAILURE:
            found = days.failed_on or days.on
        case AppliesBy.RELEASE:
            found = s.released_on
        case AppliesBy.RETURN_DATE:
            found = s.recalls[-1].returned_on if s.recalls else None
        case AppliesBy.SENTENCE:
            # Chosen by the day of sentence once; what changes it goes by the day of the trigger.
            found = None
    return found or day_of(days.at)


def provisions_in_force(
    s: Sentence,
    law: Law,
    look_up: Callable[[Edition], tuple[AnyProvision, ...]],
    days: TriggerDays | None,
) -> tuple[AnyProvision, ...]:
    """Return the rows that `look_up` finds in the editions, each id once, in order of id.

    With `days`, each is of the edition in force on its day; without, of the latest that has it.
    """
    found: dict[str, AnyProvision] = {}
    until: date | None = None
    begins = [era.until for era in law.superseded]
    for edition in law.editions():
        since = begins.pop() if begins else None
        for row in look_up(edition):
            if row.id not in found and _governs(s, row, days, since, until):
                found[row.id] = row
        until = since
    return tuple(found[key] for key in sorted(found))


def _governs(
    s: Sentence, row: Provision, days: TriggerDays | None, since: date | None, until: date | None
) -> bool:
    if days is None:
        return True
    on = _basis(s, row, days)
    return (since is None or since <= on) and (until is None or on < until)


def edition_of(law: Law, row: Provision) -> Edition:
    """Return the edition of which a row of the law is."""
    if not law.superseded:
        return law.edition.edition_of(row.id)
    homes = (
        edition.edition_of(row.id) for edition in law.editions() if edition.provision(row.id) is row
    )
    return next(homes, law.edition)
