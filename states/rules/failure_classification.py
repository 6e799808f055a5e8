"""Failure classification: which reports are apparent failures to comply, by regime (D1).

The table classifies a report. It never judges an excuse, and a report that is not classified as a
failure is kept on the record all the same (inv-record-all).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from states.standards.edition import Edition
from states.standards.terms import AppliesTo
from states.vocabulary import FailureKind
from states.vocabulary import RequirementKind as Kind

CO: Final = AppliesTo.COMMUNITY_ORDER
SSO: Final = AppliesTo.SUSPENDED_SENTENCE_ORDER
LIC: Final = AppliesTo.LICENCE
PSS: Final = AppliesTo.POST_SENTENCE_SUPERVISION


@dataclass(frozen=True, slots=True)
class FailureRow:
    """One row of the table, with the regimes under which it is a failure."""

    id: str
    says: str
    failing: tuple[AppliesTo, ...]
    """Regimes under which it is an apparent failure."""
    unstated: tuple[AppliesTo, ...] = ()
    instead: str = "these rules do not require it"
    """Meaning under a regime that the row covers neither as a failure nor as unstated."""


SERVED: Final = (CO, SSO, LIC, PSS)

FAILURE_TABLE: Final[Mapping[FailureKind, FailureRow]] = MappingProxyType(
    {
        FailureKind.MISSED_APPOINTMENT: FailureRow("D1.1", "an appointment was missed", SERVED),
        FailureKind.REQUIREMENT: FailureRow("D1.2", "a requirement was not kept", (CO, SSO, PSS)),
        FailureKind.CONDITION: FailureRow("D1.3", "a condition was not kept", (LIC,)),
        FailureKind.INSTRUCTION: FailureRow("D1.4", "an instruction was not followed", SERVED),
        FailureKind.ADDRESS_NOT_TOLD: FailureRow(
            "D1.5",
            "a change of address was not reported",
            (CO, SSO),
            unstated=(PSS,),
            instead="on licence each night elsewhere needs permission: what is night_away",
        ),
        FailureKind.MOVED_WITHOUT_PERMISSION: FailureRow(
            "D1.6", "a permanent move had no permission", (CO, SSO, LIC), unstated=(PSS,)
        ),
        FailureKind.NIGHT_AWAY: FailureRow(
            "D1.7",
            "a night elsewhere had no permission",
            (LIC,),
            unstated=(PSS,),
            instead="only a licence asks for permission before a night elsewhere",
        ),
        FailureKind.UNAPPROVED_WORK: FailureRow(
            "D1.8", "work was not approved", (LIC,), unstated=(PSS,)
        ),
        FailureKind.TRAVEL: FailureRow(
            "D1.9",
            "travel abroad was not directed",
            (LIC,),
            unstated=(PSS,),
            instead="a licence forbids it, and else only a foreign travel prohibition",
        ),
        FailureKind.NEW_OFFENCE: FailureRow(
            "D1.10",
            "a new offence",
            (LIC,),
            unstated=(PSS,),
            instead="a court deals with a new offence on its own",
        ),
        FailureKind.BEHAVIOUR: FailureRow(
            "D1.10", "behaviour that undermines supervision", (LIC,), unstated=(PSS,)
        ),
        # D20.4, with its counterpart D20.5: the treatment itself may be refused.
        FailureKind.DRUG_APPOINTMENT: FailureRow(
            "D1.11",
            "a drug appointment was not attended to its end",
            (LIC, PSS),
            instead="drug appointments are a condition of licence or supervision",
        ),
        FailureKind.DRUG_SAMPLE_REFUSED: FailureRow(
            "D20.2", "a sample was refused or not given", (LIC, PSS), unstated=(CO, SSO)
        ),
        FailureKind.EXCLUSION_ZONE: FailureRow(
            "D1.14", "an exclusion zone was entered", (CO, SSO, LIC), unstated=(PSS,)
        ),
        FailureKind.PROHIBITED_ACTIVITY: FailureRow(
            "D1.14", "a prohibited activity was done", (CO, SSO, LIC), unstated=(PSS,)
        ),
        FailureKind.AP_RULES: FailureRow(
            "D1.15", "rules of the premises were broken", (CO, SSO, LIC), unstated=(PSS,)
        ),
        FailureKind.CURFEW: FailureRow(
            "D1.16", "a curfew was broken", (CO, SSO, LIC), unstated=(PSS,)
        ),
        FailureKind.OTHER: FailureRow(
            "D1.17", "late, partial or disruptive attendance", (), unstated=SERVED
        ),
    }
)
"""D1, by kind of report; rows 12 and 13 are refusals of treatment and positive tests."""

REQUIREMENT_NEEDED: Final[Mapping[FailureKind, Kind]] = MappingProxyType(
    {
        FailureKind.EXCLUSION_ZONE: Kind.EXCLUSION,
        FailureKind.PROHIBITED_ACTIVITY: Kind.PROHIBITED_ACTIVITY,
        FailureKind.CURFEW: Kind.CURFEW,
        FailureKind.AP_RULES: Kind.RESIDENCE,
    }
)
"""Requirement of an order that such a failure breaks (rows 14 to 16)."""

SYNONYMS: Final = {
    (FailureKind.REQUIREMENT, LIC): FailureKind.CONDITION,
    (FailureKind.CONDITION, CO): FailureKind.REQUIREMENT,
    (FailureKind.CONDITION, SSO): FailureKind.REQUIREMENT,
    (FailureKind.CONDITION, PSS): FailureKind.REQUIREMENT,
}
"""Other word for the same thing: a licence has conditions, every other regime requirements."""


class FailureReading(StrEnum):
    """Classes of reports."""

    FAILURE = "failure"
    """Apparent failure, which explanation and judgement answer."""
    NO_FAILURE = "no_failure"
    """No failure, by the table."""
    ELSEWHERE = "elsewhere"
    """Another matter under this regime; the reason names it."""
    UNSTATED = "unstated"
    """Not stated by any document: the sender took it for a failure, and the officer judges."""


@dataclass(frozen=True, slots=True)
class FailureClassification:
    """Classification of one report."""

    row: str
    reading: FailureReading
    reason: str

    @property
    def is_apparent(self) -> bool:
        """Return whether it is treated as an apparent failure."""
        return self.reading in (FailureReading.FAILURE, FailureReading.UNSTATED)


def classify(
    what: FailureKind,
    regime: AppliesTo | None,
    *,
    edition: Edition,
    committed_on: date | None = None,
    kinds: Collection[Kind] = (),
    treatment_refused: bool = False,
) -> FailureClassification:
    """Return the class of a report under the rules of `regime` (D1).

    Args:
        what: What was reported as failed.
        regime: The regime at the time; None in prison, where no requirement can be failed.
        edition: The edition with the day from which offences bring the duty of residence.
        committed_on: The day of the offence; None where offences lie on both sides of that day.
        kinds: The kinds of requirements and conditions in force.
        treatment_refused: True if a drug appointment of licence or supervision was kept and the
            treatment refused (D1.12); a requirement of treatment has no such rule.
    """
    if treatment_refused and regime in (LIC, PSS):
        reason = "a person who keeps the appointment may refuse the treatment"
        return FailureClassification("D1.12", FailureReading.NO_FAILURE, reason)
    if regime is not None:
        what = SYNONYMS.get((what, regime), what)
    row = FAILURE_TABLE[what]
    if regime not in SERVED:
        return FailureClassification(
            row.id, FailureReading.ELSEWHERE, "in prison there is nothing to fail"
        )
    if what is FailureKind.MOVED_WITHOUT_PERMISSION and regime in (CO, SSO):
        return _classify_move(row, edition, committed_on)
    if (
        what is FailureKind.TRAVEL
        and regime in (CO, SSO)
        and Kind.FOREIGN_TRAVEL_PROHIBITION in kinds
    ):
        return FailureClassification(row.id, FailureReading.FAILURE, "travel abroad was prohibited")
    if what is FailureKind.BEHAVIOUR and regime in (CO, SSO):
        return FailureClassification(
            "D1.17", FailureReading.UNSTATED, "poor behaviour: the officer judges what it is"
        )
    return _classify_by_regime(row, what, regime, kinds=kinds)


def _classify_move(
    row: FailureRow, edition: Edition, committed_on: date | None
) -> FailureClassification:
    cutover = edition.bound("ora-cutover").day
    if committed_on is not None and cutover is not None and committed_on < cutover:
        reason = f"the offence was before {cutover}: no permission was needed"
        return FailureClassification(row.id, FailureReading.NO_FAILURE, reason)
    return FailureClassification(row.id, FailureReading.FAILURE, row.says)


def _classify_by_regime(
    row: FailureRow, what: FailureKind, regime: AppliesTo, kinds: Collection[Kind]
) -> FailureClassification:
    needed = REQUIREMENT_NEEDED.get(what)
    if regime in (CO, SSO) and needed is not None and needed not in kinds:
        reason = f"{row.says}: the order has no {needed.value}, so the officer judges what it is"
        return FailureClassification(row.id, FailureReading.UNSTATED, reason)
    if regime in row.failing:
        # On licence a permanent move counts as a night elsewhere (D1.7).
        moved = what is FailureKind.MOVED_WITHOUT_PERMISSION
        return FailureClassification("D1.7" if moved else row.id, FailureReading.FAILURE, row.says)
    if regime in row.unstated:
        reason = f"{row.says}: no document says what that is under {regime.value}"
        return FailureClassification(row.id, FailureReading.UNSTATED, reason)
    return FailureClassification(row.id, FailureReading.ELSEWHERE, row.instead)
