"""What became of a message that was taken in, and why it could not go further."""

from dataclasses import dataclass
from enum import StrEnum


class IngestStatus(StrEnum):
    """Where a message stands. Values are kept in the database, so none is ever renamed."""

    UNDER_WAY = "under_way"
    """Its events are known and not all of them are acknowledged."""
    SENT = "sent"
    """Every event of it was taken by its sentence."""
    IGNORED = "ignored"
    """A mapping says that it means nothing to a sentence, and why."""
    PARKED = "parked"
    """It waits for a person, or for another try."""
    DISMISSED = "dismissed"
    """Somebody dealt with it by hand, and said how."""


class DeadLetterReason(StrEnum):
    """Why a message is parked. Values are shown to ops and counted."""

    UNREADABLE = "unreadable"
    """It is no envelope, or no domain event lies in it."""
    UNKNOWN_TYPE = "unknown_type"
    """No mapping knows the type of message on its day."""
    UNKNOWN_CODE = "unknown_code"
    """No table knows a code of it on its day."""
    MISSING = "missing"
    """Neither the message nor the look-up says something that the event needs."""
    INVALID = "invalid"
    """What comes of it is no event that a sentence could read."""
    NO_SENTENCE = "no_sentence"
    """It concerns no sentence that the look-up knows."""
    LOOK_UP_FAILED = "look_up_failed"
    """The look-up gave no answer; tried again by itself."""
    NOTHING_TO_UNDO = "nothing_to_undo"
    """It takes back what has not come yet; it is carried out when that comes."""
    CLOSED = "sentence_closed"
    """The file of its sentence is closed."""
    ID_CONFLICT = "id_conflict"
    """Its message id came before with another content."""
    FOR_A_PERSON = "for_a_person"
    """A mapping says that somebody has to deal with it, and how."""


RETRIED = frozenset({DeadLetterReason.LOOK_UP_FAILED, DeadLetterReason.NO_SENTENCE})
"""What may pass by itself, and is tried again."""


class UnmappableError(Exception):
    """A message cannot become events now; it is parked.

    Attributes:
        why: The reason as a code.
        reason: The same for a person; it repeats no value of the message but codes.
    """

    def __init__(self, why: DeadLetterReason, reason: str) -> None:
        self.why, self.reason = why, reason
        super().__init__(f"{why.value}: {reason}")


class IgnoredMessageError(Exception):
    """A mapping says that a message means nothing to any sentence.

    Attributes:
        reason: Why, as the mapping says it.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class IngestOutcome(StrEnum):
    """What one delivery came to, in the order in which it is reported."""

    SENT = "sent"
    IGNORED = "ignored"
    REPEATED = "repeated"
    """It came before; nothing was done."""
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one delivery."""

    digest: str
    type: str
    became: IngestOutcome
    events: int = 0
    sentences: frozenset[str] = frozenset()
    """Workflow ids of those that were told something."""
    why: str | None = None
    reason: str | None = None
