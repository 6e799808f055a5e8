"""Referral of a breach, and warrants of arrest.

A CRC refers a breach to the NPS, which alone presents it (D9, AMB-17). A court issues a warrant for
a breach, for broken conditions of its own or for a failure to appear (APP, Enforcement).
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from states.entities import Warrant
from states.events.court import WarrantGround, WarrantRecorded, WarrantStep
from states.events.enforcement import BreachReferralReceived, BreachReferred
from states.rules import clocks
from states.rules.authorisation import (
    CRC,
    NPS,
    Permission,
    acting_organisation,
    denied,
    enforcing_organisation,
    roles_for,
)
from states.rules.breach import amend_breach, missing_breach
from states.rules.failure_days import refresh_days
from states.rules.handler import (
    IMPOSED,
    REGULAR,
    EventHandler,
    HandlerOutcome,
    Nature,
    after_end,
    unexpected,
)
from states.rules.notifications import NPS_ENFORCEMENT, OFFICER, notify
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.transitions import BREACHABLE
from states.vocabulary import Provider, Role, State

REFERRAL_PAPERS: Final = "referral-papers"
"""Notice that carries a CRC's referral to the NPS."""


def sent_by(s: Sentence, e: BreachReferred) -> str:
    """Return the organisation that refers; a machine refers for the enforcing organisation."""
    organisation = acting_organisation(s, e.by)
    machine = e.by.role in (Role.SYSTEM, Role.OPS) and organisation not in (CRC, NPS)
    return enforcing_organisation(s) if machine else organisation


def lacking(e: BreachReferred) -> tuple[str, ...]:
    """Return what a CRC's referral lacks of what the NPS needs (D14)."""
    wanted = {
        "response_report": e.response_report,
        "order_should_continue": e.order_should_continue,
    }
    return tuple(name for name, value in wanted.items() if value is None)


def _refer(s: Sentence, e: BreachReferred, law: Law) -> HandlerOutcome:
    if sent_by(s, e) == NPS:
        amend_breach(s, presented_at=e.occurred_at, presented_by=e.uid)
        if s.breaches[-1].referred_at is None:
            amend_breach(s, referred_at=e.occurred_at, referred_by=e.uid)
        refresh_days(s, law)
        return REGULAR
    lacks = lacking(e)
    amend_breach(s, referred_at=e.occurred_at, referred_by=e.uid, lacks=lacks)
    notify(
        s,
        e,
        REFERRAL_PAPERS,
        subject=e.event_id,
        to=NPS_ENFORCEMENT,
        response_report=e.response_report or "not_given",
        order_should_continue=e.order_should_continue,
    )
    refresh_days(s, law)
    return (
        HandlerOutcome(note=f"the NPS needs more of it: {', '.join(lacks)}") if lacks else REGULAR
    )


def _receive(s: Sentence, e: BreachReferralReceived, law: Law) -> HandlerOutcome:
    """Record the receipt, which stops the clocks: receipt counts as action (AMB-45)."""
    if e.by_whom is not Provider.NPS:
        return unexpected("a breach is received by the NPS, which presents it")
    over = s.breach is None
    referral_received(s, law, at=e.received_at, by=e.uid)
    return unexpected("no breach is before the court any more") if over else REGULAR


def referral_received(s: Sentence, law: Law, *, at: datetime, by: str) -> None:
    """Stop the clocks of the latest breach: the NPS has the referral (AMB-45)."""
    amend_breach(s, received_at=at, received_by=by)
    received = Settlement.REFERRAL_RECEIVED
    about = s.breaches[-1].id
    clocks.settle(s, law, received, at=at, by=by, subject=about)
    refresh_days(s, law)


def _ground(e: WarrantRecorded) -> WarrantGround:
    return e.ground or WarrantGround.BREACH


def _warrant_needs(s: Sentence, e: WarrantRecorded) -> str | None:
    """Return the breach that an application is for; what others did waits for nothing."""
    of_breach = _ground(e) is WarrantGround.BREACH
    return missing_breach(s, e) if of_breach and e.step is WarrantStep.APPLIED else None


def _doubt_warrant(s: Sentence, e: WarrantRecorded, _law: Law) -> str | None:
    if _ground(e) is WarrantGround.BREACH and not s.breaches:
        return "a warrant for a breach, and no breach was decided"
    return None


def _record_warrant(s: Sentence, e: WarrantRecorded, law: Law) -> HandlerOutcome:
    """Record a step of a warrant, and follow it until it is executed or withdrawn."""
    known = _warrant_of(s, e)
    step: dict[str, Any] = {f"{e.step.value}_at": e.at}
    court = e.court or known.court
    executor = e.executor or known.executor
    warrant = replace(known, court=court, executor=executor, **step)
    s.warrants[warrant.id] = warrant
    if warrant.is_closed:
        clocks.settle(s, law, Settlement.WARRANT_ENDED, at=e.at, by=e.uid, subject=warrant.id)
    if warrant.ground is WarrantGround.BREACH and s.breaches:
        applied = _answer_breach(s, e, law)
    else:
        applied = after_end(s) if s.state is State.COMPLETED else REGULAR
    if e.step is WarrantStep.ISSUED and s.state is not State.COMPLETED:
        _follow(s, e, law, warrant=warrant)
    return applied


def _warrant_of(s: Sentence, e: WarrantRecorded) -> Warrant:
    """Return the warrant of that id; without one the latest of the ground, unless it is over."""
    ground = _ground(e)
    if e.warrant_id is not None:
        known = s.warrants.get(e.warrant_id)
        return known or Warrant(e.warrant_id, ground)
    same = [item for item in s.warrants.values() if item.ground is ground]
    begins = e.step in (WarrantStep.APPLIED, WarrantStep.ISSUED)
    if same and not (begins and same[-1].is_closed):
        return same[-1]
    return Warrant(f"{ground.value}.{len(same) + 1}" if same else ground.value, ground)


def _follow(s: Sentence, e: WarrantRecorded, law: Law, warrant: Warrant) -> None:
    issued = trigger_context(e, f"for {warrant.ground.value}", at=e.at)
    clocks.start(s, law, Trigger.WARRANT_ISSUED, context=issued, subject=warrant.id, requirement="")
    executor = None if warrant.executor is None else warrant.executor.value
    notify(
        s,
        e,
        "warrant-issued",
        subject=warrant.id,
        to=OFFICER,
        ground=warrant.ground.value,
        executor=executor or "not_given",
    )


def _answer_breach(s: Sentence, e: WarrantRecorded, law: Law) -> HandlerOutcome:
    """Record the step with the breach; an application answers it once the NPS has the case.

    Both a warrant and any other emergency process require a referral to the NPS (PF 2015, Enforce).
    """
    amend_breach(s, warrant=e.step)
    if e.step is WarrantStep.APPLIED and _goes_past_the_nps(s, e):
        return HandlerOutcome(
            note="recorded; the clock and the duty to refer run until the NPS has the case"
        )
    if e.step is WarrantStep.APPLIED:
        amend_breach(s, warrant_at=e.at, warrant_by=e.uid)
        sought = Settlement.WARRANT_SOUGHT
        about = s.breaches[-1].id
        clocks.settle(s, law, sought, at=e.at, by=e.uid, subject=about)
        refresh_days(s, law)
    return REGULAR


def _goes_past_the_nps(s: Sentence, e: WarrantRecorded) -> bool:
    received = s.breaches[-1].received_at
    return acting_organisation(s, e.by) == CRC and (received is None or received > e.at)


HANDLERS = (
    EventHandler(
        BreachReferred,
        _refer,
        states=(State.BREACHED,),
        phases=BREACHABLE,
        roles=roles_for(Permission.REFER),
        depends_on=missing_breach,
        guard=lambda s, e, _law: denied(s, Permission.REFER, e),
    ),
    EventHandler(
        BreachReferralReceived,
        _receive,
        nature=Nature.FACT,
        roles=roles_for(Permission.PRESENT),
        depends_on=missing_breach,
        guard=lambda s, e, _law: denied(s, Permission.PRESENT, e),
    ),
    EventHandler(
        WarrantRecorded,
        _record_warrant,
        nature=Nature.ACT,
        requires=IMPOSED,
        depends_on=_warrant_needs,
        doubt=_doubt_warrant,
    ),
)
