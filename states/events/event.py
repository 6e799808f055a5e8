"""The envelope that every event comes in."""

from datetime import datetime
from functools import cached_property
from typing import ClassVar

from states.events.fields import Code, EventId, Instant, Part
from states.vocabulary import Role


class By(Part):
    """Who sends the event, in what capacity and for which organisation.

    The organisation is a code, not one of a closed list: names change with the years (AMB-30). It
    stands for the signature under a paper entry (ev-record-signature), and shows of every
    dealing between a CRC and the NPS whose it was (ev-record-crc-nps).
    """

    id: Code
    role: Role
    organisation: Code


SortKey = tuple[datetime, int, str, str]
"""Instant, causal rank, event id, organisation: the one order in which events are decided."""


class Event(Part):
    """An act that happened, as its sender tells it.

    `occurred_at` is when the act named by the kind happened, and it orders. Clocks are started and
    settled by the kind's own date or instant where it has one (`OWN_TIME`).
    """

    KIND: ClassVar[str] = ""
    """The name on the wire, which is also the signal's name."""
    RANK: ClassVar[int] = 0
    """Place among events of the same instant: causes before what they cause."""
    OWN_TIME: ClassVar[str | None] = None
    """The field that starts and settles clocks instead of `occurred_at`."""

    event_id: EventId
    occurred_at: Instant
    by: By
    replaces: EventId | None = None

    @cached_property
    def uid(self) -> str:
        """The event's identity: unique for an organisation within a sentence."""
        return f"{self.by.organisation}/{self.event_id}"

    @cached_property
    def sort_key(self) -> SortKey:
        """The event's place in the log, from the event alone."""
        return (self.occurred_at, self.RANK, self.event_id, self.by.organisation)


ENVELOPE = frozenset(Event.model_fields)
"""Names of the fields that every event has."""
