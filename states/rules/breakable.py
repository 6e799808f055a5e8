"""What is an apparent failure to comply: what failed, by the rules under which it was (D1).

The table reads what was reported. It never says whether an excuse is good, and a report that it
does not read as a failure is kept on the record all the same (inv-record-all).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from states.timescale import AppliesTo, Edition
from states.vocabulary import RequirementKind as Kind
from states.vocabulary import What

CO: Final = AppliesTo.COMMUNITY_ORDER
SSO: Final = AppliesTo.SUSPENDED_SENTENCE_ORDER
LIC: Final = AppliesTo.LICENCE
PSS: Final = AppliesTo.POST_SENTENCE_SUPERVISION


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


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    says: str
    failing: tuple[AppliesTo, ...]
    """Under which rules it is an apparent failure."""
    unstated: tuple[AppliesTo, ...] = ()
    instead: str = "under these rules that is not asked of anybody"
    """What else it is where it is neither."""


_SERVED: Final = (CO, SSO, LIC, PSS)

TABLE: Final[Mapping[What, _Row]] = MappingProxyType(
    {
        What.MISSED_APPOINTMENT: _Row("D1.1", "an appointment was missed", _SERVED),
        What.REQUIREMENT: _Row("D1.2", "a requirement was not kept", (CO, SSO, PSS)),
        What.CONDITION: _Row("D1.3", "a condition was not kept", (LIC,)),
        What.INSTRUCTION: _Row("D1.4", "an instruction was not followed", _SERVED),
        What.ADDRESS_NOT_TOLD: _Row(
            *("D1.5", "a change of address was not told", (CO, SSO)),
            instead="on licence each night elsewhere needs permission: what is night_away",
        ),
        What.MOVED_WITHOUT_PERMISSION: _Row(
            "D1.6", "a permanent move had no permission", (CO, SSO, LIC)
        ),
        What.NIGHT_AWAY: _Row(
            *("D1.7", "a night elsewhere had no permission", (LIC,)),
            instead="only a licence asks for permission before a night elsewhere (D18.7)",
        ),
        What.UNAPPROVED_WORK: _Row("D1.8", "work was not approved", (LIC,)),
        What.TRAVEL: _Row(
            *("D1.9", "travel abroad was not directed", (LIC,)),
            instead="a licence forbids it, and else only a foreign travel prohibition",
        ),
        What.NEW_OFFENCE: _Row(
            *("D1.10", "a new offence", (LIC,), (PSS,)),
            instead="a court deals with a new offence on its own (D17.13)",
        ),
        What.BEHAVIOUR: _Row("D1.10", "behaviour that undermines supervision", (LIC,), (PSS,)),
        # D20.4, with its counterpart D20.5: the treatment itself may be refused.
        What.DRUG_APPOINTMENT: _Row(
            *("D1.11", "a drug appointment was not attended to its end", (LIC, PSS)),
            instead="drug appointments are a condition of licence or supervision",
        ),
        What.DRUG_SAMPLE_REFUSED: _Row(
            "D20.2", "a sample was refused or not given", (LIC, PSS), (CO, SSO)
        ),
        What.EXCLUSION_ZONE: _Row("D1.14", "an exclusion zone was entered", (CO, SSO, LIC), (PSS,)),
        What.PROHIBITED_ACTIVITY: _Row(
            "D1.14", "a prohibited activity was done", (CO, SSO, LIC), (PSS,)
        ),
        What.AP_RULES: _Row("D1.15", "rules of the premises were broken", (CO, SSO, LIC), (PSS,)),
        What.CURFEW: _Row("D1.16", "a curfew was broken", (CO, SSO, LIC), (PSS,)),
        What.OTHER: _Row("D1.17", "late, partial or disruptive attendance", (), _SERVED),
    }
)
"""D1, by what was reported; rows 12 and 13 are refusals of treatment and positive tests."""

NEEDS: Final[Mapping[What, Kind]] = MappingProxyType(
    {
        What.EXCLUSION_ZONE: Kind.EXCLUSION,
        What.PROHIBITED_ACTIVITY: Kind.PROHIBITED_ACTIVITY,
        What.CURFEW: Kind.CURFEW,
        What.AP_RULES: Kind.RESIDENCE,
    }
)
"""The requirement of an order that is broken: rows 14 to 16 rest on it."""

_CALLED: Final = {
    (What.REQUIREMENT, LIC): What.CONDITION,
    (What.CONDITION, CO): What.REQUIREMENT,
    (What.CONDITION, SSO): What.REQUIREMENT,
    (What.CONDITION, PSS): What.REQUIREMENT,
}
"""A licence has conditions and all else requirements; whoever says the other word means this."""


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
        what = _CALLED.get((what, regime), what)
    row = TABLE[what]
    if regime not in _SERVED:
        return Fault(row.id, Reading.ELSEWHERE, "in prison there is nothing to fail (5.3)")
    if what is What.MOVED_WITHOUT_PERMISSION and regime in (CO, SSO):
        return _moved(row, edition, committed_on)
    if what is What.TRAVEL and regime in (CO, SSO) and Kind.FOREIGN_TRAVEL_PROHIBITION in kinds:
        return Fault(row.id, Reading.FAILURE, "travel abroad was prohibited")
    if what is What.BEHAVIOUR and regime in (CO, SSO):
        return Fault("D1.17", Reading.UNSTATED, "poor behaviour: the officer judges what it is")
    return _by_column(row, what, regime, kinds)


def _moved(row: _Row, edition: Edition, committed_on: date | None) -> Fault:
    cutover = edition.bound("ora-cutover").day
    if committed_on is not None and cutover is not None and committed_on < cutover:
        reason = f"the offence was before {cutover}: no permission was needed (D18.2)"
        return Fault(row.id, Reading.NO_FAILURE, reason)
    return Fault(row.id, Reading.FAILURE, row.says)


def _by_column(row: _Row, what: What, regime: AppliesTo, kinds: Collection[Kind]) -> Fault:
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
