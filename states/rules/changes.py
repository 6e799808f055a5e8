"""The law of a sentence changes: another calendar of working days, another edition.

Both are named in the log and looked up once; the result is part of the law
(`states/standards/law.py`).
Until then the event waits, and a name that was not on the shelf is refused with those that were.
"""

from dataclasses import replace

from states.events.administration import CalendarRevised, EditionChanged
from states.events.envelope import Event
from states.rules.edition_history import law_in_force
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.recalculation import computed_clocks, recalculate
from states.sentence import Sentence
from states.standards.law import (
    NO_RESULTS,
    Law,
    LawLookup,
    LookupResult,
    LookupResults,
    ReferenceKind,
    ScheduledEdition,
)
from states.time.london import day_of
from states.vocabulary import Role

LAW_KEEPERS = frozenset({Role.OPS, Role.SYSTEM})
"""Those who may say which law a sentence is decided by."""


def lookup_for(event: Event) -> LawLookup | None:
    """Return the look-up that `event` needs; None where it needs none."""
    if isinstance(event, CalendarRevised):
        return LawLookup(event.uid, ReferenceKind.CALENDAR, event.calendar)
    if isinstance(event, EditionChanged):
        return LawLookup(event.uid, ReferenceKind.EDITION, event.edition)
    return None


def _answers(s: Sentence) -> LookupResults:
    return NO_RESULTS if s.law is None else s.law.lookup_results


def _needs(s: Sentence, e: CalendarRevised | EditionChanged) -> str | None:
    asked = lookup_for(e)
    if asked is None or e.uid in _answers(s):
        return None
    return f"{asked.thing.value} {asked.name} to be looked up"


def _unknown(thing: ReferenceKind, name: str, answer: LookupResult) -> str:
    held = ", ".join(answer.instead)
    return f"no {thing.value} {name} was on the shelf; it held: {held}"


def _refuse_calendar(_s: Sentence, e: CalendarRevised, law: Law) -> str | None:
    answer = law.lookup_results[e.uid]
    if answer.calendar is None:
        return _unknown(ReferenceKind.CALENDAR, e.calendar, answer)
    return None


def _revise(s: Sentence, e: CalendarRevised, law: Law) -> HandlerOutcome:
    calendar = law.lookup_results[e.uid].calendar
    if calendar is None or calendar.name == law.calendar.name:
        return HandlerOutcome(note=f"{e.calendar} held already")
    own = computed_clocks(s, law)
    s.law = replace(law, calendar=calendar)
    reason = f"calendar {law.calendar.name} gave way to {calendar.name}"
    recalculate(s, s.law, own, reason, calendar)
    return REGULAR


def _refuse_edition(_s: Sentence, e: EditionChanged, law: Law) -> str | None:
    answer = law.lookup_results[e.uid]
    if answer.edition is None:
        return _unknown(ReferenceKind.EDITION, e.edition, answer)
    day = day_of(e.occurred_at)
    if e.changed_on is not None and e.changed_on < day:
        return (
            f"changed_on {e.changed_on} lies before {day}, the day of the event: an edition "
            "governs from its event on, so let the event itself occur then"
        )
    unknown = sorted(row for row in e.saved_for or () if law.edition.provision(row) is None)
    if unknown:
        return f"{law.edition.name} has no {', '.join(unknown)} to be saved for"
    return None


def _holds_already(law: Law, name: str, e: EditionChanged) -> bool:
    # One that is to come may follow another that nobody has announced yet.
    at_once = e.changed_on is None or e.changed_on <= day_of(e.occurred_at)
    return name == law.edition.name and at_once and not law.scheduled and not e.saved_for


def _change(s: Sentence, e: EditionChanged, law: Law) -> HandlerOutcome:
    edition = law.lookup_results[e.uid].edition
    if edition is None or _holds_already(law, edition.name, e):
        return HandlerOutcome(note=f"{e.edition} held already")
    on = e.changed_on or day_of(e.occurred_at)
    s.law = law.schedule(ScheduledEdition(edition, on, tuple(sorted(e.saved_for or ()))))
    s.law = law_in_force(s, s.law, e.occurred_at)
    if e.changed_on is not None and e.changed_on > day_of(e.occurred_at):
        return HandlerOutcome(note=f"it governs from {e.changed_on}")
    return REGULAR


RULES = (
    EventHandler(
        *(CalendarRevised, _revise),
        nature=Nature.FACT,
        roles=LAW_KEEPERS,
        requires=None,
        depends_on=_needs,
        guard=_refuse_calendar,
    ),
    EventHandler(
        *(EditionChanged, _change),
        nature=Nature.FACT,
        roles=LAW_KEEPERS,
        requires=IMPOSED,
        depends_on=_needs,
        guard=_refuse_edition,
    ),
)
