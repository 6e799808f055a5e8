"""Say what the world is to be told; the ledger sees to it that it is told once."""

from collections.abc import Iterator
from typing import Final

from states.entities import Effect
from states.events.envelope import Event
from states.regime import IN_THE_COMMUNITY
from states.rules.triggers import TriggerContext
from states.sentence import Sentence
from states.standards.provisions import Duty, DutyNotice
from states.standards.terms import (
    Recipient,
    Trigger,
)
from states.time.london import day_of
from states.vocabulary import Phase, State

PERSON = "person"
OFFICER = "officer"
LINE_MANAGER = "line_manager"
PROVIDER = "provider"
NPS = "nps_enforcement"
COURT = "court"
CASEWORK_SECTION = "casework_section"
POLICE = "police"
PRISON = "prison"
AGENCIES = "agencies"
CONTRIBUTORS = "contributors"
"""All who work on the plan (ev-tell-contributors)."""
REPORTER = "reporting_provider"
"""Whoever delivers part of the sentence and reported a failure (ev-feedback-provider)."""
OPS = "ops"


def notify(
    s: Sentence,
    template: str,
    subject: str,
    recipient: str,
    event: Event,
    *,
    liberty: bool = False,
    **facts: object,
) -> None:
    """Desire one notice, under the key template / subject / cause / recipient.

    `facts` hold codes and dates only: the text of a document comes from the record. They come
    from `event` itself: one key must never stand for two contents, whatever else is known.
    """
    key = f"{template}/{subject}/{event.uid}/{recipient}"
    written = tuple(sorted((name, str(value)) for name, value in facts.items()))
    s.effects[key] = Effect(key, template, recipient, subject, written, liberty)


INDUCTION_SHEET: Final = "induction-sheet"


def notify_induction(s: Sentence, cause: str) -> None:
    """Let the person have the sheet of what now begins, once for each start.

    Supervision starts once: who comes back from a committal knows it (T23). `cause` is the uid of
    the event that brought it about, or the name of the date.
    """
    begins = s.phase_periods and s.phase in IN_THE_COMMUNITY and s.state is not State.COMPLETED
    if s.officer is None or not begins:
        return
    begun = s.phase_periods[-1].since
    if s.phase is Phase.PSS:
        begun = next(spell.since for spell in s.phase_periods if spell.phase is Phase.PSS)
    about = f"{INDUCTION_SHEET}/{begun}/"
    if any(key.startswith(about) for key in s.effects):
        return
    key = f"{about}{cause}/{PERSON}"
    s.effects[key] = Effect(key, INDUCTION_SHEET, PERSON, str(begun))


def notify_duty(
    s: Sentence, duty: Duty, subject: str | None, trigger: Trigger, occasion: TriggerContext
) -> Iterator[str]:
    """Queue the notices of a duty, and yield their keys: who must be told what is data."""
    about, on = subject or duty.id, str(occasion.on or day_of(occasion.at))
    # Where a date is the cause, one that moves is another message: who heard of the first is told.
    cause = occasion.by or f"{trigger}.{on}"
    for notice in duty.notices:
        for name in _named_by(s, notice, subject):
            key = f"{notice.template}/{about}/{cause}/{notice.recipient}"
            facts: tuple[tuple[str, str], ...] = (("duty", duty.id), ("on", on))
            if name:
                key, facts = f"{key}.{name}", (*facts, ("stakeholder", name))
            s.effects[key] = Effect(key, notice.template, notice.recipient, about, facts)
            yield key


def _named_by(s: Sentence, notice: DutyNotice, subject: str | None) -> tuple[str, ...]:
    """Return the names to which a notice goes: of stakeholders, those that the requirement names.

    Where it names none, nobody has to be told; every other recipient is one, without a name.
    """
    known = s.requirements.get(subject or "")
    if notice.recipient is Recipient.STAKEHOLDERS and known is not None:
        return known.requirement.stakeholders
    return ("",)
