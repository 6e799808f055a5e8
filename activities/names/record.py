"""What a sentence has entered in the case record: rows, free text, its closing, late arrivals."""

from datetime import date, datetime

from pydantic import Field, JsonValue

from activities.names.message import Message

WRITE_RECORD = "write_record"
"""Activity on `RunTerms.io_queue`: `RecordBatch` -> `Recorded`."""

FILE_TEXTS = "file_texts"
"""Activity on `RunTerms.io_queue`: `FileTexts` -> int, the number of texts that were new."""

CLOSE_SENTENCE = "close_sentence"
"""Activity on `RunTerms.io_queue`: `ClosedSentence` -> None."""

REPORT_LATE = "report_late"
"""Activity on `RunTerms.io_queue`: `LateArrival` -> None."""

PERSON = "person"
"""Key of the person's name and date of birth among the texts: `person:` and the event's digest."""


class RecordRow(Message):
    """One row of the case record: which table, which row of this sentence, and what it says."""

    table: str
    key: str
    """Unique in its table for this sentence."""
    values: dict[str, JsonValue]
    """By column: codes, numbers, ISO dates and instants, and free text by digest."""


class RecordBatch(Message):
    """What changed in the record of one sentence since the batch before.

    Batches of a sentence are written in the order of their numbers, each whole or not at all.
    """

    workflow_id: str
    crn: str
    event_number: str
    sequence: int
    """From 1, one more than the batch before."""
    afresh: bool = False
    """Whether it replaces whatever the record holds of the sentence."""
    whole: bool
    """Whether the record equals the view once this batch is in; else more follows."""
    as_of: datetime
    """The time of the view."""
    rows: list[RecordRow]
    removed: list[tuple[str, str]] = Field(default_factory=list)
    """Table and key of each row that is no more."""


class Recorded(Message):
    """How far the record has come."""

    accepted: bool
    """Whether the batch is in the record, by this attempt or an earlier one."""
    sequence: int
    """Number of the last batch in the record; 0 where there is none. Where the batch was not
    accepted, because the record lacks one before it or holds another one under its number, the
    sentence sends everything afresh under the next number."""


class FileTexts(Message):
    """Free text on its way out of the workflow into the case record."""

    workflow_id: str
    texts: dict[str, str]
    """Text by its digest; the person under `person:` and the digest of the event."""


class ClosedSentence(Message):
    """An entry for the register of closed sentences."""

    workflow_id: str
    crn: str
    event_number: str
    outcome: str | None
    ended_on: date | None
    closed_at: datetime


class LateArrival(Message):
    """Messages that reached a sentence after it had been closed."""

    workflow_id: str
    digests: list[str]
    """Digest of each message, in order of arrival."""
    kinds: list[str]
    """Kind of each message, in the same order."""
    at: datetime
