"""The sentence goes on under another name: after a merge, an unmerge or a renumbering.

The rule only notes where to: whoever holds the file hands it over (`workflows/relocation.py`). The
last word counts, so a sentence that was moved and moved back is at home again.
"""

from states.events.changes import SentenceMoved
from states.holder import Holder
from states.law import Law
from states.rules.changes import KEEPERS
from states.rules.rule import REGULAR, Applied, Nature, Rule
from states.sentence import Sentence


def _move(s: Sentence, e: SentenceMoved, _law: Law) -> Applied:
    if e.to_crn is not None and e.to_event_number is not None:
        s.continues_as = Holder(e.to_crn, e.to_event_number)
    if e.from_crn is not None and e.from_event_number is not None:
        origin = Holder(e.from_crn, e.from_event_number)
        if origin not in s.came_from:
            s.came_from = (*s.came_from, origin)
    return REGULAR


RULES = (Rule(SentenceMoved, _move, nature=Nature.FACT, roles=KEEPERS, requires=None),)
