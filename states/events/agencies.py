"""Events of other agencies: flags on the case, new charges, reports for meetings."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from states.events.envelope import Code, Day, Event


class Agency(StrEnum):
    """Multi-agency arrangements that can hold a case."""

    MAPPA = "mappa"
    IOM = "iom"
    MARAC = "marac"
    VISOR = "visor"
    PPO = "ppo"
    """The scheme for prolific and priority offenders."""
    DIP = "dip"
    """The drug interventions programme."""


class FlagEndReason(StrEnum):
    """Reason for which a multi-agency arrangement released a case."""

    RISK_REDUCED = "risk_reduced"
    """The person is no longer considered to be at high risk of reoffending."""
    MOVED = "moved"
    """The person moved out of the area of the arrangement."""
    OTHER = "other"


class AgencyFlagChanged(Event, kind="agency_flag_changed", rank=33, own_time="changed_on"):
    """A multi-agency arrangement took the case on, or released it.

    `level` and `category` are those of MAPPA; `reference` is the arrangement's own, such as that of
    ViSOR. What is left out of a later report is kept as it was.
    """

    agency: Agency
    """The multi-agency arrangement."""
    active: bool
    """True if the arrangement holds the case from now on."""
    level: Annotated[int, Field(ge=1, le=3)] | None = None
    """The level of MAPPA."""
    category: Annotated[int, Field(ge=1, le=4)] | None = None
    """The category of MAPPA."""
    jointly: bool | None = None
    """True if probation staff had a part in the selection of the case."""
    end_reason: FlagEndReason | None = None
    """The reason of the release, where `active` is false."""
    reference: Code | None = None
    """The arrangement's own reference."""
    changed_on: Day | None = None
    """The day from which the change holds; left out, the day of the event."""


class CivilOrderKind(StrEnum):
    """Kind of a civil order of a court, which stands beside a sentence and may outlast it."""

    SEXUAL_OFFENCES_PREVENTION = "sexual_offences_prevention"
    RISK_OF_SEXUAL_HARM = "risk_of_sexual_harm"
    VIOLENT_OFFENDER = "violent_offender"
    NOTIFICATION = "notification"
    FOREIGN_TRAVEL = "foreign_travel"
    OTHER = "other"


class CivilOrderChanged(
    Event,
    kind="civil_order_changed",
    rank=34,
    own_time="changed_on",
    in_order=("changed_on", "until"),
    may_lie_ahead=("until",),
):
    """A court made, renewed or discharged a civil order, such as a violent offender order.

    It is no part of the sentence. Without `until` its last day is not known, and it goes on.
    """

    order_id: Code
    """The order, under the sender's own id."""
    kind: CivilOrderKind
    """The kind of the order."""
    active: bool
    """True if the order is in force from now on."""
    changed_on: Day | None = None
    """The day from which the change holds; left out, the day of the event."""
    until: Day | None = None
    """The last day of the order."""


class SeriousFurtherOffenceCharged(
    Event, kind="serious_further_offence_charged", rank=98, own_time="charged_on"
):
    """The person was charged with a serious further violent or sexual offence."""

    charged_on: Day
    """The day of the charge."""


class OffenceCharged(Event, kind="offence_charged", rank=99, own_time="charged_on"):
    """The person was charged with a new offence; one on licence can be recalled for it (D10.1)."""

    charged_on: Day
    """The day of the charge."""


class ReportKind(StrEnum):
    """Body that a report is for."""

    COURT = "court"
    PAROLE_BOARD = "parole_board"
    PLANNING_BOARD = "planning_board"
    ROTL_BOARD = "rotl_board"
    HDC_BOARD = "hdc_board"
    MAPPA_MEETING = "mappa_meeting"


class ReportRequested(
    Event, kind="report_requested", rank=171, may_lie_ahead=("due_on", "hearing_on")
):
    """A deciding body requested a report, with a date."""

    report_id: Code
    """The report, under the sender's own id."""
    kind: ReportKind
    """The body that the report is for."""
    due_on: Day
    """The day by which it is wanted."""
    hearing_on: Day | None = None
    """The day of the hearing or meeting."""


class ReportDelivered(Event, kind="report_delivered", rank=172, own_time="delivered_on"):
    """A report was delivered; for the Parole Board, disclosed to the person or not."""

    report_id: Code
    """The report, under the sender's own id."""
    delivered_on: Day | None = None
    """The day of delivery; left out, the day of the event."""
    disclosed: bool | None = None
    """True if the report was disclosed to the person."""
