"""How the case is managed: appointments, provider, officer, plan."""

from dataclasses import dataclass
from datetime import datetime

from states.vocabulary import Provider, Rosh


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked appointment."""

    id: str
    at: datetime
    face_to_face: bool
    arranged_at: datetime
    standard_at: datetime | None
    """The time that counts for the standard: kept when the person moved or called it off, gone
    when the provider called it off (AMB-02)."""
    cause: str
    cancelled: bool = False
    impractical_at: datetime | None = None
    """When it was recorded that the day of release itself was impractical."""
    attended_at: datetime | None = None
    attended_by: str | None = None
    """The event that told of it, as for every field named so."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Which provider has the case; what organisations are called is data (AMB-30)."""

    provider: Provider
    provider_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tenure:
    """Who is the officer of the case, from then until the next one (NS 2015 3(b))."""

    officer: str
    provider: Provider
    provider_code: str
    since: datetime
    cause: str
    temporary: bool = False
    """Came with a transfer that is to be undone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The latest whole plan."""

    version: str
    at: datetime
    rosh: Rosh | None = None
    """The level that it, or its latest review, shows."""
    prepared: bool = False
    """Made in prison, for the time after: a preparation, which is not yet a plan completed."""
    restricted: bool = False
    """A part of it is kept from the person, to protect somebody (PF 2015, planning)."""
    reviewed_at: datetime | None = None
