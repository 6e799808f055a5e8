"""Release from prison, for the first time or again, and the dates that lead up to it (D15).

A prison's word is a fact: it is applied whatever the tables expected, and what they did not expect
is said.
"""

from dataclasses import replace

from states.calendar import shift
from states.events.custody import Released, ReleaseDateChanged
from states.events.recall import RecallType
from states.law import Law
from states.london import day_of, end_of, start_of
from states.rules import clocks
from states.rules.clocks import told
from states.rules.counting import spend
from states.rules.ends import move_ends
from states.rules.failure_day import refresh_days
from states.rules.moving import move, supported_state
from states.rules.obligations import bring
from states.rules.phases import begin_release, leave_behind
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import AppliesTo, Settlement, Trigger
from states.vocabulary import Phase, State


def _refuse(s: Sentence, e: Released, _law: Law) -> str | None:
    if e.released_on > day_of(e.occurred_at):
        return f"released_on {e.released_on} lies after the day on which it was told"
    if s.imposed is not None and e.released_on < s.imposed.sentenced_on:
        return f"a sentence passed on {s.imposed.sentenced_on} has no release on {e.released_on}"
    return None


def arrow_of(s: Sentence, e: Released) -> str | None:
    """Return the arrow that a release takes from where the sentence stands; None for none."""
    licensed = s.licence_ends_on is not None and e.released_on <= s.licence_ends_on
    match s.phase:
        case Phase.CUSTODY:
            return "T16" if licensed or s.pss_ends_on is None else "T17"
        case Phase.RECALL_CUSTODY:
            return "T14" if licensed or s.pss_ends_on is None else "T21"
        case Phase.LICENCE if s.state is State.RECALLED:
            # Nobody told us of the return; that the person is out again is beyond doubt.
            return "T14"
        case Phase.PSS_COMMITTAL:
            return "T23"
        case _:
            return None


def unexpected(s: Sentence, e: Released) -> str | None:
    """Return what the tables did not expect of a release after recall (D15); None where nothing."""
    recall = s.recall
    if recall is None or arrow_of(s, e) != "T14":
        return None
    if recall.returned_on is None:
        return "released, and no return to custody was told"
    if recall.type is not RecallType.FIXED_TERM:
        heard = recall.board_released_on is not None
        return None if heard else "D15.2: only the Parole Board releases from a standard recall"
    due = recall.release_due_on
    if due is not None and e.released_on != due:
        return f"D15.1: the fixed term ended on {due}, and the release was on {e.released_on}"
    return None


def _release(s: Sentence, e: Released, law: Law) -> Applied:
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note=f"the sentence had ended on {s.ended_on}")
    arrow = arrow_of(s, e)
    if arrow is None:
        return Applied(irregular=True, note=f"nobody is released from {s.phase.value}")
    if e.licence_ends_on is not None or e.pss_ends_on is not None:
        move_ends(s, law, licence=e.licence_ends_on, pss=e.pss_ends_on)
    surprise = unexpected(s, e)
    s.released_on, s.release_reason, s.monitored_only = e.released_on, e.reason, e.without_licence
    _close(s, e)
    target = s.state if arrow in ("T16", "T17") else supported_state(s)
    irregular = move(s, arrow, target, e.occurred_at, e.uid, since=e.released_on)
    _hand_over(s, e, law)
    return Applied(irregular or surprise is not None, surprise or "")


def _close(s: Sentence, e: Released) -> None:
    """Close the recall or the breach from which the person is released: what led to it is spent."""
    recall, breach = s.recall, s.breach
    if recall is not None:
        s.recalls[-1] = replace(recall, closed_at=e.occurred_at)
        s.recalled_before = True
    elif breach is not None and s.phase is Phase.PSS_COMMITTAL:
        s.breaches[-1] = replace(breach, closed_at=e.occurred_at)
    else:
        return
    # D8.4, D16.6: spent is what went before the day of release; the day itself is served anew.
    spend(s, shift(e.released_on, -1), e.occurred_at)


def _hand_over(s: Sentence, e: Released, law: Law) -> None:
    freed = told(e, f"released on {e.released_on}", on=e.released_on)
    # What counted down to an expected day is held against the day itself; the rest falls away.
    reason = f"released on {e.released_on}"
    custody = AppliesTo.CUSTODY
    clocks.redate(s, law, Trigger.EXPECTED_RELEASE, e.released_on, reason, regime=custody)
    clocks.settle(s, law, Settlement.RELEASED, at=start_of(e.released_on), by=e.uid)
    leave_behind(s, at=max(e.occurred_at, end_of(e.released_on)), by=e.uid)
    begin_release(s, law, freed)
    if e.conditions is not None:
        bring(s, law, e.conditions, freed)
    refresh_days(s, law)


def _move_release(s: Sentence, e: ReleaseDateChanged, law: Law) -> Applied:
    s.expected_release_on = e.expected_release_on
    s.automatic_release_on = e.automatic_release_on or s.automatic_release_on
    if e.licence_ends_on is not None or e.pss_ends_on is not None:
        move_ends(s, law, licence=e.licence_ends_on, pss=e.pss_ends_on)
    if s.phase is not Phase.CUSTODY:
        return Applied(irregular=True, note=f"the person is in {s.phase.value}, not in custody")
    reason = f"the release moved to {e.expected_release_on}"
    clocks.redate(s, law, Trigger.EXPECTED_RELEASE, e.expected_release_on, reason)
    clocks.start(s, law, Trigger.EXPECTED_RELEASE, told(e, on=e.expected_release_on))
    return REGULAR


def _refuse_date(s: Sentence, e: ReleaseDateChanged, _law: Law) -> str | None:
    if s.imposed is not None and e.expected_release_on < s.imposed.sentenced_on:
        return (
            f"a sentence passed on {s.imposed.sentenced_on} has no release "
            f"on {e.expected_release_on}"
        )
    return None


RULES = (
    Rule(Released, _release, nature=Nature.FACT, after=IMPOSED, guard=_refuse),
    Rule(
        *(ReleaseDateChanged, _move_release),
        nature=Nature.FACT,
        after=IMPOSED,
        guard=_refuse_date,
    ),
)
