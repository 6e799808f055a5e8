"""The day of release is moved: a first one, or the end of a recall (T29, G12, AMB-13)."""

from states.events.custody import ReleaseDateChanged
from states.rules import clocks
from states.rules.clocks import trigger_context
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.recall_report import amend_recall
from states.rules.recall_term import date_term
from states.rules.release import redate_release
from states.rules.sentence_end import move_ends
from states.rules.victims import open_key_stage
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Trigger
from states.vocabulary import Phase


def _move_release(s: Sentence, e: ReleaseDateChanged, law: Law) -> HandlerOutcome:
    if s.phase is Phase.RECALL_CUSTODY and s.recall is not None:
        return _move_term(s, e, law)
    s.expected_release_on = e.expected_release_on
    s.automatic_release_on = e.automatic_release_on or s.automatic_release_on
    if e.licence_ends_on is not None or e.pss_ends_on is not None:
        move_ends(s, law, licence=e.licence_ends_on, pss=e.pss_ends_on)
    if s.phase is not Phase.CUSTODY:
        return HandlerOutcome(
            irregular=True, note=f"the person is in {s.phase.value}, not in custody"
        )
    reason = f"the release moved to {e.expected_release_on}"
    redate_release(s, law, e.expected_release_on, reason)
    moved = trigger_context(e, on=e.expected_release_on)
    clocks.start(s, law, Trigger.EXPECTED_RELEASE, moved)
    open_key_stage(s, law, "release_date", moved)
    return REGULAR


def _move_term(s: Sentence, e: ReleaseDateChanged, law: Law) -> HandlerOutcome:
    """Take over the prison's date for the end of a recall: it governs (AMB-13)."""
    amend_recall(s, release_due_on=e.expected_release_on)
    if e.licence_ends_on is not None or e.pss_ends_on is not None:
        move_ends(s, law, licence=e.licence_ends_on, pss=e.pss_ends_on)
    date_term(s, law)
    return REGULAR


def _refuse_date(s: Sentence, e: ReleaseDateChanged, _law: Law) -> str | None:
    if s.imposed is not None and e.expected_release_on < s.imposed.sentenced_on:
        return (
            f"a sentence passed on {s.imposed.sentenced_on} has no release "
            f"on {e.expected_release_on}"
        )
    return None


RULES = (
    EventHandler(
        *(ReleaseDateChanged, _move_release),
        nature=Nature.FACT,
        requires=IMPOSED,
        guard=_refuse_date,
    ),
)
