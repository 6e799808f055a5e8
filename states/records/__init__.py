"""The things that a sentence remembers: one small frozen record each."""

from states.records.case import Allocation, Appointment, Plan, Tenure
from states.records.course import Disposition, Move, Spell
from states.records.enforcement import Breach, Failure, IssuedWarning, Recall
from states.records.owed import Effect, OpenDuty
from states.records.partners import AgencyFlag, Referral, Report, Stay, VictimContact, VictimView
from states.records.requirements import HomeMove, Obligation, Sample, Session

__all__ = [
    "AgencyFlag",
    "Allocation",
    "Appointment",
    "Breach",
    "Disposition",
    "Effect",
    "Failure",
    "HomeMove",
    "IssuedWarning",
    "Move",
    "Obligation",
    "OpenDuty",
    "Plan",
    "Recall",
    "Referral",
    "Report",
    "Sample",
    "Session",
    "Spell",
    "Stay",
    "Tenure",
    "VictimContact",
    "VictimView",
]
