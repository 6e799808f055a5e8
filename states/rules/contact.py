"""Contact with the person, and entries about the case (NS 2015 1(a)).

What a contact discharges, and what it opens, is told by its kind: the rows of the edition name the
kinds that are theirs.
"""

from dataclasses import replace

from states.events.contact import (
    ContactRecorded,
    InductionCompleted,
    InductionMethod,
    InductionTopic,
)
from states.regime import IN_THE_COMMUNITY
from states.rules import clocks
from states.rules.failure_record import ANSWER_KINDS, complete_records
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.planning import advance_state
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.vocabulary import Phase, State


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


SUPERVISION_EXPLAINED = "supervision_explained"
"""The kind of contact in which somebody hears how supervision differs from a licence."""


def _refuse(s: Sentence, e: InductionCompleted, _law: Law) -> str | None:
    monitored = s.electronic_only or s.monitored_only
    if e.method is InductionMethod.EM_PROVIDER and not monitored:
        return "the monitoring provider inducts electronic-only orders; this one has more in it"
    return None


def _induct(s: Sentence, e: InductionCompleted, law: Law) -> HandlerOutcome:
    at, by = e.occurred_at, e.uid
    s.inducted_at = min(s.inducted_at or at, at)
    clocks.settle(s, law, Settlement.INDUCTION_COMPLETED, at=at, by=by)
    if _tells_of_supervision(s, e):
        clocks.settle_contact(s, law, SUPERVISION_EXPLAINED, at=at, by=by)
    advance_state(s, at, by)
    return REGULAR


def _tells_of_supervision(s: Sentence, e: InductionCompleted) -> bool:
    # One that began the licence counts for supervision only where it said that it did.
    if e.explained:
        return InductionTopic.PSS_DIFFERENCE in e.explained
    return s.phase is Phase.PSS


HANDLERS = (
    EventHandler(ContactRecorded, _record, nature=Nature.FACT, requires=IMPOSED, depends_on=_named),
    EventHandler(InductionCompleted, _induct, phases=IN_THE_COMMUNITY, guard=_refuse),
)
