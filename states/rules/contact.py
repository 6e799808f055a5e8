"""Contact with the person: entries about the case, and the induction (NS 2015 1(a), 3(c)).

The kind of a contact tells what it discharges and what it opens: the provisions of the edition name
their kinds.
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
from states.rules.handler import (
    IMPOSED,
    REGULAR,
    EventHandler,
    HandlerOutcome,
    Nature,
    missing_requirement,
)
from states.rules.planning import advance_state
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.vocabulary import Phase, State


def _record(s: Sentence, e: ContactRecorded, law: Law) -> HandlerOutcome:
    at = e.occurred_at
    by = e.uid
    clocks.settle_contact(s, law, e.kind, at=at, by=by, subject=e.requirement_id)
    if e.kind in ANSWER_KINDS:
        complete_records(s, law, e)
    if s.state is not State.COMPLETED:
        open_contact_duties(s, law, e, kind=e.kind)
    return REGULAR


def open_contact_duties(s: Sentence, law: Law, e: ContactRecorded, kind: str) -> None:
    """Open the duties of a contact of that kind, each time with the event as subject."""
    if not law.opened_by_contact(kind):
        return
    opened = replace(trigger_context(e, kind), kind=kind)
    clocks.start(s, law, Trigger.CONTACT_OF_KIND, context=opened, subject=e.uid)


SUPERVISION_EXPLAINED = "supervision_explained"
"""Kind of contact that explains how supervision differs from a licence."""


def _refuse(s: Sentence, e: InductionCompleted, _law: Law) -> str | None:
    monitored = s.electronic_only or s.monitored_only
    if e.method is InductionMethod.EM_PROVIDER and not monitored:
        return "the monitoring provider inducts electronic-only orders; this one has more in it"
    return None


def _induct(s: Sentence, e: InductionCompleted, law: Law) -> HandlerOutcome:
    """Record an induction: commitments, rights and consequences are explained (3(c), T02).

    It begins an order, a licence and post-sentence supervision; in prison there is none (5.3).
    """
    at = e.occurred_at
    by = e.uid
    s.inducted_at = min(s.inducted_at or at, at)
    clocks.settle(s, law, Settlement.INDUCTION_COMPLETED, at=at, by=by)
    if _explains_supervision(s, e):
        clocks.settle_contact(s, law, SUPERVISION_EXPLAINED, at=at, by=by)
    advance_state(s, at, by)
    return REGULAR


def _explains_supervision(s: Sentence, e: InductionCompleted) -> bool:
    # The induction to the licence counts for supervision only where it says so.
    if e.explained:
        return InductionTopic.PSS_DIFFERENCE in e.explained
    return s.phase is Phase.PSS


HANDLERS = (
    EventHandler(
        ContactRecorded,
        _record,
        nature=Nature.FACT,
        requires=IMPOSED,
        depends_on=lambda s, e: missing_requirement(s, e.requirement_id),
    ),
    EventHandler(InductionCompleted, _induct, phases=IN_THE_COMMUNITY, guard=_refuse),
)
