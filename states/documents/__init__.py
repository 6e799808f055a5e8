"""Data of documents as codes, dates and digests; the words are in templates that ops may edit.

The data are computed when the notice is first sent, and the key of the notice does not depend on
them. The first document that was made from them is kept.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from states.documents.context import DocumentContext, DocumentData, heading
from states.documents.enforcement import (
    breach_referral,
    is_final_licence_warning,
    recall_report,
    warning_letter,
    warning_withdrawal,
)
from states.documents.supervision import (
    induction_leaflet,
    premises_departure_notice,
    requirement_end_notice,
    restriction_notice,
    sentence_end_notice,
)
from states.entities import Effect
from states.event_log import EventLog, FoldResult
from states.events.envelope import Event
from states.outbox import Compare, Correction
from states.rules.notifications import INDUCTION_SHEET
from states.sentence_ref import SentenceRef

__all__ = [
    "DOCUMENTS",
    "REQUIREMENT_END_NOTICES",
    "comparison",
    "document_data",
    "document_name",
]

REQUIREMENT_END_NOTICES: Final = (
    "attendance-centre-ended",
    "exclusion-ended",
    "mental-health-treatment-ended",
    "prohibited-activity-ended",
    "residence-ended",
    "supervision-ended",
)
"""Notices of the end of a requirement, by its kind (6.4)."""

DOCUMENTS: Final[Mapping[str, tuple[str, Callable[[DocumentContext], DocumentData | None]]]] = {
    INDUCTION_SHEET: ("induction-sheet", induction_leaflet),
    "warning-letter": ("first-warning", warning_letter),
    "warning-withdrawn": ("warning-withdrawn", warning_withdrawal),
    "warning-letter-withdrawn": ("warning-withdrawn", warning_withdrawal),
    "breach-referral": ("breach-referral", breach_referral),
    "referral-papers": ("breach-referral", breach_referral),
    "recall-report": ("recall-report", recall_report),
    "exclusion-notice": ("exclusion-notice", restriction_notice),
    "prohibited-activity-notice": ("prohibited-activity-notice", restriction_notice),
    **dict.fromkeys(REQUIREMENT_END_NOTICES, ("requirement-ended", requirement_end_notice)),
    "sentence-ended": ("sentence-ended", sentence_end_notice),
    "restrictions-explained": ("end-of-sentence", sentence_end_notice),
    "ap-left": ("premises-left", premises_departure_notice),
}
"""Document of each notice that has one, and the function that makes its data."""

FINAL_WARNING: Final = "final-licence-warning"


def document_name(context: DocumentContext) -> str | None:
    """Return the name of the document that goes with a notice; None where none does."""
    known = DOCUMENTS.get(context.effect.template)
    if known is None:
        return None
    return (
        FINAL_WARNING
        if context.effect.template == "warning-letter" and is_final_licence_warning(context)
        else known[0]
    )


def document_data(
    identity: SentenceRef, event_log: EventLog, result: FoldResult, effect: Effect, now: datetime
) -> DocumentData | None:
    """Return the data of the document that goes with `effect`; None where there is none.

    None also where the subject is no longer on record: the notice is then sent without a document.
    """
    context = DocumentContext(identity, event_log, result, effect=effect, now=now)
    document = document_name(context)
    content = DOCUMENTS[effect.template][1](context) if document is not None else None
    if content is None:
        return None
    return {"document": document, **heading(context), **content}


def comparison(
    identity: SentenceRef, event_log: EventLog, result: FoldResult, now: datetime
) -> Compare:
    """Return how the notice of an event compares with that of its correction.

    A notice says its facts and its document. Which event caused it is no part of that.
    """

    def compare(before: Effect, after: Effect) -> Correction | None:
        old = DocumentContext(identity, event_log, result, effect=before, now=now)
        new = DocumentContext(identity, event_log, result, effect=after, now=now)
        if old.event is None or new.event is None or not _corrects(old.event, new.event):
            return None
        same = before.facts == after.facts and _content(old) == _content(new)
        return Correction.UNCHANGED if same else Correction.CHANGED

    return compare


def _corrects(one: Event, other: Event) -> bool:
    """Return whether one of two events corrects the other, or both correct a third."""
    names = [{event.event_id, event.replaces} - {None} for event in (one, other)]
    return one.KIND == other.KIND and bool(names[0] & names[1])


def _content(context: DocumentContext) -> tuple[str | None, date | None, DocumentData | None]:
    document = document_name(context)
    content = DOCUMENTS[context.effect.template][1](context) if document is not None else None
    if content is None:
        return document, None, None
    return document, context.on, {**content, "decision": None, "sent": None}
