"""Events of risk of serious harm: referral, confirmation, immediate action, manager informed."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from states.events.envelope import Code, Event, EventId, FreeText, Instant
from states.vocabulary import Rosh


class RoshReferred(Event, kind="rosh_referred", rank=76, own_time="received_at"):
    """A CRC referred a case to the NPS, because risk may have risen to high (T25).

    Until `received_at`, when the NPS had the referral, it was only sent. `emergency` asks for an
    answer without any delay.
    """

    rationale: FreeText
    """The reasons for the decision."""
    indicated_at: Instant | None = None
    """When the signs were first seen."""
    received_at: Instant | None = None
    """When it was received, which may be after it was sent."""
    emergency: bool = False
    """True if an answer is wanted without any delay."""
    manager_consulted: bool | None = None
    """True if a manager was consulted first."""


class RoshConfirmed(Event, kind="rosh_confirmed", rank=77):
    """The NPS reviewed a referral and confirmed the level."""

    level: Rosh
    """The level."""
    rationale: FreeText
    """The reasons for the decision."""


class PersonInDanger(StrEnum):
    """Person or group in immediate danger."""

    PUBLIC = "public"
    KNOWN_VICTIM = "known_victim"
    OTHER_PERSON = "other_person"
    PERSON_SENTENCED = "person_sentenced"


class ImmediateRiskActionTaken(
    Event, kind="immediate_risk_action_taken", rank=72, own_time="acted_at"
):
    """Action was taken on immediate danger by the person who learned of it (T26).

    Where `learned_at` or `acted_at` is left out, `occurred_at` is taken instead.
    """

    acted_at: Instant | None = None
    """When services able to act were reached."""
    learned_at: Instant | None = None
    """When it became known."""
    to_whom: Annotated[tuple[Code, ...], Field(min_length=1, max_length=50)]
    """The services that were reached, as codes."""
    in_danger: Annotated[tuple[PersonInDanger, ...], Field(max_length=4)] = ()
    """The people who were in danger."""
    details: FreeText | None = None
    """Further details."""


class ManagerTopic(StrEnum):
    """Topic on which a manager was informed or consulted."""

    IMMEDIATE_RISK = "immediate_risk"
    ROSH_INCREASE = "rosh_increase"
    DEPARTURE = "departure"
    """The step that the count or a table proposes was not taken (D7 row 11)."""
    OTHER = "other"


class ManagerInformed(Event, kind="manager_informed", rank=74, own_time="informed_at"):
    """The relevant manager was informed, or consulted before an action."""

    why: ManagerTopic
    """The topic on which the manager was informed or consulted."""
    about: EventId | None = None
    """Id of the event that the manager was informed about."""
    informed_at: Instant | None = None
    """When the manager was informed; left out, the time of the event."""
    details: FreeText | None = None
    """Further details."""
