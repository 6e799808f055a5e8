"""Requirement changes: one requirement or condition is added or replaced under its id (T27).

The court sets the requirements of an order (002:102), and the conditions of a licence or of
supervision are set for the Secretary of State. An officer plans the start and the details.
"""

from states.events.court import CourtDecided
from states.events.imposition import Requirement
from states.events.requirements import ChangeAuthor, RequirementChanged
from states.rules.event_dates import time_of_act
from states.rules.handler import IMPOSED, EventHandler, HandlerOutcome, Nature, after_end
from states.rules.imposed_requirements import put_requirement, replace_requirements
from states.rules.requirement_ends import terminate_requirement
from states.rules.triggers import TriggerContext, trigger_context
from states.rules.unlawful_requirements import legal_faults_in, refer_back
from states.rules.unpaid_work import settle_return_to_court
from states.sentence import Sentence
from states.standards.law import Law
from states.time.london import day_of
from states.vocabulary import CourtOutcome, RequirementEnding, SentenceType, State

CHANGEABLE_STATES = (State.ACTIVE, State.WARNED)
"""States in which a court is expected to change a requirement without a breach (T27)."""

SETTERS = {
    SentenceType.COMMUNITY_ORDER: ChangeAuthor.COURT,
    SentenceType.SUSPENDED_SENTENCE_ORDER: ChangeAuthor.COURT,
    SentenceType.CUSTODY: ChangeAuthor.SECRETARY_OF_STATE,
}
"""Authority that sets the requirements or conditions of a sentence."""


_AUTHORITIES = (ChangeAuthor.COURT, ChangeAuthor.SECRETARY_OF_STATE)
"""Authors whose change is taken as made, and referred back where something speaks against it."""


def _fields_set_by_others(known: Requirement, asked: Requirement) -> list[str]:
    """Return the fields in which `asked` differs and that an officer may not plan."""
    fixed = ("kind", "hours", "days", "ends_on", "court_timescale_on", "electronically_monitored")
    return [name for name in fixed if getattr(known, name) != getattr(asked, name)]


def _refuse_setter(s: Sentence, e: RequirementChanged) -> str | None:
    """Return why the named authority may not make the change; None where it may."""
    setter = SETTERS[s.kind]
    key = e.requirement.requirement_id
    if e.why in (setter, ChangeAuthor.OTHER):
        return None
    if e.why is not ChangeAuthor.OFFICER:
        return f"what a {s.kind.value} requires is set by the {setter.value}, not the {e.why.value}"
    known = s.requirements.get(key)
    if known is None:
        return f"an officer adds no requirement; {key} is set by the {setter.value}"
    fixed = _fields_set_by_others(known.requirement, e.requirement)
    if fixed:
        return f"{key}: {', '.join(fixed)} is set by the {setter.value}; an officer plans its start"
    return None


def _refuse(s: Sentence, e: RequirementChanged, law: Law) -> str | None:
    if e.why in _AUTHORITIES:
        return None
    return _refuse_setter(s, e) or next(iter(legal_faults_in(s, law, e.requirement)), None)


def _doubt(s: Sentence, e: RequirementChanged, _law: Law) -> str | None:
    return _refuse_setter(s, e) if e.why in _AUTHORITIES else None


def _change(s: Sentence, e: RequirementChanged, law: Law) -> HandlerOutcome:
    if s.state is State.COMPLETED:
        return after_end(s)
    on = e.changed_on or day_of(e.occurred_at)
    key = e.requirement.requirement_id
    made = trigger_context(e, f"{key} changed on {on}", on=on, at=time_of_act(e, on))
    put_requirement(s, law, e.requirement, made=made)
    surprises = [text for text in (refer_back(s, law, (e.requirement,)),) if text]
    if e.why is ChangeAuthor.COURT:
        settle_return_to_court(s, law, at=made.at, by=e.uid, key=key)
        if s.state not in CHANGEABLE_STATES:
            surprises.append(f"a court changed a requirement in {s.state.value}")
    return HandlerOutcome(bool(surprises), "; ".join(surprises))


def change_by_court(s: Sentence, law: Law, e: CourtDecided) -> str:
    """Put the requirements of a decision in place of the earlier ones (D17.2, D17.7).

    Return what the court is to look at again because it is unlawful; empty where nothing is.
    """
    if not e.requirements:
        return ""
    settle_return_to_court(s, law, at=e.occurred_at, by=e.uid)
    replace_requirements(s, law, e.requirements, made=_decided(e))
    return refer_back(s, law, e.requirements) or ""


def end_by_court(s: Sentence, law: Law, e: CourtDecided, key: str) -> None:
    """End the one requirement that a court ended, and nothing else (D17.8, G8)."""
    good = e.outcome is CourtOutcome.GOOD_PROGRESS
    settle_return_to_court(s, law, at=e.occurred_at, by=e.uid, key=key)
    terminate_requirement(
        s,
        law,
        key,
        ended=_decided(e),
        ending=RequirementEnding.GOOD_PROGRESS if good else RequirementEnding.COURT,
    )


def _decided(e: CourtDecided) -> TriggerContext:
    on = e.decided_on or day_of(e.occurred_at)
    return trigger_context(e, f"decided on {on}", on=on, at=time_of_act(e, on))


HANDLERS = (
    EventHandler(
        RequirementChanged,
        _change,
        nature=Nature.FACT,
        requires=IMPOSED,
        guard=_refuse,
        doubt=_doubt,
        satisfies=lambda e: (f"requirement {e.requirement.requirement_id}",),
    ),
)
