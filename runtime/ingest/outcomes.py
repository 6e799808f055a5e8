"""Statuses and outcomes of an ingested message, and the errors that stop it."""

from dataclasses import dataclass
from enum import StrEnum

from activities.records import ingest_log


class IngestStatus(StrEnum):
    """State of a message in the ingest log. Values are stored, so they are never renamed."""

    UNDER_WAY = "under_way"
    """Its events are derived, and not all of them are acknowledged yet."""
    SENT = "sent"
    """Its sentences have acknowledged every event."""
    IGNORED = "ignored"
    """A mapping declares, with a reason, that it does not affect a sentence."""
    DEAD_LETTER = ingest_log.DEAD_LETTER
    """It waits for a person, or for a retry."""
    DISMISSED = "dismissed"
    """A person handled it by hand, and noted how."""


class DeadLetterReason(StrEnum):
    """Reason why a message is a dead letter. Values are shown to operators and counted."""

    UNREADABLE = "unreadable"
    """It is not an envelope with a domain event."""
    UNKNOWN_TYPE = "unknown_type"
    """No mapping covers its type on its day."""
    UNKNOWN_CODE = "unknown_code"
    """No table covers one of its codes on its day."""
    MISSING = "missing"
    """A value that the event needs is neither in the message nor in a look-up."""
    INVALID = "invalid"
    """A sentence could not read the event derived from it."""
    NO_SENTENCE = "no_sentence"
    """The look-up knows no sentence that it concerns."""
    LOOK_UP_FAILED = "lookup_failed"
    """The look-up service did not answer; retried automatically."""
    NOTHING_TO_UNDO = "nothing_to_undo"
    """It retracts a message that has not arrived; it is processed when that one arrives."""
    CLOSED = "sentence_closed"
    """The file of its sentence is closed."""
    ID_CONFLICT = "id_conflict"
    """Its message id arrived before with different content."""
    FOR_A_PERSON = "for_a_person"
    """A mapping declares that a person must handle it, and how."""


RETRIED = frozenset({DeadLetterReason.LOOK_UP_FAILED, DeadLetterReason.NO_SENTENCE})
"""Reasons that may pass without a person, so that the message is retried."""


class UnmappableError(Exception):
    """A message cannot be translated into events now; it becomes a dead letter.

    Attributes:
        why: Reason as a code.
        reason: Reason for a person; it repeats no value of the message except codes.
    """

    def __init__(self, why: DeadLetterReason, reason: str) -> None:
        self.why, self.reason = why, reason
        super().__init__(f"{why.value}: {reason}")


class IgnoredMessageError(Exception):
    """A mapping declares that a message does not affect any sentence.

    Attributes:
        reason: Reason given in the mapping.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class IngestOutcome(StrEnum):
    """Outcome of one delivery, in the order of the report."""

    SENT = "sent"
    IGNORED = "ignored"
    REPEATED = "repeated"
    """It arrived before; nothing was done."""
    DEAD_LETTER = "dead_letter"


@dataclass(frozen=True, slots=True)
class IngestResult:
    """Result of one delivery."""

    digest: str
    type: str
    outcome: IngestOutcome
    events: int = 0
    sentences: frozenset[str] = frozenset()
    """Workflow ids of the sentences that received an event."""
    why: str | None = None
    reason: str | None = None
