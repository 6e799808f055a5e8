"""Other agencies: arrangements that hold the case, and a grave new charge (NS 2015 6; 7.2)."""

from dataclasses import replace

from states.entities import AgencyFlag
from states.events.agencies import AgencyFlagChanged, SeriousFurtherOffenceCharged
from states.rules import clocks
from states.rules.clocks import trigger_context
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Trigger
from states.time.london import day_of
from states.vocabulary import State


def _flag(s: Sentence, e: AgencyFlagChanged, law: Law) -> HandlerOutcome:
    day = e.changed_on or day_of(e.occurred_at)
    if s.state is State.COMPLETED:
        return HandlerOutcome(
            irregular=True, note=f"recorded; the sentence had ended on {s.ended_on}"
        )
    if not e.active:
        return _let_go(s, e)
    held = s.agencies.get(e.agency)
    if held is not None:
        level, reference = e.level or held.level, e.reference or held.reference
        s.agencies[e.agency.value] = AgencyFlag(held.since, level, reference)
        return REGULAR
    s.agencies[e.agency.value] = AgencyFlag(day, e.level, e.reference)
    taken = replace(trigger_context(e, e.agency.value, on=day), kind=e.agency.value)
    clocks.start(s, law, Trigger.AGENCY_FLAGGED, taken, subject=str(day))
    return REGULAR


def _let_go(s: Sentence, e: AgencyFlagChanged) -> HandlerOutcome:
    if s.agencies.pop(e.agency.value, None) is None:
        return HandlerOutcome(note=f"{e.agency.value} did not hold the case")
    for key, duty in s.duties.items():
        if e.agency.value in duty.duty.agencies:
            clocks.cancel(s, key, at=e.occurred_at, by=e.uid)
    return REGULAR


def _charge(s: Sentence, e: SeriousFurtherOffenceCharged, law: Law) -> HandlerOutcome:
    charged = trigger_context(e, f"charged on {e.charged_on}", on=e.charged_on)
    clocks.start(s, law, Trigger.SERIOUS_FURTHER_OFFENCE, charged, subject=e.uid)
    return REGULAR


RULES = (
    EventHandler(AgencyFlagChanged, _flag, nature=Nature.FACT, requires=IMPOSED),
    EventHandler(SeriousFurtherOffenceCharged, _charge, nature=Nature.FACT, requires=IMPOSED),
)
