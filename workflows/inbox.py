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
from states.messages import Incoming

_JSON: Final = b"json/plain"
_NAME: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it lay in the mail: a name, and whatever came with it."""

    name: str
    payloads: tuple[Payload, ...]
    received_at: datetime


def letter(name: str, arguments: Sequence[RawValue], received_at: datetime) -> Letter:
    """Return the letter that a signal brought."""
    return Letter(name, tuple(argument.payload for argument in arguments), received_at)


def is_nudge(item: Letter) -> bool:
    """Return whether the letter only wakes the sentence."""
    return item.name == NUDGE


def _only(payloads: tuple[Payload, ...]) -> bytes:
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
    kind = item.name if _NAME.fullmatch(item.name) else "unreadable"
    try:
        data = parse(_only(item.payloads))
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
    return Incoming(kind, digest, item.received_at, size, event=sealed)


def event_id_of(item: Letter) -> str:
    """Return the event id in the letter; empty where there is none to be read."""
    event = open_letter(item, {}).event
    return "" if event is None else event.event_id
