"""Approved premises: referral, preparation, plan, admission, departure (NS 2015 8, 7.5).

A stay changes neither state nor provider: a CRC keeps its case (ev-ap-crc-keeps-case). Risk and
need are sent in at its start, and the police and others are notified of its end (N.AP).
"""

from dataclasses import replace
from datetime import datetime

from states.entities import PremisesStay
from states.events.accommodation import (
    ApAdmitted,
    ApLeft,
    ApPlacementPrepared,
    ApReferred,
    ResidencePlanAgreed,
)
from states.events.envelope import Event
from states.regime import IN_PRISON
from states.rules import clocks
from states.rules.event_dates import time_of_act
from states.rules.handler import (
    IMPOSED,
    REGULAR,
    EventHandler,
    HandlerOutcome,
    Nature,
    after_end,
    unexpected,
)
from states.rules.triggers import applicable_timescales, trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.london import day_of
from states.vocabulary import Phase, State


def is_resident(s: Sentence) -> bool:
    """Return whether the person lives in approved premises now."""
    return any(
        item.admitted_on is not None and item.left_on is None for item in s.premises_stays.values()
    )


def _stay(s: Sentence, stay_id: str) -> PremisesStay:
    return s.premises_stays.get(stay_id) or PremisesStay(stay_id)


def _refer(s: Sentence, e: ApReferred, law: Law) -> HandlerOutcome:
    before = _stay(s, e.stay_id)
    day = e.referred_on or day_of(e.occurred_at)
    stay = replace(
        before,
        referred_on=min(before.referred_on or day, day),
        suitable=before.suitable if e.suitable is None else e.suitable,
        expected_on=e.expected_on or before.expected_on,
    )
    s.premises_stays[e.stay_id] = stay
    if s.state is State.COMPLETED:
        return after_end(s)
    clocks.settle(s, law, Settlement.AP_REFERRED, at=time_of_act(e, day), by=e.uid)
    if stay.suitable is False:
        _cancel_stay(s, law, e)
        return REGULAR
    _expect(s, law, e, before=before)
    _prepare_for_release(s, law, e)
    return REGULAR


def _expect(s: Sentence, law: Law, e: ApReferred, before: PremisesStay) -> None:
    on = s.premises_stays[e.stay_id].expected_on
    if on is None:
        return
    if before.expected_on not in (None, on):
        reason = f"admission is expected on {on}"
        clocks.redate(s, law, Trigger.AP_EXPECTED, on=on, reason=reason, subject=e.stay_id)
    expected = trigger_context(e, f"admission expected on {on}", on=on)
    clocks.start(s, law, Trigger.AP_EXPECTED, context=expected, subject=e.stay_id)


def _prepare_for_release(s: Sentence, law: Law, e: ApReferred) -> None:
    """Start the preparation for a release into approved premises, if there is time for it.

    Where the sentence is too short, the day lies before the sentence and nothing is owed.
    """
    if s.phase is not Phase.CUSTODY or s.expected_release_on is None or s.imposed is None:
        return
    asked = trigger_context(
        e, f"release expected on {s.expected_release_on}", on=s.expected_release_on
    )
    for provision in applicable_timescales(s, law, Trigger.AP_REFERRED):
        due_on = clocks.due_of(s, law, provision, at=asked.at, on=asked.on).due_on
        if due_on is not None and due_on < s.imposed.sentenced_on:
            return
    clocks.start(s, law, Trigger.AP_REFERRED, context=asked, subject=e.stay_id)


def _cancel_stay(s: Sentence, law: Law, e: ApReferred) -> None:
    for trigger in (Trigger.AP_REFERRED, Trigger.AP_EXPECTED):
        clocks.cancel_triggered(s, law, trigger, at=e.occurred_at, by=e.uid, subject=e.stay_id)


def _prepare(s: Sentence, e: ApPlacementPrepared, law: Law) -> HandlerOutcome:
    day = e.prepared_on or day_of(e.occurred_at)
    s.premises_stays[e.stay_id] = replace(_stay(s, e.stay_id), prepared_on=day)
    prepared = Settlement.AP_PREPARED
    clocks.settle(s, law, prepared, at=time_of_act(e, day), by=e.uid, subject=e.stay_id)
    return REGULAR


def _agree(s: Sentence, e: ResidencePlanAgreed, law: Law) -> HandlerOutcome:
    s.premises_stays[e.stay_id] = replace(_stay(s, e.stay_id), plan_agreed_on=e.agreed_on)
    agreed = Settlement.RESIDENCE_PLAN_AGREED
    at = time_of_act(e, e.agreed_on)
    clocks.settle(s, law, agreed, at=at, by=e.uid, subject=e.stay_id)
    return REGULAR


def _admit(s: Sentence, e: ApAdmitted, law: Law) -> HandlerOutcome:
    before = _stay(s, e.stay_id)
    until = e.planned_until or before.planned_until
    s.premises_stays[e.stay_id] = replace(
        before,
        admitted_on=e.admitted_on,
        planned_until=until,
    )
    if e.key_worker is not None:
        at = time_of_act(e, e.admitted_on)
        name_key_worker(s, law, e, stay_id=e.stay_id, worker=e.key_worker, at=at)
    if s.state is State.COMPLETED or s.phase in IN_PRISON:
        where = s.phase.value if s.state is not State.COMPLETED else s.state.value
        return unexpected(f"recorded; the sentence is {where}")
    moved_in = trigger_context(e, f"admitted on {e.admitted_on}", on=e.admitted_on)
    clocks.start(s, law, Trigger.AP_ADMITTED, context=moved_in, subject=e.stay_id)
    if until is not None:
        if before.planned_until not in (None, until):
            reason = f"the stay is planned until {until}"
            clocks.redate(
                s, law, Trigger.AP_PLANNED_END, on=until, reason=reason, subject=e.stay_id
            )
        planned = trigger_context(e, f"planned until {until}", on=until)
        clocks.start(s, law, Trigger.AP_PLANNED_END, context=planned, subject=e.stay_id)
    return REGULAR


def _leave(s: Sentence, e: ApLeft, law: Law) -> HandlerOutcome:
    stay = replace(_stay(s, e.stay_id), left_on=e.left_on, completed=e.completed)
    s.premises_stays[e.stay_id] = stay
    at = time_of_act(e, e.left_on)
    clocks.settle(s, law, Settlement.AP_LEFT, at=at, by=e.uid, subject=e.stay_id)
    if s.state is State.COMPLETED:
        return after_end(s)
    left = trigger_context(e, f"left on {e.left_on}", on=e.left_on, at=at)
    clocks.start(s, law, Trigger.AP_LEFT, context=left, subject=e.stay_id)
    if stay.admitted_on is None:
        return unexpected("left, and no admission was reported")
    return REGULAR


def name_key_worker(
    s: Sentence, law: Law, e: Event, stay_id: str, worker: str, at: datetime
) -> None:
    """Name the key worker of a stay, in place of any other (8(c))."""
    s.premises_stays[stay_id] = replace(_stay(s, stay_id), key_worker=worker)
    clocks.settle(s, law, Settlement.KEY_WORKER_NAMED, at=at, by=e.uid, subject=stay_id)


def remove_key_worker(s: Sentence, stay_id: str, worker: str) -> bool:
    """Take the key worker from a stay; return whether it was `worker`."""
    stay = _stay(s, stay_id)
    if stay.key_worker != worker:
        return False
    s.premises_stays[stay_id] = replace(stay, key_worker=None)
    return True


HANDLERS = (
    EventHandler(ApReferred, _refer, nature=Nature.FACT, requires=IMPOSED),
    EventHandler(ApPlacementPrepared, _prepare, nature=Nature.FACT, requires=IMPOSED),
    EventHandler(ResidencePlanAgreed, _agree, nature=Nature.FACT, requires=IMPOSED),
    EventHandler(ApAdmitted, _admit, nature=Nature.FACT, requires=IMPOSED),
    EventHandler(ApLeft, _leave, nature=Nature.FACT, requires=IMPOSED),
)
