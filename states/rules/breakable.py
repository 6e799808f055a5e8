"""What is an apparent failure to comply: what failed, by the rules under which it was (D1).

The table reads what was reported. It never says whether an excuse is good, and a report that it
does not read as a failure is kept on the record all the same (inv-record-all).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from states.rules.breakable_table import CALLED, CO, NEEDS, SERVED, SSO, TABLE, Row
from states.timescale import AppliesTo, Edition
from states.vocabulary import RequirementKind as Kind
from states.vocabulary import What


class Reading(StrEnum):
    """How the table reads what was reported."""

    FAILURE = "failure"
    """An apparent failure: it is answered by explanation and judgement."""
    NO_FAILURE = "no_failure"
    """The table says that this is none."""
    ELSEWHERE = "elsewhere"
    """Under these rules it is another matter, which the reason names."""
    UNSTATED = "unstated"
    """No document says: whoever reported it took it for one, and the officer judges."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What the table makes of one report."""

    row: str
    reading: Reading
    reason: str

    @property
    def is_apparent(self) -> bool:
        """Whether it is to be treated as an apparent failure."""
        return self.reading in (Reading.FAILURE, Reading.UNSTATED)


def faults_of(
    what: What,
    regime: AppliesTo | None,
    *,
    edition: Edition,
    committed_on: date | None = None,
    kinds: Collection[Kind] = (),
    treatment_refused: bool = False,
) -> Fault:
    """Return how D1 reads a report under the rules of `regime`.

    Args:
        what: What was reported to have failed.
        regime: The rules under which it was; None in prison, where there is nothing to fail.
        edition: The edition that says from which day offences bring the duty of residence.
        committed_on: The day of the offence; None where offences lie on both sides of that day.
        kinds: The kinds of requirements and conditions that were to be kept.
        treatment_refused: Whether an appointment was kept and the treatment refused (D1.12).
    """
    if treatment_refused:
        reason = "whoever keeps the appointment may refuse the treatment"
        return Fault("D1.12", Reading.NO_FAILURE, reason)
    if regime is not None:
        what = CALLED.get((what, regime), what)
    row = TABLE[what]
    if regime not in SERVED:
        return Fault(row.id, Reading.ELSEWHERE, "in prison there is nothing to fail (5.3)")
    if what is What.MOVED_WITHOUT_PERMISSION and regime in (CO, SSO):
        return _moved(row, edition, committed_on)
    if what is What.TRAVEL and regime in (CO, SSO) and Kind.FOREIGN_TRAVEL_PROHIBITION in kinds:
        return Fault(row.id, Reading.FAILURE, "travel abroad was prohibited")
    if what is What.BEHAVIOUR and regime in (CO, SSO):
        return Fault("D1.17", Reading.UNSTATED, "poor behaviour: the officer judges what it is")
    return _by_column(row, what, regime, kinds)


def _moved(row: Row, edition: Edition, committed_on: date | None) -> Fault:
    cutover = edition.bound("ora-cutover").day
    if committed_on is not None and cutover is not None and committed_on < cutover:
        reason = f"the offence was before {cutover}: no permission was needed (D18.2)"
        return Fault(row.id, Reading.NO_FAILURE, reason)
    return Fault(row.id, Reading.FAILURE, row.says)


def _by_column(row: Row, what: What, regime: AppliesTo, kinds: Collection[Kind]) -> Fault:
    needed = NEEDS.get(what)
    if regime in (CO, SSO) and needed is not None and needed not in kinds:
        reason = f"{row.says}: the order has no {needed.value}, so the officer judges what it is"
        return Fault(row.id, Reading.UNSTATED, reason)
    if regime in row.failing:
        # On licence a permanent move is a night elsewhere that goes on (D1.7).
        moved = what is What.MOVED_WITHOUT_PERMISSION
        return Fault("D1.7" if moved else row.id, Reading.FAILURE, row.says)
    if regime in row.unstated:
        reason = f"{row.says}: no document says what that is under {regime.value}"
        return Fault(row.id, Reading.UNSTATED, reason)
    return Fault(row.id, Reading.ELSEWHERE, row.instead)


POSITIVE_TEST: Final = Fault(
    "D1.13", Reading.NO_FAILURE, "a positive test is no failure by itself (D20.1)"
)
"""A positive test under the drug testing condition of a licence or of supervision."""
