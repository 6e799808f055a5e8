"""What others have to do with the case: risk referrals, agencies, victims, premises, reports."""

from dataclasses import dataclass
from datetime import date, datetime

from states.events.agencies import ReportKind
from states.events.victims import VictimScheme, VictimTopic
from states.vocabulary import Rosh


@dataclass(frozen=True, slots=True)
class Referral:
    """A CRC's question to the NPS whether risk of serious harm has risen to high (T25)."""

    subject: str
    """The event that told of it first."""
    at: datetime
    emergency: bool = False
    received_at: datetime | None = None
    level: Rosh | None = None
    """What the NPS confirmed; None while it has not answered."""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgencyFlag:
    """A multi-agency arrangement that holds the case."""

    since: date
    level: int | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class VictimView:
    """That a view was recorded, and about what: the words lie in the separate store."""

    about: VictimTopic
    recorded_on: date
    record_ref: str | None = None


@dataclass(frozen=True, slots=True)
class VictimContact:
    """What the case holds of one victim: a reference and flags (ev-victim-records-apart)."""

    ref: str
    scheme: VictimScheme | None = None
    offered_on: date | None = None
    accepted: bool | None = None
    views: tuple[VictimView, ...] = ()


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in approved premises, from the asking to the leaving (NS 2015 8)."""

    id: str
    referred_on: date | None = None
    suitable: bool | None = None
    expected_on: date | None = None
    prepared_on: date | None = None
    plan_agreed_on: date | None = None
    admitted_on: date | None = None
    planned_until: date | None = None
    key_worker: str | None = None
    left_on: date | None = None
    completed: bool | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A report that a body which decides asked for."""

    id: str
    kind: ReportKind
    due_on: date
    hearing_on: date | None = None
    delivered_on: date | None = None
