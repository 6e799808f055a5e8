"""What a release is, by where the sentence stands, and whether the tables expected it (D15).

A recall ends with a release or with the sentence (D12.12, O.served-to-end).
"""

from states.events.custody import Released
from states.events.recall import RecallType
from states.records import Recall
from states.rules.recall_term import due_to_be_released, last_day
from states.sentence import Sentence
from states.vocabulary import Phase, State


def served_to_end(s: Sentence, e: Released) -> bool:
    """Return whether a release after recall comes with the end of the sentence (D15.3, T15).

    It then leads to no licence: whoever is let out on the last day has served to the end.
    """
    last = s.ends_on
    return s.pss_ends_on is None and last is not None and e.released_on >= last


def arrow_of(s: Sentence, e: Released) -> str | None:
    """Return the arrow that a release takes from where the sentence stands; None for none."""
    licensed = s.licence_ends_on is not None and e.released_on <= s.licence_ends_on
    match s.phase:
        case Phase.CUSTODY:
            return "T16" if licensed or s.pss_ends_on is None else "T17"
        # Where nobody told us of the return, that the person is out again is beyond doubt.
        case Phase.RECALL_CUSTODY | Phase.LICENCE if s.state is State.RECALLED:
            if served_to_end(s, e):
                return "T15"
            return "T14" if licensed or s.pss_ends_on is None else "T21"
        case Phase.PSS_COMMITTAL:
            return "T23"
        case _:
            return None


def unexpected(s: Sentence, e: Released) -> str | None:
    """Return what the tables did not expect of a release after recall; None where nothing.

    The end of the licence opens the door by itself (D15.3, D15.5), so does the Parole Board,
    whatever the type, and so does a licence that was not revoked (T13).
    """
    recall = s.recall
    if recall is None or arrow_of(s, e) not in ("T14", "T15", "T21"):
        return None
    if recall.returned_on is None:
        return "released, and no return to custody was told"
    last = last_day(s)
    if recall.board_released_on is not None or recall.refused_at is not None:
        return None
    if last is not None and e.released_on >= last:
        return None
    return _out_of_turn(recall, e)


def _out_of_turn(recall: Recall, e: Released) -> str | None:
    due = due_to_be_released(recall)
    if e.released_on == due:
        # The prison's own date, where it gave one: it knew of what type the recall was.
        return None
    if recall.type is RecallType.FIXED_TERM:
        return f"D15.1: the fixed term ended on {due}, and the release was on {e.released_on}"
    # An emergency recall ends as a standard one (D15.4), and one of unknown type no sooner.
    return "D15.2: only the Parole Board releases from a standard recall before its end"
