"""Events of risk of serious harm: referred, confirmed, acted on, told to a manager."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from states.events.envelope import Code, Event, EventId, FreeText, Instant
from states.vocabulary import Rosh


class RoshReferred(Event):
    """A CRC referred a case to the NPS, because risk may have risen to high (T25).

    `indicated_at` is when the signs were first seen, `received_at` when the NPS had the referral:
    until then it was only sent. `emergency` asks for an answer without any delay.
    """

    KIND = "rosh_referred"
    RANK = 76
    OWN_TIME = "received_at"

    rationale: FreeText
    indicated_at: Instant | None = None
    received_at: Instant | None = None
    emergency: bool = False
    manager_consulted: bool | None = None


class RoshConfirmed(Event):
    """The NPS reviewed a referral and confirmed the level."""

    KIND = "rosh_confirmed"
    RANK = 77

    level: Rosh
    rationale: FreeText


class InDanger(StrEnum):
    """For whom the danger was immediate."""

    PUBLIC = "public"
    KNOWN_VICTIM = "known_victim"
    OTHER_PERSON = "other_person"
    PERSON_SENTENCED = "person_sentenced"


class ImmediateRiskActionTaken(Event):
    """Whoever learned of immediate danger acted on it (T26).

    `learned_at` is when it became known, `acted_at` when services able to act were reached; left
    out, `occurred_at` stands for either. `to_whom` names the services by their codes.
    """

    KIND = "immediate_risk_action_taken"
    RANK = 72
    OWN_TIME = "acted_at"

    acted_at: Instant | None = None
    learned_at: Instant | None = None
    to_whom: Annotated[tuple[Code, ...], Field(min_length=1, max_length=50)]
    in_danger: Annotated[tuple[InDanger, ...], Field(max_length=4)] = ()
    details: FreeText | None = None


class ManagerTopic(StrEnum):
    """What a manager was told of, or asked about."""

    IMMEDIATE_RISK = "immediate_risk"
    ROSH_INCREASE = "rosh_increase"
    DEPARTURE = "departure"
    """A step was not taken that the count or a table proposes (D7 row 11)."""
    OTHER = "other"


class ManagerInformed(Event):
    """The relevant manager was told, or consulted before an action."""

    KIND = "manager_informed"
    RANK = 74
    OWN_TIME = "informed_at"

    why: ManagerTopic
    about: EventId | None = None
    informed_at: Instant | None = None
    details: FreeText | None = None
