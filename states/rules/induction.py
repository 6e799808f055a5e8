"""Induction: commitments, rights and consequences explained (NS 2015 3(c), T02).

It begins an order, a licence and post-sentence supervision, and there is none in prison (5.3).
"""

from states.events.contact import InductionCompleted, InductionMethod, InductionTopic
from states.regime import IN_THE_COMMUNITY
from states.rules import clocks
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome
from states.rules.planning import advance_state
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement
from states.vocabulary import Phase

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


RULES = (EventHandler(InductionCompleted, _induct, phases=IN_THE_COMMUNITY, guard=_refuse),)
