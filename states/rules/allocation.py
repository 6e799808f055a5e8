"""Allocation: the case gets a provider and an officer (NS 2015 3, T01)."""

from dataclasses import replace

from states.entities import Allocation, OfficerTenure
from states.events.envelope import Event
from states.events.sentence import CaseAllocated, OfficerAssigned, ProviderTransferred
from states.rules import clocks
from states.rules.appointments import refresh_appointments
from states.rules.authorisation import Permission, acting_organisation, denied
from states.rules.handler import ALLOCATED, IMPOSED, REGULAR, EventHandler, HandlerOutcome
from states.rules.notifications import PERSON, PROVIDER, notify, notify_induction
from states.rules.risk import is_high
from states.rules.state_changes import change_state
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.transitions import ALLOCATE, AWAITING, OPEN
from states.vocabulary import Provider, State

CASE_ALLOCATED = "case-allocated"
"""Notice to the provider; its acknowledgement settles the prompt to send it."""

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
)
