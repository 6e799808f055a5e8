"""The sentence goes on under another name: after a merge, an unmerge or a renumbering.

The rule only notes where to: whoever holds the file hands it over (`workflows/transfer.py`). The
last word counts, so a sentence that was moved and moved back is at home again.
"""

from states.events.administration import SentenceMoved
from states.rules.changes import LAW_KEEPERS
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome, Nature
from states.sentence import Sentence
from states.sentence_ref import Holder
from states.standards.law import Law


def _move(s: Sentence, e: SentenceMoved, _law: Law) -> HandlerOutcome:
    if e.to_crn is not None and e.to_event_number is not None:
        s.continues_as = Holder(e.to_crn, e.to_event_number)
    if e.from_crn is not None and e.from_event_number is not None:
        origin = Holder(e.from_crn, e.from_event_number)
        if origin not in s.came_from:
            s.came_from = (*s.came_from, origin)
    return REGULAR


RULES = (EventHandler(SentenceMoved, _move, nature=Nature.FACT, roles=LAW_KEEPERS, requires=None),)
