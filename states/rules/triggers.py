"""Triggers: their context, and the timescales and duties that each one starts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from states.events.envelope import Event
from states.rules import edition_history
from states.rules.authorisation import enforcing_organisation
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.provisions import Duty, Provision, Timescale
from states.standards.terms import AppliesTo, Exemption, Trigger
from states.vocabulary import Provider


@dataclass(frozen=True, slots=True)
class TriggerContext:
    """Context of a trigger: when it happened, why and by which event."""

    at: datetime
    because: str
    """The occasion in words that hold no personal data."""
    by: str | None = None
    """Event that reported it; None where a date arrived."""
    on: date | None = None
    """Day from which days are counted; that of `at` when None."""
    kind: str | None = None
    """Kind of contact, or agency, for provisions that open only for some of them."""
    requirement_only: bool = False
    """True if it concerns one requirement only: other provisions then do not start.

    "Other provisions" are those that are not limited to kinds of requirements.
    """
    failed_on: date | None = None
    """Day of the failure that it concerns, where `on` is another day."""
    before_start: bool = False
    """True for a requirement that has not begun: only notices that prepare for it are owed."""


def trigger_context(
    e: Event, words: str = "", *, on: date | None = None, at: datetime | None = None
) -> TriggerContext:
    """Return the context of `e`, which happened at its own time unless `at` says otherwise."""
    happened = _HAPPENED.get(e.KIND) or _passive(e.KIND)
    because = f"{happened}: {words.replace('_', ' ')}" if words else happened
    return TriggerContext(at or e.occurred_at, because, e.uid, on=on)


_HAPPENED: Final = {
    "arrested": "the person was arrested",
    "ap_admitted": "the person was admitted to approved premises",
    "ap_left": "the person left approved premises",
    "ap_placement_prepared": "the placement in approved premises was prepared",
    "ap_referred": "the person was referred to approved premises",
    "civil_order_changed": "the court made a civil order",
    "court_decided": "the court decided",
    "offence_charged": "the person was charged with an offence",
    "parole_board_decided": "the Parole Board decided",
    "parole_board_referred": "the case was referred to the Parole Board",
    "released": "the person was released",
    "returned_to_custody": "the person returned to custody",
    "rosh_assessed": "the risk of serious harm was assessed",
    "rosh_confirmed": "the NPS confirmed the risk of serious harm",
    "rosh_referred": "the risk of serious harm was referred to the NPS",
    "sentence_ended": "the sentence ended",
    "serious_further_offence_charged": "the person was charged with a serious further offence",
    "team_member_changed": "the team changed",
    "supervision_requirements_set": "the requirements of supervision were set",
    "significant_change_recorded": "a significant change was recorded",
}
"""Words for what happened, for the kinds whose name makes no sentence."""


def _passive(kind: str) -> str:
    thing, _, done = kind.replace("_", " ").rpartition(" ")
    return f"the {thing} was {done}"


_NOT_FOR_MONITORING_ALONE: Final = ("4", "5", "6", "7")
"""Standards that do not apply to sentences of electronic monitoring alone (NS 2015, footnote)."""

_IMMEDIATE_DANGER: Final = "6(c)"
"""Rule that nothing suppresses, because action on danger comes first (T26)."""


def _left_out(provision: Provision) -> bool:
    """Return whether a timescale rests on a standard that the footnote leaves out.

    Duties that open by an event, such as a risk to a child, stay owed.
    """
    return (
        isinstance(provision, Timescale)
        and provision.standard.partition("(")[0] in _NOT_FOR_MONITORING_ALONE
        and provision.standard != _IMMEDIATE_DANGER
        and not provision.agencies
    )


def _exempt(s: Sentence, provision: Provision) -> bool:
    if not provision.exempt:
        return s.electronic_only and _left_out(provision)
    # Home detention curfew without a licence is treated like an order of monitoring alone (AMB-20).
    if Exemption.ELECTRONIC_ONLY in provision.exempt and (s.electronic_only or s.monitored_only):
        return True
    if s.electronic_only and Exemption.ELECTRONIC_ONLY_WITHOUT_PLAN in provision.exempt:
        return s.plan is None
    return s.monitored_only and Exemption.HDC_WITHOUT_LICENCE in provision.exempt


def _applies(s: Sentence, provision: Provision) -> bool:
    if provision.providers and _responsible(s, provision) not in provision.providers:
        return False
    if provision.agencies and not any(agency in s.agencies for agency in provision.agencies):
        return False
    return not _exempt(s, provision)


def _responsible(s: Sentence, provision: Provision) -> Provider | None:
    """Return the provider whose duty it is: the one that enforces, for what a breach brings."""
    if s.allocation is None:
        return None
    if Trigger.BREACH_DECIDED in provision.triggers:
        return Provider(enforcing_organisation(s))
    return s.allocation.provider


def applicable_timescales(
    s: Sentence,
    law: Law,
    trigger: Trigger,
    regime: AppliesTo | None = None,
    context: TriggerContext | None = None,
) -> tuple[Timescale, ...]:
    """Return the timescales that `trigger` starts for this sentence, in the order of their ids.

    They are those of the present regime unless another is named. Once editions have changed, they
    are those in force on the days of `context`; without a context, those of all editions.
    """
    under = regime or s.regime
    if law.superseded:
        found = edition_history.provisions_in_force(
            s, law, lambda of: of.triggered_by(trigger, under), days=_days(context)
        )
    else:
        found = law.edition.triggered_by(trigger, under)
    return tuple(item for item in found if _applies(s, item))


def applicable_duties(
    s: Sentence,
    law: Law,
    trigger: Trigger,
    regime: AppliesTo | None = None,
    context: TriggerContext | None = None,
) -> tuple[Duty, ...]:
    """Return the duties that `trigger` opens; otherwise as `applicable_timescales`."""
    under = regime or s.regime
    if law.superseded:
        found = edition_history.provisions_in_force(
            s, law, lambda of: of.duties_triggered_by(trigger, under), days=_days(context)
        )
    else:
        found = law.edition.duties_triggered_by(trigger, under)
    return tuple(item for item in found if _applies(s, item))


def _days(context: TriggerContext | None) -> edition_history.TriggerDays | None:
    return (
        None
        if context is None
        else edition_history.TriggerDays(context.at, context.on, context.failed_on)
    )
