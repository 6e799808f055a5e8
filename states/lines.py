"""One effect in the ledger: how far it has come, and the keys of its generations and counter."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from states.records import Effect
from states.rules.telling import LINE_MANAGER

COUNTER = "counter/"
"""Prefix of the key of a counter-effect."""


class Sending(StrEnum):
    """How far an effect has come."""

    QUEUED = "queued"
    IN_FLIGHT = "in_flight"
    """An attempt is under way, or was when a worker died: it may have arrived."""
    SENT = "sent"
    CANCELLED = "cancelled"
    COMPENSATED = "countered"
    WITHHELD = "withheld"
    """A new build would send it where the old one did not; a person looks first."""
    CONFLICTING = "conflicting"
    """Its key was used for other content out there, so it can never arrive; a person looks."""
    SUPERSEDED = "left"
    """Sent, and a new build would take it back where the old one did not; as above."""
    NO_RECIPIENT = "unaddressed"
    """The directory names nobody to whom it goes; a person looks, and it is tried every day."""
    REFUSED = "refused"
    """Its channel refused it for good; a person looks, and says when it is tried again."""
    DOCUMENT_FAILED = "unwritten"
    """The document that goes with it cannot be made; as above."""


MENDABLE: Final = (Sending.NO_RECIPIENT, Sending.REFUSED, Sending.DOCUMENT_FAILED)
"""What is tried again under its key once somebody has mended what kept it here."""

STUCK: Final = (Sending.CONFLICTING, *MENDABLE)
"""What cannot be sent until a person has done something about it."""

INTERRUPTED = "Interrupted"
"""The error of an attempt whose end nobody saw."""


@dataclass(frozen=True, slots=True)
class Line:
    """One effect of one generation."""

    effect: Effect
    status: Sending
    since: datetime
    attempts: int = 0
    next_try_at: datetime | None = None
    error: str = ""
    """How the last attempt failed, as a type and never its message; empty once one arrived."""
    may_have_arrived: bool = False
    """Whether an attempt that failed may have arrived nevertheless, its answer lost."""


def base_of(key: str) -> str:
    """Return the key of the first generation of `key`."""
    return key.partition("#")[0]


def counter_to(key: str, effect: Effect) -> Effect:
    """Return the effect that takes back the one sent under `key`.

    One that touches liberty is drafted for a person and told to a manager, never sent.
    """
    facts = (*effect.facts, ("withdraws", key))
    if effect.liberty:
        template = f"{effect.template}-review"
        return Effect(COUNTER + key, template, LINE_MANAGER, effect.subject, facts, liberty=True)
    template = f"{effect.template}-withdrawn"
    return Effect(COUNTER + key, template, effect.recipient, effect.subject, facts)


def generation_of(key: str) -> int:
    """Return the generation of `key`, from 1."""
    _, _, number = key.partition("#")
    return int(number) if number else 1


def reinstated(line: Line, now: datetime) -> Line:
    """Return `line` as it was before it was taken back.

    What may never have arrived is tried again, under its own key.
    """
    before = Sending.QUEUED if line.error else Sending.SENT
    return replace(line, status=before, since=now)
