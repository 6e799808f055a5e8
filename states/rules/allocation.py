"""The case gets a provider and an officer, and may move to others (NS 2015 3, 5(e))."""

from states.events.sentence import CaseAllocated, OfficerAssigned, ProviderTransferred
from states.graph import AWAITING, OPEN
from states.law import Law
from states.records import Allocation
from states.rules import clocks
from states.rules.appointments import refresh_appointments
from states.rules.clocks import told
from states.rules.moving import move
from states.rules.rule import ALLOCATED, IMPOSED, REGULAR, Applied, Rule
from states.rules.telling import PERSON, PROVIDER, tell
from states.sentence import Sentence
from states.timescale import Settlement, Trigger
from states.vocabulary import State


def _refuse_allocation(s: Sentence, e: CaseAllocated, _law: Law) -> str | None:
    if s.allocation is not None:
        return (
            f"the case was already allocated to {s.allocation.provider.value} "
            f"{s.allocation.provider_code}; a later change is a provider_transferred"
        )
    if not e.risk_screening_completed:
        return "a case is allocated after its risk screening; risk_screening_completed is false"
    return None


def _allocate(s: Sentence, e: CaseAllocated, law: Law) -> Applied:
    s.allocation = Allocation(e.provider, e.provider_code, e.occurred_at)
    move(s, "T01", State.ALLOCATED, e.occurred_at, e.uid)
    clocks.start(s, law, Trigger.ALLOCATION, told(e, f"allocated to {e.provider.value}"))
    refresh_appointments(s, law)
    tell(s, "case-allocated", e.provider_code, PROVIDER, e, provider=e.provider.value)
    return REGULAR


def _refuse_officer(
    _s: Sentence, e: OfficerAssigned | ProviderTransferred, _law: Law
) -> str | None:
    if not e.authorised:
        return (
            f"only an authorised officer of a provider can be responsible officer; "
            f"{e.officer_id} is not authorised"
        )
    return None


def _assign(s: Sentence, e: OfficerAssigned, law: Law) -> Applied:
    s.officer = e.officer_id
    clocks.settle(s, law, Settlement.OFFICER_ASSIGNED, at=e.occurred_at, by=e.uid)
    tell(s, "officer-introduced", e.officer_id, PERSON, e)
    return REGULAR


def _transfer(s: Sentence, e: ProviderTransferred, law: Law) -> Applied:
    # A transfer changes no state, spends no warning and stops no clock (5.5 guard 3).
    at = s.allocation.at if s.allocation is not None else e.occurred_at
    s.allocation = Allocation(e.provider, e.provider_code, at)
    s.officer = e.officer_id
    clocks.settle(s, law, Settlement.OFFICER_ASSIGNED, at=e.occurred_at, by=e.uid)
    tell(s, "case-transferred", e.provider_code, PROVIDER, e, provider=e.provider.value)
    tell(s, "officer-introduced", e.officer_id, PERSON, e)
    return REGULAR


RULES = (
    Rule(
        CaseAllocated,
        _allocate,
        states=(AWAITING, *OPEN),
        after=IMPOSED,
        guard=_refuse_allocation,
        provides=lambda _e: (ALLOCATED,),
    ),
    Rule(OfficerAssigned, _assign, guard=_refuse_officer),
    Rule(ProviderTransferred, _transfer, guard=_refuse_officer),
)
