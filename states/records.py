"""The things that a sentence remembers: one small frozen record each."""

from dataclasses import dataclass
from datetime import date, datetime

from states.events.sentence import Requirement
from states.vocabulary import Provider, State, Verdict, WarningLevel, What


@dataclass(frozen=True, slots=True)
class Disposition:
    """What became of one event of the log, with the reason where it was not applied."""

    verdict: Verdict
    reason: str = ""
    irregular: bool = False
    """A fact that the graph did not expect: applied, and the state followed it."""


@dataclass(frozen=True, slots=True)
class Move:
    """One change of state."""

    at: datetime
    arrow: str
    source: State
    target: State
    cause: str | None
    """The event that caused it; None where a date did."""
    irregular: bool = False


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
    attended_at: datetime | None = None
    attended_by: str | None = None
    """The event that told of it, as for every field named so."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An apparent failure to comply: kept also when it is excused or does not count."""

    id: str
    failed_on: date
    what: What
    appointment_id: str | None
    requirement_id: str | None
    reported_at: datetime
    cause: str
    concern_at: datetime | None = None
    """When a concern for the public about it became known."""
    explained_on: date | None = None
    judged_at: datetime | None = None
    judged_by: str | None = None
    first_judged_at: datetime | None = None
    acceptable: bool | None = None
    """The officer's latest judgement; None while there is none."""


@dataclass(frozen=True, slots=True)
class IssuedWarning:
    """A warning that was issued."""

    id: str
    failure_ids: tuple[str, ...]
    level: WarningLevel
    issued_at: datetime
    cause: str
    departure: bool = False
    """Issued where breach was advised, with recorded reasons (D7 row 11)."""
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """Proceedings for breach, from the decision to what the court made of it."""

    failure_ids: tuple[str, ...]
    decided_at: datetime
    cause: str
    came_from: State
    referred_at: datetime | None = None
    referred_by: str | None = None
    received_at: datetime | None = None
    received_by: str | None = None
    presented: bool = False
    """Referred by the NPS itself, that is to the court, not by a CRC to the NPS."""
    warrant_at: datetime | None = None
    warrant_by: str | None = None
    hearing_on: date | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """A requirement of the order with what has come of it."""

    requirement: Requirement
    started_on: date | None = None
    completed_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """Which provider has the case."""

    provider: Provider
    provider_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """The latest complete plan."""

    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that the world is to be told, under a key that is the same for ever."""

    key: str
    template: str
    recipient: str
    subject: str
    facts: tuple[tuple[str, str], ...] = ()
    liberty: bool = False
    """A counter to it touches somebody's liberty: it is drafted for a person, never sent."""
