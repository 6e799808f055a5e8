"""The law of a sentence changes: another calendar of working days, another edition.

Both are named in the log and looked up once; what was found is part of the law (`states/law.py`).
Until then the event waits, and a name that was not on the shelf is refused with those that were.
"""

from dataclasses import replace

from states.events.changes import CalendarRevised, EditionChanged
from states.events.event import Event
from states.law import NO_ANSWERS, Answer, Answers, Change, Law, Question, Thing
from states.london import day_of
from states.rules.eras import in_force
from states.rules.reckoning import reckon_again, reckoned
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.vocabulary import Role

KEEPERS = frozenset({Role.OPS, Role.SYSTEM})
"""Those who may say which law a sentence is decided by."""


def question(event: Event) -> Question | None:
    """Return the look-up that `event` needs; None where it needs none."""
    if isinstance(event, CalendarRevised):
        return Question(event.uid, Thing.CALENDAR, event.calendar)
    if isinstance(event, EditionChanged):
        return Question(event.uid, Thing.EDITION, event.edition)
    return None


def _answers(s: Sentence) -> Answers:
    return NO_ANSWERS if s.law is None else s.law.lookup_results


def _needs(s: Sentence, e: CalendarRevised | EditionChanged) -> str | None:
    asked = question(e)
    if asked is None or e.uid in _answers(s):
        return None
    return f"{asked.thing.value} {asked.name} to be looked up"


def _unknown(thing: Thing, name: str, answer: Answer) -> str:
    held = ", ".join(answer.instead)
    return f"no {thing.value} {name} was on the shelf; it held: {held}"


def _refuse_calendar(_s: Sentence, e: CalendarRevised, law: Law) -> str | None:
    answer = law.lookup_results[e.uid]
    if answer.calendar is None:
        return _unknown(Thing.CALENDAR, e.calendar, answer)
    return None


def _revise(s: Sentence, e: CalendarRevised, law: Law) -> Applied:
    calendar = law.lookup_results[e.uid].calendar
    if calendar is None or calendar.name == law.calendar.name:
        return Applied(note=f"{e.calendar} held already")
    own = reckoned(s, law)
    s.law = replace(law, calendar=calendar)
    reason = f"calendar {law.calendar.name} gave way to {calendar.name}"
    reckon_again(s, s.law, own, reason, calendar)
    return REGULAR


def _refuse_edition(_s: Sentence, e: EditionChanged, law: Law) -> str | None:
    answer = law.lookup_results[e.uid]
    if answer.edition is None:
        return _unknown(Thing.EDITION, e.edition, answer)
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


def _change(s: Sentence, e: EditionChanged, law: Law) -> Applied:
    edition = law.lookup_results[e.uid].edition
    if edition is None or _holds_already(law, edition.name, e):
        return Applied(note=f"{e.edition} held already")
    on = e.changed_on or day_of(e.occurred_at)
    s.law = law.schedule(Change(edition, on, tuple(sorted(e.saved_for or ()))))
    s.law = in_force(s, s.law, e.occurred_at)
    if e.changed_on is not None and e.changed_on > day_of(e.occurred_at):
        return Applied(note=f"it governs from {e.changed_on}")
    return REGULAR


RULES = (
    Rule(
        *(CalendarRevised, _revise),
        nature=Nature.FACT,
        roles=KEEPERS,
        requires=None,
        depends_on=_needs,
        guard=_refuse_calendar,
    ),
    Rule(
        *(EditionChanged, _change),
        nature=Nature.FACT,
        roles=KEEPERS,
        requires=IMPOSED,
        depends_on=_needs,
        guard=_refuse_edition,
    ),
)
