"""Risk of serious harm: its level, and the referral from CRC to NPS (NS 2015 6).

A CRC assesses. The NPS alone confirms that risk is high, and manages every case of high risk (D9).
Any person who learns of immediate danger acts on it, in any state (T26).
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from states.entities import RiskReferral
from states.events.contact import RoshAssessed
from states.events.envelope import Event
from states.events.risk import ManagerTopic, RoshConfirmed, RoshReferred
from states.rules import clocks
from states.rules.authorisation import NPS, Permission, acting_organisation, denied
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome
from states.rules.recall_report import open_endorsement_duty
from states.rules.risk_escalation import (
    escalate_emergency,
    settle_if_manager_informed,
    settle_manager_informed,
    warn_of_danger,
)
from states.rules.triggers import TriggerContext, trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.transitions import AWAITING, OPEN
from states.vocabulary import Provider, Rosh

HIGH: Final = frozenset({Rosh.HIGH, Rosh.VERY_HIGH})
"""Levels at which the NPS manages the case."""

_ORDER: Final = tuple(Rosh)


def outranks(level: Rosh, other: Rosh) -> bool:
    """Return whether `level` is more risk than `other`."""
    return _ORDER.index(level) > _ORDER.index(other)


def with_crc(s: Sentence) -> bool:
    """Return whether a CRC has the case."""
    return s.allocation is not None and s.allocation.provider is Provider.CRC


def is_high(s: Sentence) -> bool:
    """Return whether the latest known level of risk is high."""
    return s.rosh in HIGH


def contradicts_nps(s: Sentence, e: Event, level: Rosh) -> bool:
    """Return whether a CRC gives a lower level than the high one that the NPS confirmed.

    What the NPS confirmed stands until the NPS says otherwise (PF 2015, Common practice themes).
    """
    theirs = acting_organisation(s, e.by) == NPS
    return s.rosh_confirmed in HIGH and level not in HIGH and not theirs


def record_risk_level(s: Sentence, law: Law, e: Event, level: Rosh) -> None:
    """Set the level of risk that one of our events gives, and start what a change brings.

    A level that contradicts the NPS changes nothing.
    """
    if contradicts_nps(s, e, level):
        return
    if s.rosh_confirmed is not None and acting_organisation(s, e.by) == NPS:
        s.rosh_confirmed = level
        _cancel_transfer_below_high(s, law, e, level)
    before = s.rosh
    s.rosh = level
    if before is not None and before is not level:
        clocks.start(
            s,
            law,
            Trigger.ROSH_CHANGED,
            context=trigger_context(e, f"now {level.value}"),
            subject=e.uid,
        )
    if level not in HIGH:
        return
    open_endorsement_duty(s, law, trigger_context(e, f"assessed {level.value}"))
    if not with_crc(s):
        clocks.start(s, law, Trigger.ROSH_HIGH, context=trigger_context(e, level.value))
    if before not in HIGH and (before is not None or with_crc(s)):
        start_risk_indication(s, law, trigger_context(e, f"assessed {level.value}"))


def _cancel_transfer_below_high(s: Sentence, law: Law, e: Event, level: Rosh) -> None:
    """Cancel the transfer to the NPS where risk is not high: the CRC keeps the case."""
    if level not in HIGH:
        trigger = Trigger.ROSH_CONFIRMED_HIGH
        clocks.cancel_triggered(s, law, trigger, at=e.occurred_at, by=e.uid, subject=None)


def start_risk_indication(s: Sentence, law: Law, seen: TriggerContext) -> None:
    """Start the clocks of signs of high risk, unless earlier signs are unanswered."""
    if s.risk_indicated is not None or s.rosh_referral_open:
        return
    subject = seen.by or ""
    clocks.start(s, law, Trigger.ROSH_HIGH_INDICATED, context=seen, subject=subject)
    settle_if_manager_informed(s, ManagerTopic.ROSH_INCREASE, subject, at=seen.at)
    s.risk_indicated = subject if with_crc(s) else None


def _assess(s: Sentence, e: RoshAssessed, law: Law) -> HandlerOutcome:
    stands = contradicts_nps(s, e, e.level)
    record_risk_level(s, law, e, level=e.level)
    if e.immediate:
        warn_of_danger(s, law, e)
    if stands and s.rosh_confirmed is not None:
        confirmed = s.rosh_confirmed.value
        return HandlerOutcome(
            note=f"recorded; the NPS confirmed {confirmed}, which stands until the NPS changes it"
        )
    return REGULAR


def _refuse_referral(s: Sentence, e: RoshReferred, _law: Law) -> str | None:
    if not with_crc(s):
        return "the NPS has the case and sets its level of risk: a CRC alone refers"
    if e.indicated_at is not None and e.indicated_at > e.occurred_at:
        return "signs are seen before they are referred: indicated_at lies after the referral"
    return None


def _refer(s: Sentence, e: RoshReferred, law: Law) -> HandlerOutcome:
    at = e.indicated_at or e.occurred_at
    start_risk_indication(s, law, replace(trigger_context(e, "signs of high risk"), at=at))
    if s.referral is None:
        s.referrals.append(RiskReferral(e.uid, e.occurred_at, e.emergency))
        s.risk_indicated = None
        open_endorsement_duty(s, law, trigger_context(e, "referred to the NPS"))
    if e.manager_consulted:
        settle_manager_informed(s, Trigger.ROSH_HIGH_INDICATED, at=e.occurred_at, by=e.uid)
    if e.emergency:
        escalate_emergency(s, law, e)
    if e.received_at is not None:
        _received(s, law, e, at=e.received_at)
    return REGULAR


def _received(s: Sentence, law: Law, e: Event, at: datetime) -> None:
    clocks.settle(s, law, Settlement.ROSH_REFERRAL_RECEIVED, at=at, by=e.uid)
    referral = s.referrals[-1]
    if referral.received_at is None:
        s.referrals[-1] = replace(referral, received_at=at)
        clocks.start(
            s,
            law,
            Trigger.ROSH_REFERRED,
            context=trigger_context(e, at=at),
            subject=referral.subject,
        )


def _confirm(s: Sentence, e: RoshConfirmed, law: Law) -> HandlerOutcome:
    at = e.occurred_at
    by = e.uid
    note = "" if s.rosh_referral_open else "confirmed without a referral"
    clocks.settle(s, law, Settlement.ROSH_REFERRAL_RECEIVED, at=at, by=by)
    clocks.settle(s, law, Settlement.ROSH_CONFIRMED, at=at, by=by)
    if s.referral is not None:
        s.referrals[-1] = replace(s.referrals[-1], level=e.level, answered_at=at)
    s.risk_indicated = None
    before = s.rosh
    s.rosh = e.level
    s.rosh_confirmed = e.level
    if before is not None and before is not e.level:
        clocks.start(
            s,
            law,
            Trigger.ROSH_CHANGED,
            context=trigger_context(e, f"now {e.level.value}"),
            subject=by,
        )
    if e.level in HIGH:
        open_endorsement_duty(s, law, trigger_context(e, f"confirmed {e.level.value}"))
        clocks.start(s, law, Trigger.ROSH_HIGH, context=trigger_context(e, e.level.value))
        if not clocks.is_running(s, Trigger.ROSH_CONFIRMED_HIGH):
            clocks.start(
                s,
                law,
                Trigger.ROSH_CONFIRMED_HIGH,
                context=trigger_context(e, e.level.value),
                subject=by,
            )
    _cancel_transfer_below_high(s, law, e, e.level)
    return HandlerOutcome(note=note)


def close_referral(s: Sentence, at: datetime) -> None:
    """Close an open referral to the NPS, which now has the case itself."""
    s.risk_indicated = None
    if s.referral is not None:
        s.referrals[-1] = replace(s.referrals[-1], answered_at=at)


HANDLERS = (
    EventHandler(RoshAssessed, _assess, states=(AWAITING, *OPEN), requires=IMPOSED),
    EventHandler(RoshReferred, _refer, guard=_refuse_referral),
    EventHandler(RoshConfirmed, _confirm, guard=lambda s, e, _law: denied(s, Permission.ROSH, e)),
)
