"""What becomes of a decision to recall: withdrawn, refused, or the licence revoked (T13, D12.7)."""

from datetime import date, datetime

from states.events.event import Event
from states.events.recall import LicenceRevoked, RecallWithdrawn, RevocationRefused
from states.law import Law
from states.london import day_of, end_of
from states.records import Recall
from states.rules import clocks
from states.rules.clocks import Occasion, told
from states.rules.counting import standing_warnings
from states.rules.failure_day import refresh_days
from states.rules.moving import move, supported_state
from states.rules.recall import recall_id
from states.rules.recall_report import amend, begun
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.rules.standing import Act, not_entitled, roles_for
from states.rules.telling import AGENCIES, CASEWORK_SECTION, OFFICER, tell
from states.rules.victims import key_stage
from states.sentence import Sentence
from states.timescale import Trigger
from states.vocabulary import Phase, State

_DECIDED = (Trigger.EMERGENCY_RECALL_DECIDED, Trigger.NONEMERGENCY_RECALL_DECIDED)
_STEPS = (*_DECIDED, Trigger.ENDORSEMENT_NEEDED)
"""What leads to a revocation, and has no object once the recall is over."""


def unrecorded(s: Sentence, e: Event) -> Recall:
    """Put a recall on the record that nobody told of: of what type and on what ground is open."""
    day = str(day_of(e.occurred_at))
    recall = Recall(None, None, (), e.occurred_at, e.uid, s.state, id=recall_id(s, day))
    s.recalls.append(recall)
    return recall


def undo(s: Sentence, e: Event, law: Law) -> bool:
    """Let nobody have been recalled (T13); return whether that was irregular.

    The person goes back to what the facts support, and to `warned` where a warning stands. Clocks
    of the recall fall away. Those of its failures run on where they had not run out, and a warning
    answers them again.
    """
    recall, at = s.recalls[-1], e.occurred_at
    amend(s, undone_at=at, closed_at=at)
    end_steps(s, law, recall, at=at, by=e.uid)
    clocks.drop_rows(s, law, Trigger.RECALL_NOTIFIED, at=at, by=e.uid, subject=recall.id)
    irregular = move(s, "T13", standing_state(s, day_of(at)), at, e.uid)
    refresh_days(s, law)
    tell(s, "recall-withdrawn", recall.id, AGENCIES, e, liberty=True)
    return irregular


def end_steps(s: Sentence, law: Law, recall: Recall, *, at: datetime, by: str | None) -> None:
    """Let the steps of a recall that is over fall away; what was missed of them stays so."""
    for trigger in _STEPS:
        clocks.drop_rows(s, law, trigger, at=at, by=by, subject=recall.id)


def standing_state(s: Sentence, on: date) -> State:
    """Return the state after a recall: `warned` on the day `on` while a warning counts (T13)."""
    return State.WARNED if standing_warnings(s, on) else supported_state(s)


def _refuse_withdrawal(s: Sentence, e: RecallWithdrawn, _law: Law) -> str | None:
    if (stranger := not_entitled(s, Act.RECOMMEND_RECALL, e)) is not None:
        return stranger
    revoked_on = s.recalls[-1].revoked_on
    if revoked_on is not None:
        return f"the licence was revoked on {revoked_on}; a recall is withdrawn before that"
    return None


def _withdraw(s: Sentence, e: RecallWithdrawn, law: Law) -> Applied:
    undo(s, e, law)
    tell(s, "recall-withdrawn", s.recalls[-1].id, CASEWORK_SECTION, e, liberty=True)
    return REGULAR


def _refuse_revocation(s: Sentence, e: RevocationRefused, law: Law) -> Applied:
    if s.recall is None:
        return Applied(irregular=True, note="no recall is under way any more")
    amend(s, refused_at=e.occurred_at)
    if s.phase is Phase.RECALL_CUSTODY:
        # Who is in custody stays there until the prison tells of a release (design 3.1).
        note = "the person is back in custody, which nothing explains now"
        unexplained(s, e, law)
        return Applied(irregular=True, note=note)
    revoked_on = s.recalls[-1].revoked_on
    irregular = undo(s, e, law)
    tell(s, "revocation-refused", s.recalls[-1].id, OFFICER, e)
    if revoked_on is not None:
        return Applied(irregular=True, note=f"the licence had been revoked on {revoked_on}")
    return Applied(irregular)


def unexplained(s: Sentence, e: Event, law: Law) -> None:
    """Call a person to a custody that no standing recall explains: it is urgent, and a duty."""
    subject = s.recalls[-1].id
    clocks.start(
        *(s, law, Trigger.UNEXPLAINED_CUSTODY, told(e, "no recall stands")), subject=subject
    )


def _revoke(s: Sentence, e: LicenceRevoked, law: Law) -> Applied:
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note=f"the sentence had ended on {s.ended_on}")
    if s.phase not in (Phase.LICENCE, Phase.RECALL_CUSTODY):
        return Applied(irregular=True, note=f"in {s.phase.value} no licence is in force")
    surprise = None
    if s.recall is None:
        surprise = "nobody decided on a recall that stands"
        unrecorded(s, e)
        move(s, "T11", State.RECALLED, e.occurred_at, e.uid)
        refresh_days(s, law)
    elif (first := s.recalls[-1].revoked_on) is not None:
        return Applied(irregular=True, note=f"the licence was revoked on {first} already")
    amend(s, revoked_on=e.revoked_on, police_told_at=e.police_notified_at)
    notify(s, law, told(e, f"licence revoked on {e.revoked_on}", at=_at(e)))
    return REGULAR if surprise is None else Applied(irregular=True, note=surprise)


def notify(s: Sentence, law: Law, notified: Occasion) -> None:
    """Start what the notice of recall brings, whoever tells of it first (D12.8, D12.11).

    The plan is reviewed (D14.plan-review), the police act in their own time, victims are told.
    """
    recall = s.recalls[-1]
    if recall.notified_at is None:
        amend(s, notified_at=notified.at)
        clocks.start(s, law, Trigger.RECALL_NOTIFIED, notified, subject=recall.id)
        key_stage(s, law, "recall", notified)


def _at(e: LicenceRevoked) -> datetime:
    return min(e.occurred_at, end_of(e.revoked_on))


RULES = (
    Rule(
        RecallWithdrawn,
        _withdraw,
        states=(State.RECALLED,),
        phases=(Phase.LICENCE,),
        roles=roles_for(Act.RECOMMEND_RECALL),
        depends_on=begun,
        guard=_refuse_withdrawal,
    ),
    Rule(
        RevocationRefused,
        _refuse_revocation,
        nature=Nature.FACT,
        roles=roles_for(Act.REVOKE),
        depends_on=begun,
        guard=lambda s, e, _law: not_entitled(s, Act.REVOKE, e),
    ),
    Rule(
        LicenceRevoked,
        _revoke,
        nature=Nature.FACT,
        requires=IMPOSED,
        roles=roles_for(Act.REVOKE),
        guard=lambda s, e, _law: not_entitled(s, Act.REVOKE, e),
    ),
)
