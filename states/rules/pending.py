"""Kinds whose rule is not written yet: each is taken note of as a fact and changes nothing."""

from states.events.address import AddressChanged
from states.events.agencies import (
    AgencyFlagChanged,
    ReportDelivered,
    ReportRequested,
    SeriousFurtherOffenceCharged,
)
from states.events.changes import (
    CalendarRevised,
    DutyDischarged,
    EditionChanged,
    SentenceMoved,
    SupervisionResumed,
    SupervisionSuspended,
)
from states.events.custody import (
    ConditionsProposed,
    Released,
    ReleaseDateChanged,
    ReturnedToCustody,
)
from states.events.event import Event
from states.events.premises import (
    ApAdmitted,
    ApLeft,
    ApPlacementPrepared,
    ApReferred,
    ResidencePlanAgreed,
)
from states.events.recall import (
    Arrested,
    LicenceRevoked,
    ParoleBoardDecided,
    RecallDecided,
    RecallEndorsed,
    RecallReportReceived,
    RecallReportSent,
    RecallWithdrawn,
    RepresentationsMade,
    RevocationRefused,
)
from states.events.requirements import (
    DrugTested,
    RequirementChanged,
    RequirementEvaluated,
    RequirementProgressed,
)
from states.events.risk import (
    ImmediateRiskActionTaken,
    ManagerInformed,
    RoshConfirmed,
    RoshReferred,
)
from states.events.victims import VictimContactOffered, VictimViewRecorded
from states.law import Law
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence

_NOTED: tuple[type[Event], ...] = (
    AddressChanged,
    AgencyFlagChanged,
    ApAdmitted,
    ApLeft,
    ApPlacementPrepared,
    ApReferred,
    Arrested,
    CalendarRevised,
    ConditionsProposed,
    DrugTested,
    DutyDischarged,
    EditionChanged,
    ImmediateRiskActionTaken,
    LicenceRevoked,
    ManagerInformed,
    ParoleBoardDecided,
    RecallDecided,
    RecallEndorsed,
    RecallReportReceived,
    RecallReportSent,
    RecallWithdrawn,
    ReleaseDateChanged,
    Released,
    ReportDelivered,
    ReportRequested,
    RepresentationsMade,
    RequirementChanged,
    RequirementEvaluated,
    RequirementProgressed,
    ResidencePlanAgreed,
    ReturnedToCustody,
    RevocationRefused,
    RoshConfirmed,
    RoshReferred,
    SentenceMoved,
    SeriousFurtherOffenceCharged,
    SupervisionResumed,
    SupervisionSuspended,
    VictimContactOffered,
    VictimViewRecorded,
)


def _note(_s: Sentence, _e: Event, _law: Law) -> Applied:
    return REGULAR


RULES = tuple(Rule(kind, _note, nature=Nature.FACT, after=IMPOSED) for kind in _NOTED)
