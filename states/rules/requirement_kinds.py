"""Kinds of requirements: the sixteen, their codes, and how each is fulfilled.

Each kind names the rows of our list of rules that concern it: bounds (R), preparation (P), notices
(N), delivery (V), failures (X). The bounds are in `unlawful_requirements`. Preparation, notices and
evaluation are duties and timescales of the edition, which name the kinds that they are for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from states.vocabulary import RequirementKind as Kind


class Fulfilment(Enum):
    """Ways of serving a requirement to its end."""

    HOURS = auto()
    """Hours that the court set; the last of them completes it."""
    DAYS = auto()
    """Days that the court set; the last of them completes it."""
    COURSE = auto()
    """Course or treatment: a person reports its completion, and time alone never completes it."""
    TERM = auto()
    """Its term: it is served once its last day has passed."""


@dataclass(frozen=True, slots=True)
class RequirementProfile:
    """Profile of one kind of requirement."""

    code: str
    """Short name that practitioners use."""
    fulfilment: Fulfilment
    rows: str
    """Rows of our list of rules that concern this kind."""


PROFILES: Final[Mapping[Kind, RequirementProfile]] = MappingProxyType(
    {
        Kind.UNPAID_WORK: RequirementProfile(
            "UPW", Fulfilment.HOURS, "R.UPW P.UPW N.UPW V.UPW X.UPW"
        ),
        Kind.CURFEW: RequirementProfile("CUR", Fulfilment.TERM, "R.CUR P.CUR N.CUR V.CUR X.CUR"),
        # Its days are a maximum and not a target: appointments continue when they are used up, and
        # days left over are no failure (AMB-51).
        Kind.REHABILITATION_ACTIVITY: RequirementProfile(
            "RAR", Fulfilment.TERM, "R.RAR P.RAR N.others V.RAR X.RAR"
        ),
        Kind.PROGRAMME: RequirementProfile(
            "PRG", Fulfilment.COURSE, "R.PRG P.PRG N.others V.PRG X.action"
        ),
        Kind.MENTAL_HEALTH_TREATMENT: RequirementProfile(
            "MHTR", Fulfilment.COURSE, "R.MHTR P.MHTR N.MHTR V.MHTR X.MHTR"
        ),
        Kind.DRUG_REHABILITATION: RequirementProfile(
            "DRR", Fulfilment.COURSE, "R.DRR P.DRR N.others V.DRR X.action"
        ),
        Kind.ALCOHOL_TREATMENT: RequirementProfile(
            "ATR", Fulfilment.COURSE, "R.ATR P.ATR N.others V.ATR X.action"
        ),
        Kind.PROHIBITED_ACTIVITY: RequirementProfile(
            "PAR", Fulfilment.TERM, "R.PAR P.PAR N.PAR V.PAR X.EXC-PAR"
        ),
        Kind.EXCLUSION: RequirementProfile(
            "EXC", Fulfilment.TERM, "R.EXC P.EXC N.EXC V.EXC X.EXC-PAR"
        ),
        Kind.RESIDENCE: RequirementProfile("RES", Fulfilment.TERM, "R.RES P.RES N.RES V.RES X.RES"),
        Kind.ATTENDANCE_CENTRE: RequirementProfile(
            "ACR", Fulfilment.COURSE, "R.ACR P.ACR N.ACR V.ACR X.action X.alone"
        ),
        Kind.SUPERVISION: RequirementProfile(
            "SUP", Fulfilment.TERM, "R.SUP P.SUP N.SUP V.SUP X.action"
        ),
        Kind.SPECIFIED_ACTIVITY: RequirementProfile(
            "SAR", Fulfilment.DAYS, "R.SAR P.SAR N.others V.SAR X.action"
        ),
        Kind.FOREIGN_TRAVEL_PROHIBITION: RequirementProfile(
            "FTP", Fulfilment.TERM, "R.FTP P.FTP N.others V.FTP AMB-19"
        ),
        Kind.DRUG_TESTING: RequirementProfile(
            "DTC", Fulfilment.TERM, "R.DTC P.DTC N.others V.DTC X.DTC"
        ),
        Kind.DRUG_APPOINTMENT: RequirementProfile(
            "DAC", Fulfilment.COURSE, "R.DAC P.DAC N.others V.DAC X.DAC"
        ),
    }
)

SUPERVISION_CONDITIONS: Final = frozenset({Kind.DRUG_TESTING, Kind.DRUG_APPOINTMENT})
"""Licence conditions that supervision takes over after the licence (R.DTC, R.DAC)."""


def served_by_time(kind: Kind) -> bool:
    """Return whether a requirement of that kind is served once its last day has passed."""
    return PROFILES[kind].fulfilment is Fulfilment.TERM
