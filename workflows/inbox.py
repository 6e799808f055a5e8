"""Turn what a signal or an update brought into a message: total, whatever it brought.

Handlers only enqueue. Reading happens here, in the main loop, where nothing that an integrator
sends can fail a task: what cannot be read becomes a message with the reason.
"""

import re
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from activities.contracts import ENCRYPTED_AS, MESSAGE_ENCODING, TRANSFER_SIGNAL, DecryptedMessage
from states.events.free_text import FIELD_PREFIX, extract_free_text
from states.events.parsing import (
    UnreadableError,
    content_digest,
    parse_event,
    parse_json,
    raw_digest,
)
from states.events.registry import NUDGE
from states.messages import UNSIGNED, DeadLetter, ParsedMessage

_JSON: Final = b"json/plain"
MESSAGE_NAME: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
"""What the name of a message may be, to be shown anywhere."""

UNREADABLE: Final = "unreadable"
"""How a message of another name is called."""


@dataclass(frozen=True, slots=True)
class InboundMessage:
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


def from_signal(name: str, arguments: Sequence[RawValue], received_at: datetime) -> InboundMessage:
    """Return the letter that a signal brought."""
    return InboundMessage(name, tuple(argument.payload for argument in arguments), received_at)


def is_nudge(item: InboundMessage) -> bool:
    """Return whether the letter only wakes the sentence."""
    return item.name == NUDGE


def _single_payload(item: InboundMessage) -> bytes:
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


def parse_message(item: InboundMessage, texts: dict[str, str]) -> ParsedMessage:
    """Return the message in the letter, sealed; its free text goes into `texts` by digest."""
    digest = raw_digest(item.name, tuple(payload.data for payload in item.payloads))
    size = sum(len(payload.data) for payload in item.payloads)
    kind = item.name if MESSAGE_NAME.fullmatch(item.name) else UNREADABLE
    try:
        data = parse_json(_single_payload(item))
        digest = content_digest(item.name, data)
        event = parse_event(item.name, data)
    except UnreadableError as error:
        return ParsedMessage(
            kind, digest, item.received_at, size, code=error.code, reason=error.reason
        )
    found: dict[str, str] = {}
    sealed = extract_free_text(event, found)
    for key, text in found.items():
        # What is no text is filed as of this event: `person:` and its digest.
        name = key.removeprefix(FIELD_PREFIX)
        texts[key if name == key else f"{name}:{digest}"] = text
    return ParsedMessage(
        *(kind, digest, item.received_at, size),
        event=sealed,
        sender=item.sender or UNSIGNED,
    )


def event_id_of(item: InboundMessage) -> str:
    """Return the event id in the letter; empty where there is none to be read."""
    event = parse_message(item, {}).event
    return "" if event is None else event.event_id


MAX_ENCRYPTED_BYTES: Final = 64_000
"""Bytes of a sealed message: more is none, for an event holds 16 kB."""

RETRY_DECRYPTION_AFTER: Final = timedelta(minutes=10)
"""How long what stays shut for want of a key waits before it is tried again."""

MAX_ENCRYPTED_CHUNK_BYTES: Final = 600_000
"""Bytes of a sealed part of a file: twice what one holds."""

UNKNOWN_KEY: Final = "unknown_key"
"""Code of a fault that a key may yet mend."""

_PLAIN: Final = b"json/plain"
TOO_LARGE: Final = ("too_large", f"a sealed message of more than {MAX_ENCRYPTED_BYTES:,} bytes")
_PLAINTEXT_REFUSED: Final = (
    "plain_refused",
    "the message came readable, and only sealed ones are taken here",
)
_ASSERTED: Final = "vouched"
_NOT_OWN_PROCESS: Final = ("not_ours", "only a process of ours may hand a file over")
_FORGED: Final = ("not_a_letter", "the payload is sealed as only our own processes seal theirs")


def is_encrypted(item: InboundMessage) -> bool:
    """Return whether a letter has to be opened before anything can be said of it."""
    return (
        item.fault is None
        and len(item.payloads) == 1
        and item.payloads[0].metadata.get("encoding") == MESSAGE_ENCODING
    )


def screened(item: InboundMessage, *, plain: bool) -> InboundMessage:
    """Return the letter with its fault, where it came in a manner that is not taken here."""
    if item.fault is not None or is_nudge(item):
        return item
    if item.sender:
        vouched = item.sender.partition(":")[0] == _ASSERTED
        return (
            item
            if vouched or not claims_transfer_chunk(item)
            else replace(item, fault=_NOT_OWN_PROCESS)
        )
    if any(ENCRYPTED_AS in payload.metadata for payload in item.payloads):
        return replace(item, fault=_FORGED)
    longest = MAX_ENCRYPTED_CHUNK_BYTES if claims_transfer_chunk(item) else MAX_ENCRYPTED_BYTES
    if is_encrypted(item) and len(item.payloads[0].data) > longest:
        return replace(item, fault=TOO_LARGE)
    readable = any(p.metadata.get("encoding") == _PLAIN for p in item.payloads)
    return replace(item, fault=_PLAINTEXT_REFUSED) if readable and not plain else item


def decrypted(item: InboundMessage, found: DecryptedMessage) -> InboundMessage:
    """Return the letter as it was found: open, with who vouches for it, or with its fault."""
    if found.body is None:
        return replace(item, fault=(found.code, found.reason))
    payload = Payload(metadata={"encoding": _PLAIN}, data=b64decode(found.body))
    return replace(item, payloads=(payload,), sender=found.sender)


class AwaitingKey:
    """Letters for which a key is not here yet: few, for whoever sends can send anything."""

    MAX_MESSAGES: Final = 50
    MAX_BYTES: Final = 200_000

    def __init__(self) -> None:
        self.messages: list[InboundMessage] = []
        self.retry_at: datetime | None = None
        """When they are tried again."""

    def park(self, item: InboundMessage) -> bool:
        """Keep a letter that stayed shut, unless too many lie here; return whether it was kept."""
        item = replace(item, fault=None)
        size = sum(len(kept.payloads[0].data) for kept in (*self.messages, item))
        if len(self.messages) >= self.MAX_MESSAGES or size > self.MAX_BYTES:
            return False
        if item.payloads not in [kept.payloads for kept in self.messages]:
            self.messages.append(item)
        return True

    def take_due(self, now: datetime, *, asked: bool) -> list[InboundMessage]:
        """Return what is to be tried again, and keep it no longer.

        Args:
            now: When that is looked at.
            asked: Whether somebody asks that all of it is tried now.
        """
        if not asked and (self.retry_at is None or self.retry_at > now):
            return []
        found, self.messages, self.retry_at = self.messages, [], None
        return found

    def schedule_retry(self, now: datetime) -> None:
        """Let what is kept be tried again after a while, unless a time for that lies ahead."""
        if not self.messages:
            self.retry_at = None
        elif self.retry_at is None or self.retry_at <= now:
            self.retry_at = now + RETRY_DECRYPTION_AFTER

    def dead_letters(self) -> tuple[DeadLetter, ...]:
        """Return what is known of each without opening it."""
        return tuple(
            DeadLetter(
                raw_digest(item.name, tuple(payload.data for payload in item.payloads)),
                item.name if MESSAGE_NAME.fullmatch(item.name) else UNREADABLE,
                *(UNKNOWN_KEY, "the key that seals the message is not here yet"),
                item.received_at,
            )
            for item in self.messages
        )

    def dump(self) -> dict[str, Any]:
        """Return the letters, and when they are tried again, as plain data."""
        letters = [
            [
                item.name,
                item.received_at.isoformat(),
                b64encode(item.payloads[0].SerializeToString()).decode(),
            ]
            for item in self.messages
        ]
        again_at = self.retry_at.isoformat() if self.retry_at is not None else None
        return {"letters": letters, "again_at": again_at}

    def load(self, data: Mapping[str, Any]) -> None:
        """Take over from the run before."""
        self.messages = [
            InboundMessage(
                name, (Payload.FromString(b64decode(payload)),), datetime.fromisoformat(at)
            )
            for name, at, payload in data["letters"]
        ]
        if data["again_at"] is not None:
            self.retry_at = datetime.fromisoformat(data["again_at"])


class Inbox:
    """What lies in the mail, oldest first; each letter is judged as it is looked at."""

    def __init__(self) -> None:
        self.accept_plaintext = True
        """Whether messages are taken that came readable."""
        self.awaiting_key = AwaitingKey()
        self.delivered: dict[int, InboundMessage] = {}
        """Letters that a caller waits for, by ticket, once they are open."""
        self._messages: deque[InboundMessage] = deque()

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[InboundMessage]:
        return iter(self._messages)

    def append(self, item: InboundMessage) -> None:
        """Lay a letter behind the others."""
        self._messages.append(item)

    def take_all(self) -> tuple[InboundMessage, ...]:
        """Take out everything as it came."""
        letters = tuple(self._messages)
        self._messages.clear()
        return letters

    def take(self, most: int | None = None, *, as_it_is: bool = False) -> list[InboundMessage]:
        """Take out what is open: of all letters, or of the oldest `most`.

        What came while letters were opened may be shut itself, and waits where it lies. That for
        which a key is not here yet is kept apart; it is no news, or it would end run after run.

        Args:
            most: Only of the oldest so many letters.
            as_it_is: Whether it is sent on, and so is not judged here.
        """
        taken: list[InboundMessage] = []
        shut: list[InboundMessage] = []
        for _ in range(len(self) if most is None else min(most, len(self))):
            item = self._messages.popleft()
            if not as_it_is:
                item = screened(item, plain=self.accept_plaintext)
            if is_encrypted(item):
                shut.append(item)
            elif not self._park(item):
                taken.append(item)
        self._messages.extendleft(reversed(shut))
        return taken

    def _park(self, item: InboundMessage) -> bool:
        unknown = item.fault is not None and item.fault[0] == UNKNOWN_KEY
        return unknown and not item.waiter_id and self.awaiting_key.park(item)

    def deliver_to_waiter(self, item: InboundMessage) -> bool:
        """Put a letter aside for the caller who waits for it; return whether there is one."""
        if item.waiter_id:
            self.delivered[item.waiter_id] = replace(item, waiter_id=0)
        return bool(item.waiter_id)

    def take_transfer_chunks(self) -> list[InboundMessage]:
        """Take out only what is part of a file of another sentence."""
        letters = list(self._screened())
        self._messages = deque(item for item in letters if not is_transfer_chunk(item))
        return [item for item in letters if is_transfer_chunk(item)]

    def brings_transfer(self, most: int | None) -> bool:
        """Return whether one of the oldest `most` letters is part of a file of another sentence."""
        return any(is_transfer_chunk(item) for item in islice(self._screened(), most))

    def events(self) -> list[InboundMessage]:
        """Return the letters that are to be read as events, and leave them."""
        return [
            i
            for i in self._screened()
            if not (is_nudge(i) or claims_transfer_chunk(i) or is_encrypted(i))
        ]

    def _screened(self) -> Iterator[InboundMessage]:
        return (screened(item, plain=self.accept_plaintext) for item in self._messages)

    def at(self, places: Sequence[int]) -> list[InboundMessage]:
        """Return the letters in these places."""
        return [self._messages[place] for place in places]

    def put_decrypted(self, places: Sequence[int], found: Sequence[DecryptedMessage]) -> None:
        """Put letters that were opened in their places."""
        for place, letter in zip(places, found, strict=True):
            self._messages[place] = decrypted(self._messages[place], letter)

    def requeue(self, now: datetime) -> None:
        """Put what stayed shut behind the others, where it is time or somebody nudges."""
        asked = any(is_nudge(item) for item in self._messages)
        self._messages.extend(self.awaiting_key.take_due(now, asked=asked))


def is_transfer_chunk(item: InboundMessage) -> bool:
    """Return whether a letter that was judged is part of a file of another sentence."""
    return claims_transfer_chunk(item) and item.fault is None


def claims_transfer_chunk(item: InboundMessage) -> bool:
    """Return whether a letter claims to be part of a file."""
    return item.name == TRANSFER_SIGNAL
