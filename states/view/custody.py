"""What touches somebody's liberty and needs a person to look: shown, and never acted on.

A person recalled is at large from the revocation to the return. In custody a date of release may
be passed, or be in doubt. The machine releases nobody; it says what does not agree.
"""

from collections.abc import Iterator
from datetime import datetime

from states.entities import Recall
from states.rules.recall_term import release_due_on
from states.sentence import Sentence
from states.time.london import day_of
from states.vocabulary import Phase, State


def at_large(s: Sentence) -> bool:
    """Return whether the licence is revoked and the person not back in custody (D12.9)."""
    recall = s.recall
    return (
        s.state is State.RECALLED
        and recall is not None
        and recall.revoked_on is not None
        and recall.returned_on is None
    )


def custody_flags(s: Sentence, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what is to be looked at, each as a code and its words."""
    recall = s.recall
    if recall is not None and s.state is State.RECALLED:
        yield from _outside(s, recall, now)
        if s.phase is Phase.RECALL_CUSTODY:
            yield from _inside(recall, now)


def _outside(s: Sentence, recall: Recall, now: datetime) -> Iterator[tuple[str, str]]:
    if at_large(s):
        text = f"the licence was revoked on {recall.revoked_on}; nobody told of a return"
        yield "at_large", text
    last = s.licence_ends_on
    if s.phase is Phase.LICENCE and last is not None and day_of(now) > last:
        yield "licence_end_held", f"the licence was to end on {last}, and a recall is under way"


def _inside(recall: Recall, now: datetime) -> Iterator[tuple[str, str]]:
    ours, theirs = recall.term_ends_on, recall.release_due_on
    if ours is not None and theirs is not None and ours != theirs:
        text = f"the prison releases on {theirs}, which governs; by our count it is {ours}"
        yield "release_date_differs", text
    due = release_due_on(recall)
    if due is not None and day_of(now) > due:
        yield "release_overdue", f"release was due on {due}, and the person is still in custody"
    if recall.type is None:
        yield "custody_unexplained", "the person is in custody, and no recall that stands says why"
    elif recall.refused_at is not None:
        yield "custody_unexplained", "the person is in custody, and the licence was not revoked"
