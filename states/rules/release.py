"""Release from prison, for the first time or again (D15).

A prison's word is a fact: it is applied whatever the tables expected, and what they did not expect
is said.
"""

from states.calendar import shift
from states.events.custody import Released
from states.law import Law
from states.london import day_of, end_of, start_of
from states.rules import clocks
from states.rules.breach import amend as amend_breach
from states.rules.clocks import told
from states.rules.countdown import redate_release
from states.rules.counting import spend
from states.rules.ending import End, complete
from states.rules.ends import move_ends
from states.rules.failure_day import refresh_days
from states.rules.moving import move, supported_state
from states.rules.obligations import bring, expect_all
from states.rules.phases import begin_release, leave_behind
from states.rules.re_release import arrow_of, unexpected
from states.rules.recall_report import amend
from states.rules.referring import refer_back
from states.rules.requirement_ends import end_with_licence
from states.rules.revocation import end_steps, standing_state
from states.rules.rule import IMPOSED, Applied, Nature, Rule
from states.rules.victims import key_stage
from states.sentence import Sentence
from states.timescale import Settlement
from states.vocabulary import Outcome, Phase, State

_FIRST = ("T16", "T17")
"""The arrows of a first release, before which nothing is recalled, breached or spent."""


def _refuse(s: Sentence, e: Released, _law: Law) -> str | None:
    if e.released_on > day_of(e.occurred_at):
        return f"released_on {e.released_on} lies after the day on which it was told"
    if s.imposed is not None and e.released_on < s.imposed.sentenced_on:
        return f"a sentence passed on {s.imposed.sentenced_on} has no release on {e.released_on}"
    return None


def _release(s: Sentence, e: Released, law: Law) -> Applied:
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note=f"the sentence had ended on {s.ended_on}")
    arrow = arrow_of(s, e)
    if arrow is None:
        return Applied(irregular=True, note=f"nobody is released from {s.phase.value}")
    if e.licence_ends_on is not None or e.pss_ends_on is not None:
        move_ends(s, law, licence=e.licence_ends_on, pss=e.pss_ends_on)
        # Whether a licence is left to serve is a matter of the dates that came with the release.
        arrow = arrow_of(s, e) or arrow
    surprise = unexpected(s, e)
    if arrow in _FIRST:
        _close_countdown(s, e, law)
    s.released_on, s.release_reason, s.monitored_only = e.released_on, e.reason, e.without_licence
    if arrow == "T15":
        return _let_end(s, e, law, surprise)
    _close(s, e, law)
    irregular = move(s, arrow, _target(s, arrow, e), e.occurred_at, e.uid, since=e.released_on)
    if arrow == "T21" and s.licence_ends_on is not None:
        end_with_licence(s, law, s.licence_ends_on, end_of(s.licence_ends_on), e.uid)
    _hand_over(s, e, law)
    surprises = [text for text in (surprise, refer_back(s, law, e.conditions or ())) if text]
    return Applied(irregular or bool(surprises), "; ".join(surprises))


def _target(s: Sentence, arrow: str, e: Released) -> State:
    """Return the state in which a release leaves the person."""
    if arrow in _FIRST:
        return s.state
    # Licence warnings that a recall never carried out left standing count on licence alone (D8.6).
    return standing_state(s, e.released_on) if arrow == "T14" else supported_state(s)


def _let_end(s: Sentence, e: Released, law: Law, surprise: str | None) -> Applied:
    """Complete a sentence that was served in recall custody to its last day, or beyond (T15)."""
    on = e.released_on
    clocks.settle(s, law, Settlement.RELEASED, at=start_of(on), by=e.uid)
    complete(s, law, End("T15", Outcome.SERVED_TO_END, on, min(e.occurred_at, end_of(on)), e))
    return Applied(irregular=surprise is not None, note=surprise or "")


def _close(s: Sentence, e: Released, law: Law) -> None:
    """Close the recall or the breach from which the person is released: what led to it is spent."""
    recall, breach = s.recall, s.breach
    if recall is not None:
        end_steps(s, law, recall, at=e.occurred_at, by=e.uid)
        if recall.refused_at is not None:
            # Let out because the licence was never revoked: nobody was recalled (T13, D8.4, G10).
            amend(s, undone_at=e.occurred_at, closed_at=e.occurred_at)
            return
        amend(s, closed_at=e.occurred_at)
        s.recalled_before = True
    elif breach is not None and s.phase is Phase.PSS_COMMITTAL:
        amend_breach(s, closed_at=e.occurred_at)
    else:
        return
    # D8.4, D16.6: spent is what went before the day of release; the day itself is served anew.
    spend(s, shift(e.released_on, -1), e.occurred_at)


def _close_countdown(s: Sentence, e: Released, law: Law) -> None:
    """Hold what counted down to an expected day against the day itself."""
    redate_release(s, law, e.released_on, f"released on {e.released_on}")


def _hand_over(s: Sentence, e: Released, law: Law) -> None:
    freed = told(e, f"released on {e.released_on}", on=e.released_on)
    clocks.settle(s, law, Settlement.RELEASED, at=start_of(e.released_on), by=e.uid)
    leave_behind(s, at=max(e.occurred_at, end_of(e.released_on)), by=e.uid)
    begin_release(s, law, freed)
    if e.licence_copy_given:
        day = start_of(e.released_on)
        clocks.settle_contact(s, law, "licence_given", at=day, by=e.uid, subject=str(e.released_on))
    key_stage(s, law, "release", freed)
    if e.conditions is not None:
        bring(s, law, e.conditions, freed)
    else:
        expect_all(s, law, freed)
    refresh_days(s, law)


RULES = (Rule(Released, _release, nature=Nature.FACT, requires=IMPOSED, guard=_refuse),)
