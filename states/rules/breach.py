"""Breach: decided, referred, received, withdrawn (T06, T08, D6, D7)."""

from dataclasses import replace
from typing import Any

from states.events.enforcement import (
    BreachDecided,
    BreachReferralReceived,
    BreachReferred,
    BreachWithdrawn,
    HearingListed,
    WarrantRecorded,
    WarrantStep,
)
from states.events.event import Event
from states.graph import BREACHABLE, UNWARNED
from states.law import Law
from states.london import day_of
from states.records import Breach
from states.rules.counting import standing_warnings
from states.rules.failure_day import refresh_days
from states.rules.failures import known, unknown_failure
from states.rules.moving import move, supported_state
from states.rules.rule import OFFICERS, REGULAR, Applied, Nature, Rule
from states.rules.telling import COURT, NPS, OFFICER, tell
from states.rules.warnings import accepted, unjudged
from states.sentence import Sentence
from states.vocabulary import Provider, Role, State

DECIDED = "breach_decided"
"""What later steps of the proceedings wait for."""


def amend(s: Sentence, **changes: Any) -> None:
    """Change the latest proceedings."""
    s.breaches[-1] = replace(s.breaches[-1], **changes)


def _needs(s: Sentence, e: BreachDecided) -> str | None:
    if (unknown := unknown_failure(s, e.failure_ids)) is not None:
        return unknown
    # The public is protected at once, before anyone has sat in judgement (5.5 guard 15).
    if any(s.failures[f].concern_at is not None for f in known(s, e.failure_ids)):
        return None
    return unjudged(s, e.failure_ids)


def _refuse(s: Sentence, e: BreachDecided, _law: Law) -> str | None:
    return accepted(s, e.failure_ids)


def _decide(s: Sentence, e: BreachDecided, law: Law) -> Applied:
    failure_ids = known(s, e.failure_ids)
    s.breaches.append(Breach(failure_ids, e.occurred_at, e.uid, came_from=s.state))
    move(s, "T06", State.BREACHED, e.occurred_at, e.uid)
    refresh_days(s, law)
    by_nps = s.allocation is not None and s.allocation.provider is Provider.NPS
    subject = ".".join(e.failure_ids[:3])
    tell(s, "breach-referral", subject, COURT if by_nps else NPS, e, liberty=True)
    return REGULAR


def _open(s: Sentence, _e: Event) -> str | None:
    return None if s.breaches else DECIDED


def _refer(s: Sentence, e: BreachReferred, law: Law) -> Applied:
    by_nps = s.allocation is not None and s.allocation.provider is Provider.NPS
    amend(s, referred_at=e.occurred_at, referred_by=e.uid, presented=by_nps)
    refresh_days(s, law)
    return REGULAR


def _receive(s: Sentence, e: BreachReferralReceived, law: Law) -> Applied:
    over = s.breach is None
    amend(s, received_at=e.received_at, received_by=e.uid)
    refresh_days(s, law)
    return (
        Applied(irregular=True, note="no breach is before the court any more") if over else REGULAR
    )


def _record_warrant(s: Sentence, e: WarrantRecorded, law: Law) -> Applied:
    if e.step is WarrantStep.APPLIED:
        amend(s, warrant_at=e.at, warrant_by=e.uid)
        refresh_days(s, law)
    return REGULAR


def _list_hearing(s: Sentence, e: HearingListed, _law: Law) -> Applied:
    amend(s, hearing_on=e.listed_on)
    return REGULAR


def resume(s: Sentence, e: Event) -> bool:
    """Close the proceedings and return to the state before them (T08); tell if irregular."""
    came_from = s.breaches[-1].came_from if s.breaches else s.state
    if s.breach is not None:
        amend(s, closed_at=e.occurred_at)
    warned = came_from is State.WARNED and standing_warnings(s, day_of(e.occurred_at))
    target = State.WARNED if warned else supported_state(s)
    return move(s, "T08", target, e.occurred_at, e.uid)


def _withdraw(s: Sentence, e: BreachWithdrawn, law: Law) -> Applied:
    resume(s, e)
    refresh_days(s, law)
    tell(s, "breach-withdrawn", e.event_id, OFFICER, e)
    return REGULAR


RULES = (
    Rule(
        BreachDecided,
        _decide,
        states=(*UNWARNED, State.WARNED),
        phases=BREACHABLE,
        roles=OFFICERS | {Role.COURT_OFFICER},
        needs=_needs,
        guard=_refuse,
        provides=lambda _e: (DECIDED,),
    ),
    Rule(BreachReferred, _refer, states=(State.BREACHED,), needs=_open),
    Rule(BreachReferralReceived, _receive, nature=Nature.FACT, needs=_open),
    Rule(
        BreachWithdrawn,
        _withdraw,
        states=(State.BREACHED,),
        roles=OFFICERS | {Role.COURT_OFFICER},
        needs=_open,
    ),
    Rule(WarrantRecorded, _record_warrant, nature=Nature.FACT, needs=_open),
    Rule(HearingListed, _list_hearing, nature=Nature.FACT, needs=_open),
)
