"""Imposition of the sentence by a court, of any type."""

from collections.abc import Iterator
from datetime import date

from states.entities import ImposedRequirement, PhasePeriod
from states.events.envelope import ENVELOPE_FIELDS, Event
from states.events.imposition import SentenceImposed
from states.events.parsing import content_digest
from states.regime import FIRST_PHASE
from states.rules import clocks
from states.rules.handler import (
    IMPOSED,
    EventHandler,
    HandlerOutcome,
    Nature,
    after_end,
    unexpected,
)
from states.rules.imposed_requirements import expect_requirement
from states.rules.law_values import supervision_within_law
from states.rules.triggers import trigger_context
from states.rules.unlawful_requirements import refer_back
from states.rules.victims import start_victim_contact
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.vocabulary import SentenceType, State


def await_imposition(s: Sentence, e: Event, law: Law) -> None:
    """Start the prompt for an imposition, from the first event of the sentence."""
    if s.state is not State.COMPLETED:
        early = trigger_context(e, "no imposition had come")
        clocks.start(s, law, Trigger.OPENING, context=early)


def _doubt(s: Sentence, e: SentenceImposed, _law: Law) -> str | None:
    """Return how a second imposition differs from the first, which holds; None where it agrees."""
    other = () if s.imposed is None else _differences(s.imposed, e)
    if not other:
        return None
    return (
        f"the sentence was already imposed by {s.imposed_by}, which holds; this one differs in "
        f"{', '.join(other)}: correct the wrong one with `replaces`, or send another sentence "
        "under an event number of its own"
    )


def _differences(known: SentenceImposed, other: SentenceImposed) -> tuple[str, ...]:
    """Return the fields in which two impositions of one sentence differ, sender aside."""
    own = (name for name in SentenceImposed.model_fields if name not in ENVELOPE_FIELDS)
    return tuple(name for name in own if getattr(known, name) != getattr(other, name))


def imposed_content(e: SentenceImposed) -> str:
    """Return the digest of what the court imposed: all fields but those of the envelope."""
    own = e.model_dump(mode="json", exclude=set(ENVELOPE_FIELDS))
    return content_digest(e.KIND, own)


def _too_short(e: SentenceImposed, law: Law) -> str | None:
    shortest = law.edition.bound(OUT_OF_SCOPE).amount or 0
    custody = e.type is SentenceType.CUSTODY
    if not custody or e.length_days is None or e.length_days > shortest:
        return None
    return (
        f"custody of {e.length_days} day brings no case to allocate; "
        f"it takes more than {shortest} day"
    )


OUT_OF_SCOPE = "custody-over-1-day"
"""Threshold in days that custody must exceed to be allocated and supervised (T01)."""


def _impose(s: Sentence, e: SentenceImposed, law: Law) -> HandlerOutcome:
    if s.imposed is not None:
        _add_requirements(s, e, law)
        return HandlerOutcome(note=f"a second report; the sentence was imposed by {s.imposed_by}")
    s.imposed = e
    s.imposed_by = e.uid
    s.phase = FIRST_PHASE[e.type]
    s.phase_periods.append(PhasePeriod(e.sentenced_on, s.phase))
    # Statutory dates are never computed here, least of all who gets a licence or supervision
    # (AMB-16).
    s.ends_on = e.final_day
    s.end_set_at = s.at
    s.licence_ends_on = e.licence_ends_on
    # It tells whether any day of supervision is left before its repeal.
    s.expected_release_on = e.expected_release_on
    s.pss_ends_on = supervision_within_law(s, law, e.pss_ends_on)
    if e.pss_ends_on is not None and s.ends_on == e.pss_ends_on != s.pss_ends_on:
        # Without a licence end that was told, the end is unknown: a release ends nothing.
        s.ends_on = s.pss_ends_on or e.licence_ends_on
    s.automatic_release_on = e.automatic_release_on
    s.requirements = {
        item.requirement_id: ImposedRequirement(item, ends_on=item.ends_on)
        for item in e.requirements
    }
    if s.state is State.COMPLETED:
        # Closed before it was known: it is recorded, and what names it is decided as after an end.
        return after_end(s)
    until = law.edition.in_force_until
    if until is not None and e.sentenced_on > until:
        s.flags["edition_superseded"] = (
            f"{law.edition.name} is the historic baseline: it was replaced after {until}"
        )
    clocks.settle(s, law, Settlement.SENTENCE_IMPOSED, at=e.occurred_at, by=e.uid)
    words = f"sentenced on {e.sentenced_on}"
    for trigger, on in _dates(s, e, law):
        clocks.start(s, law, trigger, context=trigger_context(e, words, on=on))
    start_victim_contact(s, e, law)
    for key in s.requirements:
        expect_requirement(s, law, key, made=trigger_context(e, words))
    # What a court ordered holds until the court corrects it: it is managed, and referred back.
    found = (refer_back(s, law, e.requirements), _too_short(e, law))
    return unexpected("; ".join(text for text in found if text is not None) or None)


def _add_requirements(s: Sentence, e: SentenceImposed, law: Law) -> None:
    """Add the requirements that only a second imposition names, until a court corrects one.

    They are managed as made, so that nothing which names them waits for ever.
    """
    if s.state is State.COMPLETED:
        return
    made = trigger_context(e, f"sentenced on {e.sentenced_on}")
    for item in e.requirements:
        if item.requirement_id not in s.requirements:
            key = item.requirement_id
            s.requirements[key] = ImposedRequirement(item, ends_on=item.ends_on)
            expect_requirement(s, law, key, made=made)


def _dates(s: Sentence, e: SentenceImposed, law: Law) -> Iterator[tuple[Trigger, date]]:
    """Yield the triggers of the imposition, and the day from which each is counted.

    The standards apply to everybody managed from their first day on, however old the sentence is.
    """
    since = max(e.sentenced_on, law.edition.in_force_from)
    yield Trigger.IMPOSITION, since
    if e.type is not SentenceType.CUSTODY:
        yield Trigger.ORDER_START, since
    if s.ends_on is not None:
        yield Trigger.ORDER_END, s.ends_on
        yield Trigger.OPERATIONAL_PERIOD_END, s.ends_on
    if e.expected_release_on is not None:
        yield Trigger.EXPECTED_RELEASE, e.expected_release_on


HANDLERS = (
    EventHandler(
        SentenceImposed,
        _impose,
        nature=Nature.ACT,
        requires=None,
        doubt=_doubt,
        satisfies=lambda e: (
            IMPOSED,
            *(f"requirement {item.requirement_id}" for item in e.requirements),
        ),
    ),
)
