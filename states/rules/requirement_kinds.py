"""The sixteen requirements and conditions: their codes, and how each is served to its end.

One row a kind names the rows of our list of rules that meet in it: bounds (R), preparation (P),
notices (N), delivery (V), failures (X). Bounds are in `bounds`; who prepares, who is told and
what is evaluated are duties and timescales of the edition, which name the kinds that they are for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from states.vocabulary import RequirementKind as Kind


class Service(Enum):
    """What serving a requirement to its end means."""

    HOURS = auto()
    """As many hours as the court set; the last of them completes it."""
    DAYS = auto()
    """As many days as the court set; the last of them completes it."""
    COURSE = auto()
    """A course or treatment: somebody says when it is complete, and time alone never does."""
    TERM = auto()
    """Its time: once its last day has passed, it has been served."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of requirement."""

    code: str
    """The short name that practitioners use."""
    fulfilment: Service
    rows: str
    """The rows of our list of rules that are about this kind."""


PROFILES: Final[Mapping[Kind, Profile]] = MappingProxyType(
    {
        Kind.UNPAID_WORK: Profile("UPW", Service.HOURS, "R.UPW P.UPW N.UPW V.UPW X.UPW"),
        Kind.CURFEW: Profile("CUR", Service.TERM, "R.CUR P.CUR N.CUR V.CUR X.CUR"),
        # Its days are a most and not a measure: appointments go on when they are used up, and
        # days left over are no failure (AMB-51).
        Kind.REHABILITATION_ACTIVITY: Profile(
            "RAR", Service.TERM, "R.RAR P.RAR N.others V.RAR X.RAR"
        ),
        Kind.PROGRAMME: Profile("PRG", Service.COURSE, "R.PRG P.PRG N.others V.PRG X.action"),
        Kind.MENTAL_HEALTH_TREATMENT: Profile(
            "MHTR", Service.COURSE, "R.MHTR P.MHTR N.MHTR V.MHTR X.MHTR"
        ),
        Kind.DRUG_REHABILITATION: Profile(
            "DRR", Service.COURSE, "R.DRR P.DRR N.others V.DRR X.action"
        ),
        Kind.ALCOHOL_TREATMENT: Profile(
            "ATR", Service.COURSE, "R.ATR P.ATR N.others V.ATR X.action"
        ),
        Kind.PROHIBITED_ACTIVITY: Profile("PAR", Service.TERM, "R.PAR P.PAR N.PAR V.PAR X.EXC-PAR"),
        Kind.EXCLUSION: Profile("EXC", Service.TERM, "R.EXC P.EXC N.EXC V.EXC X.EXC-PAR"),
        Kind.RESIDENCE: Profile("RES", Service.TERM, "R.RES P.RES N.RES V.RES X.RES"),
        Kind.ATTENDANCE_CENTRE: Profile(
            "ACR", Service.COURSE, "R.ACR P.ACR N.ACR V.ACR X.action X.alone"
        ),
        Kind.SUPERVISION: Profile("SUP", Service.TERM, "R.SUP P.SUP N.SUP V.SUP X.action"),
        Kind.SPECIFIED_ACTIVITY: Profile(
            "SAR", Service.DAYS, "R.SAR P.SAR N.others V.SAR X.action"
        ),
        Kind.FOREIGN_TRAVEL_PROHIBITION: Profile(
            "FTP", Service.TERM, "R.FTP P.FTP N.others V.FTP AMB-19"
        ),
        Kind.DRUG_TESTING: Profile("DTC", Service.TERM, "R.DTC P.DTC N.others V.DTC X.DTC"),
        Kind.DRUG_APPOINTMENT: Profile("DAC", Service.COURSE, "R.DAC P.DAC N.others V.DAC X.DAC"),
    }
)

SUPERVISED: Final = frozenset({Kind.DRUG_TESTING, Kind.DRUG_APPOINTMENT})
"""Conditions of a licence that supervision takes over when the licence ends (R.DTC, R.DAC)."""


def served_by_time(kind: Kind) -> bool:
    """Return whether a requirement of that kind is served once its last day has passed."""
    return PROFILES[kind].fulfilment is Service.TERM
