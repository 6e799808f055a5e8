"""Change of address: the row of the table that a move falls under (D18, AMB-38).

The rows differ by the sentence and, for an order, by the day of the offence. A person decides
whether a move is a failure to comply: nothing is reported here automatically.
"""

from datetime import date

from states.entities import HomeMove
from states.events.accommodation import AddressChanged, MoveDuration
from states.rules.event_dates import before_sentence, refuse_later_day
from states.rules.failures import regime_on
from states.rules.handler import IMPOSED, EventHandler, HandlerOutcome, Nature
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo

ORDERS = (AppliesTo.COMMUNITY_ORDER, AppliesTo.SUSPENDED_SENTENCE_ORDER)

ROW_MEANINGS = {
    "D18.1": "temporary: no duty of residence",
    "D18.2": "an offence before the newer law: no permission was needed, the officer is informed",
    "D18.3": "with permission: allowed, and it may lead to a transfer",
    "D18.4": "without permission and outside the person's control: a balanced decision",
    "D18.5": "without permission: breach action is possible",
    "D18.6": "the officer was never informed: treated as a failure to comply",
    "D18.7": "on licence without permission for the nights elsewhere: a failure to comply",
}


def address_rows(s: Sentence, e: AddressChanged, law: Law) -> tuple[str, ...]:
    """Return the rows of D18 that a move falls under; none where no document covers it.

    An officer who agreed to a move beforehand counts as told of it.
    """
    regime = regime_on(s, e.moved_on)
    if regime is AppliesTo.LICENCE:
        return () if e.permission_before or not _away(e, law) else ("D18.7",)
    if regime not in ORDERS:
        return ()
    was_reported = e.told_on is not None or e.permission_before
    return (_of_residence(s, e, law), *(() if was_reported else ("D18.6",)))


def _away(e: AddressChanged, law: Law) -> bool:
    """Return whether enough nights were spent elsewhere to need permission; true if not stated."""
    least = law.edition.bound("licence-night-away").amount or 0
    return e.kind is MoveDuration.PERMANENT or e.nights is None or e.nights >= least


def _of_residence(s: Sentence, e: AddressChanged, law: Law) -> str:
    if e.kind is MoveDuration.TEMPORARY:
        return "D18.1"
    if _is_older(s, law):
        return "D18.2"
    if e.permission_before:
        return "D18.3"
    return "D18.4" if e.outside_control else "D18.5"


def _is_older(s: Sentence, law: Law) -> bool:
    """Return whether the offence predates the law with the duty of residence (ora-cutover).

    Where offences lie on both sides of that day, the stricter law applies (AMB-27).
    """
    cutover: date | None = law.edition.bound("ora-cutover").day
    if s.imposed is None or cutover is None or s.imposed.offence.mixed:
        return False
    return s.imposed.offence.committed_on < cutover


def _change(s: Sentence, e: AddressChanged, law: Law) -> HandlerOutcome:
    rows = address_rows(s, e, law)
    s.home_moves.append(HomeMove(e.moved_on, rows, e.uid))
    return HandlerOutcome(note="; ".join(ROW_MEANINGS[row] for row in rows))


def _refuse(s: Sentence, e: AddressChanged, _law: Law) -> str | None:
    return before_sentence(s, "moved_on", e.moved_on) or refuse_later_day(e, "told_on", e.told_on)


HANDLERS = (
    EventHandler(AddressChanged, _change, nature=Nature.FACT, requires=IMPOSED, guard=_refuse),
)
