"""Turn what a signal or an update brought into a message: total, whatever it brought.

Handlers only enqueue. Reading happens here, in the main loop, where nothing that an integrator
sends can fail a task: what cannot be read becomes a message with the reason.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from states.events.reading import UnreadableError, content_digest, parse, raw_digest, read
from states.events.register import NUDGE
from states.events.sealing import WHOSE, seal
from states.messages import DECLARED, Incoming

_JSON: Final = b"json/plain"
NAME: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
"""What the name of a message may be, to be shown anywhere."""

UNREADABLE: Final = "unreadable"
"""How a message of another name is called."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it lay in the mail: a name, and whatever came with it."""

    name: str
    payloads: tuple[Payload, ...]
    received_at: datetime
    sender: str = ""
    """Who vouches for it, once it was opened; empty for one that came readable."""
    fault: tuple[str, str] | None = None
    """Why it is none: a code and a sentence."""
    waiter_id: int = 0
    """By which a caller waits for it; 0 where nobody does."""


def letter(name: str, arguments: Sequence[RawValue], received_at: datetime) -> Letter:
    """Return the letter that a signal brought."""
    return Letter(name, tuple(argument.payload for argument in arguments), received_at)


def is_nudge(item: Letter) -> bool:
    """Return whether the letter only wakes the sentence."""
    return item.name == NUDGE


def _only(item: Letter) -> bytes:
    payloads = item.payloads
    if item.fault is not None:
        raise UnreadableError(*item.fault)
    if len(payloads) != 1:
        reason = f"an event comes as one JSON object; {len(payloads)} arguments came"
        raise UnreadableError("wrong_arity", reason)
    encoding = payloads[0].metadata.get("encoding")
    if encoding != _JSON:
        raise UnreadableError("undecodable", "the payload is not in the encoding json/plain")
    return payloads[0].data


def open_letter(item: Letter, texts: dict[str, str]) -> Incoming:
    """Return the message in the letter, sealed; its free text goes into `texts` by digest."""
    digest = raw_digest(item.name, tuple(payload.data for payload in item.payloads))
    size = sum(len(payload.data) for payload in item.payloads)
    kind = item.name if NAME.fullmatch(item.name) else UNREADABLE
    try:
        data = parse(_only(item))
        digest = content_digest(item.name, data)
        event = read(item.name, data)
    except UnreadableError as error:
        return Incoming(kind, digest, item.received_at, size, code=error.code, reason=error.reason)
    found: dict[str, str] = {}
    sealed = seal(event, found)
    for key, text in found.items():
        # What is no text is filed as of this event: `person:` and its digest.
        name = key.removeprefix(WHOSE)
        texts[key if name == key else f"{name}:{digest}"] = text
    return Incoming(
        *(kind, digest, item.received_at, size),
        event=sealed,
        sender=item.sender or DECLARED,
    )


def event_id_of(item: Letter) -> str:
    """Return the event id in the letter; empty where there is none to be read."""
    event = open_letter(item, {}).event
    return "" if event is None else event.event_id
