"""Name the activities and the messages that workflows exchange with them.

The workflow imports this module instead of the activities themselves, so that nothing which
opens files or sockets ever enters the sandbox. Names and fields are recorded in histories that
live for years: one may be added, none is renamed.
"""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

TASK_QUEUE = "sentences"
"""Where sentences and their local activities run."""

IO_QUEUE = "sentences-io"
"""Where slow activities run, so that a notice provider that is down never starves the clocks."""

OPEN_RUN = "open_run"
"""Local activity on the sentences' own queue: `OpenRun` -> `RunTerms`."""

LIST_SHELF = "list_shelf"
"""Local activity on the sentences' own queue: () -> `ShelfNames`."""

DELIVER_NOTICE = "deliver_notice"
"""Activity on `RunTerms.io_queue`: `Notice` -> `Delivered`."""

FILE_TEXTS = "file_texts"
"""Activity on `RunTerms.io_queue`: `FileTexts` -> int, the number of texts that were new."""

CLOSE_SENTENCE = "close_sentence"
"""Activity on `RunTerms.io_queue`: `ClosedSentence` -> None."""

REPORT_LATE = "report_late"
"""Activity on `RunTerms.io_queue`: `LateArrival` -> None."""

HAND_OVER = "hand_over"
"""Activity on `RunTerms.io_queue`: `HandOver` -> None."""

FORWARD = "forward"
"""Activity on `RunTerms.io_queue`: `Forwarded` -> None."""

HANDED_OVER = "sentence_handed_over"
"""Signal of one `Parcel` from one sentence to another; no integrator ever sends it."""

TARGET_CLOSED = "TargetClosed"
"""Error type of a message forwarded to a sentence that runs no more; never retried."""

NOTICE_KEY_CONFLICT = "NoticeKeyConflict"
"""Error type of a notice whose key was already used for other content; never retried."""


class Message(BaseModel):
    """A frozen message that refuses unknown fields and never shows its input in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class OpenRun(Message):
    """What a run asks before it decides anything."""

    workflow_id: str
    day: date
    """The London day on which the run begins."""
    sentenced_on: date | None = None
    """Day of sentence; None while no imposition has been read. It then chooses the edition."""


class RunTerms(Message):
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


class ShelfNames(Message):
    """What the shelf of the worker holds, on the day on which an event named law of its own."""

    editions: list[str]
    calendars: list[str]


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
    facts: dict[str, str] = {}


class Delivered(Message):
    """What became of a notice."""

    key: str
    already: bool
    """Whether an earlier attempt had delivered it."""


class FileTexts(Message):
    """Free text on its way out of the workflow into the case record."""

    workflow_id: str
    texts: dict[str, str]
    """Text by its digest."""


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


class Sender(Message):
    """Who sends a parcel, in the words of the envelope of every event."""

    id: str
    role: str
    organisation: str


class Parcel(Message):
    """One part of the file of a sentence that goes on under another name."""

    by: Sender
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


class HandOver(Message):
    """A parcel and where it goes."""

    workflow_type: str
    crn: str
    event_number: str
    parcel: Parcel


class Forwarded(Message):
    """A message to a sentence that has moved, as it came."""

    target: str
    name: str
    payloads: list[str]
    """Each payload, serialised and in base64."""
