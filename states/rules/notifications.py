"""Notifications: the notices that a sentence wants sent; the outbox ledger sends each one once."""

from collections.abc import Iterator
from typing import Final

from states.entities import Effect
from states.events.envelope import Event
from states.regime import IN_THE_COMMUNITY
from states.rules.triggers import TriggerContext
from states.sentence import Sentence
from states.standards.provisions import Duty, DutyNotice
from states.standards.terms import RecipientRole, Trigger
from states.time.london import day_of
from states.vocabulary import Phase, State

PERSON = "person"
OFFICER = "officer"
LINE_MANAGER = "line_manager"
PROVIDER = "provider"
NPS_ENFORCEMENT = "nps_enforcement"
COURT = "court"
CASEWORK_SECTION = "casework_section"
POLICE = "police"
PRISON = "prison"
AGENCIES = "agencies"
CONTRIBUTORS = "contributors"
"""All who work on the plan (ev-tell-contributors)."""
REPORTER = "reporting_provider"
"""The provider that delivers part of the sentence and reported a failure (ev-feedback-provider)."""
OPS = "ops"


WITH_DOCUMENT: Final = frozenset(
    {
        "ap-left",
        "attendance-centre-ended",
        "breach-referral",
        "exclusion-ended",
        "exclusion-notice",
        "induction-sheet",
        "mental-health-treatment-ended",
        "prohibited-activity-ended",
        "prohibited-activity-notice",
        "recall-report",
        "referral-papers",
        "residence-ended",
        "restrictions-explained",
        "sentence-ended",
        "supervision-ended",
        "warning-letter",
        "warning-letter-withdrawn",
        "warning-withdrawn",
    }
)
"""Templates with a document, whose facts alone do not tell whether it says the same."""


def _said_last(
    s: Sentence, template: str, subject: str, *, to: str
) -> tuple[tuple[str, str], ...] | None:
    """Return the facts of the last such notice; None where there was none."""
    about = f"{template}/{subject}/"
    for key, effect in reversed(s.effects.items()):
        if key.startswith(about) and effect.recipient == to:
            return effect.facts
    return None


def notify(
    s: Sentence,
    e: Event,
    template: str,
    *,
    subject: str,
    to: str,
    liberty: bool = False,
    **facts: object,
) -> None:
    """Request one notice, under the key template / subject / cause / recipient.

    `facts` hold codes and dates only; the text of a document comes from the record. The facts come
    from the event itself, because one key must never stand for two contents. Where the last notice
    of its kind to the recipient about the subject said the same, there is nothing to say.
    """
    key = f"{template}/{subject}/{e.uid}/{to}"
    written = tuple(sorted((name, str(value)) for name, value in facts.items()))
    if template not in WITH_DOCUMENT and _said_last(s, template, subject, to=to) == written:
        return
    s.effects[key] = Effect(key, template, to, subject=subject, facts=written, liberty=liberty)


INDUCTION_SHEET: Final = "induction-sheet"


def notify_induction(s: Sentence, cause: str) -> None:
    """Request the induction sheet for the regime that now begins, once for each start (3(c)).

    The person gets it as soon as there is an officer to explain it. Commitments, rights and
    consequences are explained at the start. For an order that is when its first officer is known:
    earlier, the sheet could name nobody to contact, and an electronic-only order never has a
    booking. A licence starts with each release and supervision on its own first day; each has other
    consequences than the phase before.

    Supervision starts once: a person who returns from a committal knows it already (T23). `cause`
    is the uid of the event that began it, or the name of the date.
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
    s.effects[key] = Effect(key, INDUCTION_SHEET, PERSON, subject=str(begun))


def notify_duty(
    s: Sentence, duty: Duty, subject: str | None, trigger: Trigger, context: TriggerContext
) -> Iterator[str]:
    """Request the notices that a duty owes, as the edition says, and yield their keys."""
    about = subject or duty.id
    on = str(context.on or day_of(context.at))
    # A moved date is another message, and goes to those who were notified of the first.
    cause = context.by or f"{trigger}.{on}"
    for notice in duty.notices:
        for name in _recipient_names(s, notice, subject):
            key = f"{notice.template}/{about}/{cause}/{notice.recipient}"
            facts: tuple[tuple[str, str], ...] = (("duty", duty.id), ("on", on))
            if name:
                key = f"{key}.{name}"
                facts = (*facts, ("stakeholder", name))
            s.effects[key] = Effect(
                key, notice.template, notice.recipient, subject=about, facts=facts
            )
            yield key


def _recipient_names(s: Sentence, notice: DutyNotice, subject: str | None) -> tuple[str, ...]:
    """Return the names of the recipients of a notice, or one empty name.

    Only stakeholders have names: those that the requirement names. Where it names none, no notice
    is owed.
    """
    known = s.requirements.get(subject or "")
    if notice.recipient is RecipientRole.STAKEHOLDERS and known is not None:
        return known.requirement.stakeholders
    return ("",)
