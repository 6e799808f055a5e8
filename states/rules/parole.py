"""Heard again after a recall: representations, and what the Parole Board decides (D12.10, D15.2).

A decision of the Board releases nobody by itself: the prison tells of the release.
"""

from states.events.recall import ParoleBoardDecided, ParoleDecision, RepresentationsMade
from states.rules import clocks
from states.rules.authorisation import Permission, denied, roles_for
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.recall_report import amend_recall
from states.rules.recall_term import date_term
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement
from states.time.london import day_of, end_of
from states.vocabulary import Phase


def _represent(s: Sentence, e: RepresentationsMade, law: Law) -> HandlerOutcome:
    recall = s.recall
    if recall is None:
        return HandlerOutcome(irregular=True, note="no recall is under way")
    amend_recall(s, represented_on=min(recall.represented_on or e.made_on, e.made_on))
    at = min(e.occurred_at, end_of(e.made_on))
    clocks.settle(*(s, law, Settlement.REPRESENTATIONS_MADE), at=at, by=e.uid, subject=recall.id)
    return REGULAR


def _hear(s: Sentence, e: ParoleBoardDecided, law: Law) -> HandlerOutcome:
    on = e.decided_on or day_of(e.occurred_at)
    at = min(e.occurred_at, end_of(on))
    clocks.settle(s, law, Settlement.PAROLE_BOARD_DECIDED, at=at, by=e.uid)
    if s.recall is None:
        expected = s.phase is Phase.CUSTODY
        return (
            REGULAR if expected else HandlerOutcome(irregular=True, note="no recall is under way")
        )
    released = e.decision is ParoleDecision.RELEASE
    # The latest decision holds: one that keeps the person in takes back one that let them out.
    amend_recall(s, board_released_on=on if released else None, board_release_due_on=e.release_on)
    date_term(s, law)
    return REGULAR


RULES = (
    EventHandler(RepresentationsMade, _represent, nature=Nature.FACT),
    EventHandler(
        ParoleBoardDecided,
        _hear,
        nature=Nature.FACT,
        requires=IMPOSED,
        roles=roles_for(Permission.RE_RELEASE),
        guard=lambda s, e, _law: denied(s, Permission.RE_RELEASE, e),
    ),
)
