"""Recall report: endorsed, sent, received (D12.4 to D12.6, D13, D14.recall-report).

Receipt by the casework section initiates enforcement (D12.6) and stops the clocks; sending does not
(G5, AMB-55). A missing endorsement blocks only the sending: neither the decision nor a clock waits
for it (G4).
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from states.events.envelope import Event
from states.events.recall import (
    RecallEndorsed,
    RecallReportReceived,
    RecallReportRecipient,
    RecallReportSent,
    RecallType,
)
from states.rules import clocks
from states.rules.authorisation import Permission, denied, roles_for
from states.rules.failure_days import refresh_days
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome, Nature, unexpected
from states.rules.notifications import CASEWORK_SECTION, NPS_ENFORCEMENT, notify
from states.rules.triggers import TriggerContext
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.vocabulary import Provider, Rosh, State

RECALL_REPORT = "recall-report"
"""Notice whose receipt by the casework section initiates enforcement."""

RECALL_DECIDED = "recall_decided"
"""Dependency of the steps of a recall."""

_HIGH = (Rosh.HIGH, Rosh.VERY_HIGH)


def amend_recall(s: Sentence, **changes: Any) -> None:
    """Change fields of the latest recall."""
    s.recalls[-1] = replace(s.recalls[-1], **changes)


def missing_recall(s: Sentence, _e: Event) -> str | None:
    """Return the dependency of a step of a recall; None once a recall is decided."""
    return None if s.recalls else RECALL_DECIDED


def _risk_is_high(s: Sentence) -> bool:
    # An unanswered referral counts as high risk: protection comes first (AMB-53).
    return s.rosh in _HIGH or s.rosh_referral_open


def endorsement_needed(s: Sentence) -> str | None:
    """Return the row that requires an endorsement by the NPS before sending; None where none does.

    A CRC needs one where the risk has risen to high (D13.2), and runs its recall itself otherwise
    (D13.1, ev-recall-crc-manages). An emergency is sent at once, whatever the risk (D13.3, D13.4).
    The NPS needs no endorsement (D13.5).
    """
    recall = s.recall
    allocation = s.allocation
    if recall is None or recall.type in (None, RecallType.EMERGENCY):
        return None
    if allocation is None or allocation.provider is not Provider.CRC:
        return None
    return "D13.2" if _risk_is_high(s) else None


def open_endorsement_duty(s: Sentence, law: Law, context: TriggerContext) -> None:
    """Open the duty to ask the NPS for an endorsement (D12.4, ev-recall-endorse).

    Called when a recall is decided and when the risk changes; an open duty stays open.
    """
    recall = s.recall
    open_still = recall is not None and recall.received_at is None and recall.endorsed_at is None
    if recall is not None and open_still and endorsement_needed(s) is not None:
        clocks.start(s, law, Trigger.ENDORSEMENT_NEEDED, context=context, subject=recall.id)


def _endorse(s: Sentence, e: RecallEndorsed, law: Law) -> HandlerOutcome:
    needed = endorsement_needed(s) is not None
    amend_recall(s, endorsed=e.endorsed, endorsed_at=e.occurred_at)
    at = e.occurred_at
    clocks.settle(s, law, Settlement.RECALL_ENDORSED, at=at, by=e.uid, subject=s.recalls[-1].id)
    return REGULAR if needed else HandlerOutcome(note="recorded; this recall needs no endorsement")


def refuse_unendorsed(s: Sentence) -> str | None:
    """Return why the report may not be sent yet; None where it may."""
    row = endorsement_needed(s)
    recall = s.recall
    if row is None or recall is None or recall.endorsed:
        return None
    if recall.endorsed is None:
        return "the NPS must endorse this recall before its report is sent; it was not yet"
    return "the NPS did not endorse this recall, so its report is not sent"


def _send(s: Sentence, e: RecallReportSent, _law: Law) -> HandlerOutcome:
    recall = s.recalls[-1]
    amend_recall(s, sent_at=min(recall.sent_at or e.occurred_at, e.occurred_at))
    notify(s, e, RECALL_REPORT, subject=recall.id, to=CASEWORK_SECTION, liberty=True)
    return REGULAR


def _receive(s: Sentence, e: RecallReportReceived, law: Law) -> HandlerOutcome:
    surprise = "no recall is under way any more" if s.recall is None else refuse_unendorsed(s)
    recall = s.recalls[-1]
    if e.by_whom is RecallReportRecipient.NPS:
        known = recall.nps_received_at or e.received_at
        amend_recall(s, nps_received_at=min(known, e.received_at))
    else:
        report_received(s, law, at=e.received_at, by=e.uid)
    return unexpected(surprise)


def report_received(s: Sentence, law: Law, *, at: datetime, by: str) -> None:
    """Stop the clocks of the latest recall: the casework section has the report (G5, AMB-55).

    The earlier of two reports of receipt counts.
    """
    recall = s.recalls[-1]
    if recall.received_at is not None and recall.received_at <= at:
        return
    amend_recall(s, received_at=at, received_by=by)
    what = Settlement.RECALL_REPORT_RECEIVED
    clocks.settle(s, law, what, at=at, by=by, subject=recall.id)
    refresh_days(s, law)


def request_endorsement(s: Sentence, e: Event) -> None:
    """Notify the NPS that its endorsement is requested (D14.endorsement)."""
    recall = s.recall
    if recall is not None and endorsement_needed(s) is not None:
        notify(s, e, "recall-endorsement-wanted", subject=recall.id, to=NPS_ENFORCEMENT)


HANDLERS = (
    EventHandler(
        RecallEndorsed,
        _endorse,
        states=(State.RECALLED,),
        roles=roles_for(Permission.ENDORSE),
        depends_on=missing_recall,
        guard=lambda s, e, _law: denied(s, Permission.ENDORSE, e),
    ),
    EventHandler(
        RecallReportSent,
        _send,
        states=(State.RECALLED,),
        roles=roles_for(Permission.MANAGE_RECALL),
        depends_on=missing_recall,
        guard=lambda s, e, _law: denied(s, Permission.MANAGE_RECALL, e) or refuse_unendorsed(s),
    ),
    EventHandler(RecallReportReceived, _receive, nature=Nature.FACT, depends_on=missing_recall),
)
