"""Where the work goes, and how a payload on the wire is marked."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue

TASK_QUEUE = "sentences"
"""Where sentences and their local activities run."""

IO_QUEUE = "sentences-io"
"""Where slow activities run, so that a notice provider that is down never starves the clocks."""

OWN_ENCODING = b"binary/encrypted"
"""Encoding of what our own processes seal between them; the codec opens it."""

MESSAGE_ENCODING = b"application/jose"
"""Encoding of messages that senders encrypt. The codec leaves them: an activity decrypts them."""

ENCRYPTED_AS = "sealed-as"
"""Metadata of a payload that came in `OWN_ENCODING`, opened or not. No letter ever has it."""

DECRYPTION_FAULT = "seal-fault"
"""Metadata of such a payload that stayed shut: the code of what is wrong with it."""


class ActivityMessage(BaseModel):
    """A frozen message that refuses unknown fields and never shows its input in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


LOAD_RUN_CONFIG = "open_run"
"""Local activity on the sentences' own queue: `OpenRun` -> `RunTerms`."""

DECRYPT_MESSAGES = "open_letters"
"""Local activity on the sentences' own queue: `OpenLetters` -> `OpenedLetters`."""

LIST_STANDARDS = "list_shelf"
"""Local activity on the sentences' own queue: () -> `ShelfNames`."""


class RunConfigRequest(ActivityMessage):
    """What a run asks before it decides anything."""

    workflow_id: str
    day: date
    """The London day on which the run begins."""
    sentenced_on: date | None = None
    """Day of sentence; None while no imposition has been read. It then chooses the edition."""
    continued: bool = False
    """Whether the run goes on from one before it: then no register is asked whether it is closed,
    and a database that is down cannot keep its clocks from being armed."""


class RunConfig(ActivityMessage):
    """Everything about the environment that a run depends on, recorded once in its history."""

    edition: str
    """Name of the edition of the standards; the earliest one for a day before them all."""
    calendar: str
    """Name of the newest calendar of working days."""
    edition_in_force_from: date
    closed: bool
    """Whether the register of closed sentences holds this workflow id."""
    continue_after_events: int
    """History events after which the run continues as new."""
    closing_days: int
    """Days for which a run stays open after the sentence has ended."""
    quiet_minutes: int
    """Minutes without new events after which notices about overdue clocks go out."""
    io_queue: str = IO_QUEUE
    """Task queue of the slow activities."""
    plain: bool = True
    """Whether messages are taken that came readable."""


class EncryptedMessage(ActivityMessage):
    """One message as it came, shut."""

    kind: str
    """The name under which it came."""
    payload: str
    """The payload, serialised and in base64."""
    received_at: datetime


class DecryptMessages(ActivityMessage):
    """Messages of one sentence that are to be opened, and judged by who sent them."""

    workflow_id: str
    letters: list[EncryptedMessage]


class DecryptedMessage(ActivityMessage):
    """What was found in a message: its text and who vouches for it, or why it stays shut."""

    body: str | None = None
    """The event as JSON, in base64; None where the message stays shut."""
    sender: str = ""
    """`signed:`, `vouched:` or `unsigned`, with the sender and the key where they are known."""
    code: str = ""
    reason: str = ""
    may_open_later: bool = False
    """Whether a key may yet come that opens it."""


class DecryptedMessages(ActivityMessage):
    """The same messages in the same order. Recorded once: a key revoked later changes nothing."""

    letters: list[DecryptedMessage]


class StandardsNames(ActivityMessage):
    """What the shelf of the worker holds, on the day on which an event named law of its own."""

    editions: list[str]
    calendars: list[str]


TRANSFER_CASE = "hand_over"
"""Activity on `RunTerms.io_queue`: `HandOver` -> None."""

FORWARD_MESSAGE = "forward"
"""Activity on `RunTerms.io_queue`: `Forwarded` -> None."""

TRANSFER_SIGNAL = "sentence_handed_over"
"""Signal of one `Parcel` from one sentence to another; no integrator ever sends it."""

TARGET_CLOSED = "TargetClosed"
"""Error type of a message forwarded to a sentence that runs no more; never retried."""


class TransferSender(ActivityMessage):
    """Who sends a parcel, in the words of the envelope of every event."""

    id: str
    role: str
    organisation: str


class TransferChunk(ActivityMessage):
    """One part of the file of a sentence that goes on under another name."""

    by: TransferSender
    source: str
    """Workflow id of the sentence that is left."""
    target: str
    """Workflow id of the sentence that takes over."""
    digest: str
    """SHA-256 of the whole packed file, in hexadecimal: the parts of one file share it."""
    part: int
    """From 1."""
    parts: int
    data: str
    """A piece of the packed file."""


class TransferCase(ActivityMessage):
    """A parcel and where it goes."""

    workflow_type: str
    crn: str
    event_number: str
    parcel: TransferChunk


class ForwardMessage(ActivityMessage):
    """A message to a sentence that has moved, as it came."""

    target: str
    name: str
    payloads: list[str]
    """Each payload, serialised and in base64."""
    sender: str = ""
    """Who vouches for a message that was opened here; empty for one that goes on as it came."""


DELIVER_NOTICE = "deliver_notice"
"""Activity on `RunTerms.io_queue`: `Notice` -> `Delivered`."""

NOTICE_KEY_CONFLICT = "NoticeKeyConflict"
"""Error type of a notice whose key was already used for other content; never retried."""

RECIPIENT_UNKNOWN = "RecipientUnknown"
"""Error type of a notice to somebody whom the directory does not name; a duty of ops at once."""

NOTICE_REFUSED = "NoticeRefused"
"""Error type of a notice that its channel refused for good; never retried by itself."""

TEXT_MISSING = "TextMissing"
"""Error type of a document whose free text, or person, is not on record: not yet, or no more."""

NOTICE_DEFERRED = "NoticeDeferred"
"""Error type of a notice that its receiver asked to be given later: the first of its details is
after how many seconds. The round ends with it, and the sentence waits that long."""

DOCUMENT_FAULT = "DocumentFault"
"""Error type of a document that its template cannot make; never retried by itself."""


class NoticeRequest(ActivityMessage):
    """One notice to one recipient, sent at least once under one key."""

    key: str
    """Effect / subject / cause: the identity of the notice for ever."""
    workflow_id: str
    crn: str
    event_number: str
    template: str
    recipient: str
    """Code of a recipient, not an address."""
    subject: str
    facts: dict[str, str] = Field(default_factory=dict)
    route: dict[str, str] = Field(default_factory=dict)
    """Codes by which the directory finds the recipient, as they are when it is sent: `officer`,
    `provider`, `provider_code`, `court`, `prison`, `area`. No part of what the key stands for."""
    paper: dict[str, JsonValue] | None = None
    """What the document that goes with it says, where one does: codes, dates, and free text by
    digest. The first paper that was rendered under a key stands."""


class NoticeReceipt(ActivityMessage):
    """What became of a notice."""

    key: str
    already: bool
    """Whether an earlier attempt had delivered it."""
    channel: str = "folder"
    document: str | None = None
    """SHA-256 of the document that went with it, in hexadecimal; None where none did."""


WRITE_RECORD = "write_record"
"""Activity on `RunTerms.io_queue`: `RecordBatch` -> `Recorded`."""

STORE_FREE_TEXT = "file_texts"
"""Activity on `RunTerms.io_queue`: `FileTexts` -> int, the number of texts that were new."""

CLOSE_SENTENCE = "close_sentence"
"""Activity on `RunTerms.io_queue`: `ClosedSentence` -> None."""

RECORD_LATE_MESSAGES = "report_late"
"""Activity on `RunTerms.io_queue`: `LateArrival` -> None."""

PERSON = "person"
"""Key of the person's name and date of birth among the texts: `person:` and the event's digest."""


class BatchRow(ActivityMessage):
    """One row of the case record: which table, which row of this sentence, and what it says."""

    table: str
    key: str
    """Unique in its table for this sentence."""
    values: dict[str, JsonValue]
    """By column: codes, numbers, ISO dates and instants, and free text by digest."""


class RecordBatch(ActivityMessage):
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
    rows: list[BatchRow]
    removed: list[tuple[str, str]] = Field(default_factory=list)
    """Table and key of each row that is no more."""


class RecordProgress(ActivityMessage):
    """How far the record has come."""

    accepted: bool
    """Whether the batch is in the record, by this attempt or an earlier one."""
    sequence: int
    """Number of the last batch in the record; 0 where there is none. Where the batch was not
    accepted, because the record lacks one before it or holds another one under its number, the
    sentence sends everything afresh under the next number."""


class StoreFreeText(ActivityMessage):
    """Free text on its way out of the workflow into the case record."""

    workflow_id: str
    texts: dict[str, str]
    """Text by its digest; the person under `person:` and the digest of the event."""


class ClosedSentence(ActivityMessage):
    """An entry for the register of closed sentences."""

    workflow_id: str
    crn: str
    event_number: str
    outcome: str | None
    ended_on: date | None
    closed_at: datetime


class LateMessages(ActivityMessage):
    """Messages that reached a sentence after it had been closed."""

    workflow_id: str
    digests: list[str]
    """Digest of each message, in order of arrival."""
    kinds: list[str]
    """Kind of each message, in the same order."""
    at: datetime
