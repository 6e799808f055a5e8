"""Phases: the clocks that a change of phase starts and cancels."""

from dataclasses import replace
from datetime import date, datetime

from states.rules import clocks
from states.rules.appointments import refresh_appointments
from states.rules.failure_days import ENFORCEMENT
from states.rules.notifications import notify_induction
from states.rules.requirement_ends import end_with_licence
from states.rules.triggers import TriggerContext
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo, Trigger
from states.time.calendar import shift
from states.time.london import start_of
from states.vocabulary import Phase

_OF_FAILURES = (
    *ENFORCEMENT,
    Trigger.UNACCEPTABLE_FAILURE,
    Trigger.THRESHOLD_REACHED,
    Trigger.WARNED_BEFORE,
)
"""Triggers of failures, which outlive their phase: an officer closes them with a reason (G14)."""

_OF_LIBERTY = (Trigger.RELEASE, Trigger.LICENCE_START, Trigger.PSS_START)
"""Triggers of a release, which end when the person is back in prison."""

_FROM_THE_SENTENCE = (Trigger.VICTIM_ELIGIBLE,)
"""Triggers of the sentence: victims are offered contact in any phase."""

_STILL_OWED = (Trigger.REQUIREMENT_TERMINATED, Trigger.VICTIM_DISCRETIONARY)
"""Triggers of duties owed in any phase: the police hear of an end, victims of the sentence.

Questions to victims before a release (ev-victim-reps) have no object after it.
"""


def cancel_former_regime(s: Sentence, *, at: datetime, by: str | None) -> None:
    """Cancel what does not apply under the present regime; a missed clock stays missed."""
    for key, clock in s.clocks.items():
        provision = clock.timescale
        outlives = provision.trigger in (*_OF_FAILURES, *_FROM_THE_SENTENCE)
        if clock.is_open and not outlives and not _governs(s, provision.applies_to):
            clocks.cancel(s, key, at=at, by=by)
    for key, duty in s.duties.items():
        outlives = duty.duty.trigger in _STILL_OWED
        if duty.settled_at is None and not outlives and not _governs(s, duty.duty.applies_to):
            clocks.cancel(s, key, at=at, by=by)


def _governs(s: Sentence, applies_to: tuple[AppliesTo, ...]) -> bool:
    return AppliesTo.ALL in applies_to or s.regime in applies_to


def cancel_liberty_clocks(s: Sentence, law: Law, *, at: datetime, by: str | None) -> None:
    """Cancel what the last release started, for a person who is back in prison."""
    for trigger in _OF_LIBERTY:
        clocks.cancel_triggered(s, law, trigger, at=at, by=by, subject=None)


def start_release(s: Sentence, law: Law, freed: TriggerContext) -> None:
    """Start the clocks of a release: first contact, induction, the term that now runs (T16)."""
    subject = str(freed.on)
    clocks.start(s, law, Trigger.RELEASE, context=freed, subject=subject)
    if s.phase is Phase.LICENCE:
        clocks.start(s, law, Trigger.LICENCE_START, context=freed, subject=subject)
        if s.licence_ends_on is not None:
            clocks.start(s, law, Trigger.LICENCE_END, context=replace(freed, on=s.licence_ends_on))
    if s.phase is Phase.PSS:
        start_supervision(s, law, freed)
    notify_induction(s, freed.by or str(freed.on))
    refresh_appointments(s, law)


def start_supervision(s: Sentence, law: Law, begun: TriggerContext) -> None:
    """Start the clocks of post-sentence supervision, from its first day on (T17, T20, T21)."""
    clocks.start(s, law, Trigger.PSS_START, context=begun, subject=_restart_subject(s, begun))
    if s.pss_ends_on is not None:
        # A condition that supervision takes over now counts to the end of supervision.
        reason = f"{begun.because}: supervision follows"
        regime = s.regime
        clocks.redate(s, law, Trigger.PSS_END, on=s.pss_ends_on, reason=reason, regime=regime)
        clocks.start(s, law, Trigger.PSS_END, context=replace(begun, on=s.pss_ends_on))


def _restart_subject(s: Sentence, begun: TriggerContext) -> str | None:
    """Return the subject of a second start of supervision; None where none is needed.

    A person committed before the induction is still to be inducted after the release (T23).
    """
    committed = any(spell.phase is Phase.PSS_COMMITTAL for spell in s.phase_periods)
    return str(begun.on) if committed and s.inducted_at is None else None


def pass_to_supervision(s: Sentence, law: Law, licence_ended_on: date, at: datetime) -> None:
    """Move a sentence from its licence into post-sentence supervision (T20)."""
    cancel_former_regime(s, at=at, by=None)
    # A person who was not inducted under the licence is inducted to supervision instead, once.
    clocks.cancel_triggered(s, law, Trigger.LICENCE_START, at=at, by=None, subject=None)
    end_with_licence(s, law, licence_ended_on, at=at, by=None)
    first = shift(licence_ended_on, 1)
    because = f"the licence ended on {licence_ended_on}"
    start_supervision(s, law, TriggerContext(start_of(first), because, on=first))
    notify_induction(s, f"{Trigger.PSS_START}.{first}")
    refresh_appointments(s, law)
