"""Inbox of a sentence: messages that arrived and are not decided yet, and how they are read.

Signal and update handlers only append. The main loop reads, and reading is total: nothing that an
integrator sends can fail a workflow task. What cannot be read becomes a message with the reason.
"""

import re
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

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
from workflows.continue_as_new import ParkedMessage, ParkedMessages

MESSAGE_NAME: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
"""Names of messages that may be shown anywhere."""

SIGNAL_BATCH: Final = "sentences.batch"
"""Name under which the worker passes on many signals in one (`runtime.signal_batches`)."""

UNREADABLE: Final = "unreadable"
"""Kind that stands for a message of any other name."""

MAX_ENCRYPTED_BYTES: Final = 64_000
"""Bytes of an encrypted message. An event holds 16 kB, so a longer message is none."""

MAX_ENCRYPTED_CHUNK_BYTES: Final = 600_000
"""Bytes of an encrypted transfer chunk: twice what one holds."""

MESSAGES_PER_TURN: Final = 200
"""Messages that one turn takes. The SDK fails a workflow task that computes for two seconds, and on
a busy machine a message may take ten times as long as on an idle one."""

RETRY_DECRYPTION_AFTER: Final = timedelta(minutes=10)
"""Pause before messages with a missing key are decrypted again."""

UNKNOWN_KEY: Final = "unknown_key"
"""Code of the one fault that time may mend: the key is not here yet."""

TOO_LARGE: Final = ("too_large", f"an encrypted message of more than {MAX_ENCRYPTED_BYTES:,} bytes")

_COUNT_DIGITS: Final = 7
"""Digits of a number of payloads, at most: a message has less than a million."""

_JSON: Final = b"json/plain"
_PLAINTEXT_REFUSED: Final = (
    "plaintext_refused",
    "the message came as plaintext, and only encrypted ones are accepted here",
)
_ASSERTED: Final = "asserted"
_NOT_OWN_PROCESS: Final = ("not_internal", "only our own processes may transfer a case")
_FORGED: Final = (
    "internal_encoding",
    "the payload has the encoding that only our own processes use",
)


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message as it arrived: a name, and whatever payloads came with it."""

    name: str
    payloads: tuple[Payload, ...]
    received_at: datetime
    sender: str = ""
    """The authenticated sender of a decrypted message; empty for one that arrived as plaintext."""
    fault: tuple[str, str] | None = None
    """Code and sentence that say why the message is refused; None for one that may be read."""
    waiter_id: int = 0
    """Id of the update that waits for the decrypted message; 0 if none does."""


def from_signal(
    name: str, arguments: Sequence[RawValue], received_at: datetime
) -> Iterator[InboundMessage]:
    """Yield the message that a signal brought, or those of a batch in their order."""
    payloads = tuple(argument.payload for argument in arguments)
    parts = _batch_parts(payloads) if name == SIGNAL_BATCH else None
    for kind, part in [(name, payloads)] if parts is None else parts:
        yield InboundMessage(kind, part, received_at)


def batch_header(name: str, payloads: int) -> Payload:
    """Return what precedes the payloads of one signal in a batch: their number, and its name."""
    return Payload(data=f"{payloads} {name}".encode())


def _batch_parts(payloads: Sequence[Payload]) -> list[tuple[str, tuple[Payload, ...]]] | None:
    """Return name and payloads of each signal; None if this is no batch, but a forged one."""
    parts: list[tuple[str, tuple[Payload, ...]]] = []
    at = 0
    while at < len(payloads):
        count, _, name = payloads[at].data.decode(errors="replace").partition(" ")
        if not count.isdecimal() or len(count) > _COUNT_DIGITS:
            return None
        first = at + 1
        at = first + int(count)
        parts.append((name, tuple(payloads[first:at])))
    return parts


def is_nudge(message: InboundMessage) -> bool:
    """Return whether the message only wakes the sentence."""
    return message.name == NUDGE


def claims_transfer_chunk(message: InboundMessage) -> bool:
    """Return whether the message says that it is a transfer chunk."""
    return message.name == TRANSFER_SIGNAL


def is_transfer_chunk(message: InboundMessage) -> bool:
    """Return whether a screened message is a transfer chunk of another sentence."""
    return claims_transfer_chunk(message) and message.fault is None


def is_encrypted(message: InboundMessage) -> bool:
    """Return whether the message must be decrypted before it can be read."""
    return (
        message.fault is None
        and len(message.payloads) == 1
        and message.payloads[0].metadata.get("encoding") == MESSAGE_ENCODING
    )


def parse_message(message: InboundMessage, texts: dict[str, str]) -> ParsedMessage:
    """Return the event in the message, without its free text, or the reason why there is none.

    The free text goes into `texts`, by digest.
    """
    digest = raw_digest(message.name, tuple(payload.data for payload in message.payloads))
    size = sum(len(payload.data) for payload in message.payloads)
    kind = _shown_name(message)
    try:
        data = parse_json(_single_payload(message))
        digest = content_digest(message.name, data)
        event = parse_event(message.name, data)
    except UnreadableError as error:
        return ParsedMessage(
            kind=kind,
            digest=digest,
            received_at=message.received_at,
            size=size,
            code=error.code,
            reason=error.reason,
        )
    found: dict[str, str] = {}
    event = extract_free_text(event, found)
    for key, text in found.items():
        # A field that is no text, such as `person:`, is stored under the digest of this message.
        name = key.removeprefix(FIELD_PREFIX)
        texts[key if name == key else f"{name}:{digest}"] = text
    return ParsedMessage(
        kind=kind,
        digest=digest,
        received_at=message.received_at,
        size=size,
        event=event,
        sender=message.sender or UNSIGNED,
    )


def _shown_name(message: InboundMessage) -> str:
    return message.name if MESSAGE_NAME.fullmatch(message.name) else UNREADABLE


def _single_payload(message: InboundMessage) -> bytes:
    payloads = message.payloads
    if message.fault is not None:
        raise UnreadableError(*message.fault)
    if len(payloads) != 1:
        reason = f"an event comes as one JSON object; {len(payloads)} arguments came"
        raise UnreadableError("wrong_arity", reason)
    if payloads[0].metadata.get("encoding") != _JSON:
        raise UnreadableError("undecodable", "the payload is not in the encoding json/plain")
    return payloads[0].data


def event_id_of(message: InboundMessage) -> str:
    """Return the event id in the message; empty if none can be read."""
    event = parse_message(message, {}).event
    return "" if event is None else event.event_id


def screened(message: InboundMessage, *, accept_plaintext: bool) -> InboundMessage:
    """Return the message, with a fault if it arrived in a form that is not accepted here."""
    if message.fault is not None or is_nudge(message):
        return message
    fault = _fault_of_form(message, accept_plaintext=accept_plaintext)
    return message if fault is None else replace(message, fault=fault)


def _fault_of_form(message: InboundMessage, *, accept_plaintext: bool) -> tuple[str, str] | None:
    claims_chunk = claims_transfer_chunk(message)
    if message.sender:
        is_own_process = message.sender.partition(":")[0] == _ASSERTED
        return _NOT_OWN_PROCESS if claims_chunk and not is_own_process else None
    if any(ENCRYPTED_AS in payload.metadata for payload in message.payloads):
        return _FORGED
    limit = MAX_ENCRYPTED_CHUNK_BYTES if claims_chunk else MAX_ENCRYPTED_BYTES
    if is_encrypted(message) and len(message.payloads[0].data) > limit:
        return TOO_LARGE
    is_plaintext = any(part.metadata.get("encoding") == _JSON for part in message.payloads)
    return _PLAINTEXT_REFUSED if is_plaintext and not accept_plaintext else None


def decrypted(message: InboundMessage, found: DecryptedMessage) -> InboundMessage:
    """Return the message with its plaintext and sender, or with the fault that `found` tells."""
    if found.body is None:
        return replace(message, fault=(found.code, found.reason))
    payload = Payload(metadata={"encoding": _JSON}, data=b64decode(found.body))
    return replace(message, payloads=(payload,), sender=found.sender)


class AwaitingKey:
    """Messages whose key is missing, kept for another attempt; bounded, as anybody can send one."""

    MAX_MESSAGES: Final = 50
    MAX_BYTES: Final = 200_000

    def __init__(self, snapshot: ParkedMessages) -> None:
        self.messages = [
            InboundMessage(
                name=parked.name,
                payloads=(Payload.FromString(b64decode(parked.payload)),),
                received_at=parked.received_at,
            )
            for parked in snapshot.messages
        ]
        self.retry_at = snapshot.retry_at
        """Time of the next attempt; None if none is planned."""

    def park(self, message: InboundMessage) -> bool:
        """Keep the message unless the bounds are reached; return whether it was kept."""
        message = replace(message, fault=None)
        size = sum(len(kept.payloads[0].data) for kept in (*self.messages, message))
        if len(self.messages) >= self.MAX_MESSAGES or size > self.MAX_BYTES:
            return False
        if message.payloads not in [kept.payloads for kept in self.messages]:
            self.messages.append(message)
        return True

    def take_due(self, now: datetime, *, nudged: bool) -> list[InboundMessage]:
        """Take out the messages whose next attempt is due at `now`; all of them if `nudged`."""
        if not nudged and (self.retry_at is None or self.retry_at > now):
            return []
        messages = self.messages
        self.messages = []
        self.retry_at = None
        return messages

    def schedule_retry(self, now: datetime) -> None:
        """Plan the next attempt, unless one is planned for after `now`."""
        if not self.messages:
            self.retry_at = None
        elif self.retry_at is None or self.retry_at <= now:
            self.retry_at = now + RETRY_DECRYPTION_AFTER

    def dead_letters(self) -> tuple[DeadLetter, ...]:
        """Return one dead letter for each message, as far as it is known without its key."""
        return tuple(
            DeadLetter(
                digest=raw_digest(
                    message.name, tuple(payload.data for payload in message.payloads)
                ),
                kind=_shown_name(message),
                code=UNKNOWN_KEY,
                reason="the key of the message is not here yet",
                at=message.received_at,
            )
            for message in self.messages
        )

    def snapshot(self) -> ParkedMessages:
        """Return what the next run needs."""
        parked = [
            ParkedMessage(
                name=message.name,
                received_at=message.received_at,
                payload=b64encode(message.payloads[0].SerializeToString()).decode(),
            )
            for message in self.messages
        ]
        return ParkedMessages(messages=parked, retry_at=self.retry_at)


class Inbox:
    """Messages in the order of their arrival; each is screened when it is looked at."""

    def __init__(self, parked: ParkedMessages | None = None) -> None:
        self.accept_plaintext = True
        """False if messages that arrive as plaintext are refused."""
        self.awaiting_key = AwaitingKey(parked or ParkedMessages())
        self._messages: deque[InboundMessage] = deque()
        self._delivered: dict[int, InboundMessage] = {}
        self._last_waiter_id = 0

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[InboundMessage]:
        return iter(self._messages)

    def append(self, message: InboundMessage) -> None:
        """Add a message at the end."""
        self._messages.append(message)

    def append_for_waiter(self, message: InboundMessage) -> int:
        """Add a message that an update waits for; return the id to ask for it by."""
        self._last_waiter_id += 1
        self._messages.append(replace(message, waiter_id=self._last_waiter_id))
        return self._last_waiter_id

    def is_delivered(self, waiter_id: int) -> bool:
        """Return whether the message of this waiter is decrypted, or refused."""
        return waiter_id in self._delivered

    def take_delivered(self, waiter_id: int) -> InboundMessage:
        """Take out the message of this waiter."""
        return self._delivered.pop(waiter_id)

    def deliver_to_waiter(self, message: InboundMessage) -> bool:
        """Hand the message to the update that waits for it; return whether one does."""
        if message.waiter_id:
            self._delivered[message.waiter_id] = replace(message, waiter_id=0)
        return bool(message.waiter_id)

    def take_oldest(self) -> list[InboundMessage]:
        """Take out the messages of one turn as they arrived."""
        count = min(len(self), MESSAGES_PER_TURN)
        return [self._messages.popleft() for _ in range(count)]

    def take(self, limit: int | None = None, *, unscreened: bool = False) -> list[InboundMessage]:
        """Take out the messages that are readable or refused.

        Encrypted messages stay in place: they arrived while others were decrypted. Messages whose
        key is missing are parked; they are not returned, because they do not count as new, or they
        would trigger continue-as-new forever.

        Args:
            limit: Look only at the oldest `limit` messages; at all if None.
            unscreened: Do not screen the messages, because they are forwarded.
        """
        taken: list[InboundMessage] = []
        encrypted: list[InboundMessage] = []
        for _ in range(len(self) if limit is None else min(limit, len(self))):
            message = self._messages.popleft()
            if not unscreened:
                message = screened(message, accept_plaintext=self.accept_plaintext)
            if is_encrypted(message):
                encrypted.append(message)
            elif not self._park(message):
                taken.append(message)
        self._messages.extendleft(reversed(encrypted))
        return taken

    def _park(self, message: InboundMessage) -> bool:
        lacks_key = message.fault is not None and message.fault[0] == UNKNOWN_KEY
        return lacks_key and not message.waiter_id and self.awaiting_key.park(message)

    def take_transfer_chunks(self) -> list[InboundMessage]:
        """Take out only the transfer chunks."""
        messages = list(self._screened())
        self._messages = deque(item for item in messages if not is_transfer_chunk(item))
        return [item for item in messages if is_transfer_chunk(item)]

    def brings_transfer(self, limit: int | None) -> bool:
        """Return whether one of the oldest `limit` messages, or of all, is a transfer chunk."""
        return any(is_transfer_chunk(item) for item in islice(self._screened(), limit))

    def events(self) -> list[InboundMessage]:
        """Return the messages that would be read as events now, without taking them out."""
        return [
            message
            for message in self._screened()
            if not (is_nudge(message) or claims_transfer_chunk(message) or is_encrypted(message))
        ]

    def _screened(self) -> Iterator[InboundMessage]:
        return (screened(item, accept_plaintext=self.accept_plaintext) for item in self._messages)

    def at(self, positions: Sequence[int]) -> list[InboundMessage]:
        """Return the messages at these positions."""
        return [self._messages[position] for position in positions]

    def put_decrypted(self, positions: Sequence[int], found: Sequence[DecryptedMessage]) -> None:
        """Replace the messages at these positions by what was found in them, in the same order."""
        for position, plaintext in zip(positions, found, strict=True):
            self._messages[position] = decrypted(self._messages[position], plaintext)

    def requeue(self, now: datetime) -> None:
        """Append the parked messages if their retry is due, or if a nudge is in the inbox."""
        nudged = any(is_nudge(message) for message in self._messages)
        self._messages.extend(self.awaiting_key.take_due(now, nudged=nudged))
