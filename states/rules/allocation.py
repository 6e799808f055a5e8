"""Allocation: the case gets a provider, an officer and a team (NS 2015 3, T01)."""

from dataclasses import replace
from datetime import date

from states.entities import Allocation, OfficerTenure, TeamMember
from states.events.envelope import Event
from states.events.sentence import (
    CaseAllocated,
    OfficerAssigned,
    ProviderTransferred,
    TeamMemberChanged,
)
from states.rules import clocks
from states.rules.appointments import refresh_appointments
from states.rules.authorisation import Permission, acting_organisation, denied
from states.rules.event_dates import time_of_act
from states.rules.handler import (
    ALLOCATED,
    IMPOSED,
    REGULAR,
    EventHandler,
    HandlerOutcome,
    Nature,
    unexpected,
)
from states.rules.notifications import OFFICER, PERSON, PROVIDER, notify, notify_induction
from states.rules.premises import name_key_worker, remove_key_worker
from states.rules.risk import is_high
from states.rules.state_changes import change_state
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.london import day_of
from states.transitions import ALLOCATE, AWAITING, OPEN
from states.vocabulary import Provider, State, TeamRole

CASE_ALLOCATED = "case-allocated"
"""Notice to the provider; its acknowledgement settles the prompt to send it."""

TEAM_CHANGED = "team-changed"
"""Notice to the officer, who is the focal point of all who manage the person."""

HIGH_IS_FOR_THE_NPS = (
    "the risk of serious harm is high: the NPS manages the case, and no rationale departs from that"
)


def _refuse_allocation(s: Sentence, e: CaseAllocated, _law: Law) -> str | None:
    if s.allocation is not None:
        return (
            f"the case was already allocated to {s.allocation.provider.value} "
            f"{s.allocation.provider_code}; a later change is a provider_transferred"
        )
    if not e.risk_screening_completed:
        return "a case is allocated after its risk screening; risk_screening_completed is false"
    if must_stay_with_nps(s, e.provider):
        return HIGH_IS_FOR_THE_NPS
    return denied(s, Permission.ALLOCATE, e)


def must_stay_with_nps(s: Sentence, provider: Provider) -> bool:
    """Return whether a CRC may not hold the case (7.2).

    Standard 6 leaves electronic-only orders out.
    """
    return provider is Provider.CRC and is_high(s) and not s.electronic_only


def _allocate(s: Sentence, e: CaseAllocated, law: Law) -> HandlerOutcome:
    s.allocation = Allocation(e.provider, e.provider_code, e.occurred_at)
    change_state(s, ALLOCATE, State.ALLOCATED, at=e.occurred_at, cause=e.uid)
    clocks.settle(s, law, Settlement.CASE_ALLOCATED, at=e.occurred_at, by=e.uid)
    clocks.start(
        s, law, Trigger.ALLOCATION, context=trigger_context(e, f"allocated to {e.provider.value}")
    )
    refresh_appointments(s, law)
    notify(s, e, CASE_ALLOCATED, subject=e.provider_code, to=PROVIDER, provider=e.provider.value)
    return REGULAR


def refuse_unauthorised(
    _s: Sentence, e: OfficerAssigned | ProviderTransferred, _law: Law
) -> str | None:
    """Return why a person cannot hold the case; None where they can (ev-officer-authorised)."""
    if not e.authorised:
        return (
            f"only an authorised officer of a provider can be responsible officer; "
            f"{e.officer_id} is not authorised"
        )
    return None


def _refuse_officer(s: Sentence, e: OfficerAssigned, law: Law) -> str | None:
    if (reason := refuse_unauthorised(s, e, law)) is not None:
        return reason
    ours = s.allocation
    if ours is not None and acting_organisation(s, e.by) != ours.provider.value:
        return (
            f"{ours.provider.value} {ours.provider_code} has the case and assigns its officer, "
            f"not {e.by.organisation}; another provider takes it over by provider_transferred"
        )
    return None


def _assign(s: Sentence, e: OfficerAssigned, law: Law) -> HandlerOutcome:
    if s.allocation is not None:
        assign_officer(s, law, e, officer=e.officer_id, holder=s.allocation, temporary=False)
    return REGULAR


def assign_officer(
    s: Sentence, law: Law, e: Event, officer: str, holder: Allocation, *, temporary: bool
) -> None:
    """Assign the officer; the previous one ceases at once (officer-known-always)."""
    at = e.occurred_at
    by = e.uid
    tenure = OfficerTenure(
        officer, holder.provider, holder.provider_code, since=at, cause=by, temporary=temporary
    )
    last = s.officers[-1] if s.officers else None
    known = last is not None and tenure == replace(last, since=at, cause=by)
    s.officer = officer
    # A person has one role: who becomes the officer is no other member of the team.
    s.team.pop(officer, None)
    clocks.settle(s, law, Settlement.OFFICER_ASSIGNED, at=at, by=by)
    if not known:
        s.officers.append(tenure)
        # The previous officer no longer needs an introduction.
        clocks.cancel_triggered(s, law, Trigger.OFFICER_CHANGED, at=at, by=by, subject=None)
        clocks.start(
            s,
            law,
            Trigger.OFFICER_CHANGED,
            context=trigger_context(e, f"officer {officer}"),
            subject=by,
        )
    notify(s, e, "officer-introduced", subject=officer, to=PERSON)
    notify_induction(s, by)


def _refuse_member(_s: Sentence, e: TeamMemberChanged, _law: Law) -> str | None:
    if e.stay_id is not None and e.role is not TeamRole.KEY_WORKER:
        return f"a stay has a key_worker and no {e.role.value}: leave stay_id out"
    return None


def _change_member(s: Sentence, e: TeamMemberChanged, law: Law) -> HandlerOutcome:
    day = e.changed_on or day_of(e.occurred_at)
    if e.active and e.member_id == s.officer and e.stay_id is None:
        return unexpected(f"{e.member_id} is the responsible officer, and is in the team as that")
    known = _join(s, law, e, day) if e.active else _leave(s, e)
    notify(s, e, TEAM_CHANGED, subject=e.member_id, to=OFFICER, role=e.role.value, active=e.active)
    return REGULAR if known else unexpected(f"{e.member_id} was no {_in_words(e.role)} of the team")


def _in_words(role: TeamRole) -> str:
    return role.value.replace("_", " ")


def _join(s: Sentence, law: Law, e: TeamMemberChanged, day: date) -> bool:
    at = time_of_act(e, day)
    if e.stay_id is not None:
        name_key_worker(s, law, e, stay_id=e.stay_id, worker=e.member_id, at=at)
        return True
    if e.role is TeamRole.OFFENDER_SUPERVISOR:
        for key in [key for key, item in s.team.items() if item.role is e.role]:
            del s.team[key]
        clocks.settle(s, law, Settlement.OFFENDER_SUPERVISOR_NAMED, at=at, by=e.uid)
    s.team[e.member_id] = TeamMember(e.member_id, e.role, day)
    return True


def _leave(s: Sentence, e: TeamMemberChanged) -> bool:
    if e.stay_id is not None:
        return remove_key_worker(s, stay_id=e.stay_id, worker=e.member_id)
    held = s.team.get(e.member_id)
    if held is None or held.role is not e.role:
        return False
    del s.team[e.member_id]
    return True


HANDLERS = (
    EventHandler(
        CaseAllocated,
        _allocate,
        states=(AWAITING, *OPEN),
        requires=IMPOSED,
        guard=_refuse_allocation,
        satisfies=lambda _e: (ALLOCATED,),
    ),
    EventHandler(OfficerAssigned, _assign, guard=_refuse_officer),
    EventHandler(
        TeamMemberChanged,
        _change_member,
        nature=Nature.FACT,
        requires=IMPOSED,
        guard=_refuse_member,
    ),
)
