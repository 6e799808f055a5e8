"""What a sentence asks of the worker that runs it, by local activities."""

from datetime import date, datetime

from activities.names.message import Message
from activities.names.wire import IO_QUEUE

OPEN_RUN = "open_run"
"""Local activity on the sentences' own queue: `OpenRun` -> `RunTerms`."""

OPEN_LETTERS = "open_letters"
"""Local activity on the sentences' own queue: `OpenLetters` -> `OpenedLetters`."""

LIST_SHELF = "list_shelf"
"""Local activity on the sentences' own queue: () -> `ShelfNames`."""


class OpenRun(Message):
    """What a run asks before it decides anything."""

    workflow_id: str
    day: date
    """The London day on which the run begins."""
    sentenced_on: date | None = None
    """Day of sentence; None while no imposition has been read. It then chooses the edition."""
    continued: bool = False
    """Whether the run goes on from one before it: then no register is asked whether it is closed,
    and a database that is down cannot keep its clocks from being armed."""


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
    plain: bool = True
    """Whether messages are taken that came readable."""


class Enclosed(Message):
    """One message as it came, shut."""

    kind: str
    """The name under which it came."""
    payload: str
    """The payload, serialised and in base64."""
    received_at: datetime


class OpenLetters(Message):
    """Messages of one sentence that are to be opened, and judged by who sent them."""

    workflow_id: str
    letters: list[Enclosed]


class OpenedLetter(Message):
    """What was found in a message: its text and who vouches for it, or why it stays shut."""

    body: str | None = None
    """The event as JSON, in base64; None where the message stays shut."""
    sender: str = ""
    """`signed:`, `vouched:` or `unsigned`, with the sender and the key where they are known."""
    code: str = ""
    reason: str = ""
    may_open_later: bool = False
    """Whether a key may yet come that opens it."""


class OpenedLetters(Message):
    """The same messages in the same order. Recorded once: a key revoked later changes nothing."""

    letters: list[OpenedLetter]


class ShelfNames(Message):
    """What the shelf of the worker holds, on the day on which an event named law of its own."""

    editions: list[str]
    calendars: list[str]
