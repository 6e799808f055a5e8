"""A court imposes the sentence."""

from states.events.event import Event
from states.events.sentence import SentenceImposed
from states.law import Law
from states.records import Obligation
from states.rules import clocks
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import Settlement, Trigger
from states.vocabulary import SentenceType, State

SUPPORTED = (SentenceType.COMMUNITY_ORDER,)
"""The sentence types that this version can run."""


def await_imposition(s: Sentence, e: Event, law: Law) -> None:
    """Start the prompt for an imposition, from the first thing that was heard of the sentence."""
    because = f"{e.KIND} {e.event_id} came before any imposition"
    if s.state is not State.COMPLETED:
        clocks.start(s, law, Trigger.OPENING, at=e.occurred_at, because=because)


def _refuse_imposition(s: Sentence, e: SentenceImposed, law: Law) -> str | None:
    if s.imposed is not None:
        return (
            f"the sentence was already imposed by {s.imposed_by}; "
            "correct that event with `replaces`, or withdraw it"
        )
    if e.type not in SUPPORTED:
        return f"{e.type.value} is not run yet; this version runs {SUPPORTED[0].value}"
    if s.state is State.COMPLETED:
        return f"the sentence ended on {s.ended_on}"
    if e.sentenced_on < law.edition.in_force_from:
        return (
            f"sentenced on {e.sentenced_on}, before any edition of the standards: "
            f"{law.edition.name} is in force from {law.edition.in_force_from}"
        )
    return None


def _impose(s: Sentence, e: SentenceImposed, law: Law) -> Applied:
    s.imposed, s.imposed_by = e, e.uid
    s.ends_on, s.end_set_at = e.ends_on, s.at
    s.obligations = {
        item.requirement_id: Obligation(item, ends_on=item.ends_on) for item in e.requirements
    }
    until = law.edition.in_force_until
    if until is not None and e.sentenced_on > until:
        s.flags["edition_superseded"] = (
            f"{law.edition.name} is the historic baseline: it was replaced after {until}"
        )
    clocks.settle(s, Settlement.SENTENCE_IMPOSED, at=e.occurred_at, by=e.uid)
    because = f"sentence_imposed {e.event_id}, sentenced on {e.sentenced_on}"
    for trigger, on in (
        (Trigger.IMPOSITION, e.sentenced_on),
        (Trigger.ORDER_START, e.sentenced_on),
        (Trigger.ORDER_END, e.ends_on),
    ):
        clocks.start(s, law, trigger, at=e.occurred_at, on=on, because=because)
    return REGULAR


RULES = (
    Rule(
        SentenceImposed,
        _impose,
        nature=Nature.FACT,
        after=None,
        guard=_refuse_imposition,
        provides=lambda e: (
            IMPOSED,
            *(f"requirement {item.requirement_id}" for item in e.requirements),
        ),
    ),
)
