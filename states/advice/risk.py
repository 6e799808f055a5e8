"""Advice on risk of serious harm (7.2): refer, confirm, transfer, inform, review.

Action on immediate danger comes first; the manager is informed after it (PF 2015, Risk management).
"""

from collections.abc import Iterator
from typing import Final

from states.advice.proposal import Proposal
from states.events.agencies import Agency
from states.rules import clocks
from states.rules.authorisation import CRC, NPS
from states.rules.failure_counts import breach_threshold, counted_days
from states.rules.risk import is_high, with_crc
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.london import day_of
from states.vocabulary import Role, State

_DANGERS: Final = (Trigger.IMMEDIATE_RISK, Trigger.EMERGENCY_ESCALATION)
"""Triggers of the clocks of action on immediate danger."""


def proposals_of_risk(s: Sentence, law: Law) -> Iterator[Proposal]:
    """Yield the next steps from the first sign of high risk to the transfer to the NPS."""
    if s.risk_indicated is not None:
        reason = "signs that risk of serious harm has risen to high: refer to the NPS without delay"
        yield Proposal("rosh_referred", "7.2.2", reason, by=CRC, subject=s.risk_indicated)
    if s.referral is not None:
        # Until it answers, the risk is treated as high (AMB-53).
        reason = "a referral is open: review it and confirm the level"
        yield Proposal("rosh_confirmed", "7.2.4", reason, by=NPS, subject=s.referral.subject)
    if clocks.is_running(s, Trigger.ROSH_CONFIRMED_HIGH) and with_crc(s):
        reason = "risk was confirmed high: the case goes to the NPS, with an officer at all times"
        yield Proposal("provider_transferred", "7.2.5b", reason, by=CRC)
    yield from _manager_information(s)
    yield from _plan_reviews(s)
    if is_high(s) and Agency.MAPPA not in s.agencies:
        reason = "risk is high: consider multi-agency public protection arrangements"
        by = _managing_provider(s)
        yield Proposal("agency_flag_changed", "ev-mappa-agency", reason, by=by, subject="mappa")
    yield from _priority_referral(s, law)


def _priority_referral(s: Sentence, law: Law) -> Iterator[Proposal]:
    """Yield the referral of a person of the drug programme who complies least.

    No document says how much that is: we take a breach or recall, or a count that proposes one.
    """
    if Agency.DIP not in s.agencies or Agency.PPO in s.agencies or s.at is None:
        return
    limit = breach_threshold(s, law)
    reached = limit is not None and len(counted_days(s, day_of(s.at))) >= limit
    if reached or s.state in (State.BREACHED, State.RECALLED):
        reason = "among the most non-compliant of the drug programme: refer as a priority offender"
        by = _managing_provider(s)
        yield Proposal("agency_flag_changed", "ev-dip-management", reason, by=by, subject="ppo")


def _managing_provider(s: Sentence) -> str:
    return NPS if s.allocation is None else s.allocation.provider.value


def proposals_of_danger(s: Sentence, _law: Law) -> Iterator[Proposal]:
    """Yield the action that is owed at once, before any talk with a manager."""
    for key in _open_dangers(s):
        row = s.clocks[key].timescale.id
        reason = "danger now: act at once, and inform the manager after it"
        by = _managing_provider(s)
        yield Proposal("immediate_risk_action_taken", row, reason, by=by, subject=key)


def _open_dangers(s: Sentence) -> tuple[str, ...]:
    return tuple(
        key
        for key, clock in s.clocks.items()
        if clock.is_open and any(trigger in clock.timescale.triggers for trigger in _DANGERS)
    )


def _manager_information(s: Sentence) -> Iterator[Proposal]:
    """Yield the information of a manager, after an action and before the next (7.2 step 3)."""
    for key, clock in s.clocks.items():
        if Trigger.ROSH_HIGH_INDICATED in clock.timescale.triggers and _open_dangers(s):
            continue
        if clock.is_open and Settlement.MANAGER_INFORMED in clock.timescale.discharged_by:
            reason = f"{clock.timescale.title}: open since {day_of(clock.started_at)}"
            by = _managing_provider(s)
            yield Proposal("manager_informed", clock.timescale.id, reason, by=by, subject=key)


def _plan_reviews(s: Sentence) -> Iterator[Proposal]:
    """Yield the reviews of the plan that are due (T28)."""
    for key, duty in s.duties.items():
        if duty.settled_at is None and Settlement.PLAN_REVIEWED in duty.duty.discharged_by:
            reason = f"the plan is to be reviewed: {duty.trigger}"
            by = Role.OFFICER.value
            yield Proposal("plan_reviewed", duty.duty.id, reason, by=by, subject=key)
