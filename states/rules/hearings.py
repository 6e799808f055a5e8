"""Hearings: listed, listed again, cancelled (court-hearing, D19)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from states.events.court import HearingListed, HearingPurpose
from states.events.envelope import Event
from states.rules import clocks
from states.rules.handler import (
    IMPOSED,
    REGULAR,
    EventHandler,
    HandlerOutcome,
    Nature,
    after_end,
    missing_requirement,
)
from states.rules.triggers import applicable_timescales, trigger_context
from states.rules.victims import has_contact
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.vocabulary import State


def purpose_of(e: HearingListed) -> HearingPurpose:
    """Return the purpose of a hearing; a breach where none is stated."""
    return e.purpose or HearingPurpose.BREACH


def _doubt(s: Sentence, e: HearingListed, _law: Law) -> str | None:
    if purpose_of(e) is HearingPurpose.BREACH and not s.breaches:
        return "a breach is listed, and no breach was decided"
    unknown = missing_requirement(s, e.requirement_id)
    return None if unknown is None else f"{unknown} is not known"


def _list(s: Sentence, e: HearingListed, law: Law) -> HandlerOutcome:
    """Expect the hearing on its day; a new date for the same purpose replaces the old one."""
    if s.state is State.COMPLETED:
        return after_end(s)
    purpose = purpose_of(e)
    subject = f"{purpose}.{e.listed_on}"
    for former in tuple(_listed(s, law, purpose)):
        if former != subject:
            _cancel(s, law, former, e=e)
    hearing = trigger_context(e, f"{purpose}, listed for {e.listed_on}", on=e.listed_on)
    clocks.start(s, law, Trigger.HEARING_LISTED, context=hearing, subject=subject, requirement="")
    if purpose is HearingPurpose.PAROLE and has_contact(s):
        clocks.start(s, law, Trigger.VICTIM_PAROLE_HEARING, context=hearing, subject=subject)
    if purpose is HearingPurpose.BREACH and s.breaches:
        s.breaches[-1] = replace(s.breaches[-1], hearing_on=e.listed_on)
    if purpose is HearingPurpose.UNPAID_WORK:
        # A listed hearing returns the order to court, as D19 requires.
        back = Settlement.RETURNED_TO_COURT
        about = e.requirement_id
        clocks.settle(s, law, back, at=e.occurred_at, by=e.uid, subject=about)
    return REGULAR


def _listed(s: Sentence, law: Law, purpose: HearingPurpose) -> Iterator[str]:
    """Yield the subjects of the open clocks of hearings for that purpose."""
    for provision in applicable_timescales(s, law, Trigger.HEARING_LISTED):
        for key in s.by_provision.get(provision.id, ()):
            clock = s.clocks[key]
            if clock.is_open and (clock.subject or "").startswith(f"{purpose}."):
                yield clock.subject or ""


def breach_hearing_on(s: Sentence, law: Law) -> date | None:
    """Return the day for which a court listed a breach; None where none is expected."""
    subject = next(_listed(s, law, HearingPurpose.BREACH), None)
    return None if subject is None else date.fromisoformat(subject.partition(".")[2])


def _cancel(s: Sentence, law: Law, subject: str, e: Event) -> None:
    at = e.occurred_at
    trigger = Trigger.HEARING_LISTED
    clocks.cancel_triggered(s, law, trigger, at=at, by=e.uid, subject=subject)


def cancel_hearings(s: Sentence, law: Law, e: Event) -> None:
    """Cancel the hearings of the breach, which was withdrawn."""
    for subject in tuple(_listed(s, law, HearingPurpose.BREACH)):
        _cancel(s, law, subject, e=e)


HANDLERS = (EventHandler(HearingListed, _list, nature=Nature.ACT, requires=IMPOSED, doubt=_doubt),)
