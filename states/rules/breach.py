"""Breach: decided and withdrawn (T06, T08, D6, D7)."""

from dataclasses import replace
from typing import Any

from states.events.enforcement import BreachDecided, BreachReason, BreachWithdrawn
from states.events.event import Event
from states.graph import BREACHABLE, UNWARNED
from states.law import Law
from states.london import day_of
from states.records import Breach
from states.rules import clocks
from states.rules.advised import endangers, less_than_breach
from states.rules.clocks import told
from states.rules.counting import standing_warnings
from states.rules.failure_day import refresh_days
from states.rules.failure_record import complete_records
from states.rules.failures import known, unknown_failure
from states.rules.hearing import call_off
from states.rules.moving import move, supported_state
from states.rules.rule import OFFICERS, REGULAR, Applied, Rule
from states.rules.standing import NPS as THE_NPS
from states.rules.standing import Act, enforcing, not_entitled
from states.rules.telling import CONTRIBUTORS, COURT, LINE_MANAGER, NPS, OFFICER, tell
from states.rules.warnings import no_ground, unjudged
from states.sentence import Sentence
from states.timescale import Trigger
from states.vocabulary import Role, State

DECIDED = "breach_decided"
"""What later steps of the proceedings wait for."""


def amend(s: Sentence, **changes: Any) -> None:
    """Change the latest proceedings."""
    s.breaches[-1] = replace(s.breaches[-1], **changes)


def undecided(s: Sentence, _e: Event) -> str | None:
    """Return that a step of proceedings waits for the decision on breach; None where there is."""
    return None if s.breaches else DECIDED


def _reason(e: BreachDecided) -> BreachReason:
    return e.reason or BreachReason.FAILURE


def _needs(s: Sentence, e: BreachDecided) -> str | None:
    if (unknown := unknown_failure(s, e.failure_ids)) is not None:
        return unknown
    # The public is protected at once, before anyone has sat in judgement (G15).
    if endangers(s, known(s, e.failure_ids)):
        return None
    return unjudged(s, e.failure_ids)


def _refuse(s: Sentence, e: BreachDecided, law: Law) -> str | None:
    reason = no_ground(s, e.failure_ids) or not_entitled(s, Act.REFER, e)
    if reason is not None or _reason(e) is not BreachReason.FAILURE:
        return reason
    less = less_than_breach(s, law, known(s, e.failure_ids))
    if less is not None and e.departure_rationale is None:
        return f"advised is {less}; breach at once gives its departure_rationale (D7.14)"
    return None


def _decide(s: Sentence, e: BreachDecided, law: Law) -> Applied:
    failure_ids = known(s, e.failure_ids)
    of_failures = _reason(e) is BreachReason.FAILURE
    less = less_than_breach(s, law, failure_ids) if of_failures else None
    s.breaches.append(
        Breach(
            *(failure_ids, e.occurred_at, e.uid, s.state),
            id=e.event_id,
            reason=_reason(e),
            departure=less is not None,
        )
    )
    move(s, "T06", State.BREACHED, e.occurred_at, e.uid)
    clocks.start(s, law, Trigger.BREACH_DECIDED, told(e), subject=e.event_id, requirement="")
    refresh_days(s, law)
    _tell(s, e, departure=less is not None)
    complete_records(s, law, e, failure_ids)
    return REGULAR


def _tell(s: Sentence, e: BreachDecided, *, departure: bool) -> None:
    # D14.breach-referral: a CRC cannot go to court, so that what it refers goes to the NPS.
    to = COURT if enforcing(s) == THE_NPS else NPS
    subject = ".".join(e.failure_ids[:3]) or _reason(e).value
    tell(
        *(s, "breach-referral", subject, to, e),
        liberty=True,
        failures=".".join(e.failure_ids),
        reason=_reason(e).value,
    )
    tell(s, "enforcement-taken", subject, CONTRIBUTORS, e, step=e.KIND)
    if departure:
        tell(s, "departure-recorded", subject, LINE_MANAGER, e, row="D7.14")


def resume(s: Sentence, e: Event) -> bool:
    """Close the proceedings and return to the state before them (T08); tell if irregular."""
    came_from = s.breaches[-1].came_from if s.breaches else s.state
    if s.breach is not None:
        amend(s, closed_at=e.occurred_at)
    warned = came_from is State.WARNED and standing_warnings(s, day_of(e.occurred_at))
    target = State.WARNED if warned else supported_state(s)
    return move(s, "T08", target, e.occurred_at, e.uid)


def _withdraw(s: Sentence, e: BreachWithdrawn, law: Law) -> Applied:
    """Take the breach back: nothing is spent, and the window runs again (D8.9)."""
    breach = s.breaches[-1]
    trigger, at = Trigger.BREACH_DECIDED, e.occurred_at
    clocks.drop_rows(s, law, trigger, at=at, by=e.uid, subject=breach.id)
    call_off(s, law, e)
    resume(s, e)
    refresh_days(s, law)
    tell(s, "breach-withdrawn", e.event_id, OFFICER, e)
    if breach.referred_at is not None or breach.received_at is not None:
        tell(s, "breach-withdrawn", e.event_id, NPS, e)
    return REGULAR


RULES = (
    Rule(
        BreachDecided,
        _decide,
        # As for a warning, from before the induction on (G1).
        states=(*UNWARNED, State.WARNED),
        phases=BREACHABLE,
        roles=OFFICERS | {Role.COURT_OFFICER},
        depends_on=_needs,
        guard=_refuse,
        satisfies=lambda _e: (DECIDED,),
    ),
    Rule(
        BreachWithdrawn,
        _withdraw,
        states=(State.BREACHED,),
        phases=BREACHABLE,
        roles=OFFICERS | {Role.COURT_OFFICER},
        depends_on=undecided,
        guard=lambda s, e, _law: not_entitled(s, Act.REFER, e),
    ),
)
