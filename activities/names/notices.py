"""Notices on their way out, and the errors by which one of them sticks or waits."""

from pydantic import Field, JsonValue

from activities.names.message import Message

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


class Notice(Message):
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


class Delivered(Message):
    """What became of a notice."""

    key: str
    already: bool
    """Whether an earlier attempt had delivered it."""
    channel: str = "folder"
    document: str | None = None
    """SHA-256 of the document that went with it, in hexadecimal; None where none did."""
