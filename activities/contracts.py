"""Contracts between workflows and activities: names, messages, error types, task queues.

Workflows import this module instead of the activities, so that nothing that opens a file or a
socket enters the sandbox. Names and fields are stored in histories for years: after the first
release a field may be added, and nothing may be renamed.
"""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue

TASK_QUEUE = "sentences"
"""Task queue of sentences and their lookups."""

IO_QUEUE = "sentences-io"
"""Task queue of slow activities, so that a receiver that is down never delays a clock."""

OWN_ENCODING = b"binary/encrypted"
"""Encoding of payloads that our own processes encrypt; the payload codec decrypts them."""

MESSAGE_ENCODING = b"application/jose"
"""Encoding of messages that senders encrypt. The codec leaves them: an activity decrypts them."""

ENCRYPTED_AS = "encrypted-as"
"""Metadata of a payload that had `OWN_ENCODING`, decrypted or not; senders cannot set it."""

DECRYPTION_FAULT = "decryption-fault"
"""Metadata of such a payload that could not be decrypted: the code of the failure."""


class ActivityMessage(BaseModel):
    """Base class of the messages: frozen, strict, and without its input in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


EVENTS_METRIC = "sentences_events"
"""Counter of events that got a disposition: labels `kind` and `disposition`."""

QUARANTINED_METRIC = "sentences_quarantined_messages"
"""Counter of messages that are no event: label `code`."""

FOLD_METRIC = "sentences_fold"
"""Histogram of the time of one fold."""

RECORD_LAG_METRIC = "sentences_record_lag"
"""Histogram of the time from a decision to the record that shows it."""

NOTICES_METRIC = "sentences_notices"
"""Counter of attempts to deliver a notice: labels `template` and `result`, which is `delivered`,
`repeated` or the type of the error."""

FLEET_METRIC = "sentences_fleet"
"""Prefix of the gauges that the watch shows."""

LOAD_RUN_CONFIG = "load_run_config"
"""Lookup on the sentences' own queue: `RunConfigRequest` -> `RunConfig`."""

DECRYPT_MESSAGES = "decrypt_messages"
"""Lookup on the sentences' own queue: `DecryptMessages` -> `DecryptedMessages`."""

LIST_STANDARDS = "list_standards"
"""Lookup on the sentences' own queue: () -> `StandardsNames`."""

END_WORKFLOW_TASK = "end_workflow_task"
"""Activity on the sentences' own queue: () -> None. It does nothing; its completion starts the next
workflow task of a run that has more to do than one task may."""


READ_RECORD = "read_record"
"""Lookup on the sentences' own queue: `RecordRequest` -> `RecordedRows`."""


class RunConfigRequest(ActivityMessage):
    """Request of a run for its configuration, before it decides anything."""

    workflow_id: str
    day: date
    """The London day on which the run begins."""
    sentenced_on: date | None = None
    """Day of sentence, which chooses the edition; None until an imposition was read."""
    continued: bool = False
    """True if the run continues an earlier one. It is then not closed, so a database that is down
    cannot keep its timers from being started."""


class RecordHead(ActivityMessage):
    """Progress of the record of a sentence that an earlier run has written."""

    sequence: int
    """Number of the last batch."""
    as_of: datetime
    """Time of the view that it belongs to."""
    is_complete: bool
    """True if the record then held the whole view."""


class RecordRequest(ActivityMessage):
    """Request for the rows of a record from which a sentence is taken up."""

    workflow_id: str
    start: int = 0
    """Number of rows that earlier pages had."""


class RecordedRows(ActivityMessage):
    """Some of these rows, in the order of table and key."""

    rows: list["BatchRow"]
    is_last: bool


class RunConfig(ActivityMessage):
    """Environment on which a run depends, recorded once in its history."""

    edition: str
    """Name of the edition of the standards; for a day before all of them, the earliest."""
    calendar: str
    """Name of the newest calendar of working days."""
    is_closed: bool
    """True if the register of closed sentences holds this workflow id."""
    continue_after_events: int
    """History events after which the run continues as new."""
    grace_days: int
    """Days for which a run stays open after the end of the sentence."""
    quiet_minutes: int
    """Minutes without new events before notices about overdue clocks are sent."""
    io_queue: str = IO_QUEUE
    """Task queue of the slow activities."""
    accept_plaintext: bool = True
    """True if plaintext messages are accepted."""
    recorded: RecordHead | None = None
    """Record that an earlier run of this workflow id has left. A new run takes the sentence up from
    it; None for a run that continues another, and for a sentence without a record."""
    pack: str | None = None
    """Name of the newest law pack; None in a history of a build that had none."""


class EncryptedMessage(ActivityMessage):
    """Message of a sender, not decrypted yet."""

    kind: str
    """Name of the signal."""
    payload: str
    """Serialised payload in base64."""
    received_at: datetime


class DecryptMessages(ActivityMessage):
    """Request to decrypt and authenticate messages of one sentence."""

    workflow_id: str
    messages: list[EncryptedMessage]


class DecryptedMessage(ActivityMessage):
    """Event of a message with its sender, or the reason why there is none."""

    body: str | None = None
    """Event as JSON, in base64; None after a failure."""
    sender: str = ""
    """`signed:`, `asserted:` or `unsigned`, with sender and key if they are known."""
    code: str = ""
    reason: str = ""


class DecryptedMessages(ActivityMessage):
    """Result for each message, in the order of the request; later revocations do not change it."""

    messages: list[DecryptedMessage]


class StandardsNames(ActivityMessage):
    """Names of the standards of the worker, when an event refers to one of them by name."""

    editions: list[str]
    calendars: list[str]
    packs: list[str] = Field(default_factory=list)
    """Names of the law packs; none in a history of a build that had none."""


TRANSFER_CASE = "transfer_case"
"""Activity on `RunConfig.io_queue`: `TransferCase` -> None."""

FORWARD_MESSAGE = "forward_message"
"""Activity on `RunConfig.io_queue`: `ForwardMessage` -> None."""

TARGET_IMPOSED = "TargetImposed"
"""Error type of a transfer to another sentence, with an imposition of its own; never retried. Its
detail is the uid of that imposition."""

IMPOSITIONS_QUERY = "impositions"
"""Query -> `list[Imposition]`: the impositions in the log of a sentence, that in force first; none
while none is in force."""

TRANSFER_SIGNAL = "sentence_transferred"
"""Signal of one `TransferChunk` from one sentence to another; integrators cannot send it."""

TARGET_CLOSED = "TargetClosed"
"""Error type of a message to a sentence that no longer runs; never retried."""


class TransferSender(ActivityMessage):
    """Sender of a chunk, by the fields of the envelope of every event."""

    id: str
    role: str
    organisation: str


class TransferChunk(ActivityMessage):
    """Chunk of the packed case of a sentence that is transferred to another workflow id."""

    sent_by: TransferSender
    source: str
    """Workflow id of the sentence that the case leaves."""
    target: str
    """Workflow id of the sentence that takes over."""
    digest: str
    """SHA-256 of the whole packed case, in hexadecimal; all chunks of a case share it."""
    number: int
    """From 1."""
    total: int
    data: str
    """Content of the chunk."""


class Imposition(ActivityMessage):
    """Identity of an imposition: of its event, and of what the court imposed."""

    uid: str
    content: str
    """Digest of all fields but those of the envelope."""


class TransferCase(ActivityMessage):
    """Request to signal a chunk to its target, and to start that if need be."""

    workflow_type: str
    crn: str
    event_number: str
    chunk: TransferChunk
    impositions: list[Imposition] = Field(default_factory=list)
    """Impositions in the log of the case. A target that has others is another sentence."""


class ForwardMessage(ActivityMessage):
    """Request to forward a message of a transferred sentence to its target."""

    target: str
    name: str
    payloads: list[str]
    """Serialised payloads, each in base64."""
    sender: str = ""
    """Sender of a message that was decrypted here; empty if it is forwarded as it came."""


def notice_queue(io_queue: str) -> str:
    """Return the task queue of the notices, beside that of the other slow activities.

    Workers give each of the two slots of its own: receivers that are slow keep no record waiting.
    """
    return f"{io_queue}-notices"


DELIVER_NOTICE = "deliver_notice"
"""Activity on `notice_queue(RunConfig.io_queue)`: `NoticeRequest` -> `NoticeReceipt`."""

DELIVER_NOTICES = "deliver_notices"
"""Activity on `notice_queue(RunConfig.io_queue)`: `NoticeBatch` -> `NoticeResults`."""

NOTICE_TOO_SLOW = "NoticeTooSlow"
"""Error type of a notice of a batch that took too long; it is sent again alone."""

NOTICE_KEY_CONFLICT = "NoticeKeyConflict"
"""Error type of a notice whose key was already used for other content; never retried."""

RECIPIENT_UNKNOWN = "RecipientUnknown"
"""Error type of a notice whose recipient is not in the directory; a duty of ops at once."""

NOTICE_REFUSED = "NoticeRefused"
"""Error type of a notice that its channel refused; retried on request only."""

TEXT_MISSING = "TextMissing"
"""Error type of a document whose free text or person is not on record, not yet or no longer."""

NOTICE_DEFERRED = "NoticeDeferred"
"""Error type of a notice that its receiver deferred; the first detail is the number of seconds.
It ends the round of attempts, and the sentence waits that long."""

DOCUMENT_FAILED = "DocumentFailed"
"""Error type of a document that its template cannot make; retried on request only."""


class NoticeRequest(ActivityMessage):
    """Notice to one recipient, delivered at least once under its key."""

    key: str
    """Effect / subject / cause: the permanent identity of the notice."""
    workflow_id: str
    crn: str
    event_number: str
    template: str
    recipient: str
    """Code of a recipient, not an address."""
    subject: str
    facts: dict[str, str] = Field(default_factory=dict)
    route: dict[str, str] = Field(default_factory=dict)
    """Codes by which the directory finds the recipient, at the time of sending: `officer`,
    `provider`, `provider_code`, `court`, `prison`, `area`. The key does not cover them."""
    document: dict[str, JsonValue] | None = None
    """Data of its document, if it has one: codes, dates, and free text by digest. The first
    document that was rendered under a key stands."""


class NoticeReceipt(ActivityMessage):
    """Result of a delivery."""

    key: str
    already_delivered: bool
    """True if an earlier attempt delivered it."""
    channel: str = "folder"
    document: str | None = None
    """SHA-256 of its document, in hexadecimal; None without one."""
    delivered_at: datetime
    """Time of the delivery that is logged. The activity enters it in the case record as well, so
    the sentence takes this time as its own."""


class NoticeBatch(ActivityMessage):
    """Notices of one turn that travel together; each is delivered under its own key."""

    notices: list[NoticeRequest]


class NoticeResult(ActivityMessage):
    """Result of one notice of a batch: its receipt, or the type of its error."""

    key: str
    receipt: NoticeReceipt | None = None
    error_type: str = ""
    deferred_seconds: float = 0
    """Time for which the receiver deferred the notice."""


class NoticeResults(ActivityMessage):
    """Results of a batch, in the order of its notices."""

    results: list[NoticeResult]


WRITE_RECORD = "write_record"
"""Activity on `RunConfig.io_queue`: `RecordBatch` -> `RecordProgress`."""

CLOSE_SENTENCE = "close_sentence"
"""Activity on `RunConfig.io_queue`: `ClosedSentence` -> None."""

RECORD_LATE_MESSAGES = "record_late_messages"
"""Activity on `RunConfig.io_queue`: `LateMessages` -> None."""

PERSON = "person"
"""Prefix of the key of a person among the texts: `person:` and the digest of the event."""


class BatchRow(ActivityMessage):
    """Row of the case record: its table, its key and its values."""

    table: str
    key: str
    """Key that is unique in the table for this sentence."""
    values: dict[str, JsonValue]
    """Values by column: codes, numbers, ISO dates and instants, and free text by digest."""


class RecordBatch(ActivityMessage):
    """Changes of the record of one sentence since the batch before.

    Batches of a sentence are written in the order of their numbers, each whole or not at all.
    """

    workflow_id: str
    crn: str
    event_number: str
    sequence: int
    """Number of the batch: from 1, one more than the batch before."""
    full_resync: bool = False
    """True if the batch replaces the whole record of the sentence."""
    is_complete: bool
    """True if the record equals the view after this batch; otherwise more batches follow."""
    as_of: datetime
    """Time of the view."""
    rows: list[BatchRow]
    removed: list[tuple[str, str]] = Field(default_factory=list)
    """Table and key of each removed row."""
    texts: dict[str, str] = Field(default_factory=dict)
    """Free texts by digest, stored in the same transaction; the person is under `person:` and the
    digest of the event."""


class RecordProgress(ActivityMessage):
    """Progress of the record of a sentence."""

    accepted: bool
    """True if the batch is in the record, by this attempt or an earlier one."""
    sequence: int
    """Number of the last batch in the record; 0 if there is none. A batch is not accepted if the
    record lacks the one before it, or has another one under its number. The sentence then sends
    its whole record under the next number."""


class ClosedSentence(ActivityMessage):
    """Entry of the register of closed sentences."""

    workflow_id: str
    crn: str
    event_number: str
    outcome: str | None
    ended_on: date | None
    closed_at: datetime


class LateMessages(ActivityMessage):
    """Messages that reached a sentence after it was closed."""

    workflow_id: str
    digests: list[str]
    """Digest of each message, in order of arrival."""
    kinds: list[str]
    """Kind of each message, in the same order."""
    at: datetime


COUNT_FLEET = "count_fleet"
"""Activity on the queue of the watch, which is `RunConfig.io_queue`: () -> `FleetStatus`."""

OLDEST_NOTICE_SECONDS = 3600.0
"""Age of the oldest notice that is not sent from which it is a trouble."""


class FleetStatus(ActivityMessage):
    """Numbers of the fleet. Those of the records are None if their database did not answer."""

    # The gauges are described by the docstrings.
    model_config = ConfigDict(use_attribute_docstrings=True)

    counted_at: datetime
    sentences: int
    """Running sentences."""
    overdue: int
    """Sentences with a missed standard."""
    unapplied: int
    """Sentences with an event that is not applied."""
    failing: int
    """Sentences whose workflow task fails again and again; a repaired worker heals them."""
    late: int
    """Sentences with a clock that should have fired and did not: no worker serves them."""
    unversioned: int
    """Sentences of workers without a build."""
    old_builds: int
    """Sentences on a build that is not current."""
    quarantined: int | None
    """Messages that could not be read and are not resolved."""
    dead_letters: int | None
    """Messages of other systems that wait for a person or a retry."""
    notices_failing: int | None
    """Notices that failed and are tried again."""
    notices_blocked: int | None
    """Notices that a person must act on."""
    oldest_notice_seconds: float | None
    """Age of the oldest notice that is not sent; 0 without any."""
    records_behind: int | None
    """Records that have been incomplete for a quarter of an hour."""
    overdue_clocks: dict[str, int] = Field(default_factory=dict)
    """Overdue clocks of open sentences by timescale."""

    def gauges(self) -> dict[str, float]:
        """Return the known numbers, but for those by timescale."""
        known = self.model_dump(exclude={"counted_at", "overdue_clocks"}, exclude_none=True)
        return known | {
            "records_unreachable": float(self.records_behind is None),
            "counted_seconds": self.counted_at.timestamp(),
        }

    def troubles(self) -> dict[str, int]:
        """Return what ops must act on, with its number, in a stable order."""
        waits = (self.oldest_notice_seconds or 0) > OLDEST_NOTICE_SECONDS
        found = {
            "failing": self.failing,
            "late": self.late,
            "notices_blocked": self.notices_blocked or 0,
            "notices_waiting": self.notices_failing or 1 if waits else 0,
            "dead_letters": self.dead_letters or 0,
            "records_behind": self.records_behind or 0,
            "records_unreachable": int(self.records_behind is None),
        }
        return {name: number for name, number in found.items() if number}


class FleetWatchInput(ActivityMessage):
    """Input of a run of the watch."""

    watch_id: str
    """Under this id its notices are delivered."""
    io_queue: str
    """Task queue of the slow activities."""


class Trouble(ActivityMessage):
    """Trouble that the watch has found."""

    name: str
    since: datetime
    """Time of the first run that found it."""
    number: int
    is_reported: bool = False
    """True once ops have the notice."""


class FleetWatchResult(ActivityMessage):
    """Result of a run of the watch, which the next run begins with."""

    status: FleetStatus | None = None
    troubles: list[Trouble] = Field(default_factory=list)
