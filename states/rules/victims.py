"""Victims: offered contact, notified of key stages, heard (NS 2015 7).

Their records are kept apart (ev-victim-records-apart): the case holds a reference and flags. The
victim liaison has the contact; the officer talks to the liaison.
"""

from dataclasses import replace
from typing import Final

from states.entities import VictimContact, VictimView
from states.events.imposition import SentenceImposed
from states.events.victims import (
    VictimContactOffered,
    VictimScheme,
    VictimTopic,
    VictimViewRecorded,
)
from states.rules import clocks
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.triggers import TriggerContext, trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.calendar import shift
from states.time.due import reach
from states.time.london import day_of, start_of
from states.vocabulary import Role, SentenceType

STATUTORY = "custody-12m-victim"
DISCRETIONARY = "custody-under-12m-victim"

_ON_RELEASE: Final = frozenset({VictimTopic.RELEASE, VictimTopic.CONDITIONS, VictimTopic.EXCLUSION})
"""Topics of the representations that victims are offered (ev-victim-reps)."""

STATEMENT_PREPARED = "victim_statement_prepared"


def start_victim_contact(s: Sentence, e: SentenceImposed, law: Law) -> None:
    """Start the duties to victims that follow from the sentence.

    The victim unit decides who is eligible (AMB-39); a length that suggests otherwise is only
    flagged.
    """
    passed = trigger_context(e, f"sentenced on {e.sentenced_on}", on=e.sentenced_on)
    if e.victims.statutory_contact:
        clocks.start(s, law, Trigger.VICTIM_ELIGIBLE, context=passed)
        return
    long = e.type is SentenceType.CUSTODY and not _is_short(e, law, STATUTORY)
    if long and e.offence.violent_or_sexual:
        s.flags["victim_contact_unconfirmed"] = (
            "a violent or sexual offence and this length bring statutory contact with victims; "
            "the sentence came without it"
        )
    if is_discretionary(e, law):
        clocks.start(s, law, Trigger.VICTIM_DISCRETIONARY, context=passed)


def is_discretionary(e: SentenceImposed, law: Law) -> bool:
    """Return whether victims outside the statutory scheme may be offered contact.

    Victims of domestic violence may, whatever the length.
    """
    if e.victims.statutory_contact:
        return False
    clear = e.offence.violent_or_sexual and e.victims.identified
    short = e.type is SentenceType.CUSTODY and _is_short(e, law, DISCRETIONARY)
    return e.victims.domestic_violence or (clear and short)


def _is_short(e: SentenceImposed, law: Law, threshold: str) -> bool:
    """Return whether the custody is shorter than `threshold`, counted from the sentence."""
    full = reach(law.edition.bound(threshold), e.sentenced_on)
    return e.length_days is not None and shift(e.sentenced_on, e.length_days - 1) < full


def has_contact(s: Sentence) -> bool:
    """Return whether a victim is kept informed: contact is owed, or offered and not declined."""
    offered = [item for item in s.victims.values() if item.offered_on is not None]
    if offered:
        return any(item.accepted is not False for item in offered)
    return s.imposed is not None and s.imposed.victims.statutory_contact


def open_key_stage(s: Sentence, law: Law, stage: str, reached: TriggerContext) -> None:
    """Open the duty to notify victims of a key stage, where they have contact (ev-victim-info).

    `stage` is one word of the domain; its day distinguishes several stages of one name.
    """
    if has_contact(s):
        known_on = day_of(reached.at)
        subject = f"{stage}/{reached.on or known_on}"
        # A later day, such as a new date of release, is notified as soon as it is known.
        since = replace(reached, on=min(reached.on or known_on, known_on))
        clocks.start(s, law, Trigger.VICTIM_KEY_STAGE, context=since, subject=subject)


def _offer(s: Sentence, e: VictimContactOffered, law: Law) -> HandlerOutcome:
    known = s.victims.get(e.victim_ref, VictimContact(e.victim_ref))
    first = min(known.offered_on or e.offered_on, e.offered_on)
    accepted = known.accepted if e.accepted is None else e.accepted
    s.victims[e.victim_ref] = replace(known, scheme=e.scheme, offered_on=first, accepted=accepted)
    statutory = s.imposed is not None and s.imposed.victims.statutory_contact
    owed = VictimScheme.STATUTORY if statutory else VictimScheme.DISCRETIONARY
    if e.scheme is not owed:
        return HandlerOutcome(
            note=f"recorded; contact is {owed.value} here, which this does not answer"
        )
    if statutory and not e.every_victim:
        return HandlerOutcome(
            note="recorded; contact is still to be offered to every eligible victim"
        )
    at = start_of(e.offered_on)
    clocks.settle(s, law, Settlement.VICTIM_CONTACT_OFFERED, at=at, by=e.uid)
    return REGULAR


def _view(s: Sentence, e: VictimViewRecorded, law: Law) -> HandlerOutcome:
    day = e.recorded_on or day_of(e.occurred_at)
    known = s.victims.get(e.victim_ref, VictimContact(e.victim_ref))
    view = VictimView(e.about, day, e.record_ref)
    s.victims[e.victim_ref] = replace(known, views=(*known.views, view))
    if e.about in _ON_RELEASE:
        settled = Settlement.VICTIM_VIEW_RECORDED
        clocks.settle(s, law, settled, at=e.occurred_at, by=e.uid)
    if e.about is VictimTopic.STATEMENT:
        clocks.settle_contact(s, law, STATEMENT_PREPARED, at=e.occurred_at, by=e.uid)
    return REGULAR


_LIAISON: Final = frozenset({Role.VICTIM_LIAISON, Role.SYSTEM, Role.OPS})
"""Victim liaison, and the systems that pass on the liaison's acts."""

HANDLERS = (
    EventHandler(
        VictimContactOffered,
        _offer,
        nature=Nature.FACT,
        roles=_LIAISON,
        requires=IMPOSED,
    ),
    EventHandler(VictimViewRecorded, _view, nature=Nature.FACT, roles=_LIAISON, requires=IMPOSED),
)
