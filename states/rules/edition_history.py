"""Edition history: which edition governs a trigger once a sentence has had more than one.

A sentence is pinned to one edition. `edition_changed` brings another in mid-sentence: the change
names the edition, the worker looks it up once, and the result becomes part of the law
(`states/standards/law.py`). Until the result is there, the event waits; a name that the catalogue
did not hold is refused with the names that it held.

A provision is taken from the edition in force on its own day: the day of its trigger, or the day of
the failure, the release or the return where the provision says so (`applies_by`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from states.events.administration import CalendarRevised, EditionChanged, LawRevised
from states.events.envelope import Event
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.sentence import Sentence
from states.standards.edition import Edition
from states.standards.law import (
    NO_RESULTS,
    Law,
    LawLookup,
    LookupResult,
    ReferenceKind,
    ScheduledEdition,
)
from states.standards.provisions import Provision, Timescale
from states.standards.terms import AppliesBy
from states.time.london import day_of
from states.vocabulary import Role

AnyProvision = TypeVar("AnyProvision", bound=Provision)

LAW_KEEPERS = frozenset({Role.OPS, Role.SYSTEM})
"""Roles that may change the law or the identity of a sentence."""


@dataclass(frozen=True, slots=True)
class TriggerDays:
    """Days of a trigger that can choose the edition."""

    at: datetime
    on: date | None = None
    failed_on: date | None = None


def law_in_force(s: Sentence, law: Law, at: datetime) -> Law:
    """Return the law of the sentence at `at`, with every scheduled edition that has begun."""
    held = s.law or law
    if held.scheduled and held.scheduled[0].on <= day_of(at):
        held = s.law = held.on(day_of(at))
    return held


def provisions_in_force(
    s: Sentence,
    law: Law,
    look_up: Callable[[Edition], tuple[AnyProvision, ...]],
    days: TriggerDays | None,
) -> tuple[AnyProvision, ...]:
    """Return the provisions that `look_up` finds in all editions, each id once, in order of id.

    With `days`, each provision is that of the edition in force on its day; without, that of the
    latest edition that has it.
    """
    found: dict[str, AnyProvision] = {}
    until: date | None = None
    begins = [era.until for era in law.superseded]
    for edition in law.editions():
        since = begins.pop() if begins else None
        for provision in look_up(edition):
            if provision.id in found:
                continue
            if days is None or _is_within(_deciding_day(s, provision, days), since, until):
                found[provision.id] = provision
        until = since
    return tuple(found[key] for key in sorted(found))


def _deciding_day(s: Sentence, provision: Provision, days: TriggerDays) -> date:
    """Return the day whose edition governs the provision."""
    by = provision.applies_by if isinstance(provision, Timescale) else AppliesBy.SENTENCE
    match by:
        case AppliesBy.FAILURE:
            found = days.failed_on or days.on
        case AppliesBy.RELEASE:
            found = s.released_on
        case AppliesBy.RETURN_DATE:
            found = s.recalls[-1].returned_on if s.recalls else None
        case AppliesBy.SENTENCE:
            # The day of sentence chose the first edition; a later one governs by trigger day.
            found = None
    return found or day_of(days.at)


def _is_within(on: date, since: date | None, until: date | None) -> bool:
    return (since is None or since <= on) and (until is None or on < until)


def edition_of(law: Law, provision: Provision) -> Edition:
    """Return the edition that a provision of the law belongs to."""
    if not law.superseded:
        return law.edition.edition_of(provision.id)
    editions = (
        edition.edition_of(provision.id)
        for edition in law.editions()
        if edition.provision(provision.id) is provision
    )
    return next(editions, law.edition)


def lookup_for(event: Event) -> LawLookup | None:
    """Return the look-up that `event` needs; None where it needs none."""
    if isinstance(event, CalendarRevised):
        return LawLookup(event.uid, ReferenceKind.CALENDAR, event.calendar)
    if isinstance(event, LawRevised):
        return LawLookup(event.uid, ReferenceKind.LAW, event.pack)
    if isinstance(event, EditionChanged):
        return LawLookup(event.uid, ReferenceKind.EDITION, event.edition)
    return None


def missing_lookup(s: Sentence, e: CalendarRevised | EditionChanged | LawRevised) -> str | None:
    """Return the look-up whose result the event waits for; None once the result is there."""
    lookup = lookup_for(e)
    results = NO_RESULTS if s.law is None else s.law.lookup_results
    if lookup is None or e.uid in results:
        return None
    return f"{lookup.thing.value} {lookup.name} to be looked up"


def unknown_reference(kind: ReferenceKind, name: str, result: LookupResult) -> str:
    """Return the refusal of a name that the catalogue did not hold."""
    held = ", ".join(result.instead)
    return f"no {kind.value} {name} is in the catalogue, which holds: {held}"


def _refuse_edition(_s: Sentence, e: EditionChanged, law: Law) -> str | None:
    result = law.lookup_results[e.uid]
    if result.edition is None:
        return unknown_reference(ReferenceKind.EDITION, e.edition, result)
    day = day_of(e.occurred_at)
    if e.changed_on is not None and e.changed_on < day:
        return (
            f"changed_on {e.changed_on} lies before {day}, the day of the event: an edition "
            "governs from its event on, so let the event itself occur then"
        )
    unknown = sorted(name for name in e.saved_for or () if law.edition.provision(name) is None)
    if unknown:
        return f"{law.edition.name} has no {', '.join(unknown)} to be saved for"
    return None


def _is_in_force(law: Law, name: str, e: EditionChanged) -> bool:
    """Return whether the change would bring back the edition in force, and save nothing."""
    # A change for a later day may follow another one that is not announced yet.
    at_once = e.changed_on is None or e.changed_on <= day_of(e.occurred_at)
    return name == law.edition.name and at_once and not law.scheduled and not e.saved_for


def _change_edition(s: Sentence, e: EditionChanged, law: Law) -> HandlerOutcome:
    edition = law.lookup_results[e.uid].edition
    if edition is None or _is_in_force(law, edition.name, e):
        return HandlerOutcome(note=f"{e.edition} was in force already")
    on = e.changed_on or day_of(e.occurred_at)
    s.law = law.schedule(ScheduledEdition(edition, on, tuple(sorted(e.saved_for or ()))))
    s.law = law_in_force(s, s.law, e.occurred_at)
    if e.changed_on is not None and e.changed_on > day_of(e.occurred_at):
        return HandlerOutcome(note=f"it governs from {e.changed_on}")
    return REGULAR


HANDLERS = (
    EventHandler(
        EditionChanged,
        _change_edition,
        nature=Nature.FACT,
        roles=LAW_KEEPERS,
        requires=IMPOSED,
        depends_on=missing_lookup,
        guard=_refuse_edition,
    ),
)
