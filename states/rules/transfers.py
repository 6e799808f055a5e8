"""Transfer of the case to another provider (NS 2015 5(e), T24, 7.3).

A transfer changes no state, spends no warning and stops no clock (G3): each clock keeps its start,
and the new officer takes it over (AMB-52). The event is the record that the instruction asks for
(ev-transfer-instruction). It names the new officer, so that there is exactly one at any time
(ev-transfer-clear-manager).
"""

from typing import Final

from states.entities import Allocation
from states.events.sentence import ProviderTransferred, TransferKind
from states.rules import clocks
from states.rules.allocation import (
    HIGH_IS_FOR_THE_NPS,
    assign_officer,
    must_stay_with_nps,
    refuse_unauthorised,
)
from states.rules.authorisation import NPS, acting_organisation
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome
from states.rules.notifications import PROVIDER, notify
from states.rules.risk import close_referral
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.vocabulary import Provider

_THROUGH_THE_NPS: Final = frozenset(
    {TransferKind.OTHER_UK_JURISDICTION, TransferKind.YOUTH_OFFENDING_TEAM}
)
"""Kinds of transfer that the instruction leaves to the NPS (ev-transfer-instruction)."""


def _refuse(s: Sentence, e: ProviderTransferred, law: Law) -> str | None:
    held = s.allocation
    if held is not None and (held.provider, held.provider_code) == (e.provider, e.provider_code):
        return (
            f"{held.provider.value} {held.provider_code} has the case already; "
            "a change of officer alone is an officer_assigned"
        )
    through_nps = NPS in (e.provider.value, acting_organisation(s, e.by))
    if e.kind in _THROUGH_THE_NPS and not through_nps:
        return f"a case that comes by {e.kind.value} comes through the NPS"
    if e.kind is TransferKind.ROSH_HIGH and e.provider is not Provider.NPS:
        return "a transfer because of high risk goes to the NPS"
    if must_stay_with_nps(s, e.provider):
        return HIGH_IS_FOR_THE_NPS
    return refuse_unauthorised(s, e, law)


def _transfer(s: Sentence, e: ProviderTransferred, law: Law) -> HandlerOutcome:
    before = s.allocation
    allocated_at = before.at if before is not None else e.occurred_at
    s.allocation = Allocation(e.provider, e.provider_code, allocated_at)
    temporary = e.temporary or e.kind is TransferKind.TEMPORARY
    assign_officer(s, law, e, officer=e.officer_id, holder=s.allocation, temporary=temporary)
    if e.provider is Provider.NPS:
        clocks.settle(s, law, Settlement.TRANSFERRED_TO_NPS, at=e.occurred_at, by=e.uid)
        close_referral(s, e.occurred_at)
    _cancel_former_duties(s, e)
    _begin(s, e, law, crossed=before is not None and before.provider is not e.provider)
    notify(
        s,
        e,
        "case-transferred",
        subject=e.provider_code,
        to=PROVIDER,
        provider=e.provider.value,
    )
    return REGULAR


def _cancel_former_duties(s: Sentence, e: ProviderTransferred) -> None:
    """Cancel the open duties of the former kind of provider; no clock is limited so."""
    for key, duty in s.duties.items():
        providers = duty.duty.providers
        if duty.settled_at is None and providers and e.provider not in providers:
            clocks.cancel(s, key, at=e.occurred_at, by=e.uid)


def _begin(s: Sentence, e: ProviderTransferred, law: Law, *, crossed: bool) -> None:
    """Start the consequences of a transfer; an agreement shows that it was discussed."""
    at = e.occurred_at
    by = e.uid
    moved = trigger_context(e, f"to {e.provider.value} {e.provider_code}")
    clocks.start(s, law, Trigger.TRANSFER, context=moved, subject=by)
    if crossed:
        clocks.start(s, law, Trigger.TRANSFER_NPS_CRC, context=moved, subject=by)
    if e.agreed_on is not None:
        clocks.settle_contact(s, law, "transfer_consultation", at=at, by=by)
    if e.agencies_told:
        clocks.settle_contact(s, law, "agencies_told_of_transfer", at=at, by=by)


HANDLERS = (EventHandler(ProviderTransferred, _transfer, guard=_refuse),)
