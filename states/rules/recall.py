"""Recall from licence is decided (T11, D7.10, D10, D11): by an officer, never by a clock.

A ground is known (D12.1), and the decision is recorded to the minute, because the hours run from
it: 24, or 2 in an emergency (D12.3, D6.3, D6.4, ev-recall-decision-record). No warning, induction
or plan has to come first (G15). Supervision and orders are breached, never recalled (D10.5,
M.recalled).
"""

from states.events.recall import RecallDecided, RecallGround, RecallType
from states.graph import AT_LIBERTY
from states.law import Law
from states.london import day_of
from states.records import Recall
from states.rules import clocks
from states.rules.clocks import told
from states.rules.failure_day import refresh_days
from states.rules.failures import known, unknown_failure
from states.rules.moving import move
from states.rules.recall_report import DECIDED, ask_nps, seek_endorsement
from states.rules.recall_type import advised, departs, refuse_type
from states.rules.rule import REGULAR, Applied, Rule
from states.rules.standing import Act, not_entitled, roles_for
from states.rules.telling import AGENCIES, LINE_MANAGER, tell
from states.rules.warnings import accepted, unjudged
from states.sentence import Sentence
from states.timescale import Trigger
from states.vocabulary import Phase, State

ALONE = (RecallGround.NEW_OFFENCE, RecallGround.BEHAVIOUR)
"""Grounds that need no failure on the record, and no further offence either (D10.1, D10.2, D10.4).

Without a failure there is none to count nine working days from (AMB-37).
"""


def _needs(s: Sentence, e: RecallDecided) -> str | None:
    named = e.failure_ids or ()
    if e.ground in ALONE:
        # It does not rest on the failures it names, so one withdrawn since takes nothing from it.
        lacking = [f for f in named if f not in s.failures and f not in s.withdrawn_failures]
        return f"failure {lacking[0]}" if lacking else None
    if named and (unknown := unknown_failure(s, named)) is not None:
        return unknown
    # In an emergency nobody waits for a judgement on the explanation (D12.2, G15).
    if e.recall_type is RecallType.EMERGENCY or any(
        s.failures[f].concern_at is not None for f in known(s, named)
    ):
        return None
    return unjudged(s, named)


def _refuse(s: Sentence, e: RecallDecided, _law: Law) -> str | None:
    if (stranger := not_entitled(s, Act.RECOMMEND_RECALL, e)) is not None:
        return stranger
    named = e.failure_ids or ()
    if e.ground not in ALONE and not named:
        return "the ground condition_broken names the failures in which it was broken (D10.3)"
    return accepted(s, named) or refuse_type(s, e)


def recall_id(s: Sentence, day: str) -> str:
    """Return what a recall of that day is known by: the day, numbered from the second on."""
    before = [item for item in s.recalls if item.id.split(".")[0] == day]
    return f"{day}.{len(before) + 1}" if before else day


def _decide(s: Sentence, e: RecallDecided, law: Law) -> Applied:
    departure = departs(s, e)
    recall = Recall(
        *(e.recall_type, e.ground, known(s, e.failure_ids or ()), e.occurred_at, e.uid, s.state),
        id=recall_id(s, str(day_of(e.occurred_at))),
        row=advised(s, e).row,
        departure=departure,
    )
    s.recalls.append(recall)
    move(s, "T11", State.RECALLED, e.occurred_at, e.uid)
    urgent = e.recall_type is RecallType.EMERGENCY
    trigger = Trigger.EMERGENCY_RECALL_DECIDED if urgent else Trigger.NONEMERGENCY_RECALL_DECIDED
    decided = told(e, f"recall of type {e.recall_type.value} decided")
    clocks.start(s, law, trigger, decided, subject=recall.id)
    seek_endorsement(s, law, decided)
    refresh_days(s, law)
    ask_nps(s, e)
    tell(s, "recall-decided", recall.id, AGENCIES, e, liberty=True, type=e.recall_type.value)
    if departure:
        tell(s, "departure-recorded", recall.id, LINE_MANAGER, e, row="D11")
    return REGULAR


RULES = (
    Rule(
        RecallDecided,
        _decide,
        states=AT_LIBERTY,
        phases=(Phase.LICENCE,),
        roles=roles_for(Act.RECOMMEND_RECALL),
        depends_on=_needs,
        guard=_refuse,
        satisfies=lambda _e: (DECIDED,),
    ),
)
