"""Which rows of the edition govern a sentence: by trigger, regime, provider and exemption."""

from states.law import Law
from states.rules import eras
from states.rules.clocks.occasion import Occasion
from states.sentence import Sentence
from states.timescale import AppliesTo, Duty, Exemption, Row, Timescale, Trigger


def _exempt(s: Sentence, row: Row) -> bool:
    if not row.exempt:
        return False
    # Home detention curfew without a licence is treated like an order of monitoring alone (AMB-20).
    if Exemption.ELECTRONIC_ONLY in row.exempt and (s.electronic_only or s.monitored_only):
        return True
    if s.electronic_only and Exemption.ELECTRONIC_ONLY_WITHOUT_PLAN in row.exempt:
        return s.plan is None
    return s.monitored_only and Exemption.HDC_WITHOUT_LICENCE in row.exempt


def _applies(s: Sentence, row: Row) -> bool:
    if row.providers and (s.allocation is None or s.allocation.provider not in row.providers):
        return False
    if row.agencies and not any(agency in s.agencies for agency in row.agencies):
        return False
    return not _exempt(s, row)


def governing(
    s: Sentence,
    law: Law,
    trigger: Trigger,
    regime: AppliesTo | None = None,
    occasion: Occasion | None = None,
) -> tuple[Timescale, ...]:
    """Return the timescales that `trigger` starts for this sentence, in the order of their ids.

    They are those of the present regime unless another is named. Where editions have changed,
    they are those that governed on the `occasion`; without one, those of all editions.
    """
    under = regime or s.regime
    if law.superseded:
        found = eras.rows(s, law, lambda of: of.triggered_by(trigger, under), _days(occasion))
    else:
        found = law.edition.triggered_by(trigger, under)
    return tuple(item for item in found if _applies(s, item))


def obliging(
    s: Sentence,
    law: Law,
    trigger: Trigger,
    regime: AppliesTo | None = None,
    occasion: Occasion | None = None,
) -> tuple[Duty, ...]:
    """Return the duties that `trigger` opens; otherwise as `governing`."""
    under = regime or s.regime
    if law.superseded:
        found = eras.rows(
            s, law, lambda of: of.duties_triggered_by(trigger, under), _days(occasion)
        )
    else:
        found = law.edition.duties_triggered_by(trigger, under)
    return tuple(item for item in found if _applies(s, item))


def _days(occasion: Occasion | None) -> eras.Days | None:
    return None if occasion is None else eras.Days(occasion.at, occasion.on, occasion.failed_on)
