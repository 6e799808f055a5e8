"""The rows of D1: what can be reported, and under which rules it is a failure to comply."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from states.timescale import AppliesTo
from states.vocabulary import RequirementKind as Kind
from states.vocabulary import What

CO: Final = AppliesTo.COMMUNITY_ORDER
SSO: Final = AppliesTo.SUSPENDED_SENTENCE_ORDER
LIC: Final = AppliesTo.LICENCE
PSS: Final = AppliesTo.POST_SENTENCE_SUPERVISION


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table, with the columns in which it is a failure."""

    id: str
    says: str
    failing: tuple[AppliesTo, ...]
    """Under which rules it is an apparent failure."""
    unstated: tuple[AppliesTo, ...] = ()
    instead: str = "under these rules that is not asked of anybody"
    """What else it is where it is neither."""


SERVED: Final = (CO, SSO, LIC, PSS)

TABLE: Final[Mapping[What, Row]] = MappingProxyType(
    {
        What.MISSED_APPOINTMENT: Row("D1.1", "an appointment was missed", SERVED),
        What.REQUIREMENT: Row("D1.2", "a requirement was not kept", (CO, SSO, PSS)),
        What.CONDITION: Row("D1.3", "a condition was not kept", (LIC,)),
        What.INSTRUCTION: Row("D1.4", "an instruction was not followed", SERVED),
        What.ADDRESS_NOT_TOLD: Row(
            *("D1.5", "a change of address was not told", (CO, SSO)),
            instead="on licence each night elsewhere needs permission: what is night_away",
        ),
        What.MOVED_WITHOUT_PERMISSION: Row(
            "D1.6", "a permanent move had no permission", (CO, SSO, LIC)
        ),
        What.NIGHT_AWAY: Row(
            *("D1.7", "a night elsewhere had no permission", (LIC,)),
            instead="only a licence asks for permission before a night elsewhere (D18.7)",
        ),
        What.UNAPPROVED_WORK: Row("D1.8", "work was not approved", (LIC,)),
        What.TRAVEL: Row(
            *("D1.9", "travel abroad was not directed", (LIC,)),
            instead="a licence forbids it, and else only a foreign travel prohibition",
        ),
        What.NEW_OFFENCE: Row(
            *("D1.10", "a new offence", (LIC,), (PSS,)),
            instead="a court deals with a new offence on its own (D17.13)",
        ),
        What.BEHAVIOUR: Row("D1.10", "behaviour that undermines supervision", (LIC,), (PSS,)),
        # D20.4, with its counterpart D20.5: the treatment itself may be refused.
        What.DRUG_APPOINTMENT: Row(
            *("D1.11", "a drug appointment was not attended to its end", (LIC, PSS)),
            instead="drug appointments are a condition of licence or supervision",
        ),
        What.DRUG_SAMPLE_REFUSED: Row(
            "D20.2", "a sample was refused or not given", (LIC, PSS), (CO, SSO)
        ),
        What.EXCLUSION_ZONE: Row("D1.14", "an exclusion zone was entered", (CO, SSO, LIC), (PSS,)),
        What.PROHIBITED_ACTIVITY: Row(
            "D1.14", "a prohibited activity was done", (CO, SSO, LIC), (PSS,)
        ),
        What.AP_RULES: Row("D1.15", "rules of the premises were broken", (CO, SSO, LIC), (PSS,)),
        What.CURFEW: Row("D1.16", "a curfew was broken", (CO, SSO, LIC), (PSS,)),
        What.OTHER: Row("D1.17", "late, partial or disruptive attendance", (), SERVED),
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

CALLED: Final = {
    (What.REQUIREMENT, LIC): What.CONDITION,
    (What.CONDITION, CO): What.REQUIREMENT,
    (What.CONDITION, SSO): What.REQUIREMENT,
    (What.CONDITION, PSS): What.REQUIREMENT,
}
"""A licence has conditions and all else requirements; whoever says the other word means this."""
