"""Triggers: their context, and the timescales and duties that each one starts."""

from dataclasses import dataclass
from datetime import date, datetime

from states.events.envelope import Event
from states.rules import edition_history
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.provisions import Duty, Provision, Timescale
from states.standards.terms import (
    AppliesTo,
    Exemption,
    Trigger,
)


@dataclass(frozen=True, slots=True)
class TriggerContext:
    """What starts a clock or opens a duty."""

    at: datetime
    because: str
    """What happened, in words that hold no personal data."""
    by: str | None = None
    """The event that told of it; None where a date came."""
    on: date | None = None
    """The day from which days are counted; that of `at` when None."""
    kind: str | None = None
    """The kind of contact, or the agency, for what some of them open."""
    requirement_only: bool = False
    """Whether it concerns one requirement alone: rows not limited to requirements stay silent."""
    failed_on: date | None = None
    """The day of the failure that it is about, where `on` is another day."""


def trigger_context(
    e: Event, words: str = "", *, on: date | None = None, at: datetime | None = None
) -> TriggerContext:
    """Return the occasion that `e` is: it happened at its own time unless `at` says otherwise."""
    because = f"{e.KIND} {e.event_id}, {words}" if words else f"{e.KIND} {e.event_id}"
    return TriggerContext(at or e.occurred_at, because, e.uid, on)


def _exempt(s: Sentence, row: Provision) -> bool:
    if not row.exempt:
        return False
    # Home detention curfew without a licence is treated like an order of monitoring alone (AMB-20).
    if Exemption.ELECTRONIC_ONLY in row.exempt and (s.electronic_only or s.monitored_only):
        return True
    if s.electronic_only and Exemption.ELECTRONIC_ONLY_WITHOUT_PLAN in row.exempt:
        return s.plan is None
    return s.monitored_only and Exemption.HDC_WITHOUT_LICENCE in row.exempt


def _applies(s: Sentence, row: Provision) -> bool:
    if row.providers and (s.allocation is None or s.allocation.provider not in row.providers):
        return False
    if row.agencies and not any(agency in s.agencies for agency in row.agencies):
        return False
    return not _exempt(s, row)


def applicable_timescales(
    s: Sentence,
    law: Law,
    trigger: Trigger,
    regime: AppliesTo | None = None,
    occasion: TriggerContext | None = None,
) -> tuple[Timescale, ...]:
    """Return the timescales that `trigger` starts for this sentence, in the order of their ids.

    They are those of the present regime unless another is named. Where editions have changed,
    they are those that governed on the `occasion`; without one, those of all editions.
    """
    under = regime or s.regime
    if law.superseded:
        found = edition_history.provisions_in_force(
            s, law, lambda of: of.triggered_by(trigger, under), _days(occasion)
        )
    else:
        found = law.edition.triggered_by(trigger, under)
    return tuple(item for item in found if _applies(s, item))


def applicable_duties(
    s: Sentence,
    law: Law,
    trigger: Trigger,
    regime: AppliesTo | None = None,
    occasion: TriggerContext | None = None,
) -> tuple[Duty, ...]:
    """Return the duties that `trigger` opens; otherwise as `governing`."""
    under = regime or s.regime
    if law.superseded:
        found = edition_history.provisions_in_force(
            s, law, lambda of: of.duties_triggered_by(trigger, under), _days(occasion)
        )
    else:
        found = law.edition.duties_triggered_by(trigger, under)
    return tuple(item for item in found if _applies(s, item))


def _days(occasion: TriggerContext | None) -> edition_history.TriggerDays | None:
    return (
        None
        if occasion is None
        else edition_history.TriggerDays(occasion.at, occasion.on, occasion.failed_on)
    )
