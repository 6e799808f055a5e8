"""What documents say, as codes, dates and digests: the words stand in templates that ops may edit.

A paper is computed when its notice is first taken up, and is no part of what the notice's key
stands for. The first one that was made into a document stands.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from states.casefile import CaseFile, Decided
from states.identity import Identity
from states.papers.breach import referral
from states.papers.endings import sentence_ended, stay_ended
from states.papers.heading import heading
from states.papers.induction import sheet
from states.papers.matter import Matter, Said
from states.papers.recall import report
from states.papers.requirements import ended, restriction
from states.papers.warnings import is_final, warning, withdrawn
from states.records import Effect
from states.rules.sheets import INDUCTION_SHEET

__all__ = ["ENDED", "PAPERS", "document_of", "paper_of"]

ENDED: Final = (
    "attendance-centre-ended",
    "exclusion-ended",
    "mental-health-treatment-ended",
    "prohibited-activity-ended",
    "residence-ended",
    "supervision-ended",
)
"""The notices of the end of a requirement, by its kind (6.4)."""

PAPERS: Final[Mapping[str, tuple[str, Callable[[Matter], Said | None]]]] = {
    INDUCTION_SHEET: ("induction-sheet", sheet),
    "warning-letter": ("first-warning", warning),
    "warning-withdrawn": ("warning-withdrawn", withdrawn),
    "warning-letter-withdrawn": ("warning-withdrawn", withdrawn),
    "breach-referral": ("breach-referral", referral),
    "referral-papers": ("breach-referral", referral),
    "recall-report": ("recall-report", report),
    "exclusion-notice": ("exclusion-notice", restriction),
    "prohibited-activity-notice": ("prohibited-activity-notice", restriction),
    **dict.fromkeys(ENDED, ("requirement-ended", ended)),
    "sentence-ended": ("sentence-ended", sentence_ended),
    "restrictions-explained": ("end-of-sentence", sentence_ended),
    "ap-left": ("premises-left", stay_ended),
}
"""The document of each notice that has one, and what makes its paper."""

FINAL_WARNING: Final = "final-licence-warning"


def document_of(m: Matter) -> str | None:
    """Return the name of the document that goes with a notice; None where none does."""
    known = PAPERS.get(m.effect.template)
    if known is None:
        return None
    return FINAL_WARNING if m.effect.template == "warning-letter" and is_final(m) else known[0]


def paper_of(
    identity: Identity, case: CaseFile, decided: Decided, effect: Effect, now: datetime
) -> Said | None:
    """Return what the document says that goes with `effect`; None where none does.

    None also where what it told of is on the record no more: the notice then goes without one.
    """
    m = Matter(identity, case, decided, effect, now)
    document = document_of(m)
    content = PAPERS[effect.template][1](m) if document is not None else None
    if content is None:
        return None
    return {"document": document, **heading(m), **content}
