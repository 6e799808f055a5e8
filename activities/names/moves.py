"""The file and the mail of a sentence on their way to the one that goes on in its place."""

from activities.names.message import Message

HAND_OVER = "hand_over"
"""Activity on `RunTerms.io_queue`: `HandOver` -> None."""

FORWARD = "forward"
"""Activity on `RunTerms.io_queue`: `Forwarded` -> None."""

HANDED_OVER = "sentence_handed_over"
"""Signal of one `Parcel` from one sentence to another; no integrator ever sends it."""

TARGET_CLOSED = "TargetClosed"
"""Error type of a message forwarded to a sentence that runs no more; never retried."""


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
    sender: str = ""
    """Who vouches for a message that was opened here; empty for one that goes on as it came."""
