"""Events of other agencies: their flags on the case, a grave charge, reports for their meetings."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from states.events.envelope import Code, Day, Event


class Agency(StrEnum):
    """The arrangements that can hold a case."""

    MAPPA = "mappa"
    IOM = "iom"
    MARAC = "marac"
    VISOR = "visor"


class AgencyFlagChanged(Event):
    """A multi-agency arrangement took the case on, or let it go.

    `level` is that of MAPPA, 1 to 3; `reference` the arrangement's own, such as ViSOR's.
    """

    KIND = "agency_flag_changed"
    RANK = 33
    OWN_TIME = "changed_on"

    agency: Agency
    active: bool
    level: Annotated[int, Field(ge=1, le=3)] | None = None
    reference: Code | None = None
    changed_on: Day | None = None


class SeriousFurtherOffenceCharged(Event):
    """The person was charged with a serious further violent or sexual offence."""

    KIND = "serious_further_offence_charged"
    RANK = 98
    OWN_TIME = "charged_on"

    charged_on: Day


class ReportKind(StrEnum):
    """Which body a report is for."""

    COURT = "court"
    PAROLE_BOARD = "parole_board"
    PLANNING_BOARD = "planning_board"
    ROTL_BOARD = "rotl_board"
    HDC_BOARD = "hdc_board"
    MAPPA_MEETING = "mappa_meeting"


class ReportRequested(Event):
    """A body that decides asked for a report, and said by when."""

    KIND = "report_requested"
    RANK = 171

    report_id: Code
    kind: ReportKind
    due_on: Day
    hearing_on: Day | None = None


class ReportDelivered(Event):
    """A report was delivered; for the Parole Board, disclosed to the person or not."""

    KIND = "report_delivered"
    RANK = 172
    OWN_TIME = "delivered_on"

    report_id: Code
    delivered_on: Day | None = None
    disclosed: bool | None = None
