"""Breach: decided and withdrawn (T06, T08, D6, D7)."""

from dataclasses import replace
from typing import Any

from states.entities import Breach
from states.events.enforcement import BreachDecided, BreachReason, BreachWithdrawn
from states.events.envelope import Event
from states.rules import clocks
from states.rules.authorisation import NPS, Permission, denied, enforcing_organisation
from states.rules.enforcement_advice import advised_below_breach, endangers_public
from states.rules.failure_counts import counted_warnings
from states.rules.failure_days import refresh_days
from states.rules.failure_record import complete_records
from states.rules.failures import known_failures, missing_failure
from states.rules.handler import OFFICERS, REGULAR, EventHandler, HandlerOutcome
from states.rules.hearings import breach_hearing_on, cancel_hearings
from states.rules.notifications import (
    CONTRIBUTORS,
    COURT,
    LINE_MANAGER,
    NPS_ENFORCEMENT,
    OFFICER,
    notify,
)
from states.rules.state_changes import change_state, supported_state
from states.rules.triggers import trigger_context
from states.rules.warnings import missing_judgement, refuse_ground
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Trigger
from states.time.london import day_of
from states.transitions import BREACHABLE, DECIDE_BREACH, WITHDRAW_BREACH
from states.vocabulary import Role, State

BREACH_DECIDED = "breach_decided"
"""Dependency of the later steps of breach proceedings."""


def amend_breach(s: Sentence, **changes: Any) -> None:
    """Change fields of the latest breach proceedings."""
    s.breaches[-1] = replace(s.breaches[-1], **changes)


def missing_breach(s: Sentence, _e: Event) -> str | None:
    """Return the dependency of a step of proceedings; None once a breach is decided."""
    return None if s.breaches else BREACH_DECIDED


def _reason(e: BreachDecided) -> BreachReason:
    return e.reason or BreachReason.FAILURE


def _needs(s: Sentence, e: BreachDecided) -> str | None:
    if (unknown := missing_failure(s, e.failure_ids)) is not None:
        return unknown
    # Protection of the public does not wait for a judgement (G15).
    if endangers_public(s, known_failures(s, e.failure_ids)):
        return None
    return missing_judgement(s, e.failure_ids)


def _refuse(s: Sentence, e: BreachDecided, law: Law) -> str | None:
    reason = refuse_ground(s, e.failure_ids) or denied(s, Permission.REFER, e)
    if reason is not None or _reason(e) is not BreachReason.FAILURE:
        return reason
    less = advised_below_breach(s, law, known_failures(s, e.failure_ids))
    if less is not None and e.departure_rationale is None:
        return f"advised is {less}; breach at once gives its departure_rationale"
    return None


def _decide(s: Sentence, e: BreachDecided, law: Law) -> HandlerOutcome:
    failure_ids = known_failures(s, e.failure_ids)
    of_failures = _reason(e) is BreachReason.FAILURE
    less = advised_below_breach(s, law, failure_ids) if of_failures else None
    s.breaches.append(
        Breach(
            failure_ids,
            e.occurred_at,
            e.uid,
            came_from=s.state,
            id=e.event_id,
            reason=_reason(e),
            departure=less is not None,
            hearing_on=breach_hearing_on(s, law),
        )
    )
    change_state(s, DECIDE_BREACH, State.BREACHED, at=e.occurred_at, cause=e.uid)
    clocks.start(
        s,
        law,
        Trigger.BREACH_DECIDED,
        context=trigger_context(e),
        subject=e.event_id,
        requirement="",
    )
    refresh_days(s, law)
    _tell(s, e, departure=less is not None)
    complete_records(s, law, e, failure_ids=failure_ids)
    return REGULAR


def _tell(s: Sentence, e: BreachDecided, *, departure: bool) -> None:
    # D14.breach-referral: a CRC cannot go to court, so its referral goes to the NPS.
    to = COURT if enforcing_organisation(s) == NPS else NPS_ENFORCEMENT
    subject = ".".join(e.failure_ids[:3]) or _reason(e).value
    notify(
        s,
        e,
        "breach-referral",
        subject=subject,
        to=to,
        liberty=True,
        failures=".".join(e.failure_ids),
        reason=_reason(e).value,
    )
    notify(s, e, "enforcement-taken", subject=subject, to=CONTRIBUTORS, step=e.KIND)
    if departure:
        notify(
            s, e, "departure-recorded", subject=subject, to=LINE_MANAGER, source="PF 2015 Enforce"
        )


def close_proceedings(s: Sentence, e: Event) -> bool:
    """Close the proceedings, restore the state before them (T08); return whether irregular."""
    came_from = s.breaches[-1].came_from if s.breaches else s.state
    if s.breach is not None:
        amend_breach(s, closed_at=e.occurred_at)
    warned = came_from is State.WARNED and counted_warnings(s, day_of(e.occurred_at))
    target = State.WARNED if warned else supported_state(s)
    return change_state(s, WITHDRAW_BREACH, target, at=e.occurred_at, cause=e.uid)


def _withdraw(s: Sentence, e: BreachWithdrawn, law: Law) -> HandlerOutcome:
    """Withdraw the breach: nothing is spent, and the warning window runs again (D8.9)."""
    breach = s.breaches[-1]
    trigger = Trigger.BREACH_DECIDED
    at = e.occurred_at
    clocks.cancel_triggered(s, law, trigger, at=at, by=e.uid, subject=breach.id)
    cancel_hearings(s, law, e)
    close_proceedings(s, e)
    refresh_days(s, law)
    notify(s, e, "breach-withdrawn", subject=e.event_id, to=OFFICER)
    if breach.referred_at is not None or breach.received_at is not None:
        notify(s, e, "breach-withdrawn", subject=e.event_id, to=NPS_ENFORCEMENT)
    return REGULAR


HANDLERS = (
    EventHandler(
        BreachDecided,
        _decide,
        # As for a warning, possible from before the induction (G1).
        transition=DECIDE_BREACH,
        roles=OFFICERS | {Role.COURT_OFFICER},
        depends_on=_needs,
        guard=_refuse,
        satisfies=lambda _e: (BREACH_DECIDED,),
    ),
    EventHandler(
        BreachWithdrawn,
        _withdraw,
        transition=WITHDRAW_BREACH,
        phases=BREACHABLE,
        roles=OFFICERS | {Role.COURT_OFFICER},
        depends_on=missing_breach,
        guard=lambda s, e, _law: denied(s, Permission.REFER, e),
    ),
)
