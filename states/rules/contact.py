"""Contact with the person, and entries about the case (NS 2015 1(a)).

What a contact discharges, and what it opens, is told by its kind: the rows of the edition name the
kinds that are theirs.
"""

from dataclasses import replace

from states.events.contact import ContactRecorded
from states.rules import clocks
from states.rules.clocks import trigger_context
from states.rules.failure_record import ANSWER_KINDS, complete_records
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Trigger
from states.vocabulary import State


def _record(s: Sentence, e: ContactRecorded, law: Law) -> HandlerOutcome:
    at, by = e.occurred_at, e.uid
    clocks.settle_contact(s, law, e.kind, at=at, by=by, subject=e.requirement_id)
    if e.kind in ANSWER_KINDS:
        complete_records(s, law, e)
    if s.state is not State.COMPLETED:
        open_contact_duties(s, law, e, e.kind)
    return REGULAR


def open_contact_duties(s: Sentence, law: Law, e: ContactRecorded, kind: str) -> None:
    """Open what a contact of that kind opens: each time anew, so it is about the event."""
    if not law.opened_by_contact(kind):
        return
    opened = replace(trigger_context(e, kind), kind=kind)
    clocks.start(s, law, Trigger.CONTACT_OF_KIND, opened, subject=e.uid)


def _named(s: Sentence, e: ContactRecorded) -> str | None:
    if e.requirement_id is None or e.requirement_id in s.requirements:
        return None
    return f"requirement {e.requirement_id}"


RULES = (
    EventHandler(ContactRecorded, _record, nature=Nature.FACT, requires=IMPOSED, depends_on=_named),
)
