"""Read one message as it came: SNS within SQS, raw delivery, or a bare domain event.

SNS puts the event into its envelope as a JSON string under `Message`; with raw delivery the body
is the event itself. The type is that of the body: an attribute may still have an older name.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from runtime.ingest.outcomes import DeadLetterReason, UnmappableError
from states.events.parsing import canonical_json
from states.time.london import LONDON

_WRITTEN: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d+))?([Zz]|[+-]\d{2}:?\d{2})?"
)
_MICROS: Final = 6
"""Digits of a second that are kept: some senders write nanoseconds, which no event holds."""


_NO_TIME: Final = "it is not written as a date with a time"
_NO_SUCH: Final = "there is no such date or time of day"
_NO_ONE_MOMENT: Final = "without an offset, this London hour came twice or never"


class UnreadableTimeError(ValueError):
    """A text is no time, or its London hour came twice or never; the message says which."""


def parse_instant(text: object) -> datetime:
    """Return the moment that `text` says, in UTC.

    A time without an offset is London's, since that is what its systems keep; in the hour that
    autumn repeats it could be either of two, and is refused like the one that spring leaves out.

    Raises:
        UnreadableTimeError: If it is no time of day with a date, or names no one moment.
    """
    found = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise UnreadableTimeError(_NO_TIME)
    day, minute, second, fraction, offset = found.groups()
    digits = (fraction or "")[:_MICROS].ljust(_MICROS, "0")
    try:
        written = datetime.fromisoformat(f"{day}T{minute}{second or ':00'}.{digits}{offset or ''}")
    except ValueError as error:
        raise UnreadableTimeError(_NO_SUCH) from error
    return written.astimezone(UTC) if offset else _in_london(written)


def _in_london(written: datetime) -> datetime:
    first, second = (written.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise UnreadableTimeError(_NO_ONE_MOMENT)
    return first.astimezone(UTC)


MAX_BYTES: Final = 1_048_576
"""What a queue can carry at most; more is no message."""

_TYPE: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
_ID: Final = re.compile(r"[!-~]{1,256}")
_CRN: Final = re.compile(r"[A-Z][0-9]{6}")


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """A domain event as it came."""

    message_id: str | None
    """The publisher's or the queue's; another delivery of one publication has the same."""
    type: str
    occurred_at: datetime
    """When the act happened, in UTC; arrival is up to 45 minutes later, and counts for nothing."""
    body: Mapping[str, Any]
    persons: Mapping[str, str]
    """Whom it is about: CRN or NOMS number, by the name of the number."""
    digest: str
    """Of what it says: another publication of one happening has the same."""

    @property
    def crn(self) -> str | None:
        """The CRN of the person whom it is about, where it is one."""
        crn = self.persons.get("CRN", "")
        return crn if _CRN.fullmatch(crn) else None


def parse_message(
    text: str, message_id: str | None = None, type_hint: str | None = None
) -> DomainEvent:
    """Return the domain event in `text`.

    Args:
        text: An envelope of SNS, a message as the queue's own tools print it, or a bare event.
        message_id: The queue's id, where there is one; an envelope's own goes before it.
        type_hint: The type by the queue's attributes, for a body that does not say it.

    Raises:
        UnmappableError: `unreadable`, with what is wrong.
    """
    found = parse_object(text)
    if isinstance(found.get("Body"), str):
        return parse_message(found["Body"], _text(found, "MessageId") or message_id, type_hint)
    if isinstance(found.get("Message"), str):
        message_id = _text(found, "MessageId") or message_id
        type_hint = _attribute(found) or type_hint
        found = parse_object(found["Message"])
    kind = _text(found, "eventType") or type_hint
    if kind is None or not _TYPE.fullmatch(kind):
        raise UnmappableError(
            DeadLetterReason.UNREADABLE, "neither it nor its envelope has an eventType"
        )
    try:
        occurred_at = parse_instant(found.get("occurredAt"))
    except UnreadableTimeError as error:
        raise UnmappableError(DeadLetterReason.UNREADABLE, f"occurredAt: {error}") from None
    persons = _persons(found)
    try:
        digest = _digest(kind, occurred_at, persons, found.get("additionalInformation"))
    except RecursionError:
        raise UnmappableError(DeadLetterReason.UNREADABLE, "it nests too deep") from None
    if message_id is not None and not _ID.fullmatch(message_id):
        message_id = None
    return DomainEvent(message_id, kind, occurred_at, found, persons, digest)


def parse_object(text: str) -> dict[str, Any]:
    """Return the JSON object that `text` says.

    Raises:
        UnmappableError: If it says none, is too large, or has a field twice.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise UnmappableError(DeadLetterReason.UNREADABLE, f"it has more than {MAX_BYTES:,} bytes")
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise UnmappableError(
            DeadLetterReason.UNREADABLE, "it is not JSON text, or has a field twice"
        ) from None
    if not isinstance(found, dict):
        raise UnmappableError(DeadLetterReason.UNREADABLE, "it is not one JSON object")
    return found


def text_digest(text: str) -> str:
    """Return the digest of a message that cannot be read, from its text: 32 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _digest(kind: str, at: datetime, persons: Mapping[str, str], more: object) -> str:
    # Not what a second publication may say otherwise: when it was published, in which words.
    said = canonical_json([kind, at.isoformat(), sorted(persons.items()), more or {}])
    return hashlib.sha256(said).hexdigest()[:32]


def _persons(found: Mapping[str, Any]) -> dict[str, str]:
    reference = found.get("personReference")
    listed = reference.get("identifiers") if isinstance(reference, dict) else None
    pairs = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return {
        name: value
        for name, value in ((_text(item, "type"), _text(item, "value")) for item in pairs)
        if name is not None and value is not None
    }


def _attribute(envelope: Mapping[str, Any]) -> str | None:
    attributes = envelope.get("MessageAttributes")
    found = attributes.get("eventType") if isinstance(attributes, dict) else None
    return _text(found, "Value") if isinstance(found, dict) else None


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    return value if isinstance(value, str) and value else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(found)
    return found


def _refuse(constant: str) -> Any:
    # NaN and Infinity are no JSON.
    raise ValueError(constant)


def split_messages(text: str) -> Sequence[str]:
    """Return the messages of a text, in their order; blank lines are passed over.

    A text that is JSON as a whole is one message.
    """
    # Not splitlines(): a JSON text may hold U+2028, which is no end of a line.
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and _is_json(text):
        return [text]
    return lines


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
